using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using SciCoT.IO;
using SciCoT.Postgres;
using SciCoT.Rationales;
using SciCoT.Teaching;
using SciCoT.Teaching.Filters;

namespace SciCoT.Cli.Commands;

/// <summary><c>scicot annotate</c>: questions in, a teacher's rationales into a store.</summary>
internal sealed class AnnotateCommand : ToolCommand
{
    private const int ShownFailures = 5;

    /// <summary>How long the service may be silent until the user is told.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(10);

    private readonly QuestionOptions _questions = new("--input", "-i", "The questions to explain.");
    private readonly Option<string?> _output = new("--output", "-o") { Description = "The rationale store; by default rationales.jsonl. Started again with the same one, the annotation continues." };
    private readonly DatabaseOptions _database = new("A store for several machines, in place of a file; each runs the same command, and no question is asked for twice");
    private readonly Option<int?> _lease = new("--lease-seconds") { Description = "With --store: after how long the questions of a machine that died are handed to others; by default 120." };
    private readonly TeacherOptions _teacher = new();
    private readonly Option<int?> _samples = new("--samples") { Description = "Rationales for each question; by default 1." };
    private readonly Option<bool> _revealAnswer = new("--reveal-answer") { Description = "Show the teacher the right answer from the start." };
    private readonly Option<bool> _rationalize = new("--rationalize") { Description = "Ask again with the answer in view where the teacher's own answer is wrong." };
    private readonly Option<int?> _unusableRetries = new("--unusable-retries") { Description = "How often a reply of no use is asked for again; by default 2." };
    private readonly Option<int?> _concurrency = new("--concurrency") { Description = "Questions that are with the teacher at a time; by default 8, and all of a batch." };
    private readonly Option<int?> _maxFailures = new("--max-failures") { Description = "Questions without a reply after which the rest is not asked; by default 20." };
    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "Show the first question's prompt and ask nothing." };

    public AnnotateCommand(ToolConsole console)
        : base(
            "annotate",
            "Has a language model explain questions, into a store that a run learns from. The key comes from SCICOT_TEACHERKEY or, for OpenAI, OPENAI_API_KEY. Ctrl-C lets calls under way end, and the same command continues.",
            console,
            "scicot annotate --input train.jsonl --output rationales.jsonl --model gpt-4o-mini --input-price 0.15 --output-price 0.60 --max-cost 5",
            "scicot annotate --input ARC-Easy-Train.jsonl --model llama3.1 --endpoint http://localhost:11434/v1 --concurrency 2",
            "scicot annotate --input train.jsonl --model gpt-4o-mini --store \"Host=db.example.org;Database=science;Username=me\"",
            "scicot annotate --input train.jsonl --model gpt-4o-mini --batch",
            "scicot annotate --input train.jsonl --model llama3.1 --dry-run")
    {
        AddOptions([.. _questions.All, _output, .. _database.All, _lease, .. _teacher.All, _samples, _revealAnswer, _rationalize, _unusableRetries, _concurrency, _maxFailures, _dryRun]);
    }

    protected override async Task RunAsync(Settings settings, ParseResult result, ToolConsole console, bool asJson, CancellationToken cancellationToken)
    {
        var questions = _questions.Read(settings, console);
        bool revealAnswer = settings.Flag(_revealAnswer);
        if (settings.Flag(_dryRun))
        {
            var prompt = _teacher.Prompt(settings);
            var messages = prompt.Explain(questions[0], revealAnswer).Select(message => new JsonObject { ["role"] = message.Role.Value, ["text"] = message.Text });
            WriteDryRun(console, new JsonObject { ["questions"] = questions.Count, ["promptHash"] = prompt.Hash, ["messages"] = new JsonArray([.. messages]) }, asJson);
            return;
        }

        var path = settings.Text(_output) ?? "rationales.jsonl";
        bool isShared = _database.AreGivenInsteadOf(_output, settings);
        if (isShared && _teacher.IsBatch(settings))
            throw new UsageException("A batch is of one machine, which keeps what is under way beside its file: give --output in place of --store, or leave out --batch.");
        using var client = _teacher.Client(settings, path, new BatchLines(console));
        var chat = _teacher.Teacher(settings, client);
        var budget = _teacher.Budget(settings);
        var asked = AnnotationSettings.For(chat) with
        {
            Concurrency = settings.Integer(_concurrency, 1) ?? _teacher.Concurrency(settings),
            SamplesPerQuestion = settings.Integer(_samples, 1) ?? 1,
            RevealAnswer = revealAnswer,
            RationalizeDisagreements = settings.Flag(_rationalize),
            UnusableRetries = settings.Integer(_unusableRetries, 0) ?? 2,
            MaxFailures = settings.Integer(_maxFailures, 1) ?? 20,
            CancellationGrace = _teacher.CancellationGrace(settings),
            Prices = budget.Prices,
        };
        if (isShared)
        {
            await using var shared = await _database.OpenAsync(settings, console, create: true, cancellationToken).ConfigureAwait(false);
            var lease = settings.Integer(_lease, 1) is { } seconds ? TimeSpan.FromSeconds(seconds) : (TimeSpan?)null;
            await AnnotateAsync(shared, shared.Name, shared.ShareWork(lease), shared).ConfigureAwait(false);
            return;
        }

        await using var store = JsonLinesRationaleStore.Open(path, cancellationToken);
        if (store.TornTail is { } torn)
            console.Error.WriteLine($"{path}: line {torn.Line} was left unfinished by an earlier run and is now in {torn.AsidePath}.");
        await budget.ChargeAsync(store, chat.Name, cancellationToken).ConfigureAwait(false);
        await AnnotateAsync(store, path, null, null).ConfigureAwait(false);

        async Task AnnotateAsync(IRationaleStore target, string name, IAnnotationSharing? sharing, PostgresRationaleStore? limits)
        {
            var problems = new ProblemLines(console);
            using var silence = _teacher.IsBatch(settings) ? null : problems.WhenSilent(_teacher.Silence(settings, Silence), Silence, TimeProvider.System);
            var annotator = new RationaleAnnotator(_teacher.Guarded(settings, chat, budget, problems.Repeating, limits), target, asked, sharing: sharing);
            var annotated = await console.WithProgressAsync(report => annotator.AnnotateAsync(
                questions,
                new SynchronousProgress<AnnotationProgress>(p =>
                {
                    problems.Report(p.LatestProblem);
                    if (p.Done + p.Failed > 0)
                        problems.Heard();
                    report("Annotating", p.Done + p.Failed + p.EndedElsewhere, p.Total - p.Skipped, Describe(p));
                }),
                cancellationToken)).ConfigureAwait(false);

            var outcome = await ResultAsync(annotated, questions, target, name, cancellationToken).ConfigureAwait(false);
            if (sharing is not null)
                outcome["elsewhere"] = annotated.Totals.EndedElsewhere;
            console.Write(outcome, asJson);
            ThrowIfIncomplete(annotated, settings, console);
        }
    }

    private static async Task<JsonObject> ResultAsync(AnnotationResult annotated, IReadOnlyList<ScienceQuestion> questions, IRationaleStore store, string path, CancellationToken cancellationToken)
    {
        var byHash = questions.DistinctBy(question => question.ContentHash).ToDictionary(question => question.ContentHash, StringComparer.Ordinal);
        var judgements = new List<RationaleJudgement>();
        await foreach (var record in store.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            if (byHash.TryGetValue(record.QuestionHash, out var question))
                judgements.Add(RationaleFilterChain.Default.Judge(question, record));
        }

        var filtered = RationaleFilterReport.Of(judgements);
        var refused = new JsonObject();
        foreach (var filter in filtered.Filters.Where(filter => filter.Refused > 0))
            refused[filter.Filter] = filter.Refused;
        var totals = annotated.Totals;
        return new JsonObject
        {
            ["store"] = path,
            ["questions"] = questions.Count,
            ["asked"] = totals.Done,
            ["known"] = totals.Skipped,
            ["failed"] = totals.Failed,
            ["unusable"] = totals.Unusable,
            ["rationalized"] = totals.Rationalized,
            ["inputTokens"] = totals.InputTokens,
            ["outputTokens"] = totals.OutputTokens,
            ["cost"] = totals.Cost,
            ["seconds"] = Math.Round(totals.Elapsed.TotalSeconds, 1),
            ["filters"] = new JsonObject { ["judged"] = filtered.Judged, ["accepted"] = filtered.Accepted, ["refused"] = refused },
        };
    }

    /// <exception cref="TeacherException">Questions are left.</exception>
    private static void ThrowIfIncomplete(AnnotationResult annotated, Settings settings, ToolConsole console)
    {
        foreach (var (request, exception) in annotated.Failures.DistinctBy(failure => failure.Exception.Message).Take(ShownFailures))
            console.Error.WriteLine(ProblemLines.Line(request, exception.Message));
        if (annotated.Failures.Any(failure => failure.Exception is TeacherServiceException { Status: 401 or 403 }))
            console.Error.WriteLine(TeacherOptions.KeySource(settings));
        if (annotated.StoppedBy is { } reason)
            throw new TeacherException(reason.Message, reason);
        if (annotated.Failures.Count > 0)
        {
            throw new TeacherException(
                $"There is no reply to {annotated.Failures.Count} {(annotated.Failures.Count == 1 ? "question" : "questions")}"
                + $"{(annotated.IsStoppedEarly ? ", and the rest was not asked" : "")}. All replies are kept; the same command asks for the others.");
        }
    }

    private static string Describe(AnnotationProgress progress)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"{progress.Done} asked, {progress.Skipped} known, {progress.Failed} failed, {progress.Unusable} of no use, {progress.InputTokens + progress.OutputTokens:n0} tokens");
        if (progress.EndedElsewhere > 0)
            text += string.Create(CultureInfo.InvariantCulture, $", {progress.EndedElsewhere} ended elsewhere");
        return progress.Cost is { } cost ? text + string.Create(CultureInfo.InvariantCulture, $", cost {cost:0.0000}") : text;
    }

    private static void WriteDryRun(ToolConsole console, JsonObject plan, bool asJson)
    {
        if (asJson)
        {
            console.WriteJson(plan);
            return;
        }

        foreach (var message in plan["messages"]!.AsArray())
            console.Out.WriteLine($"[{message!["role"]}]\n{message["text"]}\n");
        console.Out.WriteLine($"{plan["questions"]} questions; prompt hash {plan["promptHash"]}. Nothing was asked.");
    }
}
