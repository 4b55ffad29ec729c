using System.Text.Json;
using Parquet;
using Parquet.Meta;
using SciCoT.IO;

namespace SciCoT.Questions.Parquet;

/// <summary>The rows of a Parquet file. One row group at a time is in memory.</summary>
internal sealed class ParquetRows : IDisposable
{
    /// <summary>The most bytes that a row group may have when it is unpacked.</summary>
    private const long MaxGroupBytes = 1L << 30;

    /// <summary>The most values a byte of the file may stand for, which bounds the memory that a damaged count can take.</summary>
    private const long MaxValuesPerByte = 256;

    private readonly string _path;
    private readonly Stream _file;
    private readonly long _length;
    private readonly ParquetContent _content = new();
    private readonly ParquetReader _reader;
    private readonly ParquetNode[] _fields;
    private int _group = -1;
    private int _left;

    private ParquetRows(string path, Stream file)
    {
        (_path, _file, _length) = (path, file, file.Length);
        _content.Bytes = ParquetFooter.Read(path, file);
        _reader = ParquetReader.CreateAsync(_content, leaveStreamOpen: true).GetAwaiter().GetResult();
        _fields = [.. _reader.Schema.Fields.Select(field => ParquetNode.From(field)).OfType<ParquetNode>()];
        if (_fields.Length == 0)
            throw new InvalidDataException("there is no column");
        foreach (var group in _reader.Metadata?.RowGroups ?? [])
            Check(group);
    }

    /// <summary>The number of rows, as the file says.</summary>
    public long Count => (_reader.Metadata?.RowGroups ?? []).Sum(group => group.NumRows);

    /// <summary>Opens a file.</summary>
    /// <param name="path">The file's name, for messages.</param>
    /// <param name="file">The open file; the caller keeps it.</param>
    /// <exception cref="InvalidFileException">It is no sound Parquet file.</exception>
    public static ParquetRows Open(string path, Stream file) => Guarded(path, "", () => new ParquetRows(path, file));

    /// <summary>Counts the rows of a file.</summary>
    /// <exception cref="InvalidFileException">It is no sound Parquet file.</exception>
    public static long CountOf(string path)
    {
        using var file = File.OpenRead(path);
        using var rows = Open(path, file);
        return rows.Count;
    }

    /// <summary>Writes the next row as one JSON object.</summary>
    /// <returns>Whether there was one.</returns>
    /// <exception cref="InvalidFileException">The file is damaged.</exception>
    public bool Next(Utf8JsonWriter json) => Guarded(_path, $", row group {_group + 1}", () =>
    {
        while (_left == 0)
        {
            if (!NextGroup())
                return false;
        }

        _left--;
        json.WriteStartObject();
        foreach (var field in _fields)
        {
            if (field.Columns[0].RepetitionLevel != 0)
                throw new InvalidDataException($"field {field.Name} does not begin with its row");
            json.WritePropertyName(field.Name);
            field.Write(json);
        }

        json.WriteEndObject();
        if (_left == 0 && _fields.SelectMany(field => field.Columns).FirstOrDefault(column => !column.IsAtEnd) is { } longer)
            throw new InvalidDataException($"column {longer.Field.Path} has more values than the group has rows");
        return true;
    });

    public void Dispose()
    {
        foreach (var column in _fields.SelectMany(field => field.Columns))
            column.Dispose();
        _reader.DisposeAsync().AsTask().GetAwaiter().GetResult();
    }

    private bool NextGroup()
    {
        if (++_group >= _reader.RowGroupCount)
            return false;
        using var group = _reader.OpenRowGroupReader(_group);
        _left = (int)group.RowCount;
        if (_left == 0)
            return true;
        var budget = new ParquetBudget(group.RowGroup.Columns.Sum(column => column.MetaData!.TotalCompressedSize));
        foreach (var column in _fields.SelectMany(field => field.Columns))
        {
            var part = group.GetMetadata(column.Field)?.MetaData ?? throw new InvalidDataException($"column {column.Field.Path} is missing");
            budget.Take(0, part.NumValues);
            _content.Bytes = new ParquetChunk(_file, part, column.Field, budget).Read();
            column.Fill(group.ReadRawColumnDataBaseAsync(column.Field, CancellationToken.None).AsTask().GetAwaiter().GetResult(), _left);
        }

        return true;
    }

    /// <summary>Refuses sizes that no sound file has, before memory is taken for them.</summary>
    private void Check(RowGroup group)
    {
        if (group.NumRows < 0 || group.NumRows > Math.Min(int.MaxValue, _length * MaxValuesPerByte))
            throw new InvalidDataException($"a row group is said to have {group.NumRows} rows");
        long unpacked = 0;
        foreach (var column in group.Columns.Select(column => column.MetaData).OfType<ColumnMetaData>())
        {
            if (column.NumValues < 0 || column.NumValues > Math.Min(int.MaxValue, _length * MaxValuesPerByte) || column.TotalCompressedSize < 0 || column.TotalCompressedSize > _length || column.TotalUncompressedSize < 0)
                throw new InvalidDataException($"a column is said to have {column.NumValues} values in {column.TotalCompressedSize} bytes");
            unpacked += column.TotalUncompressedSize;
            if (unpacked > MaxGroupBytes)
                throw new InvalidFileException($"{_path}: a row group has more than {MaxGroupBytes} bytes when it is unpacked; write the file with smaller ones (in Python, to_parquet(path, row_group_size=1000)).");
        }
    }

    /// <summary>Turns whatever a reader of damaged bytes throws into one exception with file and remedy.</summary>
    private static T Guarded<T>(string path, string place, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (NotSupportedException e)
        {
            throw new InvalidFileException($"{path}{place}: is Parquet of a kind that is not read here: {ForeignText.OneLine(e.Message)}. Write it again, in Python with pandas.read_parquet(\"file.parquet\").to_parquet(\"file.parquet\", compression=\"snappy\").", e);
        }
        catch (Exception e) when (e is not SciCoTException)
        {
            throw new InvalidFileException($"{path}{place}: is Parquet, but damaged or cut off; fetch it again. ({ForeignText.OneLine(e.Message)})", e);
        }
    }
}
