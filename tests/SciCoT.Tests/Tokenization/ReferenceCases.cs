using System.Text.Json;
using SciCoT.Tests.Support;

namespace SciCoT.Tests.Tokenization;

/// <summary>What sentencepiece 0.1.97 gave, and the tiny vocabularies it gave it with.</summary>
internal static class ReferenceCases
{
    public static string TinyModel => TestFiles.Data("Tokenizer", "tiny-spiece.model");

    public static string IdentityModel => TestFiles.Data("Tokenizer", "tiny-identity.model");

    public static string VariantModel(string name) => TestFiles.Data("Tokenizer", "variants", name + ".model");

    /// <param name="key">"t5" or "tiny".</param>
    public static IEnumerable<(string Text, int[] Ids, string Decoded)> Parity(string key)
    {
        using var document = Parse("parity.json");
        foreach (var item in document.RootElement.GetProperty("cases").EnumerateArray())
            yield return (item.GetProperty("text").GetString()!, Ids(item.GetProperty(key)), item.GetProperty(key + "_dec").GetString()!);
    }

    public static (List<(string Text, int[] Ids, string Decoded)> Encode, List<(int[] Ids, string Decoded)> Decode) Variant(string name)
    {
        using var document = Parse("variants/variants.json");
        var variant = document.RootElement.GetProperty(name);
        return (
            [.. variant.GetProperty("encode").EnumerateArray().Select(c => (c.GetProperty("text").GetString()!, Ids(c.GetProperty("ids")), c.GetProperty("decoded").GetString()!))],
            [.. variant.GetProperty("decode").EnumerateArray().Select(c => (Ids(c.GetProperty("ids")), c.GetProperty("decoded").GetString()!))]);
    }

    private static JsonDocument Parse(string name) => JsonDocument.Parse(File.ReadAllBytes(TestFiles.Data("Tokenizer", name)));

    private static int[] Ids(JsonElement ids) => [.. ids.EnumerateArray().Select(id => id.GetInt32())];
}
