namespace SciCoT;

/// <summary>A run's folder is in use by another run, of this or of another process.</summary>
public sealed class FolderInUseException : SciCoTException
{
    internal FolderInUseException(string directory, Exception inner)
        : base($"{directory}: another run, of this or another process, works in this folder. Wait until it ends or stop it, or give this run a folder of its own.", inner) =>
        Directory = directory;

    /// <summary>The folder.</summary>
    public string Directory { get; }
}
