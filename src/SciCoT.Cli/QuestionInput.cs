using System.Runtime.CompilerServices;
using SciCoT.Questions;

namespace SciCoT.Cli;

/// <summary>Questions from a file or, as they come, from standard input.</summary>
internal static class QuestionInput
{
    public const string Standard = "-";

    public static IAsyncEnumerable<ScienceQuestion> Read(string path, TextReader standard, TextWriter log, CancellationToken cancellationToken = default) =>
        path == Standard ? Lines(standard, cancellationToken) : QuestionFormat.Stream(path, log).ToAsyncEnumerable();

    /// <summary>One question a line: JSON, or text with its choices.</summary>
    private static async IAsyncEnumerable<ScienceQuestion> Lines(TextReader input, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        long number = 0;
        await foreach (var text in LineReader.ReadAllAsync(input, cancellationToken).ConfigureAwait(false))
        {
            // Files that are piped on Windows begin with a byte order mark.
            var line = ++number == 1 ? text.TrimStart('\uFEFF') : text;
            if (string.IsNullOrWhiteSpace(line))
                continue;
            yield return line.TrimStart().StartsWith('{')
                ? QuestionFile.Parse(line, "standard input", number)
                : ScienceQuestion.Parse(line);
        }
    }
}
