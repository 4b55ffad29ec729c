using System.Globalization;
using SciCoT.Distillation;
using SciCoT.Evaluation;
using SciCoT.Testing;
using TorchSharp;

namespace SciCoT.Benchmarks.TeacherStudy;

/// <summary>Trains and measures cells of the study, one folder each; what is done already is not done again.</summary>
/// <param name="root">The study's folder.</param>
/// <param name="workers">How many cells are worked on side by side, one thread each.</param>
internal sealed class StudyRunner(string root, int workers)
{
    private readonly StudyResults _results = new(Path.Combine(root, "results.jsonl"));
    private readonly CpuBudget _budget = new(Path.Combine(root, "cpu-seconds.txt"));

    public IReadOnlyList<StudyResult> Results => _results.Read();

    /// <summary>The processor time that all runs on this folder took.</summary>
    public double CpuSeconds => _budget.Seconds;

    public async Task RunAsync(IReadOnlyList<(StudyCondition Condition, IReadOnlyList<AblationVariant> Variants)> cells, CancellationToken cancellationToken)
    {
        torch.set_num_threads(1);
        var tokenizer = MiniScience.WriteTokenizer(Path.Combine(root, "tokenizer"));
        var done = _results.Read();
        if (workers == 0)
            return;
        var left = cells.Where(cell => cell.Variants.Any(variant => !done.Any(result => result.Condition == cell.Condition && result.System == variant.Name))).ToArray();
        Console.WriteLine($"{cells.Count} cells, {left.Length} to do.");
        await Parallel.ForEachAsync(left, new ParallelOptions { MaxDegreeOfParallelism = workers, CancellationToken = cancellationToken }, async (cell, token) =>
        {
            var (condition, variants) = cell;
            var folder = Path.Combine(root, condition.Folder);
            var world = MiniScience.Create(condition.Seed);
            var study = new AblationStudy(new ScriptedTeacher(world, condition.Teacher), condition.Options(tokenizer, variants));
            var result = await study.RunAsync(Data(world, condition), folder, null, token);
            var lines = result.Systems.Select(system => Result(condition, system)).ToArray();
            _results.Add(lines);
            _budget.Save();
            foreach (var line in lines)
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{DateTime.Now:HH:mm:ss} {condition.Folder}  {line.System}: {line.Accuracy:0.0 %} of {line.Right.Length}{(line.WithGoldRationale is { } gold ? $", with the gold rationale {gold:0.0 %}" : "")} ({line.Seconds:0} s)"));
        });
    }

    private static DistillationData Data(MiniScience world, StudyCondition condition)
    {
        // Settings are chosen on validation questions, which also choose the best weights; a question may stand once only, so the measured copies have names of their own.
        ScienceQuestion[] asked = [.. condition.Validation ? world.Validation.Select(question => question with { Id = "measured-" + question.Id }) : world.Test];
        return new DistillationData(world.Train, world.Validation, asked)
        {
            TestRationales = asked.ToDictionary(question => question.Id, question => world[question.Id.Replace("measured-", "", StringComparison.Ordinal)].Rationale),
        };
    }

    private static StudyResult Result(StudyCondition condition, SystemResult system)
    {
        var gold = system.Outcomes.SelectMany(outcome => outcome.Alternatives.Where(alternative => alternative.Kind == RationaleKind.Teacher).Select(alternative => (outcome, alternative))).ToArray();
        return new(condition, system.System, string.Concat(system.Outcomes.Select(outcome => outcome.IsCorrect ? '1' : '0')), system.Parameters ?? 0, system.TrainingSteps ?? 0, system.TrainingSeconds ?? 0)
        {
            WithGoldRationale = gold.Length == 0 ? null : gold.Average(pair => pair.alternative.Label == pair.outcome.Gold ? 1.0 : 0),
        };
    }
}
