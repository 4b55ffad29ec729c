using SciCoT.Evaluation;
using SciCoT.Harness.Python;
using SciCoT.Prompting;

namespace SciCoT.Harness;

/// <summary>Solved examples in front of each question, drawn as lm-evaluation-harness draws them.</summary>
/// <remarks>
/// One generator a run, Python's <c>random.Random(1234)</c>, draws for the first question, then for the second, and so on: the examples of a
/// question depend on its place, not on its content. To reproduce the harness, give all training questions in their file's order.
/// </remarks>
public sealed record HarnessFewShot
{
    /// <summary>The seed that the harness draws with unless it is told another.</summary>
    public const long DefaultSeed = 1234;

    /// <summary>Makes a setting.</summary>
    /// <param name="count">How many examples stand in front of a question.</param>
    /// <param name="examples">The questions that are drawn from, with known answers, in their file's order.</param>
    /// <exception cref="ArgumentOutOfRangeException">The count is negative.</exception>
    public HarnessFewShot(int count, IReadOnlyList<ScienceQuestion> examples)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentNullException.ThrowIfNull(examples);
        (Count, Examples) = (count, examples);
    }

    /// <summary>How many examples stand in front of a question.</summary>
    public int Count { get; }

    /// <summary>The questions that are drawn from.</summary>
    public IReadOnlyList<ScienceQuestion> Examples { get; }

    /// <summary>
    /// Whether the examples are the test questions themselves. Then one more is drawn, and the question itself is left out, or the last
    /// one drawn.
    /// </summary>
    /// <value>The default is <see langword="false"/>.</value>
    public bool IsTestSplit { get; init; }

    /// <summary>The generator's seed.</summary>
    /// <value>The default is <see cref="DefaultSeed"/>.</value>
    public long Seed { get; init; } = DefaultSeed;

    /// <summary>The places of the examples of each question in turn.</summary>
    /// <exception cref="ArgumentException">There are too few examples to draw from.</exception>
    internal IEnumerable<int[]> Draw(HarnessTask task, IEnumerable<ScienceQuestion> questions)
    {
        var random = new PythonRandom(Seed);
        bool leavesOut = IsTestSplit || task.HasNoTestSplit;
        long needed = Count == 0 ? 0 : Count + (leavesOut ? 1L : 0);
        if (needed > Examples.Count)
            throw new ArgumentException($"{Count} examples are wanted{(leavesOut ? ", and one more is drawn in place of the question itself" : "")}, but there are {Examples.Count} to draw from. Give more examples, or ask for fewer.", nameof(questions));
        foreach (var question in questions)
        {
            if (Count == 0)
            {
                yield return [];
                continue;
            }

            int[] drawn = random.Sample(Examples.Count, (int)needed);
            if (leavesOut)
                drawn = [.. drawn.Where(place => !task.IsSame(Examples[place], question)).Take(Count)];
            yield return drawn.Length == Count
                ? drawn
                : throw new ArgumentException($"Question '{question.Id}' stands among the examples more than once, so that fewer than {Count} others were drawn. Remove the repeated questions.", nameof(questions));
        }
    }
}
