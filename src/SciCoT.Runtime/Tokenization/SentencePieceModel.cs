using System.Text;
using SciCoT.IO;

namespace SciCoT.Tokenization;

/// <summary>The numbers are those of the SentencePiece file format.</summary>
internal enum PieceKind
{
    Normal = 1,
    Unknown = 2,
    Control = 3,
    UserDefined = 4,
    Unused = 5,
    Byte = 6,
}

/// <param name="Text">The piece, with U+2581 for spaces.</param>
/// <param name="Score">Log-probability; used for normal pieces only.</param>
/// <param name="Kind">How the piece takes part.</param>
internal readonly record struct Piece(string Text, float Score, PieceKind Kind);

/// <summary>How text is prepared before it is cut into pieces; the defaults are those of the file format.</summary>
internal sealed class NormalizerSpec
{
    public CharacterMap? CharacterMap { get; set; }

    public bool AddDummyPrefix { get; set; } = true;

    public bool RemoveExtraSpaces { get; set; } = true;

    public bool EscapeSpaces { get; set; } = true;
}

/// <summary>What a vocabulary file says, whichever of the two formats it has.</summary>
internal sealed class SentencePieceModel
{
    /// <summary>Beyond any Unigram vocabulary in use (mT5 has 250,100); keeps a damaged file from taking memory.</summary>
    public const int MaxPieces = 300_000;

    /// <summary>Longer pieces would make encoding slow on texts that repeat them.</summary>
    public const int MaxPieceBytes = 1024;

    /// <summary>Bounds the trie, whose size follows that of the pieces.</summary>
    private const int MaxTotalBytes = 16 << 20;

    private readonly List<Piece> _pieces = [];
    private int _totalBytes;

    /// <summary>As in the reference, a piece of text may be spelt like a control, unknown or byte piece.</summary>
    private readonly Dictionary<string, int> _textIds = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _reservedIds = new(StringComparer.Ordinal);

    public IReadOnlyList<Piece> Pieces => _pieces;

    public NormalizerSpec Normalizer { get; set; } = new();

    public NormalizerSpec? Denormalizer { get; set; }

    public bool SpaceAsSuffix { get; set; }

    public bool ByteFallback { get; set; }

    public string UnknownSurface { get; set; } = " \u2047 ";

    public string PadPiece { get; set; } = "<pad>";

    public string EosPiece { get; set; } = "</s>";

    /// <exception cref="InvalidFileException">The piece cannot be part of a vocabulary.</exception>
    public void Add(Piece piece)
    {
        int id = _pieces.Count;
        if (id == MaxPieces)
            throw new InvalidFileException($"it has more than {MaxPieces} pieces.");
        if (piece.Text.Length == 0)
            throw new InvalidFileException($"piece {id} is empty.");
        if (piece.Text.Contains('\0', StringComparison.Ordinal))
            throw new InvalidFileException($"piece {id} contains a NUL character.");
        int bytes = Encoding.UTF8.GetByteCount(piece.Text);
        if (bytes > MaxPieceBytes)
            throw new InvalidFileException($"piece {id} has {bytes} bytes; at most {MaxPieceBytes} are allowed.");
        if ((_totalBytes += bytes) > MaxTotalBytes)
            throw new InvalidFileException($"its pieces have more than {MaxTotalBytes} bytes in all.");
        if (!float.IsFinite(piece.Score))
            throw new InvalidFileException($"piece {id} ('{ForeignText.Shown(piece.Text)}') has the score {piece.Score}; scores are finite log-probabilities.");
        if (piece.Kind is < PieceKind.Normal or > PieceKind.Byte)
            throw new InvalidFileException($"piece {id} ('{ForeignText.Shown(piece.Text)}') is of the unknown kind {(int)piece.Kind}.");

        bool reserved = piece.Kind is PieceKind.Control or PieceKind.Unknown or PieceKind.Byte;
        var ids = reserved ? _reservedIds : _textIds;
        if (!ids.TryAdd(piece.Text, id))
            throw new InvalidFileException($"pieces {ids[piece.Text]} and {id} are both '{ForeignText.Shown(piece.Text)}'.");
        _pieces.Add(piece);
    }

    public bool TryGetId(string piece, out int id) => _reservedIds.TryGetValue(piece, out id) || _textIds.TryGetValue(piece, out id);

    /// <exception cref="InvalidFileException">There is no such control piece.</exception>
    public int RequireControl(string piece, string flag) =>
        _reservedIds.TryGetValue(piece, out int id) && _pieces[id].Kind == PieceKind.Control
            ? id
            : throw new InvalidFileException($"it has no control piece '{ForeignText.Shown(piece)}', which T5 needs; train with spm_train {flag}.");
}
