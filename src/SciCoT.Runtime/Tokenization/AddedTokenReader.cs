using System.Globalization;
using System.Text.Json;
using SciCoT.IO;

namespace SciCoT.Tokenization;

/// <summary>Reads added tokens in the three forms in which Python writes them. Ids are those that the file states.</summary>
internal static class AddedTokenReader
{
    /// <summary>The most ids that a model may have; the same bound as for <c>vocab_size</c>.</summary>
    private const int MaxIds = 1 << 24;

    /// <summary><c>added_tokens</c> of <c>tokenizer.json</c>: an array of objects with an <c>id</c>. Two may state the same one: the library that reads the file gives its own.</summary>
    public static List<AddedToken> ReadList(JsonElement list) =>
        Counted(list.EnumerateArray().Select(token => Read(token.GetProperty("id").GetInt32(), token)));

    /// <summary><c>added_tokens_decoder</c> of <c>tokenizer_config.json</c>: objects by id.</summary>
    public static List<AddedToken> ReadDecoder(JsonElement decoder) =>
        LastOfEachId(decoder.EnumerateObject().Select(entry => int.TryParse(entry.Name, NumberStyles.None, CultureInfo.InvariantCulture, out int id)
            ? Read(id, entry.Value)
            : throw new InvalidFileException($"added_tokens_decoder has the key '{ForeignText.Shown(entry.Name)}'; expected an id.")));

    /// <summary><c>added_tokens.json</c>: ids by text.</summary>
    /// <param name="map">The file's object.</param>
    /// <param name="special">The texts that the other files name as special tokens.</param>
    public static List<AddedToken> ReadMap(JsonElement map, IReadOnlySet<string> special) =>
        LastOfEachId(map.EnumerateObject().Select(entry =>
        {
            bool isSpecial = special.Contains(entry.Name);
            return Checked(new AddedToken(entry.Value.GetInt32(), entry.Name) { Special = isSpecial, Normalized = !isSpecial });
        }));

    private static AddedToken Read(int id, JsonElement token)
    {
        if (token.ValueKind == JsonValueKind.String)
            return Checked(new AddedToken(id, token.GetString()!) { Normalized = true });
        bool special = IsSet(token, "special");
        return Checked(new AddedToken(id, token.GetProperty("content").GetString() ?? "")
        {
            Special = special,
            Normalized = token.TryGetProperty("normalized", out var normalized) ? normalized.GetBoolean() : !special,
            SingleWord = IsSet(token, "single_word"),
            StripLeft = IsSet(token, "lstrip"),
            StripRight = IsSet(token, "rstrip"),
        });
    }

    private static AddedToken Checked(AddedToken token) => token.Id is >= 0 and < MaxIds
        ? token
        : throw new InvalidFileException($"the added token '{ForeignText.Shown(token.Text)}' has the id {token.Id}; expected 0 to {MaxIds - 1}.");

    private static List<AddedToken> Counted(IEnumerable<AddedToken> tokens)
    {
        var read = new List<AddedToken>();
        foreach (var token in tokens)
        {
            if (read.Count == SentencePieceModel.MaxPieces)
                throw new InvalidFileException($"it has more than {SentencePieceModel.MaxPieces} added tokens.");
            read.Add(token);
        }

        return read;
    }

    /// <summary>Python keeps these tokens in a dictionary by id, in which the last one of an id replaces those before.</summary>
    private static List<AddedToken> LastOfEachId(IEnumerable<AddedToken> tokens)
    {
        var last = new Dictionary<int, AddedToken>();
        foreach (var token in Counted(tokens))
            last[token.Id] = token;
        return [.. last.Values];
    }

    private static bool IsSet(JsonElement token, string name) => token.TryGetProperty(name, out var value) && value.GetBoolean();
}
