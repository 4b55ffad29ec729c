using System.Buffers;

namespace SciCoT.Tokenization;

/// <summary>A text cut into pieces, in pooled memory. <c>foreach</c> walks over them.</summary>
internal readonly struct Segmentation : IDisposable
{
    private readonly ByteBuffer _text;
    private readonly PathNode[] _path;
    private readonly UnigramModel _model;

    /// <param name="model">The pieces.</param>
    /// <param name="normalizer">Prepares the text; null leaves it as it is.</param>
    /// <param name="text">Lone surrogates count as U+FFFD.</param>
    public Segmentation(UnigramModel model, TextNormalizer? normalizer, ReadOnlySpan<char> text)
    {
        _model = model;
        _text = new ByteBuffer(System.Text.Encoding.UTF8.GetMaxByteCount(text.Length));
        _text.AppendUtf8(text);
        if (normalizer is not null)
        {
            using var raw = _text;
            _text = normalizer.Normalize(raw.Written);
        }

        _path = ArrayPool<PathNode>.Shared.Rent(_text.Length + 1);
        model.FindBestPath(_text.Written, _path.AsSpan(0, _text.Length + 1));
    }

    /// <summary>Normalised UTF-8; places in it are byte offsets.</summary>
    public ReadOnlySpan<byte> Text => _text.Written;

    public int Count
    {
        get
        {
            int count = 0;
            foreach (var _ in this)
                count++;
            return count;
        }
    }

    public Enumerator GetEnumerator() => new(_text.Written, _path, _model);

    public void Dispose()
    {
        _text.Dispose();
        ArrayPool<PathNode>.Shared.Return(_path);
    }

    internal readonly record struct Token(int Id, int Start, int End);

    /// <summary>
    /// Neighbouring unknown pieces are one token, as in the reference; with byte fallback each of their bytes is one, and the
    /// last of a piece's bytes stands for its text.
    /// </summary>
    internal ref struct Enumerator(ReadOnlySpan<byte> text, ReadOnlySpan<PathNode> path, UnigramModel model)
    {
        private readonly ReadOnlySpan<byte> _text = text;
        private readonly ReadOnlySpan<PathNode> _path = path;
        private readonly int _unknownId = model.UnknownId;
        private readonly int[]? _byteIds = model.ByteIds;
        private int _start;
        private int _end;
        private int _byte;

        public Token Current { get; private set; }

        public bool MoveNext()
        {
            if (_byte < _end && _byteIds is not null)
                return MoveNextByte();
            if (_end == _text.Length)
                return false;

            Advance();
            int id = _path[_end].Id;
            if (id == _unknownId && _byteIds is not null)
            {
                _byte = _start;
                return MoveNextByte();
            }

            int start = _start;
            while (id == _unknownId && _end < _text.Length && _path[_path[_end].Next].Id == _unknownId)
                Advance();
            _byte = _end;
            Current = new Token(id, start, _end);
            return true;
        }

        private void Advance()
        {
            _start = _end;
            _end = _path[_start].Next;
        }

        private bool MoveNextByte()
        {
            int id = _byteIds![_text[_byte++]];
            Current = new Token(id, _start, _byte == _end ? _end : _start);
            return true;
        }
    }
}
