using System.Text;
using System.Text.Unicode;
using Google.Protobuf;

namespace SciCoT.Tokenization;

/// <summary>Reads <c>sentencepiece_model.proto</c>'s <c>ModelProto</c>, the format of <c>spiece.model</c>.</summary>
internal sealed class SentencePieceModelReader
{
    private const int Unigram = 1;

    private readonly CodedInputStream _input;
    private readonly SentencePieceModel _model = new();

    private readonly Func<uint, bool> _readPieceField; // kept, as there are very many pieces
    private Piece _piece;
    private bool _hasNormalizer;

    private SentencePieceModelReader(byte[] file)
    {
        _input = new CodedInputStream(file);
        _readPieceField = ReadPieceField;
    }

    /// <exception cref="InvalidFileException">The message says what is wrong and where; the caller adds the file.</exception>
    public static SentencePieceModel Read(byte[] file)
    {
        var reader = new SentencePieceModelReader(file);
        try
        {
            reader.ReadMessage(file.Length, reader.ReadModelField);
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new InvalidFileException($"it is not a SentencePiece model, or is cut off or damaged, near byte {reader._input.Position}: {e.Message}", e);
        }

        // Pieces come first, so a file that was cut off between two of them is a whole message. Training always writes the normalizer, behind them.
        return reader._hasNormalizer
            ? reader._model
            : throw new InvalidFileException($"it is cut off at byte {file.Length}: after piece {reader._model.Pieces.Count - 1}, there is no normalizer.");
    }

    private bool ReadModelField(uint tag)
    {
        switch (tag)
        {
            case 1 << 3 | 2: ReadPiece(); return true;
            case 2 << 3 | 2: ReadNested(ReadTrainerField); return true;
            case 3 << 3 | 2: ReadNormalizer(_model.Normalizer); return _hasNormalizer = true;
            case 5 << 3 | 2: ReadNormalizer(_model.Denormalizer ??= new NormalizerSpec()); return true;
            default: return false;
        }
    }

    private void ReadPiece()
    {
        _piece = new Piece("", 0, PieceKind.Normal);
        ReadNested(_readPieceField);
        _model.Add(_piece);
    }

    private bool ReadPieceField(uint tag)
    {
        switch (tag)
        {
            case 1 << 3 | 2: _piece = _piece with { Text = ReadText("piece", _model.Pieces.Count) }; return true;
            case 2 << 3 | 5: _piece = _piece with { Score = _input.ReadFloat() }; return true;
            case 3 << 3 | 0: _piece = _piece with { Kind = (PieceKind)_input.ReadEnum() }; return true;
            default: return false;
        }
    }

    private bool ReadTrainerField(uint tag)
    {
        switch (tag)
        {
            case 3 << 3 | 0: CheckModelType(_input.ReadEnum()); return true;
            case 24 << 3 | 0: _model.SpaceAsSuffix = _input.ReadBool(); return true;
            case 35 << 3 | 0: _model.ByteFallback = _input.ReadBool(); return true;
            case 44 << 3 | 2: _model.UnknownSurface = ReadText("unk_surface"); return true;
            case 47 << 3 | 2: _model.EosPiece = ReadText("eos_piece"); return true;
            case 48 << 3 | 2: _model.PadPiece = ReadText("pad_piece"); return true;
            default: return false;
        }
    }

    private static void CheckModelType(int type)
    {
        if (type != Unigram)
            throw new InvalidFileException($"its model type is {type switch { 2 => "BPE", 3 => "WORD", 4 => "CHAR", _ => type }}; T5 has UNIGRAM (spm_train --model_type=unigram).");
    }

    private void ReadNormalizer(NormalizerSpec spec) => ReadNested(tag =>
    {
        switch (tag)
        {
            case 2 << 3 | 2:
                var blob = _input.ReadBytes();
                spec.CharacterMap = blob.IsEmpty ? null : CharacterMap.Parse(blob.Span);
                return true;
            case 3 << 3 | 0: spec.AddDummyPrefix = _input.ReadBool(); return true;
            case 4 << 3 | 0: spec.RemoveExtraSpaces = _input.ReadBool(); return true;
            case 5 << 3 | 0: spec.EscapeSpaces = _input.ReadBool(); return true;
            default: return false;
        }
    });

    private string ReadText(string what, int? number = null)
    {
        long start = _input.Position;
        var bytes = _input.ReadBytes().Span;
        return Utf8.IsValid(bytes)
            ? Encoding.UTF8.GetString(bytes)
            : throw new InvalidFileException($"{what}{(number is null ? "" : $" {number}")} (byte {start}) is not UTF-8.");
    }

    private void ReadNested(Func<uint, bool> readField)
    {
        int length = _input.ReadLength();
        ReadMessage(_input.Position + length, readField);
    }

    /// <summary>Reads fields up to <paramref name="end"/> and skips those that <paramref name="readField"/> does not know.</summary>
    private void ReadMessage(long end, Func<uint, bool> readField)
    {
        while (_input.Position < end)
        {
            uint tag = _input.ReadTag();
            if (tag == 0)
                throw new InvalidFileException($"it is cut off at byte {_input.Position}; a message there should go on to byte {end}.");
            if (!readField(tag))
                _input.SkipLastField();
        }

        if (_input.Position != end)
            throw new InvalidFileException($"a field near byte {_input.Position} runs over the end of its message at byte {end}.");
    }
}
