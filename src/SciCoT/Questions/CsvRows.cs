using System.Text;
using System.Text.Unicode;
using CsvHelper;
using SciCoT.IO;

namespace SciCoT.Questions;

/// <summary>Reads a CSV file row by row in bounded memory.</summary>
internal sealed class CsvRows : IDisposable
{
    /// <summary>The longest row, in bytes: a quotation mark that is never closed would take in the whole file.</summary>
    public const int MaxBytes = FileLine.MaxBytes;

    private readonly string _path;
    private readonly CsvReader _reader;
    private readonly HashSet<long> _malformed = [];
    private bool _hasEnded;
    private int? _width;

    /// <summary>Opens a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="delimiter">What stands between two cells; <see langword="null"/> where the header is to tell.</param>
    public CsvRows(string path, char? delimiter)
    {
        _path = path;
        var file = OutsideText.Open(path);
        _reader = CsvReader.Create(file, new CsvReaderOptions
        {
            Separator = delimiter ?? DelimiterOf(file.Beginning),
            HasHeader = false,
            MaxRecordSize = MaxBytes,
            TrackLineNumbers = true,
            OnMalformedRecord = record => _malformed.Add(record.RecordNumber),
        });
    }

    /// <summary>The first row.</summary>
    /// <exception cref="BadRowException">There is none, or it cannot be read.</exception>
    public CsvRow Header()
    {
        var first = Next();
        if (first?.Cells[0].StartsWith("sep=", StringComparison.OrdinalIgnoreCase) == true)
            first = Next();
        var header = first ?? throw new BadRowException(_path, 1, null, "the file is empty; expected a header with id and stem.");
        _width = header.Cells.Length;
        return header;
    }

    /// <summary>The next row that is sound as such; <see langword="null"/> at the end.</summary>
    /// <param name="onBadRow">Is told of each other row; without it the first one is thrown.</param>
    public CsvRow? Next(Action<BadRowException>? onBadRow)
    {
        while (true)
        {
            try
            {
                return Next();
            }
            catch (BadRowException bad) when (onBadRow is not null)
            {
                onBadRow(bad);
            }
        }
    }

    public void Dispose() => _reader.Dispose();

    /// <summary>The delimiter by which the first line is a header; Excel's <c>sep=;</c> before it says it outright.</summary>
    private static char DelimiterOf(ReadOnlySpan<byte> beginning)
    {
        var text = beginning.TrimStart(" \r\n"u8);
        int end = text.IndexOfAny("\r\n"u8);
        var line = Encoding.UTF8.GetString(end < 0 ? text : text[..end]).Trim('"');
        bool hasDeclaration = line.Length is 4 or 5 && line.StartsWith("sep=", StringComparison.OrdinalIgnoreCase);
        return hasDeclaration ? line.Length == 5 ? line[4] : ',' : CsvColumns.DelimiterOf(line) ?? ',';
    }

    private CsvRow? Next()
    {
        try
        {
            if (_hasEnded || !_reader.Read())
                return null;
        }
        catch (CsvFormatException e)
        {
            _hasEnded = true;
            throw new BadRowException(_path, e.LineNumber > 0 ? e.LineNumber : _reader.LineNumber + 1, null, $"is longer than {MaxBytes} bytes; is a quotation mark not closed? What follows is not read.", e);
        }

        bool isText = Utf8.IsValid(_reader.RawRecord);
        var row = new CsvRow(_path, _reader.LineNumber, isText ? _reader.Current.ToArray() : []);
        if (!isText)
            throw row.Bad(null, NotUtf8.Describe(_reader.RawRecord, "row"));
        if (_malformed.Remove(_reader.RowNumber))
            throw row.Bad(null, "has a quotation mark in a cell without being quoted, or one that is not closed; quote the cell and write \"\" for a mark in it.");
        if (row.Cells.All(string.IsNullOrWhiteSpace) && _width is not null)
            return Next(); // spreadsheets write rows of delimiters alone
        if (_width is { } least && row.Cells.Length > least && row.Cells.Skip(least).All(string.IsNullOrWhiteSpace))
            row = row with { Cells = row.Cells[..least] };
        if (_width is { } width && row.Cells.Length != width)
            throw row.Bad(null, $"has {row.Cells.Length} cells; the header has {width}.");
        return row;
    }
}
