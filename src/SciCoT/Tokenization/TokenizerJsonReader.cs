using System.Text.Json;
using SciCoT.IO;

namespace SciCoT.Tokenization;

/// <summary>
/// Reads a Hugging Face <c>tokenizer.json</c> as the SentencePiece model it was converted from. Parts that say something
/// else than SentencePiece can do are refused.
/// </summary>
internal sealed class TokenizerJsonReader
{
    private const string EscapedSpace = "\u2581";

    private readonly JsonElement _root;
    private readonly SentencePieceModel _model = new();

    /// <summary>The part being read, for messages.</summary>
    private string _place = "model";

    private TokenizerJsonReader(JsonElement root) => _root = root;

    /// <exception cref="InvalidFileException">The message says what is wrong and where; the caller adds the file.</exception>
    public static SentencePieceModel Read(byte[] file)
    {
        OutsideJson.RefuseDense(file);
        using var document = OutsideJson.Parse(file);
        var reader = new TokenizerJsonReader(document.RootElement);
        reader.Read();
        return reader._model;
    }

    private void Read()
    {
        try
        {
            ReadParts();
        }
        catch (Exception e) when (e is InvalidOperationException or FormatException or KeyNotFoundException)
        {
            throw new InvalidFileException($"in {_place}, a field is missing or of the wrong type (after {_model.Pieces.Count} pieces): {e.Message}", e);
        }
    }

    private void ReadParts()
    {
        var model = _root.GetProperty("model");
        string? type = model.TryGetProperty("type", out var name) ? name.GetString() : null;
        if (type != "Unigram")
            throw new InvalidFileException($"model.type is '{type}'; T5 has 'Unigram'.");

        _model.ByteFallback = model.TryGetProperty("byte_fallback", out var fallback) && fallback.GetBoolean();
        _model.Normalizer.AddDummyPrefix = false;
        _model.Normalizer.RemoveExtraSpaces = false;
        ReadPieces(model);
        _place = "normalizer";
        if (Member(_root, "normalizer") is { } normalizer)
            ReadNormalizer(normalizer);
        _place = "pre_tokenizer";
        if (Member(_root, "pre_tokenizer") is { } preTokenizer)
            ReadPreTokenizer(preTokenizer);
    }

    private void ReadPieces(JsonElement model)
    {
        int unknownId = model.GetProperty("unk_id").GetInt32();
        _place = "added_tokens";
        var added = ReadAddedTokens();
        _place = "model.vocab";
        var vocabulary = model.GetProperty("vocab");
        if (vocabulary.GetArrayLength() > SentencePieceModel.MaxPieces)
            throw new InvalidFileException($"model.vocab has {vocabulary.GetArrayLength()} pieces; at most {SentencePieceModel.MaxPieces} are read.");
        if ((uint)unknownId >= (uint)vocabulary.GetArrayLength())
            throw new InvalidFileException($"model.unk_id is {unknownId}, but model.vocab has {vocabulary.GetArrayLength()} pieces.");
        foreach (var entry in vocabulary.EnumerateArray())
        {
            if (entry.GetArrayLength() != 2)
                throw new InvalidFileException($"model.vocab[{_model.Pieces.Count}] has {entry.GetArrayLength()} members, not a piece and its score.");
            int id = _model.Pieces.Count;
            string text = entry[0].GetString() ?? "";
            var kind = id == unknownId ? PieceKind.Unknown
                : added.TryGetValue(id, out var token) && token.Text == text ? token.Kind
                : _model.ByteFallback && PieceDecoder.TryGetByte(text, out _) ? PieceKind.Byte
                : PieceKind.Normal;
            _model.Add(new Piece(text, (float)entry[1].GetDouble(), kind));
        }

        foreach (var (id, token) in added.OrderBy(a => a.Key))
        {
            if (id > _model.Pieces.Count)
                throw new InvalidFileException($"the added token '{token.Text}' has the id {id}, but no token has the id {_model.Pieces.Count}.");
            if (id == _model.Pieces.Count)
                _model.Add(new Piece(token.Text, 0, token.Kind));
            else if (_model.Pieces[id].Text != token.Text)
                throw new InvalidFileException($"the added token '{token.Text}' has the id {id}, which is that of the piece '{_model.Pieces[id].Text}'.");
        }
    }

    private Dictionary<int, (string Text, PieceKind Kind)> ReadAddedTokens()
    {
        var added = new Dictionary<int, (string, PieceKind)>();
        if (Member(_root, "added_tokens") is not { } tokens)
            return added;

        foreach (var token in tokens.EnumerateArray())
        {
            int id = token.GetProperty("id").GetInt32();
            string text = token.GetProperty("content").GetString() ?? "";
            bool special = IsSet(token, "special");
            if (!special && (IsSet(token, "single_word") || IsSet(token, "lstrip") || IsSet(token, "rstrip")))
                throw new InvalidFileException($"the added token '{text}' asks for single_word, lstrip or rstrip, which SentencePiece does not know.");
            if (id < 0 || !added.TryAdd(id, (text, special ? PieceKind.Control : PieceKind.UserDefined)))
                throw new InvalidFileException($"the added token '{text}' has the id {id}, which is negative or taken.");
        }

        return added;
    }

    private void ReadNormalizer(JsonElement part)
    {
        switch (part.GetProperty("type").GetString())
        {
            case "Sequence":
                foreach (var inner in part.GetProperty("normalizers").EnumerateArray())
                    ReadNormalizer(inner);
                break;
            case "Precompiled":
                byte[] map = part.GetProperty("precompiled_charsmap").GetBytesFromBase64();
                _model.Normalizer.CharacterMap = map.Length == 0 ? null : CharacterMap.Parse(map);
                break;
            case "Replace" when IsSpaceReplacement(part):
            case "Strip":
                _model.Normalizer.RemoveExtraSpaces = true;
                break;
            case var other:
                throw new InvalidFileException($"the normalizer '{other}' is none that a converted SentencePiece model has (Precompiled, Strip, Replace of repeated spaces).");
        }
    }

    private void ReadPreTokenizer(JsonElement part)
    {
        switch (part.GetProperty("type").GetString())
        {
            case "Sequence":
                foreach (var inner in part.GetProperty("pretokenizers").EnumerateArray())
                    ReadPreTokenizer(inner);
                break;
            case "WhitespaceSplit":
                _model.Normalizer.RemoveExtraSpaces = true;
                break;
            case "Metaspace" when part.GetProperty("replacement").GetString() == EscapedSpace:
                _model.Normalizer.AddDummyPrefix = part.TryGetProperty("prepend_scheme", out var scheme)
                    ? scheme.GetString() != "never"
                    : part.GetProperty("add_prefix_space").GetBoolean();
                break;
            case var other:
                throw new InvalidFileException($"the pre-tokenizer '{other}' is none that a converted SentencePiece model has (WhitespaceSplit, Metaspace with U+2581).");
        }
    }

    private static bool IsSpaceReplacement(JsonElement part) =>
        part.GetProperty("pattern").TryGetProperty("Regex", out var regex) && regex.GetString() == " {2,}" &&
        part.GetProperty("content").GetString() is " " or EscapedSpace;

    private static JsonElement? Member(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    private static bool IsSet(JsonElement token, string name) => token.TryGetProperty(name, out var value) && value.GetBoolean();
}
