using System.Text.Json;
using SciCoT.IO;

namespace SciCoT.Tokenization;

/// <summary>
/// Reads a Hugging Face <c>tokenizer.json</c>: the pieces, the added tokens, and the steps that prepare a text. Steps that no
/// T5 checkpoint has are refused.
/// </summary>
internal sealed class TokenizerJsonReader
{
    private const string EscapedSpace = "\u2581";

    private readonly JsonElement _root;
    private readonly SentencePieceModel _model = new();
    private readonly List<Func<string, string>> _normalizers = [];
    private readonly List<Func<TextPart, IEnumerable<TextPart>>> _preTokenizers = [];
    private List<AddedToken> _added = [];
    private bool _decoderDropsPrefix = true;
    private bool _collapsesSpaces;
    private bool _isMetaspaceAlone;

    /// <summary>The part being read, for messages.</summary>
    private string _place = "model";

    private TokenizerJsonReader(JsonElement root) => _root = root;

    /// <exception cref="InvalidFileException">The message says what is wrong and where; the caller adds the file.</exception>
    public static TokenizerJson Read(byte[] file)
    {
        OutsideJson.RefuseDense(file);
        using var document = OutsideJson.Parse(file);
        var reader = new TokenizerJsonReader(document.RootElement);
        reader.Read();
        return new TokenizerJson(
            reader._model,
            reader._added,
            new TextPipeline(reader._normalizers, reader._preTokenizers, reader._decoderDropsPrefix),
            reader._collapsesSpaces && reader._isMetaspaceAlone);
    }

    /// <summary>The texts of a file's added tokens; none where it cannot be read.</summary>
    public static IReadOnlyList<string> AddedTexts(byte[] file)
    {
        try
        {
            OutsideJson.RefuseDense(file);
            using var document = OutsideJson.Parse(file);
            return Member(document.RootElement, "added_tokens") is { } tokens ? [.. AddedTokenReader.ReadList(tokens).Select(token => token.Text)] : [];
        }
        catch (Exception e) when (e is InvalidFileException or InvalidOperationException or FormatException or KeyNotFoundException)
        {
            return [];
        }
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
        _isMetaspaceAlone = _preTokenizers.Count == 1 && _model.Normalizer.AddDummyPrefix;
        _place = "decoder";
        if (Member(_root, "decoder") is { } decoder)
            ReadDecoder(decoder);
    }

    private void ReadPieces(JsonElement model)
    {
        int unknownId = model.GetProperty("unk_id").GetInt32();
        _place = "added_tokens";
        _added = Member(_root, "added_tokens") is { } tokens ? AddedTokenReader.ReadList(tokens) : [];
        var special = _added.Where(token => token.Special).Select(token => token.Text).ToHashSet(StringComparer.Ordinal);
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
            float score = (float)entry[1].GetDouble();
            // Pad, eos and sentinels have no score. A piece of text that was declared special later stays a piece of text.
            var kind = id == unknownId ? PieceKind.Unknown
                : special.Contains(text) && score == 0 ? PieceKind.Control
                : _model.ByteFallback && PieceDecoder.TryGetByte(text, out _) ? PieceKind.Byte
                : PieceKind.Normal;
            _model.Add(new Piece(text, score, kind));
        }
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
                byte[] blob = part.GetProperty("precompiled_charsmap").GetBytesFromBase64();
                if (blob.Length == 0)
                    break;
                var map = _model.Normalizer.CharacterMap = CharacterMap.Parse(blob);
                _normalizers.Add(text => NormalizerSteps.Precompiled(map, text));
                break;
            case "Replace" when IsSpaceReplacement(part):
                string content = part.GetProperty("content").GetString()!;
                _normalizers.Add(text => NormalizerSteps.ReplaceSpaces(text, content));
                _model.Normalizer.RemoveExtraSpaces = _collapsesSpaces = true;
                break;
            case "Strip":
                (bool left, bool right) = (IsSet(part, "strip_left"), IsSet(part, "strip_right"));
                _normalizers.Add(text => NormalizerSteps.Strip(text, left, right));
                break;
            case var other:
                throw new InvalidFileException($"the normalizer '{ForeignText.Shown(other ?? "null")}' is none that a T5 tokenizer has (Precompiled, Strip, Replace of repeated spaces).");
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
                _preTokenizers.Add(PreTokenizerSteps.WhitespaceSplit);
                break;
            case "Metaspace" when part.GetProperty("replacement").GetString() == EscapedSpace:
                var scheme = ReadScheme(part);
                bool split = !part.TryGetProperty("split", out var value) || value.ValueKind == JsonValueKind.Null || value.GetBoolean();
                _preTokenizers.Add(text => PreTokenizerSteps.Metaspace(text, scheme, split));
                _model.Normalizer.AddDummyPrefix = scheme == PrependScheme.Always;
                break;
            case var other:
                throw new InvalidFileException($"the pre-tokenizer '{ForeignText.Shown(other ?? "null")}' is none that a T5 tokenizer has (WhitespaceSplit, Metaspace with U+2581).");
        }
    }

    private void ReadDecoder(JsonElement part)
    {
        switch (part.GetProperty("type").GetString())
        {
            case "Sequence":
                foreach (var inner in part.GetProperty("decoders").EnumerateArray())
                    ReadDecoder(inner);
                break;
            case "Metaspace":
                _decoderDropsPrefix = ReadScheme(part) != PrependScheme.Never;
                break;
        }
    }

    private static PrependScheme ReadScheme(JsonElement part)
    {
        if (Member(part, "add_prefix_space") is { } prefix && !prefix.GetBoolean())
            return PrependScheme.Never;
        return Member(part, "prepend_scheme")?.GetString() switch
        {
            null or "always" => PrependScheme.Always,
            "first" => PrependScheme.First,
            "never" => PrependScheme.Never,
            var other => throw new InvalidFileException($"the prepend_scheme '{ForeignText.Shown(other)}' is unknown; expected always, first or never."),
        };
    }

    private static bool IsSpaceReplacement(JsonElement part) =>
        part.GetProperty("pattern").TryGetProperty("Regex", out var regex) && regex.GetString() == " {2,}" &&
        part.GetProperty("content").GetString() is " " or EscapedSpace;

    private static JsonElement? Member(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    private static bool IsSet(JsonElement token, string name) => token.TryGetProperty(name, out var value) && value.GetBoolean();
}
