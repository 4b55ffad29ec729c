using System.Text.Json;

namespace SciCoT.Tests.AnnotationHost;

/// <summary>A call that a chat server got.</summary>
/// <param name="Stem">The stem of the question that was asked last.</param>
/// <param name="Number">How many calls for this stem there were before.</param>
/// <param name="Body">The request.</param>
public sealed record ChatCall(string Stem, int Number, JsonElement Body)
{
    /// <summary>Its Authorization header.</summary>
    public string Authorization { get; init; } = "";
}
