using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using SciCoT.Server.Pipelines;
using SciCoT.Server.Requests;

namespace SciCoT.Server.Chat;

/// <summary><c>POST /v1/chat/completions</c>, as OpenAI's clients expect it.</summary>
internal static class ChatEndpoint
{
    public static async Task CompleteAsync(HttpContext context)
    {
        var services = context.RequestServices;
        var request = await JsonBody.ReadAsync(context, ServerJson.Relaxed.ChatRequest).ConfigureAwait(false);
        ChatReading.CheckSupported(request);
        var model = services.GetRequiredService<ServedModels>().Find(request.Model);
        var stops = ChatReading.ReadStops(request);
        var question = ChatReading.ReadQuestion(request, services.GetRequiredService<SciCoTServerOptions>());
        var reply = new ChatReply(model.Name, stops, services.GetRequiredService<TimeProvider>().GetUtcNow());

        using var turn = await services.GetRequiredService<Turns>().TakeAsync(context.RequestAborted).ConfigureAwait(false);
        if (request.Stream == true)
        {
            await StreamAsync(context, model.Pipeline, question, reply, request.StreamOptions?.IncludeUsage == true).ConfigureAwait(false);
            return;
        }

        var answer = await model.Pipeline.AnswerAsync(question, context.RequestAborted).ConfigureAwait(false);
        await JsonBody.WriteAsync(context, reply.Whole(answer), ServerJson.Relaxed.ChatCompletion).ConfigureAwait(false);
    }

    private static async Task StreamAsync(HttpContext context, ISciCoTPipeline pipeline, ScienceQuestion question, ChatReply reply, bool includeUsage)
    {
        EventStream? events = null; // begun with the first update: until then a failure has a status of its own
        Task SendAsync(ChatCompletionChunk chunk) => events!.SendAsync(null, chunk, ServerJson.Relaxed.ChatCompletionChunk);
        await foreach (var update in pipeline.StreamAsync(question, context.RequestAborted).ConfigureAwait(false))
        {
            if (events is null)
            {
                events = EventStream.Begin(context);
                await SendAsync(reply.Opening()).ConfigureAwait(false);
            }

            if (update.RationaleText is { Length: > 0 } piece)
                await SendAsync(reply.Reasoning(piece)).ConfigureAwait(false);
            if (update.Answer is not { } answer)
                continue;
            await SendAsync(reply.Content(answer)).ConfigureAwait(false);
            await SendAsync(reply.End(answer)).ConfigureAwait(false);
            if (includeUsage)
                await SendAsync(reply.Usage(answer)).ConfigureAwait(false);
            await events.SendDoneAsync().ConfigureAwait(false);
        }
    }
}
