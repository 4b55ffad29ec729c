using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using SciCoT;
using SciCoT.Students;

namespace WebDemo;

/// <summary>The API: examples, an answer as a whole, an answer as it is written.</summary>
internal static class AnswerEndpoints
{
    public static void MapAnswers(this IEndpointRouteBuilder api)
    {
        api.MapGet("/questions", (ExampleQuestions examples) => examples.Texts).WithName("Questions").WithSummary("Questions to try.");
        api.MapPost("/answer", AnswerAsync).WithName("Answer").WithSummary("Answers a question: with reasoning, or directly.");
        api.MapGet("/stream", Stream).WithName("Stream").WithSummary("Answers as server-sent events: 'rationale' for each piece, 'answer' at the end.");
    }

    private static async Task<Results<Ok<AnswerReply>, ProblemHttpResult>> AnswerAsync(
        AnswerAsk ask, ISciCoTPipeline pipeline, DirectAnswerStudent direct, IOptions<DemoOptions> options, CancellationToken cancellationToken)
    {
        if (!TryRead(ask.Question, options.Value, out var question, out var problem))
            return problem;
        if (!ask.Direct)
            return TypedResults.Ok(AnswerReply.Of(await pipeline.AnswerAsync(question, cancellationToken)));
        var predictions = await direct.AnswerAsync([new ExplainedQuestion(question, "")], cancellationToken);
        return TypedResults.Ok(AnswerReply.Of(question, predictions[0]));
    }

    private static Results<ServerSentEventsResult<object>, ProblemHttpResult> Stream(
        string question, ISciCoTPipeline pipeline, IOptions<DemoOptions> options, CancellationToken cancellationToken) =>
        TryRead(question, options.Value, out var asked, out var problem)
            ? TypedResults.ServerSentEvents(UpdatesAsync(asked, pipeline, cancellationToken))
            : problem;

    private static async IAsyncEnumerable<SseItem<object>> UpdatesAsync(
        ScienceQuestion question, ISciCoTPipeline pipeline, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var update in pipeline.StreamAsync(question, cancellationToken))
        {
            yield return update.Answer is { } answer
                ? new SseItem<object>(AnswerReply.Of(answer), "answer")
                : new SseItem<object>(new RationalePiece(update.RationaleText!), "rationale");
        }
    }

    private static bool TryRead(string? text, DemoOptions options, out ScienceQuestion question, out ProblemHttpResult problem)
    {
        question = null!;
        problem = null!;
        try
        {
            if (string.IsNullOrWhiteSpace(text) || text.Length > options.MaxQuestionLength)
                throw new InvalidQuestionException($"A question has 1 to {options.MaxQuestionLength} characters.");
            question = ScienceQuestion.Parse(text);
            return true;
        }
        catch (InvalidQuestionException e)
        {
            problem = TypedResults.Problem(e.Message, statusCode: StatusCodes.Status400BadRequest);
            return false;
        }
    }
}
