namespace SciCoT.Mpi;

/// <summary>How a process joins a group of MPI processes.</summary>
/// <include file="Examples.xml" path="examples/MpiOptions/example"/>
public sealed class MpiOptions
{
    /// <summary>The environment variable that names the MPI library where <see cref="Library"/> does not.</summary>
    internal const string LibraryVariable = "SCICOT_MPI_LIBRARY";

    /// <summary>The environment variable with the seconds of <see cref="Timeout"/>, where the program does not set it.</summary>
    internal const string TimeoutVariable = "SCICOT_MPI_TIMEOUT";

    /// <summary>The MPI library's file.</summary>
    /// <value>
    /// The default is <see langword="null"/>: the file that <c>SCICOT_MPI_LIBRARY</c> names, otherwise the library of the launcher that
    /// started the process.
    /// </value>
    public string? Library { get; init; }

    /// <summary>
    /// How long a rank waits for the others in one operation. Then it takes them for hung, writes a message and ends the whole group with
    /// exit code <see cref="MpiProcessGroup.TimeoutExitCode"/>. It must be longer than the longest work between two operations, such as
    /// the evaluation of one rank's share.
    /// </summary>
    /// <value>The default is the number of seconds in <c>SCICOT_MPI_TIMEOUT</c>, otherwise 30 minutes.</value>
    public TimeSpan? Timeout { get; init; }
}
