using System.ClientModel;
using System.ClientModel.Primitives;
using System.CommandLine;
using Microsoft.Extensions.AI;
using OpenAI;
using OpenAI.Chat;
using SciCoT.Batches;
using SciCoT.Postgres;
using SciCoT.Prompting;
using SciCoT.Teaching;
using SciCoT.Teaching.Wire;

namespace SciCoT.Cli;

/// <summary>The options that make a teacher of a model behind an OpenAI-compatible endpoint.</summary>
internal sealed class TeacherOptions
{
    /// <summary>The name of the service's key in the configuration. A flag would leave it in the shell's history.</summary>
    public const string Key = "teacherKey";

    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(30);

    private const string OpenAI = "https://api.openai.com/v1";
    private static readonly string[] Replies = ["text", "json", "two-steps"];
    private static readonly string[] LimitFields = ["max_tokens", "max_completion_tokens"];

    private readonly Option<string?> _model = new("--teacher-model", "--model") { Description = "The teacher's model, as the service calls it." };
    private readonly Option<string?> _endpoint = new("--teacher-endpoint", "--endpoint") { Description = $"The service: {OpenAI} (default), or for example http://localhost:11434/v1 (Ollama), http://localhost:8000/v1 (vLLM), http://localhost:8080/v1 (llama.cpp)." };
    private readonly Option<string?> _name = new("--teacher") { Description = "The teacher's name in the store; by default the model's. Another name keeps other settings apart." };
    private readonly Option<string?> _reply = new("--reply") { Description = "How rationale and answer are asked for: text (default), json, or two-steps (a second call for the answer)." };
    private readonly Option<bool> _zeroShot = new("--zero-shot") { Description = "Put no worked examples into the prompt." };
    private readonly Option<double?> _temperature = new("--temperature") { Description = "By default the service's; several samples need one above 0." };
    private readonly Option<int?> _seed = new("--teacher-seed") { Description = "The first sample's seed; by default none is sent." };
    private readonly Option<int?> _maxOutputTokens = new("--max-output-tokens") { Description = "The limit of a reply's length; by default the service's." };
    private readonly Option<string?> _limitField = new("--output-limit-field") { Description = "The service's name for that limit: max_tokens or max_completion_tokens; by default chosen by the endpoint and by what the service accepts." };
    private readonly Option<int?> _maxReplyBytes = new("--max-reply-bytes") { Description = "The longest reply that is read, in bytes; by default 1000000." };
    private readonly Option<bool> _batch = new("--batch") { Description = "Ask through the service's batch API (OpenAI's form): half the price, replies within a day. The store's folder .batches keeps what is under way; the same command goes on with it." };
    private readonly Option<int?> _batchPoll = new("--batch-poll-seconds") { Description = "The time between two looks at a batch; by default 60." };
    private readonly Option<int?> _batchRequests = new("--batch-requests") { Description = "The most requests of a batch; by default 50000." };
    private readonly Option<int?> _requestsPerMinute = new("--requests-per-minute") { Description = "The service's limit of calls; by default none." };
    private readonly Option<int?> _tokensPerMinute = new("--tokens-per-minute") { Description = "The service's limit of tokens; by default none." };
    private readonly Option<int?> _maxRetries = new("--max-retries") { Description = "How often a call is repeated after a fault that may pass, such as 429 or a broken connection; by default 6." };
    private readonly Option<int?> _timeout = new("--timeout-seconds") { Description = "The longest that a call may take; by default 120, and 26 hours in a batch." };
    private readonly Option<int?> _maxTokens = new("--max-tokens") { Description = "The most tokens that this teacher's replies in the store may take, those of earlier runs included; by default no limit." };
    private readonly Option<decimal?> _maxCost = new("--max-cost") { Description = "The most that they may cost, in the currency of the prices; by default no limit." };
    private readonly Option<decimal?> _inputPrice = new("--input-price") { Description = "The price of a million tokens that the model reads." };
    private readonly Option<decimal?> _outputPrice = new("--output-price") { Description = "The price of a million tokens that it writes." };

    public TeacherOptions()
    {
        _reply.CompletionSources.Add(Replies);
        _limitField.CompletionSources.Add(LimitFields);
        All =
        [
            _model, _endpoint, _name, _reply, _zeroShot, _temperature, _seed, _maxOutputTokens, _limitField, _maxReplyBytes,
            _batch, _batchPoll, _batchRequests, _requestsPerMinute, _tokensPerMinute, _maxRetries, _timeout, _maxTokens, _maxCost, _inputPrice, _outputPrice,
        ];
    }

