using System.Diagnostics;
using System.Globalization;
using SciCoT;
using SciCoT.Distillation;
using SciCoT.Evaluation.Reports;
using SciCoT.Hub;
using Spectre.Console;

namespace ArcDistillation;

/// <summary>What the person sees.</summary>
internal static class Display
{
    public static Task<DistillationReport> WithProgressAsync(Func<IProgress<DistillationProgress>, Task<DistillationReport>> work) =>
        AnsiConsole.Progress()
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new ElapsedTimeColumn(), new RemainingTimeColumn())
            .StartAsync(context => work(new StageDisplay(context)));

    /// <summary>Follows a download, one bar a file; there is none where nothing needs to be fetched.</summary>
    public static Task<string> WithDownloadAsync(Func<IProgress<HubProgress>, Task<string>> work) =>
        AnsiConsole.Progress()
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new DownloadedColumn(), new RemainingTimeColumn())
            .StartAsync(context => work(new DownloadDisplay(context)));

    /// <summary>Follows a study: one line for each system that is measured.</summary>
    public static async Task AblationAsync(Func<IProgress<AblationProgress>, Task<EvaluationReport>> work)
    {
        var clock = Stopwatch.StartNew();
        var report = await work(new Lines(clock));
        AnsiConsole.WriteLine();
        AnsiConsole.WriteLine(TerminalWriter.Escape(report.ToMarkdown()));
        Line($"{clock.Elapsed.TotalSeconds:0} s.");
    }

    public static void Start(ArcData data) =>
        AnsiConsole.WriteLine(TerminalWriter.Escape($"{data.Questions.Training.Count} training, {data.Questions.Validation.Count} validation, {data.Questions.Test.Count} dev questions; rationales by {data.Teacher}."));

    public static void Report(DistillationReport report, IReadOnlyList<ScienceQuestion> dev)
    {
        AnsiConsole.WriteLine();
        AnsiConsole.WriteLine($"Filters: {report.Filters.Accepted} of {report.Filters.Judged} rationales accepted ({string.Join(", ", report.Filters.Filters.Select(filter => $"{filter.Filter} refused {filter.Refused}"))}).");
        Student("Rationale student", report.RationaleStudent);
        Student("Answer student", report.AnswerStudent);
        if (report.Test is { } test)
        {
            double chance = dev.Average(question => 1.0 / question.Choices.Count);
            Line($"ARC-Easy dev: {test.Accuracy:0.0 %} of {test.Count} right (95 % {test.Interval.Low:0.0 %} to {test.Interval.High:0.0 %}); guessing gives {chance:0.0 %}.");
        }

        using var process = Process.GetCurrentProcess();
        Line($"Peak memory: {process.PeakWorkingSet64 / (1024.0 * 1024 * 1024):0.00} GiB.");
    }

    public static void Example(ScienceQuestion question, Answer answer)
    {
        AnsiConsole.WriteLine();
        AnsiConsole.WriteLine(TerminalWriter.Escape($"{question.Stem} {string.Join(" ", question.Choices.Select(choice => $"({choice.Label}) {choice.Text}"))}"));
        AnsiConsole.WriteLine(TerminalWriter.Escape($"  rationale: {answer.Rationales[0]}"));
        Line($"  answer:    {answer.Text} ({answer.Confidence:0 %}); gold: {question.GoldChoice?.Text}");
    }

    private static void Student(string name, StudentReport student) =>
        Line($"{name}: {student.Parameters / 1e6:0.0} M parameters, {student.Examples} examples ({student.TruncatedExamples} cut), {student.Steps} steps at {student.Seconds / student.Steps:0.00} s, training loss {student.TrainingLoss:0.000}, validation loss {student.ValidationLoss:0.000} at step {student.BestStep}.");

    private static void Line(FormattableString text) => AnsiConsole.WriteLine(TerminalWriter.Escape(text.ToString(CultureInfo.InvariantCulture)));

    private sealed class Lines(Stopwatch clock) : IProgress<AblationProgress>
    {
        public void Report(AblationProgress progress)
        {
            if (progress.Stage is null)
                Line($"{clock.Elapsed:hh\\:mm\\:ss}  {progress.Done} of {progress.Total}: {progress.System}, seed {progress.Seed}");
        }
    }

    private sealed class DownloadDisplay(ProgressContext context) : IProgress<HubProgress>
    {
        private readonly Dictionary<string, ProgressTask> _files = [];

        public void Report(HubProgress progress)
        {
            if (!_files.TryGetValue(progress.File, out var task))
                _files[progress.File] = task = context.AddTask(progress.File, maxValue: progress.FileLength ?? double.MaxValue);
            task.Value = progress.FileBytes;
        }
    }

    /// <summary>One bar a stage; a bar appears when its stage begins.</summary>
    private sealed class StageDisplay(ProgressContext context) : IProgress<DistillationProgress>
    {
        private readonly Dictionary<DistillationStage, ProgressTask> _tasks = [];

        public void Report(DistillationProgress progress)
        {
            if (!_tasks.TryGetValue(progress.Stage, out var task))
                _tasks[progress.Stage] = task = context.AddTask(Name(progress.Stage), maxValue: 1);
            task.Value = progress.Done;
            if (progress.Training is { } training)
                task.Description = string.Create(CultureInfo.InvariantCulture, $"{Name(progress.Stage)}, loss {training.SmoothedLoss:0.000}");
        }

        private static string Name(DistillationStage stage) => stage switch
        {
            DistillationStage.Annotate => "Rationales are replayed",
            DistillationStage.Filter => "Filters",
            DistillationStage.TrainRationaleStudent => "Rationale student learns",
            DistillationStage.WriteRationales => "Rationale student writes",
            DistillationStage.TrainAnswerStudent => "Answer student learns",
            _ => "Dev questions are answered",
        };
    }
}
