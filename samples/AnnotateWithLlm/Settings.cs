using System.Reflection;
using Microsoft.Extensions.Configuration;
using SciCoT.Prompting;
using SciCoT.Teaching;

namespace AnnotateWithLlm;

/// <summary>What appsettings.json, the environment (ANNOTATE_…) and the command line say; the later ones count.</summary>
internal sealed record Settings
{
    public const string Help = """
        Annotates questions with rationales by a language model behind any OpenAI-compatible endpoint.

          dotnet run --project samples/AnnotateWithLlm -- --Input questions.jsonl --Output rationales.jsonl [settings]

        --Endpoint URL             OpenAI, or for example http://localhost:11434/v1 (Ollama), http://localhost:8000/v1 (vLLM),
                                   http://localhost:8080/v1 (llama.cpp)
        --Model NAME               the model
        --Input FILE               questions, one JSON object a line (docs/data-formats.md)
        --Output FILE              the rationale store; started again with the same one, the run continues
        --Form Text|Json|TwoSteps  how rationale and answer are asked for
        --ZeroShot true            no worked examples in the prompt
        --Rationalize true         ask again with the answer in view where the model's own answer is wrong
        --Samples N                rationales a question (give a --Temperature above 0 then)
        --Temperature X  --Seed N  --MaxOutputTokens N
        --LimitField X             the service's name for --MaxOutputTokens: MaxTokens or MaxCompletionTokens; by default found out
        --MaxReplyBytes N          the longest reply that is read, by default 1000000
        --UnusableRetries N        how often replies of no use are asked for again
        --Concurrency N            calls under way at a time
        --RequestsPerMinute N  --TokensPerMinute N     the service's limits
        --TimeoutSeconds N         the longest that a call may take
        --MaxTokens N  --MaxCost X the budget of this run
        --InputPrice X --OutputPrice X                 prices of a million tokens
        --DryRun true              show the first prompt, ask nothing

        The key is read from OPENAI_API_KEY (local servers need none). Every setting can also stand in appsettings.json, or in
        the environment as ANNOTATE_Endpoint and so on. Ctrl-C stops asking and waits for what is under way; a second one ends.
        """;

    public Uri Endpoint { get; init; } = new("https://api.openai.com/v1");

    public string? Model { get; init; }

    public string? Input { get; init; }

    public string Output { get; init; } = "rationales.jsonl";

    public TeacherReplyForm Form { get; init; }

    public bool ZeroShot { get; init; }

    public bool Rationalize { get; init; }

    public int Samples { get; init; } = 1;

    public double? Temperature { get; init; }

    public long? Seed { get; init; }

    public int? MaxOutputTokens { get; init; }

    public ReplyLimitField LimitField { get; init; }

    public int MaxReplyBytes { get; init; } = 1_000_000;

    public int UnusableRetries { get; init; }

    public int Concurrency { get; init; } = 8;

    public int? RequestsPerMinute { get; init; }

    public int? TokensPerMinute { get; init; }

    public int TimeoutSeconds { get; init; } = 120;

    public long? MaxTokens { get; init; }

    public decimal? MaxCost { get; init; }

    public decimal InputPrice { get; init; }

    public decimal OutputPrice { get; init; }

    public bool DryRun { get; init; }

    public TeacherPrompt Prompt => (ZeroShot ? TeacherPrompt.ZeroShot : TeacherPrompt.FewShot) with { Form = Form };

    public IReadOnlyDictionary<string, ModelPrice> Prices =>
        InputPrice > 0 || OutputPrice > 0 ? new Dictionary<string, ModelPrice> { [Model!] = new(InputPrice, OutputPrice) } : [];

    /// <exception cref="InvalidOperationException">A setting is missing or cannot be read.</exception>
    public static Settings Read(string[] arguments)
    {
        var configuration = new ConfigurationBuilder()
            .AddJsonFile(Path.Combine(AppContext.BaseDirectory, "appsettings.json"), optional: true)
            .AddEnvironmentVariables("ANNOTATE_")
            .AddCommandLine(arguments)
            .Build();
        var unknown = configuration.GetChildren().Select(one => one.Key).Where(name => typeof(Settings).GetProperty(name, BindingFlags.IgnoreCase | BindingFlags.Public | BindingFlags.Instance) is null).ToArray();
        if (unknown.Length > 0)
            throw new InvalidOperationException($"{string.Join(", ", unknown)}: no such setting. --help lists all.");
        var settings = configuration.Get<Settings>() ?? new();
        if (settings.Input is null)
            throw new InvalidOperationException("No input is named. Give --Input FILE, or --help for all settings.");
        if (string.IsNullOrWhiteSpace(settings.Model))
            throw new InvalidOperationException("No model is named. Give --Model NAME, or --help for all settings.");
        return settings;
    }
}
