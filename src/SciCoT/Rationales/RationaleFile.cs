using Microsoft.Win32.SafeHandles;
using SciCoT.IO;
using SciCoT.Questions;

namespace SciCoT.Rationales;

/// <summary>Reads a store's file without opening it as a store: a shard, a copy, the result of a finished run.</summary>
internal static class RationaleFile
{
    /// <summary>Reads the records; rows are read as they are asked for, and the file is not changed.</summary>
    /// <param name="path">The file. No store may have it open: an unfinished run is not a result.</param>
    /// <param name="onTornTail">
    /// Is told of an unfinished last line, which a crash left and which stays where it is; its aside path is the file itself.
    /// Without it such a line is an error.
    /// </param>
    /// <returns>The records in the file's order.</returns>
    /// <exception cref="MissingFileException">There is no such file.</exception>
    /// <exception cref="IOException">A store has the file open.</exception>
    /// <exception cref="BadRowException">A line is no record.</exception>
    public static IEnumerable<RationaleRecord> Read(string path, Action<TornTail>? onTornTail = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        if (!File.Exists(path))
            throw new MissingFileException($"There is no file '{Path.GetFullPath(path)}'; check the path.", path);
        return Records(path, onTornTail);
    }

    private static IEnumerable<RationaleRecord> Records(string path, Action<TornTail>? onTornTail)
    {
        using var file = Open(path);
        var beginning = new byte[ForeignFile.PeekedBytes];
        ForeignFile.Refuse(path, beginning.AsSpan(0, RandomAccess.Read(file, beginning, 0)));
        foreach (var line in FileLine.ReadAll(file))
        {
            if (!line.IsTerminated && onTornTail is not null && !StoredLine.IsRecord(line))
                onTornTail(new TornTail(line.Number, RandomAccess.GetLength(file) - line.Offset, path));
            else if (!line.IsBlank)
                yield return StoredLine.Parse(path, line, RationaleJson.Record);
        }
    }

    private static SafeFileHandle Open(string path)
    {
        try
        {
            return File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read, FileOptions.SequentialScan);
        }
        catch (IOException e) when (e.GetType() == typeof(IOException))
        {
            throw new IOException($"The rationale file '{path}' could not be read. If a store of this or another process has it open, close that first. {e.Message}", e);
        }
    }
}
