using System.Globalization;
using SciCoT.Questions;
using SciCoT.Replies;

namespace SciCoT.Rationales;

/// <summary>Counts the rationales of a file by teacher, prompt, sample, answer in view, finish reason and verdict.</summary>
public sealed record RationaleStoreSummary
{
    /// <summary>Records in the file.</summary>
    public required int Records { get; init; }

    /// <summary>Questions that have a record.</summary>
    public required int Questions { get; init; }

    /// <summary>Records by the teacher's name.</summary>
    public required IReadOnlyDictionary<string, int> Teachers { get; init; }

    /// <summary>Records by the hash of their prompt; <c>none</c> for those without.</summary>
    public required IReadOnlyDictionary<string, int> Prompts { get; init; }

    /// <summary>Records by their sample's number.</summary>
    public required IReadOnlyDictionary<string, int> Samples { get; init; }

    /// <summary>Records by what the teacher knew of the answer: <c>unaided</c>, <c>answer in view</c> or <c>rationalised</c>.</summary>
    public required IReadOnlyDictionary<string, int> Answers { get; init; }

    /// <summary>Records by how the reply ended.</summary>
    public required IReadOnlyDictionary<string, int> FinishReasons { get; init; }

    /// <summary>Records by what filters said: <c>accepted</c>, <c>refused: </c> and the filters' names, or <c>not judged</c>.</summary>
    public required IReadOnlyDictionary<string, int> Verdicts { get; init; }

    /// <summary>Tokens that the teachers read.</summary>
    public required long InputTokens { get; init; }

    /// <summary>Tokens that the teachers wrote.</summary>
    public required long OutputTokens { get; init; }

    /// <summary>Whether the last line is unfinished, as after a kill; it is not counted.</summary>
    public required bool HasUnfinishedLine { get; init; }

    /// <summary>Counts a store, published rationales or an export.</summary>
    /// <param name="path">The file.</param>
    /// <param name="verdicts">A file of <see cref="VerdictFile"/>; by default <c>verdicts.jsonl</c> beside the store, where there is one.</param>
    /// <exception cref="MissingFileException">There is no such file.</exception>
    /// <exception cref="BadRowException">A row is none of the file's format.</exception>
    public static RationaleStoreSummary Read(string path, string? verdicts = null)
    {
        SortedDictionary<string, int> teachers = Sorted(), prompts = Sorted(), samples = Sorted(), finished = Sorted(), aided = Sorted(), judgements = Sorted();
        var judged = StoredVerdicts.Load(path, verdicts);
        var questions = new HashSet<string>(StringComparer.Ordinal);
        (int records, long input, long output, bool torn) = (0, 0, 0, false);
        foreach (var record in RationaleReader.Read(path, onTornTail: _ => torn = true))
        {
            records++;
            Count(teachers, record.Teacher);
            Count(prompts, record.PromptHash ?? "none");
            Count(samples, record.SampleIndex.ToString("D", CultureInfo.InvariantCulture));
            Count(finished, record.FinishReason.ToString());
            Count(aided, record.Rationalized ? "rationalised" : record.AnswerRevealed ? "answer in view" : "unaided");
            Count(judgements, judged.Of(record.Key));
            questions.Add(record.QuestionHash);
            input += record.InputTokens ?? 0;
            output += record.OutputTokens ?? 0;
        }

        return new()
        {
            Records = records,
            Questions = questions.Count,
            Teachers = teachers,
            Prompts = prompts,
            Samples = samples,
            Answers = aided,
            FinishReasons = finished,
            Verdicts = judgements,
            InputTokens = input,
            OutputTokens = output,
            HasUnfinishedLine = torn,
        };
    }

    private static SortedDictionary<string, int> Sorted() => new(StringComparer.Ordinal);

    private static void Count(SortedDictionary<string, int> counts, string name) => counts[name] = counts.GetValueOrDefault(name) + 1;
}
