using Microsoft.ML.Tokenizers;

namespace SciCoT.Tokenization;

public sealed partial class T5Tokenizer
{
    /// <summary>The longest text that is encoded at once, in UTF-16 code units; bounds the memory of one call.</summary>
    private const int MaxTextLength = 1 << 26;

    /// <summary>Encodes a text for a model: cut to a length, ended by eos.</summary>
    /// <param name="text">Lone surrogates count as U+FFFD.</param>
    /// <param name="maxTokens">The greatest number of ids, eos included; at least 1 with eos.</param>
    /// <param name="addEos">Whether eos ends the ids; it is kept when the text is cut.</param>
    /// <param name="truncated">Whether ids of the text had to be left out.</param>
    /// <param name="parseSpecialTokens">Whether names of special tokens in the text become their ids.</param>
    public int[] EncodeToIds(ReadOnlySpan<char> text, int maxTokens, bool addEos, out bool truncated, bool parseSpecialTokens = false)
    {
        var ids = new List<int>((text.Length / 3) + 4);
        truncated = EncodeTo(ids, text, maxTokens, addEos, parseSpecialTokens);
        return [.. ids];
    }

    int ITextTokenizer.RequiredRows => LargestTextId + 1; // sentinels come from pretraining only

    IReadOnlyList<int> ITextTokenizer.EncodeToIds(string text) => EncodeToIds(text);

    int ITextTokenizer.CountTokens(string text) => CountTokens(text);

    int[] ITextTokenizer.Encode(string text, int maxTokens, bool addEos, out bool truncated) => EncodeToIds(text, maxTokens, addEos, out truncated);

    /// <summary>Encodes as <see cref="EncodeToIds(ReadOnlySpan{char}, int, bool, out bool, bool)"/> does, without allocating, behind what a list holds.</summary>
    /// <param name="destination">Gets the ids; reuse it to save its memory.</param>
    /// <param name="text">Lone surrogates count as U+FFFD.</param>
    /// <param name="maxTokens">The greatest number of ids to add, eos included; at least 1 with eos.</param>
    /// <param name="addEos">Whether eos ends the ids; it is kept when the text is cut.</param>
    /// <param name="parseSpecialTokens">Whether names of special tokens in the text become their ids.</param>
    /// <returns>Whether ids of the text had to be left out.</returns>
    public bool EncodeTo(List<int> destination, ReadOnlySpan<char> text, int maxTokens = int.MaxValue, bool addEos = true, bool parseSpecialTokens = false)
    {
        ArgumentNullException.ThrowIfNull(destination);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxTokens, addEos ? 1 : 0);

