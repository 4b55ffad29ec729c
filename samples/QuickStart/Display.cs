using System.Diagnostics;
using System.Globalization;
using SciCoT;
using SciCoT.Distillation;
using SciCoT.Evaluation;
using SciCoT.Evaluation.Reports;
using SciCoT.Testing;
using SciCoT.Training;
using Spectre.Console;

namespace QuickStart;

/// <summary>What the person sees.</summary>
internal static class Display
{
    public static Task<T> WithProgressAsync<T>(Func<ProgressContext, Task<T>> work) =>
        AnsiConsole.Progress()
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new ElapsedTimeColumn(), new RemainingTimeColumn())
            .StartAsync(work);

    /// <summary>Follows a study: one line for each system that is measured.</summary>
    public static async Task AblationAsync(Func<IProgress<AblationProgress>, Task<EvaluationReport>> work, string output)
    {
        var clock = Stopwatch.StartNew();
        var report = await work(new Reporter<AblationProgress>(progress =>
        {
            if (progress.Stage is null)
                AnsiConsole.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{clock.Elapsed:mm\\:ss}  {progress.Done} of {progress.Total}: {progress.System}, seed {progress.Seed}"));
        }));
        AnsiConsole.WriteLine();
        AnsiConsole.WriteLine(report.ToMarkdown());
        AnsiConsole.WriteLine(string.Create(CultureInfo.InvariantCulture, $"report.html, report.md, report.json and predictions.jsonl lie in {output}; {clock.Elapsed.TotalSeconds:0} s."));
    }

    public static IProgress<DistillationProgress> Stages(ProgressContext context)
    {
        var tasks = new Dictionary<DistillationStage, ProgressTask>
        {
            [DistillationStage.Annotate] = NewTask(context, "Teacher explains"),
            [DistillationStage.TrainRationaleStudent] = NewTask(context, "Rationale student learns"),
            [DistillationStage.WriteRationales] = NewTask(context, "Rationale student writes"),
            [DistillationStage.TrainAnswerStudent] = NewTask(context, "Answer student learns"),
        };
        return new Reporter<DistillationProgress>(progress =>
        {
            if (!tasks.TryGetValue(progress.Stage, out var task))
                return;
            Advance(task, progress.Done);
            if (progress.Training is { } training)
                Describe(task, training);
        });
    }

    public static IProgress<TrainingProgress> Training(ProgressContext context, string description)
    {
        var task = NewTask(context, description);
        return new Reporter<TrainingProgress>(progress =>
        {
            Advance(task, (double)progress.Step / progress.TotalSteps);
            Describe(task, progress);
        });
    }

    public static IProgress<int> Count(ProgressContext context, string description, int total)
    {
        var task = NewTask(context, description, total);
        return new Reporter<int>(done => Advance(task, done));
    }

    public static void Results(Outcomes outcomes, MiniScience world)
    {
        var table = new Table().Title($"{outcomes.TwoStage.Count} test questions").AddColumns("System", "Accuracy", "95 % (Wilson)", "95 % (cells resampled)", "p against two-stage");
        Row("direct", outcomes.Direct);
        Row("one-stage", outcomes.OneStage);
        Row("two-stage", outcomes.TwoStage);
        Row("two-stage, gold rationale", outcomes.TwoStageGoldRationale);
        AnsiConsole.Write(table);
        foreach (var family in Enumerable.Range(0, outcomes.TwoStage.Count).GroupBy(i => world[outcomes.TwoStage[i].QuestionId].Family).OrderBy(family => family.Key))
        {
            string Right(IReadOnlyList<QuestionOutcome> rows) => Percent(family.Average(i => rows[i].IsCorrect ? 1.0 : 0.0));
            AnsiConsole.MarkupLine($"[grey]{family.Key,-12}{family.Count(),5} questions: direct {Right(outcomes.Direct)}, one-stage {Right(outcomes.OneStage)}, two-stage {Right(outcomes.TwoStage)}[/]");
        }

        AnsiConsole.MarkupLine("[grey]p: exact McNemar test on the same questions.[/]");

        void Row(string name, IReadOnlyList<QuestionOutcome> rows)
        {
            var report = AccuracyReport.Of(rows.Select(row => row.IsCorrect));
            var clustered = ClusterBootstrap.Accuracy(rows.Select(row => (world[row.QuestionId].Cell, row.IsCorrect)), seed: 1, resamples: 2000);
            bool compared = ReferenceEquals(rows, outcomes.Direct) || ReferenceEquals(rows, outcomes.OneStage);
            table.AddRow(
                name,
                Percent(report.Accuracy),
                $"{Percent(report.Interval.Low)} to {Percent(report.Interval.High)}",
                $"{Percent(clustered.Low)} to {Percent(clustered.High)}",
                compared ? outcomes.PValueAgainst(rows).ToString("0.0e+0", CultureInfo.InvariantCulture) : "");
        }
    }

    /// <summary>One question of each family, with what the students made of it.</summary>
    public static void Examples(Comparison comparison, Outcomes outcomes)
    {
        var shown = comparison.Test.Zip(outcomes.TwoStage).GroupBy(pair => comparison.World[pair.First.Id].Family).Select(family => family.First()).Take(6);
        foreach (var (question, outcome) in shown)
        {
            AnsiConsole.WriteLine();
            Question(question);
            Reply(outcome.Rationale ?? "", outcome.Text, outcome.IsCorrect ? "[green]right[/]" : $"[red]wrong, it is: {Markup.Escape(TerminalWriter.Escape(question.GoldChoice!.Text))}[/]");
        }
    }

    public static void Answer(Answer answer) =>
        Reply(answer.Rationales[0], answer.Text, $"[grey]{Percent(answer.Confidence)}[/]");

    private static void Question(ScienceQuestion question) =>
        AnsiConsole.MarkupLine($"[bold]{Markup.Escape(TerminalWriter.Escape(question.Stem))}[/] {Markup.Escape(TerminalWriter.Escape(string.Join(" ", question.Choices.Select(choice => $"({choice.Label}) {choice.Text}"))))}");

    private static void Reply(string rationale, string answer, string remark)
    {
        AnsiConsole.MarkupLine($"  rationale: [italic]{Markup.Escape(TerminalWriter.Escape(rationale))}[/]");
        AnsiConsole.MarkupLine($"  answer:    {Markup.Escape(TerminalWriter.Escape(answer))}  {remark}");
    }

    /// <summary>A stage that has yet to begin: where nobody watches, a line is written for each that runs, and for no other.</summary>
    private static ProgressTask NewTask(ProgressContext context, string description, double maxValue = 1) => context.AddTask(description, autoStart: false, maxValue);

    private static void Advance(ProgressTask task, double value)
    {
        if (!task.IsStarted)
            task.StartTask();
        task.Value = value;
        if (value >= task.MaxValue)
            task.StopTask();
    }

    private static void Describe(ProgressTask task, TrainingProgress progress)
    {
        var name = task.Description.Split(", loss")[0];
        task.Description = string.Create(CultureInfo.InvariantCulture, $"{name}, loss {progress.SmoothedLoss:0.000}");
    }

    private static string Percent(double share) => share.ToString("0.0 %", CultureInfo.InvariantCulture);

    private sealed class Reporter<T>(Action<T> report) : IProgress<T>
    {
        public void Report(T value) => report(value);
    }
}
