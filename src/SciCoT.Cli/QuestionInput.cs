using System.Runtime.CompilerServices;
using SciCoT.Questions;

namespace SciCoT.Cli;

/// <summary>Questions from a file or, as they come, from standard input.</summary>
internal static class QuestionInput
{
    public const string Standard = "-";

    public static IAsyncEnumerable<ScienceQuestion> Read(string path, ToolConsole console, CancellationToken cancellationToken = default) =>
        path == Standard ? Lines(console.In, cancellationToken) : Stream(path, console).ToAsyncEnumerable();

    /// <summary>Reads a whole file and says how many questions have an image and were left out.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">How to read it.</param>
    /// <param name="console">Takes the line about images.</param>
    /// <param name="limit">The most questions that are taken.</param>
    public static IReadOnlyList<QuestionRow> ReadAll(string path, QuestionReaderOptions options, ToolConsole console, int limit = int.MaxValue)
    {
        int images = 0;
        QuestionRow[] rows = [.. console.Datasets.FilesOf(path).SelectMany(file => QuestionReader.Read(file, options with { OnImage = _ => images++ })).Take(limit)];
        SayImages(path, images, rows.Length, console.Error);
        return rows;
    }

    /// <summary>The same row by row, as they are asked for.</summary>
    private static IEnumerable<ScienceQuestion> Stream(string path, ToolConsole console)
    {
        int images = 0, taken = 0;
        foreach (var row in console.Datasets.FilesOf(path).SelectMany(file => QuestionReader.Read(file, new() { OnImage = _ => images++ })))
        {
            taken++;
            yield return row.Question;
        }

        SayImages(path, images, taken, console.Error);
        if (taken + images == 0)
            throw new InvalidFileException($"{path}: there is no question in it.");
    }

    private static void SayImages(string path, int images, int taken, TextWriter log)
    {
        if (images > 0)
            log.WriteLine($"{path}: {images} of {images + taken} questions {(images == 1 ? "has an image and was" : "have an image and were")} left out.");
    }

    /// <summary>One question a line: JSON, or text with its choices.</summary>
    private static async IAsyncEnumerable<ScienceQuestion> Lines(TextReader input, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        long number = 0;
        await foreach (var line in LineReader.ReadAllAsync(input, cancellationToken).ConfigureAwait(false))
        {
            number++;
            if (string.IsNullOrWhiteSpace(line))
                continue;
            yield return line.TrimStart().StartsWith('{')
                ? QuestionFile.Parse(line, "standard input", number)
                : ScienceQuestion.Parse(line);
        }
    }
}
