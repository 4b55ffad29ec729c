using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.ML.Tokenizers;
using SciCoT.IO;

namespace SciCoT.Tokenization;

/// <summary>
/// T5's tokenizer: a SentencePiece Unigram model and, behind its pieces, the sentinels <c>&lt;extra_id_0&gt;</c>,
/// <c>&lt;extra_id_1&gt;</c>, … of span corruption. Ids and decoded text are those of the reference implementation
/// (sentencepiece 0.1.97), whichever kind of file the vocabulary comes from.
/// </summary>
/// <remarks>
/// Safe for concurrent callers. Unless asked otherwise, special tokens such as <c>&lt;/s&gt;</c> are ordinary text when they
/// stand in a text, as in the reference: nobody can end a sequence by writing it. Where they are recognised, the stretches
/// between them are encoded each by itself.
/// </remarks>
/// <include file="Examples.xml" path="examples/T5Tokenizer/example"/>
public sealed partial class T5Tokenizer : Tokenizer, ITextTokenizer
{
    private const string SentinelStart = "<extra_id_";

    /// <summary>The tokenizer that was loaded last, while somebody uses it.</summary>
    private static volatile WeakReference<T5Tokenizer> s_last = new(null!);

    private readonly VocabularyFile _file;
    private readonly SentencePieceModel _vocabulary;
    private readonly UnigramModel _model;
    private readonly TextNormalizer _normalizer;
    private readonly TextNormalizer? _denormalizer;
    private readonly int[] _sentinelIds;
    private readonly SpecialTokens _specials;
    private readonly AddedVocabulary _added;
    private readonly AddedTokenEncoder? _encoder;

    private T5Tokenizer(VocabularyFile file, SentencePieceModel vocabulary, int[] sentinelIds, AddedVocabulary added, TextPipeline pipeline, bool asSentencePiece)
    {
        _file = file;
        _vocabulary = vocabulary;
        _sentinelIds = sentinelIds;
        _added = added;
        _model = new UnigramModel(vocabulary);
        _normalizer = new TextNormalizer(vocabulary.Normalizer, vocabulary.SpaceAsSuffix, _model.UserDefined);
        _denormalizer = vocabulary.Denormalizer is { CharacterMap: not null } spec ? new TextNormalizer(spec, spaceAsSuffix: false, null) : null;
        UnknownTokenId = _model.UnknownId;
        PadTokenId = ControlId(vocabulary.PadPiece, "--pad_id=0");
        EosTokenId = ControlId(vocabulary.EosPiece, "--eos_id=1");
        VocabularySize = Math.Max(Math.Max(vocabulary.Pieces.Count, added.LargestId + 1), sentinelIds.Select(id => id + 1).DefaultIfEmpty().Max());
        int[] own = [PadTokenId, EosTokenId, UnknownTokenId, .. sentinelIds];
        _specials = new SpecialTokens(own, IdToPiece);
        AddedTokens = [.. added.Tokens.Where(token => !own.Contains(token.Id))];
        var sentinels = sentinelIds.ToHashSet();
        LargestTextId = Enumerable.Range(0, vocabulary.Pieces.Count).Concat(AddedTokens.Select(token => token.Id)).Where(id => !sentinels.Contains(id)).Max();
        if (AddedTokens.Count == 0 && asSentencePiece)
            return;
        if (vocabulary.SpaceAsSuffix)
            throw new InvalidFileException("the vocabulary puts spaces behind words (treat_whitespace_as_suffix), which does not go together with added tokens.");
        var ownTokens = own.Select(id => added.TryGet(id, out var token) ? token : new AddedToken(id, IdToPiece(id)) { Special = true });
        _encoder = new AddedTokenEncoder(pipeline, _model, AddedTokens, [.. ownTokens]);
    }

    /// <summary>The number of ids, sentinels and added tokens included: the least number of embedding rows of a model.</summary>
    /// <value>32,100 for the published T5 and Flan-T5.</value>
    public int VocabularySize { get; }

    /// <summary>The name of the file that it was read from; folders with equal files share one tokenizer.</summary>
    internal string FileName => Path.GetFileName(_file.Path);

    /// <value>0 for the published T5.</value>
    public int PadTokenId { get; }

    /// <summary>The end of a sequence.</summary>
    /// <value>1 for the published T5.</value>
    public int EosTokenId { get; }

    /// <summary>Stands for text that the vocabulary cannot spell.</summary>
    /// <value>2 for the published T5.</value>
    public int UnknownTokenId { get; }

    /// <summary>How many sentinels there are.</summary>
    /// <value>100 for the published T5.</value>
    public int SentinelCount => _sentinelIds.Length;

    /// <summary>The tokens that were added to the vocabulary, by rising id, without pad, eos, unknown and the sentinels.</summary>
    /// <remarks>They are recognised in every text, special or not.</remarks>
    /// <value>Empty for the published T5.</value>
    public IReadOnlyList<AddedToken> AddedTokens { get; }

