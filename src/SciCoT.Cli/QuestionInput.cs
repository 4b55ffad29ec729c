using System.Runtime.CompilerServices;
using SciCoT.Questions;

namespace SciCoT.Cli;

/// <summary>Questions from a file or, as they come, from standard input.</summary>
internal static class QuestionInput
{
    public const string Standard = "-";

    public static IAsyncEnumerable<ScienceQuestion> Read(string path, TextReader standard, CancellationToken cancellationToken = default) =>
        path == Standard ? Lines(standard, cancellationToken) : QuestionFormat.Read(path).ToAsyncEnumerable();

    /// <summary>One question a line: JSON, or text with its choices.</summary>
    private static async IAsyncEnumerable<ScienceQuestion> Lines(TextReader input, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (long number = 1; await input.ReadLineAsync(cancellationToken).ConfigureAwait(false) is { } line; number++)
        {
            if (string.IsNullOrWhiteSpace(line))
                continue;
            yield return line.TrimStart().StartsWith('{')
                ? QuestionFile.Parse(line, "standard input", number)
                : ScienceQuestion.Parse(line);
        }
    }
}
