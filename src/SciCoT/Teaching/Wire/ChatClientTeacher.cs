using Microsoft.Extensions.AI;
using SciCoT.Prompting;
using SciCoT.Replies;
using SciCoT.Teaching.Wire;

namespace SciCoT.Teaching;

/// <summary>A language model behind an <see cref="IChatClient"/> as a teacher: any service or local server that has a client.</summary>
/// <remarks>
/// <para>A request is one call. Faults are not repeated here, and the client should not do so either: what
/// <see cref="TeacherBuilder"/> puts around the teacher then sees, limits and counts every call.</para>
/// <para>Put a <see cref="ChatCompletionsHandler"/> below the client of an OpenAI-compatible service: it reads replies that the
/// client cannot, and what still cannot be read is returned as <see cref="TeacherFinishReason.Unreadable"/> with its body.</para>
/// <para>Safe for concurrent callers as far as the client is. The client stays the caller's to dispose of.</para>
/// </remarks>
/// <include file="Examples.xml" path="examples/ChatClientTeacher/example"/>
public sealed class ChatClientTeacher : ITeacherPrompter
{
    /// <summary>More than any question takes; a count beyond it, or a negative one, is a service's mistake.</summary>
    private const long MaxTokens = 100_000_000;

    /// <summary>A record holds a million bytes, and a character of JSON takes up to six; of most bodies it takes one or two.</summary>
    private const int MaxKeptBody = 300_000;

    private readonly IChatClient _client;
    private readonly ChatClientTeacherOptions _options;

    /// <summary>Makes a teacher.</summary>
    /// <param name="client">The model's client.</param>
    /// <param name="options">How it is asked; few-shot with the service's own sampling where this is left out.</param>
    /// <exception cref="ArgumentException">Neither the options nor the client name a model or teacher.</exception>
    public ChatClientTeacher(IChatClient client, ChatClientTeacherOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(client);
        _client = client;
        _options = options ?? new();
        Name = _options.Name ?? _options.ModelId ?? client.GetService<ChatClientMetadata>()?.DefaultModelId
            ?? throw new ArgumentException("The teacher has no name: the client does not tell its model. Set Name or ModelId in the options.", nameof(options));
        PromptHash = _options.Prompt.Hash;
    }

    /// <summary>The teacher's name in records.</summary>
    public string Name { get; }

    /// <summary>The prompt's hash in records.</summary>
    public string PromptHash { get; }

    /// <inheritdoc/>
    /// <exception cref="TeacherServiceException">There is no reply; the message is one line with the status, the service's own sentence, the endpoint and the model.</exception>
    public async Task<TeacherReply> ExplainAsync(TeacherRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        bool decides = request.Rationale is not null;
        var messages = decides ? _options.Prompt.Decide(request.Question, request.Rationale!) : _options.Prompt.Explain(request.Question, request.RevealAnswer);
        var options = Options(request, decides);
        var received = new ReceivedReply();
        CallIdentity.Current = FormattableString.Invariant($"{request.Question.ContentHash} {request.SampleIndex} {request.Attempt} {request.RevealAnswer} {decides}");
        var response = await AskAsync(messages, options, received, cancellationToken).ConfigureAwait(false);

        var text = response.Text;
        var reason = received.Unreadable is not null ? TeacherFinishReason.Unreadable : FinishReason(response, text);
        var read = reason != TeacherFinishReason.Complete ? new ExtractedAnswer(request.Rationale ?? ReplyText.Clean(text), null)
            : decides ? new ExtractedAnswer(request.Rationale!, _options.Prompt.ReadDecision(request.Question, text))
            : _options.Prompt.ReadExplanation(request.Question, text);
        if (reason == TeacherFinishReason.Complete)
        {
            reason = string.IsNullOrWhiteSpace(read.Rationale) ? TeacherFinishReason.Empty
                : read.AnswerLabel is null ? TeacherFinishReason.NoAnswer
                : TeacherFinishReason.Complete;
        }

        return new TeacherReply(read.Rationale, read.AnswerLabel)
        {
            Teacher = Name,
            Model = response.ModelId is { Length: > 0 } model ? model : _options.ModelId,
            PromptHash = PromptHash,
            FinishReason = reason,
            Sampling = new()
            {
                Temperature = Exact(options.Temperature),
                TopP = Exact(options.TopP),
                Seed = options.Seed,
                MaxOutputTokens = options.MaxOutputTokens,
            },
            Reply = text.Length == 0 ? Kept(received.Body) : text == read.Rationale ? null : text,
            ReplyId = response.ResponseId is { Length: > 0 } id ? id : null,
            InputTokens = Believable(received.Read is { } told ? told.InputTokens : response.Usage?.InputTokenCount),
            OutputTokens = Believable(received.Read is { } counts ? counts.OutputTokens : response.Usage?.OutputTokenCount),
            Note = received.Unreadable is { } why ? $"{Place}: the reply could not be read: {why}. It is kept as it came." : received.Note,
        };
    }

    /// <summary>The limit of a reply's length that the service is given; <see langword="null"/> for none.</summary>
    internal int? MaxOutputTokens => _options.MaxOutputTokens;

    /// <summary>The service and the model in messages.</summary>
    internal string Place => ServiceFailure.Place(_client.GetService<ChatClientMetadata>()?.ProviderUri, _options.ModelId ?? _client.GetService<ChatClientMetadata>()?.DefaultModelId);

    /// <summary>One call, of which the handler below the client tells what it got.</summary>
    private async Task<ChatResponse> AskAsync(IEnumerable<ChatMessage> messages, ChatOptions options, ReceivedReply received, CancellationToken cancellationToken)
    {
        ReceivedReply.Current = received; // for this call alone: the caller's context is another
        try
        {
            return await _client.GetResponseAsync(messages, options, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not (OperationCanceledException or SciCoTException))
        {
            if (received.Failure is { } failure)
                throw failure;
            if (ServiceFailure.Of(e, Place, DateTimeOffset.UtcNow) is { } described)
                throw described;
            throw;
        }
    }

    private ChatOptions Options(TeacherRequest request, bool decides)
    {
        var options = new ChatOptions
        {
            ModelId = _options.ModelId,
            Temperature = (float?)_options.Temperature,
            TopP = (float?)_options.TopP,
            MaxOutputTokens = _options.MaxOutputTokens,
            Seed = _options.Seed is { } seed ? unchecked(seed + (request.SampleIndex * 1009L) + request.Attempt) : null,
            ResponseFormat = decides ? null : _options.Prompt.ReplyFormat,
        };
        _options.Configure?.Invoke(options);
        return options;
    }

    private static TeacherFinishReason FinishReason(ChatResponse response, string text)
    {
        var last = response.Messages.Count == 0 ? null : response.Messages[^1];
        if (response.FinishReason == ChatFinishReason.ContentFilter || last?.Contents.OfType<ErrorContent>().Any() == true)
            return TeacherFinishReason.Refused;
        if (response.FinishReason == ChatFinishReason.Length)
            return TeacherFinishReason.Truncated;
        return string.IsNullOrWhiteSpace(text) ? TeacherFinishReason.Empty : TeacherFinishReason.Complete;
    }

    /// <summary>0.7 as it was meant, not the nearest float's 0.699999988.</summary>
    private static double? Exact(float? value) => value is { } given ? (double)(decimal)given : null;

    /// <summary>A body that fits a record with everything else.</summary>
    private static string? Kept(string? body) => body is { Length: > MaxKeptBody } ? body[..MaxKeptBody] : body;

    private static long? Believable(long? tokens) => tokens is >= 0 and <= MaxTokens ? tokens : null;
}
