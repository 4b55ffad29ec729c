using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.ML.Tokenizers;

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
public sealed partial class T5Tokenizer : Tokenizer
{
    private readonly VocabularyFile _file;
    private readonly SentencePieceModel _vocabulary;
    private readonly UnigramModel _model;
    private readonly TextNormalizer _normalizer;
    private readonly TextNormalizer? _denormalizer;
    private readonly int[] _sentinelIds;
    private readonly SpecialTokens _specials;

    private T5Tokenizer(VocabularyFile file, SentencePieceModel vocabulary, int[] sentinelIds)
    {
        _file = file;
        _vocabulary = vocabulary;
        _sentinelIds = sentinelIds;
        _model = new UnigramModel(vocabulary);
        _normalizer = new TextNormalizer(vocabulary.Normalizer, vocabulary.SpaceAsSuffix, _model.UserDefined);
        _denormalizer = vocabulary.Denormalizer is { CharacterMap: not null } spec ? new TextNormalizer(spec, spaceAsSuffix: false, null) : null;
        UnknownTokenId = _model.UnknownId;
        PadTokenId = vocabulary.RequireControl(vocabulary.PadPiece, "--pad_id=0");
        EosTokenId = vocabulary.RequireControl(vocabulary.EosPiece, "--eos_id=1");
        VocabularySize = Math.Max(vocabulary.Pieces.Count, sentinelIds.Select(id => id + 1).DefaultIfEmpty().Max());
        _specials = new SpecialTokens([PadTokenId, EosTokenId, UnknownTokenId, .. sentinelIds], IdToPiece);
    }

    /// <summary>The number of ids, sentinels included: the least number of embedding rows of a model.</summary>
    /// <value>32,100 for the published T5 and Flan-T5.</value>
    public int VocabularySize { get; }

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

        return Load(VocabularyFile.Read(path), sentinelCount);
    }

    /// <summary>As <see cref="Load(string, int?)"/>, from files that are in memory already.</summary>
    internal static T5Tokenizer Load(VocabularyFile file, int? sentinelCount = null)
    {
        int? configured = Blame(file.ConfigPath, () => file.Config is null ? null : TokenizerConfig.ReadSentinelCount(file.Config));
        return Blame(file.Path, () =>
        {
            var vocabulary = file.IsJson ? TokenizerJsonReader.Read(file.Content) : SentencePieceModelReader.Read(file.Content);
            var listed = ListedSentinels(vocabulary);
            bool listsSentinels = file.IsJson || listed.Length > 0;
            if (listsSentinels && sentinelCount is { } asked && asked != listed.Length)
                throw new ArgumentException($"'{file.Path}' lists {listed.Length} sentinels, not {asked}.", nameof(sentinelCount));

            var sentinels = listsSentinels ? listed : AppendedSentinels(vocabulary, sentinelCount ?? configured ?? TokenizerConfig.DefaultSentinels);
            bool keepsConfig = listsSentinels || sentinelCount is null || sentinelCount == configured;
            return new T5Tokenizer(keepsConfig ? file : file with { Config = null }, vocabulary, sentinels);
        });
    }

    /// <summary>
    /// Writes the vocabulary file as it was read, under its usual name, and a <c>tokenizer_config.json</c> (the one it came
    /// with, or a small one), so that the folder loads again with the same ids, in transformers as well.
    /// </summary>
    /// <param name="directory">Is created where needed. Each file is written aside and renamed.</param>
    public void Save(string directory)
    {
        ArgumentException.ThrowIfNullOrEmpty(directory);
        var config = _file.Config ?? TokenizerConfig.Create(IdToPiece(PadTokenId), IdToPiece(EosTokenId), IdToPiece(UnknownTokenId), SentinelCount);
        (_file with { Config = config }).Write(directory);
    }

    /// <summary>The id of <c>&lt;extra_id_<paramref name="index"/>&gt;</c>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer sentinels.</exception>
    public int GetSentinelId(int index) =>
        (uint)index < (uint)_sentinelIds.Length
            ? _sentinelIds[index]
            : throw new ArgumentOutOfRangeException(nameof(index), index, $"The vocabulary has {SentinelCount} sentinels.");

    /// <summary>The piece, with U+2581 for spaces, or the special token that has this id.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The vocabulary has no such id.</exception>
    public string IdToPiece(int id)
    {
        if ((uint)id >= (uint)VocabularySize)
            throw new ArgumentOutOfRangeException(nameof(id), id, $"The vocabulary has the ids 0 to {VocabularySize - 1}; a model may have more rows, but they stand for nothing.");
        return id < _vocabulary.Pieces.Count ? _vocabulary.Pieces[id].Text : SentinelName(VocabularySize - 1 - id);
    }

    /// <summary>The id of a piece, with U+2581 for spaces, or of a special token.</summary>
    /// <returns>False where the vocabulary has no such piece.</returns>
    public bool TryGetId(string piece, out int id)
    {
        ArgumentNullException.ThrowIfNull(piece);
        return _vocabulary.TryGetId(piece, out id) || _specials.TryGetId(piece, out id);
    }

    private static string SentinelName(int index) => string.Create(CultureInfo.InvariantCulture, $"<extra_id_{index}>");

    private static int[] AppendedSentinels(SentencePieceModel vocabulary, int count)
    {
        int last = vocabulary.Pieces.Count + count - 1;
        return [.. Enumerable.Range(0, count).Select(i => last - i)];
    }

    private static int[] ListedSentinels(SentencePieceModel vocabulary)
    {
        var ids = new List<int>();
        while (vocabulary.TryGetId(SentinelName(ids.Count), out int id))
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