    /// <summary>The largest id that a text without sentinels can have: a model needs this row.</summary>
    internal int LargestTextId { get; }

    /// <summary>Reads a vocabulary.</summary>
    /// <param name="path">
    /// A SentencePiece model (<c>spiece.model</c>), a Hugging Face <c>tokenizer.json</c> (any name that ends in
    /// <c>.json</c>), or a folder that holds one of them; of both, <c>spiece.model</c> is read, which is the original.
    /// </param>
    /// <param name="sentinelCount">
    /// How many sentinels to put behind the pieces of a SentencePiece model, 0 included; <c>&lt;extra_id_0&gt;</c> gets the
    /// last id. By default, what <c>tokenizer_config.json</c> in the same folder says, or else 100, as transformers assumes,
    /// so that both number alike. A file that lists its sentinels itself, as every <c>tokenizer.json</c> does, decides
    /// alone, and a different number is refused.
    /// </param>
    /// <exception cref="MissingFileException">There is no such file, or none of the two in the folder.</exception>
    /// <exception cref="InvalidFileException">The file is damaged, or no Unigram vocabulary of T5's kind.</exception>
    /// <exception cref="ArgumentException"><paramref name="sentinelCount"/> contradicts the file.</exception>
    public static T5Tokenizer Load(string path, int? sentinelCount = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (sentinelCount is < 0 or > TokenizerConfig.MaxSentinels)
            throw new ArgumentOutOfRangeException(nameof(sentinelCount), sentinelCount, $"Expected 0 to {TokenizerConfig.MaxSentinels} sentinels.");

        // The students of a model folder have one vocabulary each, of the same bytes: the second takes the first one's.
        var file = VocabularyFile.Read(path);
        if (sentinelCount is null && s_last.TryGetTarget(out var last) && last._file.HasSameContent(file))
            return last;
        var tokenizer = Load(file, sentinelCount);
        if (sentinelCount is null && tokenizer._file.HasSameContent(file))
            s_last = new(tokenizer);
        return tokenizer;
    }

    /// <summary>As <see cref="Load(string, int?)"/>, from files that are in memory already.</summary>
    internal static T5Tokenizer Load(VocabularyFile file, int? sentinelCount = null)
    {
        int? configured = Blame(file.ConfigPath, () => file.Config is null ? null : TokenizerConfig.ReadSentinelCount(file.Config));
        bool legacy = file.Read(file.Config, TokenizerConfig.FileName, root => TokenizerConfig.IsLegacy(root) ? null : root.GetRawText()) is null;
        var declared = DeclaredTokens.Read(file);
        return file.IsJson ? LoadJson(file, declared, sentinelCount) : LoadSentencePiece(file, declared, configured, sentinelCount, legacy);
    }

    private static T5Tokenizer LoadJson(VocabularyFile file, DeclaredTokens declared, int? sentinelCount) => Blame(file.Path, () =>
    {
        var json = TokenizerJsonReader.Read(file.Content);
        var model = json.Model;
        var added = new AddedVocabulary(text => model.TryGetId(text, out int id) ? id : null, model.Pieces.Count);
        foreach (var token in json.Added.Concat(declared.Tokens))
            added.Add(token, keepId: false);
        foreach (string name in declared.Names)
            added.AddName(name);
        var sentinels = ListedSentinels(model, added);
        CheckCount(file, sentinels.Length, sentinelCount);
        return new T5Tokenizer(file, model, sentinels, added, json.Pipeline, json.IsConverted);
    });

