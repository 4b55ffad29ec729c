using System.Text.Json;
using System.Text.Json.Nodes;

namespace SciCoT.IO;

/// <summary>JSON for files that people read: indented, with line feeds on every system.</summary>
/// <remarks>Nothing of <see cref="JsonSerializer"/> is needed, so that it works where reflection-based JSON is switched off.</remarks>
internal static class IndentedJson
{
    private static readonly JsonSerializerOptions Options = new() { WriteIndented = true, NewLine = "\n" };

    /// <returns>The text, without a line feed at its end.</returns>
    public static string Write(JsonNode json) => json.ToJsonString(Options);
}
