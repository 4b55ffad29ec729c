using SciCoT.Questions;

namespace SciCoT.Rationales;

/// <summary>Lines of a store's file.</summary>
internal static class StoredLine
{
    /// <summary>Whether a line is a whole record; a last line may be and lack no more than its line end.</summary>
    public static bool IsRecord(FileLine line)
    {
        try
        {
            return !line.IsTooLong && RationaleJson.Record(line.Bytes.Span) is not null;
        }
        catch (InvalidFileException)
        {
            return false;
        }
    }

    /// <summary>Reads a record or a part of it.</summary>
    /// <exception cref="BadRowException">The line is no record.</exception>
    public static T Parse<T>(string path, FileLine line, Func<ReadOnlySpan<byte>, T> parse)
    {
        if (line.IsTooLong)
            throw new BadRowException(path, line.Number, null, $"is longer than {FileLine.MaxBytes} bytes; expected a rationale record. Mend or remove the line.");

        try
        {
            return parse(line.Bytes.Span);
        }
        catch (InvalidFileException e)
        {
            throw new BadRowException(path, line.Number, null, $"is no rationale record; mend or remove the line. {e.Message}", e);
        }
    }
}
