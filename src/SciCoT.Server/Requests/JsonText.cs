using System.Text.Json;

namespace SciCoT.Server.Requests;

/// <summary>Texts of fields that may have several kinds of values.</summary>
internal static class JsonText
{
    /// <summary>The text; <see langword="null"/> where the value is none.</summary>
    /// <exception cref="ApiException">It is half a surrogate pair, or not UTF-8.</exception>
    public static string? Of(JsonElement value, string field)
    {
        if (value.ValueKind != JsonValueKind.String)
            return null;
        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            throw new ApiException(ApiError.Invalid($"{field} has a text that is not Unicode.", field));
        }
    }
}
