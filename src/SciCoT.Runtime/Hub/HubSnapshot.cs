namespace SciCoT.Hub;

/// <summary>A model's files at one commit.</summary>
/// <param name="Directory">The folder that loads as a checkpoint.</param>
/// <param name="Commit">The commit, 40 hexadecimal digits.</param>
public sealed record HubSnapshot(string Directory, string Commit);