    public IReadOnlyList<Option> All { get; }

    public TeacherPrompt Prompt(Settings settings) => (settings.Flag(_zeroShot) ? TeacherPrompt.ZeroShot : TeacherPrompt.FewShot) with
    {
        Form = settings.Choice(_reply, Replies) switch
        {
            "json" => TeacherReplyForm.Json,
            "two-steps" => TeacherReplyForm.TwoSteps,
            _ => TeacherReplyForm.Text,
        },
    };

    /// <summary>The teacher's name in the store.</summary>
    public string NameOf(Settings settings) => settings.Text(_name) ?? settings.Required(_model);

    /// <summary>The budget, of which nothing is spent yet.</summary>
    public TeacherBudget Budget(Settings settings)
    {
        var (input, output, maxCost) = (settings.Amount(_inputPrice), settings.Amount(_outputPrice), settings.Amount(_maxCost));
        bool isPriced = input is not null || output is not null;
        if (maxCost is not null && !isPriced)
            throw new UsageException($"{_maxCost.Name} needs prices: give {_inputPrice.Name} and {_outputPrice.Name}, those of a million tokens.");
        return new()
        {
            MaxTokens = settings.Integer(_maxTokens, 1),
            MaxCost = maxCost,
            Prices = isPriced ? new Dictionary<string, ModelPrice> { [ModelPrice.AnyModel] = new(input ?? 0, output ?? 0) } : [],
        };
    }

    /// <summary>Whether the service's batch API is asked.</summary>
    public bool IsBatch(Settings settings) => settings.Flag(_batch);

    /// <summary>How long calls under way may go on after Ctrl-C: they will be paid for. A batch goes on at the service.</summary>
    public TimeSpan CancellationGrace(Settings settings) => IsBatch(settings) ? TimeSpan.Zero : Grace;

    /// <summary>How many questions are with the teacher at a time, where the user does not say.</summary>
    public int Concurrency(Settings settings) => IsBatch(settings) ? BatchRequests(settings) : 8;

    /// <summary>The model's client. The caller disposes of it.</summary>
    /// <param name="settings">The options' values.</param>
    /// <param name="store">The store, beside which batches are kept.</param>
    /// <param name="progress">Is told of batches.</param>
    public IChatClient Client(Settings settings, string store, IProgress<BatchProgress> progress)
    {
        var endpoint = Endpoint(settings);
        return new ChatClient(settings.Required(_model), new ApiKeyCredential(FindKey(settings, endpoint) ?? "none"), new OpenAIClientOptions
        {
            Endpoint = endpoint,
            Transport = new HttpClientPipelineTransport(Http(settings, store, progress)),

            // The layers around the teacher retry and time out, where limits and budget see it.
            RetryPolicy = new ClientRetryPolicy(maxRetries: 0),
            NetworkTimeout = Timeout.InfiniteTimeSpan,
        }).AsIChatClient();
    }

    private Uri Endpoint(Settings settings)
    {
        var address = settings.Text(_endpoint) ?? OpenAI;
        return Uri.TryCreate(address, UriKind.Absolute, out var endpoint) && endpoint.Scheme is ("http" or "https")
            ? endpoint
            : throw new UsageException($"{_endpoint.Name} must be a web address such as {OpenAI}; got '{address}'.");
    }

    private HttpClient Http(Settings settings, string store, IProgress<BatchProgress> progress)
    {
        var options = new ChatCompletionsOptions
        {
            MaxReplyBytes = settings.Integer(_maxReplyBytes, 1) ?? new ChatCompletionsOptions().MaxReplyBytes,
            LimitField = settings.Choice(_limitField, LimitFields) switch
            {
                "max_tokens" => ReplyLimitField.MaxTokens,
                "max_completion_tokens" => ReplyLimitField.MaxCompletionTokens,
                _ => ReplyLimitField.Automatic,
            },
        };
        if (!IsBatch(settings))
            return ChatCompletionsHandler.CreateClient(options);
        var defaults = Batches(store);
        var poll = settings.Integer(_batchPoll, 1) is { } seconds ? TimeSpan.FromSeconds(seconds) : defaults.PollInterval;
        return ChatCompletionsHandler.CreateBatchClient(
            defaults with
            {
                MaxRequests = BatchRequests(settings),
                PollInterval = poll,
                GatherFor = poll < defaults.GatherFor ? poll : defaults.GatherFor,
                Progress = progress,
            },
            options);
    }

