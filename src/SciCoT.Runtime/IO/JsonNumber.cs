using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace SciCoT.IO;

/// <summary>How numbers are written that JSON has no form for: NaN and infinities are null, so that one of them does not lose a file.</summary>
/// <remarks>As a converter it is for the types of every file and result that holds computed numbers; null is read as NaN.</remarks>
internal sealed class JsonNumber : JsonConverter<double>
{
    /// <inheritdoc/>
    public override bool HandleNull => true;

    /// <summary>Writes one number.</summary>
    public static void Write(Utf8JsonWriter writer, double value)
    {
        if (double.IsFinite(value))
            writer.WriteNumberValue(value);
        else
            writer.WriteNullValue();
    }

    /// <summary>Writes a property.</summary>
    public static void Write(Utf8JsonWriter writer, string name, double value)
    {
        writer.WritePropertyName(name);
        Write(writer, value);
    }

    /// <summary>The same tree with null for each number that JSON has no form for.</summary>
    public static JsonNode? Finite(JsonNode? node) => node switch
    {
        JsonObject fields => new JsonObject(fields.Select(field => KeyValuePair.Create(field.Key, Finite(field.Value)))),
        JsonArray items => new JsonArray([.. items.Select(Finite)]),
        JsonValue value when (value.TryGetValue(out double number) && !double.IsFinite(number)) || (value.TryGetValue(out float single) && !float.IsFinite(single)) => null,
        _ => node?.DeepClone(),
    };

    /// <inheritdoc/>
    public override double Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.Null ? double.NaN : reader.GetDouble();

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, double value, JsonSerializerOptions options) => Write(writer, value);
}
