using SciCoT.Compute;

namespace SciCoT.Evaluation;

/// <summary>
/// Asks an answer student again with other rationales: its own, the teacher's, none, another question's, half of its own. A
/// student whose answers do not change does not read them.
/// </summary>
/// <include file="Examples.xml" path="examples/RationaleUseEvaluator/example"/>
public static class RationaleUseEvaluator
{
    /// <summary>Adds the answers to outcomes.</summary>
    /// <param name="student">The answer student.</param>
    /// <param name="outcomes">
    /// What was answered, with the rationale that the rationale student wrote; the teacher's is tried where there is one.
    /// </param>
    /// <param name="seed">Decides which question's rationale each question gets when they are shuffled; none gets its own.</param>
    /// <param name="cancellationToken">Stops within one decoding step.</param>
    /// <returns>The outcomes with their alternatives, which replace any that were there.</returns>
    public static async Task<IReadOnlyList<QuestionOutcome>> EvaluateAsync(
        IAnswerStudent student,
        IReadOnlyList<QuestionOutcome> outcomes,
        int seed = 1,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(student);
        ArgumentNullException.ThrowIfNull(outcomes);
        var asked = new List<(int Outcome, RationaleKind Kind, string Rationale)>();
        var others = Derangement(outcomes.Count, seed);
        for (int i = 0; i < outcomes.Count; i++)
        {
            var own = outcomes[i].Rationale ?? "";
            asked.Add((i, RationaleKind.Own, own));
            if (outcomes[i].TeacherRationale is { } teachers)
                asked.Add((i, RationaleKind.Teacher, teachers));
            asked.Add((i, RationaleKind.Empty, ""));
            if (others is not null)
                asked.Add((i, RationaleKind.Shuffled, outcomes[others[i]].Rationale ?? ""));
            asked.Add((i, RationaleKind.Truncated, FirstHalf(own)));
        }

        var answers = await student.AnswerAsync(
            [.. asked.Select(item => new ExplainedQuestion(outcomes[item.Outcome].Question, item.Rationale))],
            cancellationToken).ConfigureAwait(false);
        var alternatives = asked
            .Zip(answers, (item, answer) => (item.Outcome, Answer: new AlternativeAnswer(item.Kind, item.Rationale, answer.Label, answer.Text)))
            .ToLookup(item => item.Outcome, item => item.Answer);
        return [.. outcomes.Select((outcome, i) => outcome with { Alternatives = [.. alternatives[i]] })];
    }

    /// <summary>A random order in which nothing stays in its place: one cycle through all (Sattolo, Inf. Process. Lett. 22, 1986).</summary>
    /// <returns>For each place what comes there; <see langword="null"/> for fewer than two, which have no such order.</returns>
    internal static int[]? Derangement(int count, int seed)
    {
        if (count < 2)
            return null;
        var random = SplitMix64.ForStream(seed, 0);
        int[] order = [.. Enumerable.Range(0, count)];
        for (int i = count - 1; i > 0; i--)
        {
            int j = random.Next(i);
            (order[i], order[j]) = (order[j], order[i]);
        }

        return order;
    }

    private static string FirstHalf(string rationale)
    {
        var words = rationale.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        return string.Join(' ', words[..(words.Length / 2)]);
    }
}
