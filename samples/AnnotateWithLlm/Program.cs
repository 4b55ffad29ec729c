using System.ClientModel;
using System.ClientModel.Primitives;
using AnnotateWithLlm;
using Microsoft.Extensions.AI;
using OpenAI;
using OpenAI.Chat;
using SciCoT;
using SciCoT.Questions;
using SciCoT.Rationales;
using SciCoT.Samples;
using SciCoT.Teaching;

if (args.Length == 0 || Failures.AsksForHelp(args))
{
    Console.WriteLine(Settings.Help);
    return 0;
}

using var signals = new StopSignals();

Settings settings;
try
{
    settings = Settings.Read(args);
}
catch (Exception e) when (Failures.IsExpected(e))
{
    Console.Error.WriteLine(TerminalWriter.Escape(SciCoTException.Explain(e)));
    return 2;
}

try
{
    var badRows = new List<BadRowException>();
    var questions = QuestionFile.Read(settings.Input!, badRows.Add).ToList();
    Display.Questions(settings, questions.Count, badRows);
    if (settings.DryRun)
    {
        Display.Prompt(settings.Prompt.Explain(questions[0], revealAnswer: false), settings.Prompt.Hash);
        return 0;
    }

    return await AnnotateAsync(settings, questions, signals.Token);
}
catch (OperationCanceledException) when (signals.Token.IsCancellationRequested)
{
    Console.Error.WriteLine("Stopped; all replies that came are kept. Start again with the same settings to continue.");
    return signals.ExitCode;
}
catch (Exception e) when (Failures.IsExpected(e))
{
    Console.Error.WriteLine(TerminalWriter.Escape(SciCoTException.Explain(e)));
    return 1;
}

static async Task<int> AnnotateAsync(Settings settings, IReadOnlyList<ScienceQuestion> questions, CancellationToken cancellationToken)
{
    // The whole difference between one service and another is in this client.
    using IChatClient client = new ChatClient(
        settings.Model,
        new ApiKeyCredential(Environment.GetEnvironmentVariable("OPENAI_API_KEY") is { Length: > 0 } key ? key : "none"),
        new OpenAIClientOptions
        {
            Endpoint = settings.Endpoint,
            // Replies as servers really send them, and a bound of their size.
            Transport = new HttpClientPipelineTransport(ChatCompletionsHandler.CreateClient(new() { MaxReplyBytes = settings.MaxReplyBytes, LimitField = settings.LimitField })),
            // The layers below retry and time out. The client's own would do so behind their back: calls that no limit and no
            // budget sees, and waits within waits.
            RetryPolicy = new ClientRetryPolicy(maxRetries: 0),
            NetworkTimeout = Timeout.InfiniteTimeSpan,
        }).AsIChatClient();

    var chat = new ChatClientTeacher(client, new()
    {
        Prompt = settings.Prompt,
        Temperature = settings.Temperature,
        Seed = settings.Seed,
        MaxOutputTokens = settings.MaxOutputTokens,
    });
    var budget = new TeacherBudget { MaxTokens = settings.MaxTokens, MaxCost = settings.MaxCost, Prices = settings.Prices };
    var layers = new TeacherBuilder(chat);
    if (settings.Form == SciCoT.Prompting.TeacherReplyForm.TwoSteps)
        layers.UseTwoSteps();
    var teacher = layers
        .UseBudget(budget)
        .UseRetry(new() { OnRetry = Display.Repeating })
        .UseRateLimit(new() { RequestsPerMinute = settings.RequestsPerMinute, TokensPerMinute = settings.TokensPerMinute })
        .UseTimeout(TimeSpan.FromSeconds(settings.TimeoutSeconds))
        .Build();

    await using var store = JsonLinesRationaleStore.Open(settings.Output, cancellationToken);
    Display.Store(store);
    var annotator = new RationaleAnnotator(teacher, store, AnnotationSettings.For(chat) with
    {
        Concurrency = settings.Concurrency,
        SamplesPerQuestion = settings.Samples,
        RationalizeDisagreements = settings.Rationalize,
        UnusableRetries = settings.UnusableRetries,
        CancellationGrace = TimeSpan.FromSeconds(30),
        Prices = settings.Prices,
    });
    var result = await Display.WithProgressAsync(progress => annotator.AnnotateAsync(questions, progress, cancellationToken));
    await Display.ResultAsync(result, questions, store, cancellationToken);
    return result.IsStoppedEarly || result.Failures.Count > 0 ? 1 : 0;
}
