using System.Diagnostics.CodeAnalysis;

// The clients' exceptions are asked by name for what they know, since the library does not reference the clients. In a program
// from which trimming has removed a member, the exception counts as one that tells nothing.
[assembly: UnconditionalSuppressMessage("Trimming", "IL2075", Scope = "type", Target = "~T:SciCoT.Teaching.TeacherFault", Justification = "A member that is missing is no error.")]
[assembly: UnconditionalSuppressMessage("Trimming", "IL2075", Scope = "type", Target = "~T:SciCoT.Replies.ClientResponse", Justification = "A member that is missing is no error.")]
