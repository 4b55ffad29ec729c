using SciCoT.Evaluation;
using SciCoT.Testing;

namespace SciCoT.Benchmarks.TeacherStudy;

/// <summary>The results of a study over its seeds, with intervals and tests.</summary>
internal sealed class StudyTable(IReadOnlyList<StudyResult> results)
{
    private const int Resamples = 2000;
    private readonly Dictionary<(int Seed, bool Validation), string[]> _cells = [];

    /// <summary>A system in the cells of one condition; <see langword="null"/> unless all seeds are there.</summary>
    public StudyRow? Row(Func<int, StudyCondition> condition, string system)
    {
        var found = StudyPlan.Seeds.Select(seed => results.FirstOrDefault(result => result.Condition == condition(seed) && result.System == system)).OfType<StudyResult>().ToArray();
        if (found.Length < StudyPlan.Seeds.Length)
            return null;
        var answers = found.SelectMany(result => CellsOf(result.Condition).Zip(result.Right, (cell, right) => ($"{result.Condition.Seed} {cell}", right == '1'))).ToArray();
        return new StudyRow(system, found, ClusterBootstrap.Accuracy(answers, seed: 1, Resamples));
    }

    /// <summary>Two systems on the same questions of all seeds: the difference, and the p-value of McNemar's exact test.</summary>
    public static (double Difference, double P) Compare(StudyRow first, StudyRow second)
    {
        var pairs = first.Results.Zip(second.Results).SelectMany(pair => pair.First.Right.Zip(pair.Second.Right)).ToArray();
        return (first.Accuracy - second.Accuracy, McNemar.ExactPValue(pairs.Count(pair => pair is { First: '1', Second: '0' }), pairs.Count(pair => pair is { First: '0', Second: '1' })));
    }

    /// <summary>The cell of each question: questions of one cell are not independent.</summary>
    private string[] CellsOf(StudyCondition condition)
    {
        if (!_cells.TryGetValue((condition.Seed, condition.Validation), out var cells))
        {
            var world = MiniScience.Create(condition.Seed);
            _cells[(condition.Seed, condition.Validation)] = cells = [.. (condition.Validation ? world.Validation : world.Test).Select(question => world[question.Id].Cell)];
        }

        return cells;
    }
}

/// <summary>A system under one condition, over all seeds.</summary>
/// <param name="System">Its name.</param>
/// <param name="Results">One for each seed.</param>
/// <param name="Interval">The 95 % interval of its accuracy, over resampled cells of questions.</param>
internal sealed record StudyRow(string System, IReadOnlyList<StudyResult> Results, Interval Interval)
{
    public double Accuracy => Results.Sum(result => result.Right.Count(c => c == '1')) / (double)Questions;

    public int Questions => Results.Sum(result => result.Right.Length);
}
