namespace SciCoT.Questions;

/// <summary>Reads questions with your own readers, beside the library's JSON Lines and CSV.</summary>
/// <include file="Examples.xml" path="examples/QuestionFiles/example"/>
public static class QuestionFiles
{
    /// <summary>Reads a file by the first of the given readers that can; otherwise as CSV where its name says so, else as JSON Lines.</summary>
    /// <param name="path">The file.</param>
    /// <param name="readers">The program's own readers, which are asked in their order.</param>
    /// <param name="onBadRow">Is told of each bad row, which is then skipped; without it the first one is thrown.</param>
    /// <exception cref="MissingFileException">There is no such file.</exception>
    /// <exception cref="BadRowException">A row is no question.</exception>
    public static IEnumerable<ScienceQuestion> Read(string path, IEnumerable<IQuestionReader> readers, Action<BadRowException>? onBadRow = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        ArgumentNullException.ThrowIfNull(readers);
        if (!File.Exists(path))
            throw new MissingFileException($"There is no file '{Path.GetFullPath(path)}'; check the path.", path);
        if (readers.FirstOrDefault(reader => reader.CanRead(path)) is { } own)
            return own.Read(path, onBadRow);
        return path.EndsWith(".csv", StringComparison.OrdinalIgnoreCase) ? QuestionCsv.Read(path, onBadRow) : QuestionFile.Read(path, onBadRow);
    }
}
