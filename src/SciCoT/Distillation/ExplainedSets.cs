using SciCoT.Compute;
using SciCoT.Training.Batches;

namespace SciCoT.Distillation;

/// <summary>The training and the validation questions with rationales; a question stands once for each.</summary>
internal sealed record ExplainedSets(IReadOnlyList<ExplainedQuestion> Training, IReadOnlyList<ExplainedQuestion> Validation)
{
    /// <summary>What the source's own draws begin with, so that its shares do not fall on the same questions.</summary>
    private enum Draw
    {
        Teacher,
        Dropout,
    }

    /// <summary>Every question with each of its rationales; one without any is left out.</summary>
    public static IReadOnlyList<ExplainedQuestion> Join(IEnumerable<ScienceQuestion> questions, ILookup<string, string> rationales) =>
        [.. questions.SelectMany(question => rationales[question.Id].Select(rationale => new ExplainedQuestion(question, rationale)))];

    /// <summary>What the answer student learns from.</summary>
    /// <param name="source">Whose rationales, and in which shares.</param>
    /// <param name="data">The questions.</param>
    /// <param name="teacher">The teacher's rationales that passed the filters.</param>
    /// <param name="written">
    /// The students'; <see langword="null"/> where the source needs none. Validation is on these alone: it shall tell how well the
    /// student does with what it will meet.
    /// </param>
    public static ExplainedSets For(RationaleSource source, DistillationData data, ExplainedSets teacher, ExplainedSets? written)
    {
        if (written is null)
            return teacher with { Training = Dropped(teacher.Training, source) };

        var teachers = teacher.Training.ToLookup(explained => explained.Question.Id, StringComparer.Ordinal);
        var students = written.Training.ToLookup(explained => explained.Question.Id, StringComparer.Ordinal);
        string[] explained = [.. data.Training.Select(question => question.Id).Where(teachers.Contains)];
        var fromTeacher = Drawn(explained.Length, Math.Min(explained.Length, Count(source.TeacherShare, data.Training.Count)), source.Seed, Draw.Teacher)
            .Select(i => explained[i])
            .ToHashSet(StringComparer.Ordinal);
        return new ExplainedSets(
            Dropped([.. data.Training.SelectMany(question => (fromTeacher.Contains(question.Id) ? teachers : students)[question.Id])], source),
            written.Validation);
    }

    private static IReadOnlyList<ExplainedQuestion> Dropped(IReadOnlyList<ExplainedQuestion> examples, RationaleSource source)
    {
        var dropped = Drawn(examples.Count, Count(source.Dropout, examples.Count), source.Seed, Draw.Dropout).ToHashSet();
        return dropped.Count == 0 ? examples : [.. examples.Select((example, i) => dropped.Contains(i) ? example with { Rationale = "" } : example)];
    }

    private static int Count(double share, int total) => (int)Math.Round(share * total, MidpointRounding.AwayFromZero);

    /// <summary>A number of places, drawn without repetition.</summary>
    private static IEnumerable<int> Drawn(int places, int count, long seed, Draw draw)
    {
        var order = Enumerable.Range(0, places).ToArray();
        var random = SplitMix64.ForStream(seed, (long)draw);
        random.Shuffle<int>(order);
        return order.Take(count);
    }
}
