using System.Globalization;
using Microsoft.Extensions.AI;
using SciCoT;
using SciCoT.Questions;
using SciCoT.Rationales;
using SciCoT.Teaching;
using SciCoT.Teaching.Filters;
using Spectre.Console;

namespace AnnotateWithLlm;

/// <summary>What is shown on the console.</summary>
internal static class Display
{
    private const int ShownFailures = 5;

    private static readonly HashSet<string> Reasons = new(StringComparer.Ordinal);

    public static void Questions(Settings settings, int count, IReadOnlyList<BadRowException> badRows)
    {
        AnsiConsole.MarkupLineInterpolated($"{count} questions of [bold]{settings.Input}[/], to be explained by [bold]{settings.Model}[/] at {settings.Endpoint}");
        foreach (var bad in badRows.Take(ShownFailures))
            AnsiConsole.MarkupLineInterpolated($"[yellow]skipped: {TerminalWriter.Escape(bad.Message)}[/]");
        if (badRows.Count > ShownFailures)
            AnsiConsole.MarkupLineInterpolated($"[yellow]and {badRows.Count - ShownFailures} more bad rows[/]");
        if (count == 0)
            throw new InvalidFileException($"{settings.Input} has no question.");
    }

    public static void Prompt(IEnumerable<ChatMessage> messages, string hash)
    {
        foreach (var message in messages)
            AnsiConsole.MarkupLineInterpolated($"\n[bold]{message.Role.Value}[/]\n{TerminalWriter.Escape(message.Text)}");
        AnsiConsole.MarkupLineInterpolated($"\nprompt hash {hash}; nothing was asked");
    }

    public static void Store(JsonLinesRationaleStore store)
    {
        AnsiConsole.MarkupLineInterpolated($"{store.Count} records are in [bold]{store.Path}[/] already");
        if (store.TornTail is { } torn)
            AnsiConsole.MarkupLineInterpolated($"[yellow]line {torn.Line} was left unfinished by an earlier run and is now in {torn.AsidePath}[/]");
    }

    public static async Task<AnnotationResult> WithProgressAsync(Func<IProgress<AnnotationProgress>, Task<AnnotationResult>> work)
    {
        AnnotationResult? result = null;
        await AnsiConsole.Progress()
            .Columns(new SpinnerColumn(), new ProgressBarColumn(), new PercentageColumn(), new TaskDescriptionColumn { Alignment = Justify.Left })
            .StartAsync(async context =>
            {
                var bar = context.AddTask("annotating");
                result = await work(new Reporter(progress =>
                {
                    bar.MaxValue = Math.Max(1, progress.Total);
                    bar.Value = progress.Done + progress.Skipped + progress.Failed;
                    bar.Description = Markup.Escape(Describe(progress));
                }));
            });
        return result!;
    }

    public static async Task ResultAsync(AnnotationResult result, IReadOnlyList<ScienceQuestion> questions, IRationaleStore store, CancellationToken cancellationToken)
    {
        AnsiConsole.MarkupLine(Markup.Escape(Describe(result.Totals)));
        if (result.StoppedBy is { } reason)
            AnsiConsole.MarkupLineInterpolated($"[yellow]stopped: {TerminalWriter.Escape(reason.Message)}[/]");
        foreach (var (request, exception) in result.Failures.Take(ShownFailures))
            AnsiConsole.MarkupLineInterpolated($"[red]no reply for {TerminalWriter.Escape(request.Question.Id)}: {TerminalWriter.Escape(exception.Message.ReplaceLineEndings(" "))}[/]");
        if (result.Failures.Count > 0)
            AnsiConsole.MarkupLineInterpolated($"[red]{result.Failures.Count} without a reply; start again to ask for them alone[/]");

        var byHash = questions.DistinctBy(question => question.ContentHash).ToDictionary(question => question.ContentHash);
        var judgements = new List<RationaleJudgement>();
        await foreach (var record in store.ReadAllAsync(cancellationToken))
        {
            if (byHash.TryGetValue(record.QuestionHash, out var question))
                judgements.Add(RationaleFilterChain.Default.Judge(question, record));
        }

        var report = RationaleFilterReport.Of(judgements);
        var table = new Table().AddColumns("filter", "accepted", "refused", "does not apply");
        foreach (var filter in report.Filters)
            table.AddRow(filter.Filter, Number(filter.Accepted), Number(filter.Refused), Number(filter.NotApplicable));
        table.AddRow("all", Number(report.Accepted), Number(report.Judged - report.Accepted), "");
        AnsiConsole.Write(table);
    }

    /// <summary>Says why a call is repeated, when it happens and each reason once.</summary>
    public static void Repeating(TeacherRetry retry)
    {
        lock (Reasons)
        {
            if (Reasons.Count < ShownFailures && Reasons.Add(retry.Exception.Message))
                AnsiConsole.MarkupLineInterpolated($"[yellow]{retry.Request.Question.Id}: {retry.Exception.Message.ReplaceLineEndings(" ")} Asked again in {Math.Ceiling(retry.Delay.TotalSeconds)} s.[/]");
        }
    }

    private static string Describe(AnnotationProgress progress)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"{progress.Done} asked, {progress.Skipped} known, {progress.Failed} failed, {progress.Unusable} of no use, {progress.InputTokens + progress.OutputTokens:n0} tokens");
        if (progress.Rationalized > 0)
            text += string.Create(CultureInfo.InvariantCulture, $", {progress.Rationalized} with the answer in view");
        if (progress.Cost is { } cost)
            text += string.Create(CultureInfo.InvariantCulture, $", cost {cost:0.0000}");
        return progress.Remaining is { } remaining && remaining > TimeSpan.Zero
            ? text + string.Create(CultureInfo.InvariantCulture, $", {remaining:hh\\:mm\\:ss} to go")
            : text;
    }

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>Reports at once and in order, as <see cref="Progress{T}"/> would not.</summary>
    private sealed class Reporter(Action<AnnotationProgress> report) : IProgress<AnnotationProgress>
    {
        public void Report(AnnotationProgress value) => report(value);
    }
}