    private static T5Tokenizer LoadSentencePiece(VocabularyFile file, DeclaredTokens declared, int? configured, int? sentinelCount, bool legacy)
    {
        var model = Blame(file.Path, () => SentencePieceModelReader.Read(file.Content));
        bool IsNew(string text) => text.Length > 0 && !model.TryGetId(text, out _) && !IsSentinel(text);
        if (file.Other is { } other)
        {
            // Python writes both formats; with added tokens, the Rust library's own file says how a text is prepared.
            var texts = TokenizerJsonReader.AddedTexts(other);
            if (texts.Count > 0 && texts.Concat(declared.Tokens.Select(token => token.Text)).Concat(declared.Names).Any(IsNew))
                return LoadJson(file.WithJson(), declared, sentinelCount);
        }

        return Blame(file.Path, () =>
        {
            int size = model.Pieces.Count;
            var stated = declared.Tokens.Where(token => token.Id >= size && IsSentinel(token.Text)).ToDictionary(token => token.Text, token => token.Id);
            var listed = ListedSentinels(name => model.TryGetId(name, out int id) ? id : stated.TryGetValue(name, out id) ? id : null);
            if (listed.Length > 0)
                CheckCount(file, listed.Length, sentinelCount);
            var sentinels = listed.Length > 0 ? listed : AppendedSentinels(model, sentinelCount ?? configured ?? TokenizerConfig.DefaultSentinels);
            int? OwnId(string text) =>
                model.TryGetId(text, out int id) ? id
                : IsSentinel(text) && int.TryParse(text.AsSpan(SentinelStart.Length, text.Length - SentinelStart.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out int index) && index < sentinels.Length ? sentinels[index]
                : null;
            var added = new AddedVocabulary(OwnId, Math.Max(size, sentinels.DefaultIfEmpty(-1).Max() + 1));
            foreach (var token in declared.Tokens)
                added.Add(token, keepId: true);
            foreach (string name in declared.Names.Where(IsNew))
                added.AddName(name);
            bool keepsConfig = listed.Length > 0 || sentinelCount is null || sentinelCount == configured;
            return new T5Tokenizer(keepsConfig ? file : file with { Config = null }, model, sentinels, added, TextPipeline.From(model.Normalizer, !legacy), asSentencePiece: true);
        });
    }

    private static void CheckCount(VocabularyFile file, int listed, int? asked)
    {
        if (asked is { } count && count != listed)
            throw new ArgumentException($"'{file.Path}' lists {listed} sentinels, not {count}.", "sentinelCount");
    }

    /// <summary>
    /// Writes the vocabulary file as it was read, under its usual name, and a <c>tokenizer_config.json</c> (the one it came
    /// with, or a small one), so that the folder loads again with the same ids, in transformers as well.
    /// </summary>
    /// <param name="directory">Is created where needed. Each file is written aside and renamed.</param>
    public void Save(string directory)
    {
        ArgumentException.ThrowIfNullOrEmpty(directory);
        var config = _file.Config ?? TokenizerConfig.Create(IdToPiece(PadTokenId), IdToPiece(EosTokenId), IdToPiece(UnknownTokenId), SentinelCount, AddedTokens);
        (_file with { Config = config }).Write(directory, withSiblings: AddedTokens.Count > 0);
    }

    /// <summary>The id of <c>&lt;extra_id_<paramref name="index"/>&gt;</c>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer sentinels.</exception>
    internal int GetSentinelId(int index) =>
        (uint)index < (uint)_sentinelIds.Length
            ? _sentinelIds[index]
            : throw new ArgumentOutOfRangeException(nameof(index), index, $"The vocabulary has {SentinelCount} sentinels.");

    /// <summary>The piece, with U+2581 for spaces, or the special token that has this id.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The vocabulary has no such id.</exception>
    internal string IdToPiece(int id)
    {
        return NameOf(id) ?? throw new ArgumentOutOfRangeException(nameof(id), id, $"The vocabulary has no such id among its {VocabularySize}; a model may have more rows, but they stand for nothing.");
    }

    /// <returns>Null where no token has this id.</returns>
    private string? NameOf(int id) =>
        _added.TryGet(id, out var token) ? token.Text
        : (uint)id < (uint)_vocabulary.Pieces.Count ? _vocabulary.Pieces[id].Text
        : Array.IndexOf(_sentinelIds, id) is >= 0 and var index ? SentinelName(index)
        : _added.TryGetStated(id, out token) ? token.Text
        : null;

    /// <summary>The id of a piece, with U+2581 for spaces, or of a special token.</summary>
    /// <returns>False where the vocabulary has no such piece.</returns>
    internal bool TryGetId(string piece, out int id)
    {
        ArgumentNullException.ThrowIfNull(piece);
        if (_vocabulary.TryGetId(piece, out id) || _specials.TryGetId(piece, out id))
            return true;
        bool found = _added.TryGet(piece, out var token);
        id = found ? token.Id : 0;
        return found;
    }

    private int ControlId(string piece, string flag) =>
        _added.TryGet(piece, out var token) && token.Special ? token.Id : _vocabulary.RequireControl(piece, flag);

    private static string SentinelName(int index) => string.Create(CultureInfo.InvariantCulture, $"{SentinelStart}{index}>");

    private static bool IsSentinel(string text) =>
        text.Length > SentinelStart.Length + 1 && text.StartsWith(SentinelStart, StringComparison.Ordinal) && text[^1] == '>' &&
        !text.AsSpan(SentinelStart.Length, text.Length - SentinelStart.Length - 1).ContainsAnyExceptInRange('0', '9');

    private static int[] AppendedSentinels(SentencePieceModel vocabulary, int count)
    {
        int last = vocabulary.Pieces.Count + count - 1;
        return [.. Enumerable.Range(0, count).Select(i => last - i)];
    }

    private static int[] ListedSentinels(SentencePieceModel vocabulary, AddedVocabulary added) =>
        ListedSentinels(name => vocabulary.TryGetId(name, out int id) ? id : added.TryGet(name, out var token) ? token.Id : null);

    private static int[] ListedSentinels(Func<string, int?> idOf)
    {
        var ids = new List<int>();
        while (idOf(SentinelName(ids.Count)) is { } id)
            ids.Add(id);
        return [.. ids];
    }

    /// <summary>Readers know what is wrong and where in the file; here the file's name and the remedy are added.</summary>
    private static T Blame<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (InvalidFileException e)
        {
            throw new InvalidFileException($"'{path}' cannot be used: {e.Message} Copy the file again from where it came, or use another.", e);
        }
    }
}
