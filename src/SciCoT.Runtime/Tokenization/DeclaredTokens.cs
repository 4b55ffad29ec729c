using System.Text.Json;
using SciCoT.IO;

namespace SciCoT.Tokenization;

/// <summary>What the files beside a vocabulary say of added tokens.</summary>
/// <param name="Tokens">Tokens with an id, by rising id.</param>
/// <param name="Names">Special tokens without an id; they follow behind all others.</param>
internal sealed record DeclaredTokens(IReadOnlyList<AddedToken> Tokens, IReadOnlyList<string> Names)
{
    public const string FileName = "added_tokens.json";
    public const string SpecialsName = "special_tokens_map.json";

    private static readonly string[] Roles = ["bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token"];
    private static readonly string[] Lists = ["additional_special_tokens", "extra_special_tokens"];

    /// <summary>
    /// Follows transformers: <c>added_tokens_decoder</c> of the configuration decides alone; without it,
    /// <c>added_tokens.json</c> has the ids, and the configuration and <c>special_tokens_map.json</c> say which are special.
    /// </summary>
    public static DeclaredTokens Read(VocabularyFile file)
    {
        var specials = new HashSet<string>(StringComparer.Ordinal);
        var names = new List<string>();
        var tokens = file.Read(file.Config, TokenizerConfig.FileName, root =>
        {
            CollectSpecials(root, specials, names);
            return root.TryGetProperty("added_tokens_decoder", out var decoder) && decoder.ValueKind == JsonValueKind.Object ? AddedTokenReader.ReadDecoder(decoder) : null;
        });
        if (tokens is null)
        {
            file.Read(file.Specials, SpecialsName, root =>
            {
                CollectSpecials(root, specials, names);
                return root;
            });
            tokens = file.Read(file.Added, FileName, root => AddedTokenReader.ReadMap(root, specials));
        }

        return new DeclaredTokens([.. (tokens ?? []).OrderBy(token => token.Id)], [.. names.Distinct(StringComparer.Ordinal)]);
    }

    private static void CollectSpecials(JsonElement root, HashSet<string> specials, List<string> names)
    {
        foreach (string role in Roles)
        {
            if (root.TryGetProperty(role, out var token) && Name(token) is { } name)
                specials.Add(name);
        }

        foreach (string list in Lists)
        {
            if (!root.TryGetProperty(list, out var tokens))
                continue;
            IEnumerable<JsonElement> listed = tokens.ValueKind switch
            {
                JsonValueKind.Array => tokens.EnumerateArray(),
                JsonValueKind.Object => tokens.EnumerateObject().Select(entry => entry.Value),
                _ => [],
            };
            names.AddRange(listed.Select(Name).OfType<string>());
        }

        specials.UnionWith(names);
    }

    private static string? Name(JsonElement token) => token.ValueKind switch
    {
        JsonValueKind.String => token.GetString(),
        JsonValueKind.Object when token.TryGetProperty("content", out var content) && content.ValueKind == JsonValueKind.String => content.GetString(),
        _ => null,
    };
}
