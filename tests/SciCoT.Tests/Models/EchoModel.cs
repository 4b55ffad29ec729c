using SciCoT.Models;
using SciCoT.Tokenization;

namespace SciCoT.Tests.Models;

/// <summary>A sequence model without weights, all of the seam in one file: after n tokens it expects the source's n-th one.</summary>
internal sealed class EchoModel : ISequenceModel
{
    /// <summary>The logit of the expected token; all others have 0.</summary>
    public const float Certainty = 5;

    public int VocabularySize => 128;

    public int EosTokenId => 1;

    public int DecoderStartTokenId => 0;

    public bool IsDisposed { get; private set; }

    public IEncodedSources Encode(IReadOnlyList<IReadOnlyList<int>> sources)
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        return new Sources(sources);
    }

    public void Dispose() => IsDisposed = true;

    private sealed class Sources(IReadOnlyList<IReadOnlyList<int>> sources) : IEncodedSources
    {
        public int Count => sources.Count;

        public IDecoder StartDecoder(int rowsPerSource, int maxLength) =>
            new Decoder([.. sources.SelectMany(source => Enumerable.Repeat(source, rowsPerSource))]);

        public void Dispose()
        {
        }
    }

    private sealed class Decoder(IReadOnlyList<int>[] rows) : IDecoder
    {
        private IReadOnlyList<int>[] _rows = rows;
        private int _added;

        public int Rows => _rows.Length;

        public int Length { get; private set; }

        public void Advance(ReadOnlySpan<int> tokens) => Length += _added = tokens.Length / Rows;

        public void GetLogits(ReadOnlySpan<int> positions, Span<float> logits)
        {
            logits.Clear();
            for (int i = 0; i < positions.Length; i++)
            {
                var (row, offset) = Math.DivRem(positions[i], _added);
                int written = Length - _added + offset; // the start token is not one of the source's
                logits[(i * 128) + (written < _rows[row].Count ? _rows[row][written] : 1)] = Certainty;
            }
        }

        public void Select(ReadOnlySpan<int> rows) => _rows = [.. rows.ToArray().Select(row => _rows[row])];

        public void Dispose()
        {
        }
    }
}

/// <summary>A token for each ASCII character.</summary>
internal sealed class AsciiTokenizer : ITextTokenizer
{
    public int VocabularySize => 128;

    public int EosTokenId => 1;

    public IReadOnlyList<int> EncodeToIds(string text) => [.. text.Select(c => c < 128 ? c : '?')];

    public string Decode(IEnumerable<int> ids) => string.Concat(ids.Where(id => id > 1).Select(id => (char)id));
}
