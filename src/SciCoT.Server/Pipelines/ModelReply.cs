using System.Text.Json.Serialization;

namespace SciCoT.Server.Pipelines;

/// <summary>A model as OpenAI's clients read it.</summary>
internal sealed record ModelReply(string Id, long Created)
{
    [JsonPropertyOrder(-1)]
    public string Object => "model";

    public string OwnedBy => "scicot";

    public static ModelReply From(ServedModel model) => new(model.Name, model.Created);
}

/// <summary>All models.</summary>
internal sealed record ModelListReply(IReadOnlyList<ModelReply> Data)
{
    [JsonPropertyOrder(-1)]
    public string Object => "list";
}
