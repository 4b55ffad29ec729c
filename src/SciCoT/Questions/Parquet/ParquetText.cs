using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using SciCoT.IO;

namespace SciCoT.Questions.Parquet;

/// <summary>A Parquet file as a text of JSON Lines, one row a line. Rows are made as they are read.</summary>
internal sealed class ParquetText : ReadOnlyStream
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    private readonly ParquetRows _rows;
    private readonly ArrayBufferWriter<byte> _line = new();
    private readonly Utf8JsonWriter _json;
    private int _place;

    /// <summary>Opens a file.</summary>
    /// <param name="path">The file's name, for messages.</param>
    /// <param name="file">The open file, which this stream owns.</param>
    /// <exception cref="InvalidFileException">It is no sound Parquet file.</exception>
    public ParquetText(string path, FileStream file)
    {
        Below = file;
        _rows = ParquetRows.Open(path, file);
        _json = new Utf8JsonWriter(_line, Options);
    }

    protected override Stream Below { get; }

    public override int Read(Span<byte> buffer)
    {
        if (_place == _line.WrittenCount && !NextLine())
            return 0;
        int length = Math.Min(buffer.Length, _line.WrittenCount - _place);
        _line.WrittenSpan.Slice(_place, length).CopyTo(buffer);
        _place += length;
        return length;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _rows.Dispose();
            _json.Dispose();
        }

        base.Dispose(disposing);
    }

    private bool NextLine()
    {
        _line.ResetWrittenCount();
        _place = 0;
        _json.Reset();
        if (!_rows.Next(_json))
            return false;
        _json.Flush();
        _line.Write("\n"u8);
        return true;
    }
}
