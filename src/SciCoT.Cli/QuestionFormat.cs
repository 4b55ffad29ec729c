using SciCoT.Questions;

namespace SciCoT.Cli;

/// <summary>Reads question files of every format that the library knows, and says what the files did not tell.</summary>
internal static class QuestionFormat
{
    public static IReadOnlyList<string> Names => QuestionReader.Formats;

    /// <summary>Reads a file; rows are read as they are asked for.</summary>
    /// <param name="path">The file.</param>
    /// <param name="format">One of <see cref="Names"/>; by default the file tells.</param>
    /// <param name="split">The part of a ScienceQA file; by default all of it.</param>
    /// <param name="onBadRow">Is told of rows that are no questions; without it the first one is thrown.</param>
    public static IEnumerable<ScienceQuestion> Read(string path, string? format = null, string? split = null, Action<BadRowException>? onBadRow = null) =>
        QuestionReader.Read(path, new() { Format = format, Split = split, OnBadRow = onBadRow }).Select(row => row.Question);

    /// <summary>Reads a file row by row, and says at its end how many questions have an image and were left out.</summary>
    public static IEnumerable<ScienceQuestion> Stream(string path, TextWriter log)
    {
        int images = 0, taken = 0;
        foreach (var row in QuestionReader.Read(path, new() { OnImage = _ => images++ }))
        {
            taken++;
            yield return row.Question;
        }

        SayImages(path, images, taken, log);
    }

    /// <summary>Reads a whole file and says on the way how many questions have an image and were left out.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">How to read it.</param>
    /// <param name="log">Takes the line about images.</param>
    /// <param name="limit">The most questions that are taken.</param>
    public static IReadOnlyList<QuestionRow> ReadAll(string path, QuestionReaderOptions options, TextWriter log, int limit = int.MaxValue)
    {
        int images = 0;
        QuestionRow[] rows = [.. QuestionReader.Read(path, options with { OnImage = _ => images++ }).Take(limit)];
        SayImages(path, images, rows.Length, log);
        return rows;
    }

    private static void SayImages(string path, int images, int taken, TextWriter log)
    {
        if (images > 0)
            log.WriteLine($"{path}: {images} of {images + taken} questions {(images == 1 ? "has an image and was" : "have an image and were")} left out.");
    }
}
