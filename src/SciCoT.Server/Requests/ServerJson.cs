using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using SciCoT.Server.Answers;
using SciCoT.Server.Chat;
using SciCoT.Server.Page;
using SciCoT.Server.Pipelines;

namespace SciCoT.Server.Requests;

/// <summary>The JSON of the server, without reflection. Names are in snake case, as OpenAI's are.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(AnswerRequest))]
[JsonSerializable(typeof(AnswerReply))]
[JsonSerializable(typeof(RationalePiece))]
[JsonSerializable(typeof(ChatRequest))]
[JsonSerializable(typeof(ChatCompletion))]
[JsonSerializable(typeof(ChatCompletionChunk))]
[JsonSerializable(typeof(ModelReply))]
[JsonSerializable(typeof(ModelListReply))]
[JsonSerializable(typeof(ApiErrorReply))]
[JsonSerializable(typeof(PageSettings))]
internal sealed partial class ServerJson : JsonSerializerContext
{
    /// <summary>Letters of all scripts, quotes and apostrophes stay as they are: nothing of this stands in HTML.</summary>
    public static ServerJson Relaxed { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
