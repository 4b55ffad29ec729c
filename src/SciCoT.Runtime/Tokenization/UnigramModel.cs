using System.Runtime.CompilerServices;
using System.Text;
using SciCoT.IO;

namespace SciCoT.Tokenization;

/// <summary>
/// A Unigram language model over pieces (Kudo, "Subword Regularization", 2018) and its best path through a text, with the
/// reference implementation's arithmetic, so that ties fall the same way: candidates are added in double, kept as float,
/// and a later one wins only if it is greater.
/// </summary>
internal sealed class UnigramModel
{
    private const float UnknownPenalty = 10;

    private readonly DoubleArrayTrie _trie;
    private readonly double[] _scores;
    private readonly float _unknownScore;

    /// <exception cref="InvalidFileException">The pieces do not make a vocabulary.</exception>
    public UnigramModel(SentencePieceModel model)
    {
        var pieces = model.Pieces;
        UnknownId = FindUnknown(pieces);
        ByteIds = FindBytes(pieces, model.ByteFallback);

        var normal = pieces.Where(p => p.Kind == PieceKind.Normal).Select(p => p.Score).ToArray();
        float lowest = normal.DefaultIfEmpty(float.MaxValue).Min();

        // The reference starts from the smallest positive float, not from the most negative.
        float highest = normal.Append(1.17549435e-38f).Max();
        _unknownScore = lowest - UnknownPenalty;
        _scores = new double[pieces.Count];
        for (int id = 0; id < _scores.Length; id++)
            _scores[id] = pieces[id].Kind == PieceKind.UserDefined ? UserDefinedScore(pieces[id], highest) : pieces[id].Score;

        _trie = BuildTrie(pieces, id => pieces[id].Kind is PieceKind.Normal or PieceKind.UserDefined);
        UserDefined = pieces.Any(p => p.Kind == PieceKind.UserDefined)
            ? BuildTrie(pieces, id => pieces[id].Kind == PieceKind.UserDefined)
            : null;
    }

    public int UnknownId { get; }

    /// <summary>The ids of the 256 bytes, if characters outside the vocabulary are spelt with them.</summary>
    public int[]? ByteIds { get; }

    /// <summary>The pieces which must be kept whole.</summary>
    public DoubleArrayTrie? UserDefined { get; }

    /// <summary>Fills <paramref name="path"/> so that following <see cref="PathNode.Next"/> from 0 visits the best path's ends.</summary>
    /// <param name="text">Normalised UTF-8.</param>
    /// <param name="path">One node for each byte, and one more.</param>
    public void FindBestPath(ReadOnlySpan<byte> text, Span<PathNode> path)
    {
        path.Fill(new PathNode { Start = PathNode.Unreached });
        path[0] = default;
        var nodes = _trie.Nodes;
        int length;
        for (int start = 0; start < text.Length; start += length)
        {
            float soFar = path[start].Score;
            length = Math.Min(CharacterLength(text[start]), text.Length - start);
            bool coversCharacter = false;
            int node = DoubleArrayTrie.Root;
            for (int end = start; end < text.Length;)
            {
                int next = nodes[node].Base ^ text[end];
                if (nodes[next].Parent != node)
                    break;
                node = next;
                end++;
                int id = nodes[node].Value;
                if (id == DoubleArrayTrie.NoValue)
                    continue;
                Offer(ref path[end], start, id, _scores[id] + soFar);
                coversCharacter |= end - start == length;
            }

            if (!coversCharacter)
                Offer(ref path[start + length], start, UnknownId, _unknownScore + soFar);
        }

        for (int end = text.Length; end > 0;)
        {
            int start = path[end].Start;
            path[start].Next = end;
            end = start;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Offer(ref PathNode end, int start, int id, double score)
    {
        if (end.Start != PathNode.Unreached && !(score > end.Score))
            return;
        end.Score = (float)score;
        end.Start = start;
        end.Id = id;
    }

    private static int CharacterLength(byte lead) => lead switch { < 0xC0 => 1, < 0xE0 => 2, < 0xF0 => 3, _ => 4 };

    /// <summary>Better than any sum of normal pieces over the same bytes, which are log-probabilities.</summary>
    private static double UserDefinedScore(Piece piece, float highest) => (Encoding.UTF8.GetByteCount(piece.Text) * highest) - 0.1;

    private static DoubleArrayTrie BuildTrie(IReadOnlyList<Piece> pieces, Func<int, bool> include)
    {
        var ids = Enumerable.Range(0, pieces.Count).Where(include).ToArray();
        var keys = Array.ConvertAll(ids, id => Encoding.UTF8.GetBytes(pieces[id].Text));
        Array.Sort(keys, ids, Comparer<byte[]>.Create((x, y) => x.AsSpan().SequenceCompareTo(y)));
        return DoubleArrayTrieBuilder.Build(keys, ids);
    }

    private static int FindUnknown(IReadOnlyList<Piece> pieces)
    {
        int unknown = -1;
        for (int id = 0; id < pieces.Count; id++)
        {
            if (pieces[id].Kind != PieceKind.Unknown)
                continue;
            if (unknown >= 0)
                throw new InvalidFileException($"pieces {unknown} and {id} are both of the kind UNKNOWN; there must be one.");
            unknown = id;
        }

        return unknown >= 0 ? unknown : throw new InvalidFileException("no piece is of the kind UNKNOWN; there must be one (spm_train --unk_id=2).");
    }

    private static int[]? FindBytes(IReadOnlyList<Piece> pieces, bool byteFallback)
    {
        var ids = Enumerable.Repeat(-1, 256).ToArray();
        for (int id = 0; id < pieces.Count; id++)
        {
            if (pieces[id].Kind != PieceKind.Byte)
                continue;
            if (!byteFallback)
                throw new InvalidFileException($"piece {id} ('{ForeignText.Shown(pieces[id].Text)}') is a byte piece, but the vocabulary does not fall back on bytes.");
            if (!PieceDecoder.TryGetByte(pieces[id].Text, out byte value))
                throw new InvalidFileException($"the byte piece '{ForeignText.Shown(pieces[id].Text)}' is not of the form <0x00>.");
            ids[value] = id;
        }

        if (!byteFallback)
            return null;
        int missing = Array.IndexOf(ids, -1);
        return missing < 0 ? ids : throw new InvalidFileException($"the vocabulary falls back on bytes, but the piece <0x{missing:X2}> is missing.");
    }
}
