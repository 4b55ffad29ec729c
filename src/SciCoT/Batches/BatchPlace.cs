namespace SciCoT.Batches;

/// <summary>Where a reply lies in the folder.</summary>
/// <param name="Path">The file.</param>
/// <param name="Offset">The line's first byte.</param>
/// <param name="Length">The line's bytes.</param>
internal sealed record BatchPlace(string Path, long Offset, int Length)
{
    /// <summary>Reads the reply.</summary>
    public BatchReply Read()
    {
        var line = new byte[Length];
        using var file = File.OpenHandle(Path);
        RandomAccess.Read(file, line, Offset);
        return BatchReply.Parse(line)?.Reply ?? throw new InvalidFileException($"{Path}: byte {Offset}: the reply is no longer there. Do not change the folder while it is in use.");
    }
}