        int room = addEos ? maxTokens - 1 : maxTokens;
        bool complete = _encoder is not null ? AppendTokens(destination, _encoder.Encode(Bounded(text), parseSpecialTokens), room)
            : parseSpecialTokens ? AppendWithSpecials(destination, text, ref room)
            : AppendText(destination, text, ref room);
        if (addEos)
            destination.Add(EosTokenId);
        return !complete;
    }

    /// <summary>The ids of a text, without eos.</summary>
    /// <param name="text">The text, or null where <paramref name="textSpan"/> is used.</param>
    /// <param name="textSpan">The text, where <paramref name="text"/> is null.</param>
    /// <param name="settings">
    /// Without normalization the text must be normalised already (no dummy prefix is added, U+2581 stands for spaces).
    /// Pre-tokenization makes no difference: SentencePiece has none.
    /// </param>
    protected override EncodeResults<int> EncodeToIds(string? text, ReadOnlySpan<char> textSpan, EncodeSettings settings)
    {
        if (_encoder is not null)
            return Results(Tokens(text, textSpan, settings), settings, token => token.Id);
        using var pieces = Segment(text, textSpan, settings);
        var ids = new int[Math.Min(pieces.Count, settings.MaxTokenCount)];
        int count = 0;
        int end = 0;
        foreach (var token in pieces)
        {
            if (count == ids.Length)
                break;
            ids[count++] = token.Id;
            end = token.End;
        }

        return new EncodeResults<int>
        {
            Tokens = ids,
            NormalizedText = settings.ConsiderNormalization ? System.Text.Encoding.UTF8.GetString(pieces.Text) : null,
            CharsConsumed = System.Text.Encoding.UTF8.GetCharCount(pieces.Text[..end]),
        };
    }

    /// <summary>The pieces of a text, without eos; offsets are UTF-16 code units of the normalised text.</summary>
    /// <inheritdoc cref="EncodeToIds(string?, ReadOnlySpan{char}, EncodeSettings)"/>
    protected override EncodeResults<EncodedToken> EncodeToTokens(string? text, ReadOnlySpan<char> textSpan, EncodeSettings settings)
    {
        if (_encoder is not null)
        {
            int place = 0;
            return Results(Tokens(text, textSpan, settings), settings, token =>
                new EncodedToken(token.Id, token.Id == UnknownTokenId ? token.Text : IdToPiece(token.Id), new Range(place, place += token.Text.Length)));
        }

        using var pieces = Segment(text, textSpan, settings);
        var utf8 = System.Text.Encoding.UTF8;
        var tokens = new List<EncodedToken>();
        int consumedBytes = 0;
        int consumedChars = 0;
        foreach (var token in pieces)
        {
            if (tokens.Count == settings.MaxTokenCount)
                break;
            int start = consumedChars;
            consumedChars += utf8.GetCharCount(pieces.Text[consumedBytes..token.End]);
            consumedBytes = token.End;
            string value = token.Id == UnknownTokenId ? utf8.GetString(pieces.Text[token.Start..token.End]) : IdToPiece(token.Id);
            tokens.Add(new EncodedToken(token.Id, value, new Range(start, consumedChars)));
        }

        return new EncodeResults<EncodedToken>
        {
            Tokens = tokens,
            NormalizedText = settings.ConsiderNormalization ? utf8.GetString(pieces.Text) : null,
            CharsConsumed = consumedChars,
        };
    }

    /// <summary>The number of ids of a text, without eos.</summary>
    /// <inheritdoc cref="EncodeToIds(string?, ReadOnlySpan{char}, EncodeSettings)"/>
    protected override int CountTokens(string? text, ReadOnlySpan<char> textSpan, EncodeSettings settings)
    {
        if (_encoder is not null)
            return Math.Min(Tokens(text, textSpan, settings).Count, settings.MaxTokenCount);
        using var pieces = Segment(text, textSpan, settings);
        return Math.Min(pieces.Count, settings.MaxTokenCount);
    }

    private Segmentation Segment(string? text, ReadOnlySpan<char> textSpan, EncodeSettings settings)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(settings.MaxTokenCount, nameof(settings));
        return Segment(text ?? textSpan, settings.ConsiderNormalization);
    }

    private Segmentation Segment(ReadOnlySpan<char> text, bool normalize = true) => new(_model, normalize ? _normalizer : null, Bounded(text));

    private List<PipelineToken> Tokens(string? text, ReadOnlySpan<char> textSpan, EncodeSettings settings)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(settings.MaxTokenCount, nameof(settings));
        return _encoder!.Encode(Bounded(text ?? textSpan), parseOwnTokens: false, settings.ConsiderNormalization);
    }

    private static EncodeResults<T> Results<T>(List<PipelineToken> tokens, EncodeSettings settings, Func<PipelineToken, T> select)
    {
        var taken = tokens.Take(settings.MaxTokenCount).ToList();
        return new EncodeResults<T>
        {
            Tokens = taken.ConvertAll(token => select(token)),
            NormalizedText = settings.ConsiderNormalization ? string.Concat(tokens.Select(token => token.Text)) : null,
            CharsConsumed = taken.Sum(token => token.Text.Length),
        };
    }

    private static ReadOnlySpan<char> Bounded(ReadOnlySpan<char> text) =>
        text.Length <= MaxTextLength
            ? text
            : throw new ArgumentException($"The text has {text.Length} characters; encode at most {MaxTextLength} at once.", nameof(text));

    /// <returns>Whether there was room for everything.</returns>
    private static bool AppendTokens(List<int> destination, List<PipelineToken> tokens, int room)
    {
        destination.AddRange(tokens.Take(room).Select(token => token.Id));
        return tokens.Count <= room;
    }

    /// <returns>Whether there was room for everything.</returns>
    private bool AppendText(List<int> destination, ReadOnlySpan<char> text, ref int room)
    {
        using var pieces = Segment(text);
        foreach (var token in pieces)
        {
            if (room == 0)
                return false;
            destination.Add(token.Id);
            room--;
        }

        return true;
    }

    private bool AppendWithSpecials(List<int> destination, ReadOnlySpan<char> text, ref int room)
    {
        for (int place; (place = _specials.Find(text, out int id, out int length)) >= 0; text = text[(place + length)..])
        {
            if (!AppendText(destination, text[..place], ref room) || room == 0)
                return false;
            destination.Add(id);
            room--;
        }

        return AppendText(destination, text, ref room);
    }
}
