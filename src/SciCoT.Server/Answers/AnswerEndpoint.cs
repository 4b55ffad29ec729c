using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using SciCoT.Server.Pipelines;
using SciCoT.Server.Requests;

namespace SciCoT.Server.Answers;

/// <summary><c>POST /v1/answers</c>: a question's answer with probabilities and rationales, whole or as a stream of events.</summary>
internal static class AnswerEndpoint
{
    public static async Task AnswerAsync(HttpContext context)
    {
        var services = context.RequestServices;
        var request = await JsonBody.ReadAsync(context, ServerJson.Relaxed.AnswerRequest).ConfigureAwait(false);
        var question = QuestionReader.Read(request, services.GetRequiredService<SciCoTServerOptions>());
        var model = services.GetRequiredService<ServedModels>().Find(request.Model);
        var time = services.GetRequiredService<TimeProvider>();

        using var turn = await services.GetRequiredService<Turns>().TakeAsync(context.RequestAborted).ConfigureAwait(false);
        if (request.Stream)
        {
            await StreamAsync(context, model, question, time).ConfigureAwait(false);
            return;
        }

        var answer = await model.Pipeline.AnswerAsync(question, context.RequestAborted).ConfigureAwait(false);
        await JsonBody.WriteAsync(context, AnswerReply.From(answer, model.Name, time.GetUtcNow()), ServerJson.Relaxed.AnswerReply).ConfigureAwait(false);
    }

    private static async Task StreamAsync(HttpContext context, ServedModel model, ScienceQuestion question, TimeProvider time)
    {
        EventStream? events = null; // begun with the first update: until then a failure has a status of its own
        await foreach (var update in model.Pipeline.StreamAsync(question, context.RequestAborted).ConfigureAwait(false))
        {
            events ??= EventStream.Begin(context);
            if (update.RationaleText is { Length: > 0 } piece)
                await events.SendAsync("rationale", new RationalePiece(piece), ServerJson.Relaxed.RationalePiece).ConfigureAwait(false);
            if (update.Answer is { } answer)
                await events.SendAsync("answer", AnswerReply.From(answer, model.Name, time.GetUtcNow()), ServerJson.Relaxed.AnswerReply).ConfigureAwait(false);
        }
    }
}