    private int BatchRequests(Settings settings) => settings.Integer(_batchRequests, 1) ?? Batches("").MaxRequests;

    private static BatchCompletionsOptions Batches(string store) => new() { Directory = store + ".batches" };

    /// <summary>The teacher itself, whose name and prompt are those of its records.</summary>
    public ChatClientTeacher Teacher(Settings settings, IChatClient client) => new(client, new()
    {
        Name = NameOf(settings),
        Prompt = Prompt(settings),
        Temperature = settings.Number(_temperature),
        Seed = settings.Integer(_seed, 0),
        MaxOutputTokens = settings.Integer(_maxOutputTokens, 1),
    });

    /// <summary>The teacher with what every paid teacher needs around it.</summary>
    /// <param name="settings">The options' values.</param>
    /// <param name="teacher">The teacher.</param>
    /// <param name="budget">The budget.</param>
    /// <param name="onRetry">Is told of calls that are repeated.</param>
    /// <param name="shared">The database in which budget and rate limits are held for all workers; <see langword="null"/> for one worker.</param>
    public ITeacherPrompter Guarded(Settings settings, ChatClientTeacher teacher, TeacherBudget budget, Action<TeacherRetry> onRetry, PostgresRationaleStore? shared = null)
    {
        var layers = new TeacherBuilder(teacher);
        if (Prompt(settings).Form == TeacherReplyForm.TwoSteps)
            layers.UseTwoSteps();
        if (shared is null)
            layers.UseBudget(budget);
        if ((settings.Integer(_maxRetries, 0) ?? new TeacherRetryOptions().MaxRetries) is > 0 and var retries)
            layers.UseRetry(new() { MaxRetries = retries, OnRetry = onRetry });
        var limits = new TeacherRateLimits { RequestsPerMinute = settings.Integer(_requestsPerMinute, 1), TokensPerMinute = settings.Integer(_tokensPerMinute, 1) };
        if (shared is null)
            layers.UseRateLimit(limits);
        else
            Share(layers, shared, teacher.Name, budget, limits);
        return layers.UseTimeout(TimeSpan.FromSeconds(TimeoutSeconds(settings))).Build();
    }

    private int TimeoutSeconds(Settings settings) => settings.Integer(_timeout, 1) ?? (IsBatch(settings) ? 26 * 60 * 60 : 120);

    /// <summary>What a user should know who has heard nothing of the service for a while.</summary>
    public string Silence(Settings settings, TimeSpan since) => FormattableString.Invariant(
        $"{ServiceFailure.Place(Endpoint(settings), settings.Required(_model))}: no reply in {since.TotalSeconds:0} s. A call may take {TimeoutSeconds(settings)} s ({_timeout.Name}). Is the address right? A server that is loading its model needs more time.");

    /// <summary>Limits that are given hold for all workers together; those that are not cost no question to the database.</summary>
    private static void Share(TeacherBuilder layers, PostgresRationaleStore store, string teacher, TeacherBudget budget, TeacherRateLimits limits)
    {
        if (budget.MaxTokens is not null || budget.MaxCost is not null)
            layers.UseSharedBudget(store, teacher, budget);
        if (limits.RequestsPerMinute is not null || limits.TokensPerMinute is not null)
            layers.UseSharedRateLimit(store, teacher, limits);
    }

    /// <summary>Where the key came from that a service refused.</summary>
    public static string KeySource(Settings settings)
    {
        var name = $"SCICOT_{Key.ToUpperInvariant()}";
        return settings.Text(Key) is not null
            ? $"The key is that of {name}, or of \"{Key}\" in {Settings.DefaultFile}."
            : $"No key is set in {name} or as \"{Key}\" in {Settings.DefaultFile}; {OpenAI} alone gets that of OPENAI_API_KEY.";
    }

    /// <summary>The service's key; local servers need none. OpenAI's is shown to OpenAI only.</summary>
    private static string? FindKey(Settings settings, Uri endpoint)
    {
        if (settings.Text(Key) is { } key)
            return key;
        if (endpoint.Host != new Uri(OpenAI).Host)
            return null;
        return Environment.GetEnvironmentVariable("OPENAI_API_KEY") is { Length: > 0 } own
            ? own
            : throw new UsageException($"{OpenAI} needs a key: set OPENAI_API_KEY or SCICOT_{Key.ToUpperInvariant()}.");
    }
}
