using System.Text.Json;
using Parquet.Data;
using Parquet.Schema;

namespace SciCoT.Questions.Parquet;

/// <summary>The values of one column within a row group, with the levels that tell to which row and list each belongs, and a place among them.</summary>
internal sealed class ParquetColumn(DataField column) : IDisposable
{
    private RawColumnData? _data;
    private Action<Utf8JsonWriter, int> _write = (_, _) => { };
    private int _entry; // a value, or a null or empty list in its place
    private int _value;
    private int _entries;

    public DataField Field => column;

    public bool IsAtEnd => _entry >= _entries;

    /// <summary>How much of the nesting is there at this place.</summary>
    public int DefinitionLevel => column.MaxDefinitionLevel == 0 ? 0 : _data!.DefinitionLevels[_entry];

    /// <summary>Which list this place continues; 0 where a row begins.</summary>
    public int RepetitionLevel => column.MaxRepetitionLevel == 0 ? 0 : _data!.RepetitionLevels[_entry];

    /// <summary>Takes the column's part of the next row group over.</summary>
    /// <param name="data">The values.</param>
    /// <param name="rows">The rows of the group.</param>
    public void Fill(RawColumnData data, int rows)
    {
        _data?.Dispose();
        _data = data;
        (_entry, _value) = (0, 0);
        (_write, int values) = Writer(data);
        _entries = column.MaxDefinitionLevel > 0 ? data.DefinitionLevels.Length : values;
        if (column.MaxRepetitionLevel > 0 ? data.RepetitionLevels.Length != _entries : _entries != rows)
            throw new InvalidDataException($"column {column.Path} has {_entries} entries for {rows} rows");
    }

    /// <summary>Passes over a place at which there is no value.</summary>
    public void Skip()
    {
        if (DefinitionLevel == column.MaxDefinitionLevel)
            throw new InvalidDataException($"column {column.Path} has a value where its columns beside have none");
        _entry++;
    }

    public void Write(Utf8JsonWriter json)
    {
        if (DefinitionLevel < column.MaxDefinitionLevel)
            json.WriteNullValue();
        else
            _write(json, _value++);
        _entry++;
    }

    public void Dispose() => _data?.Dispose();

    private static (Action<Utf8JsonWriter, int> Write, int Count) Writer(RawColumnData data) => data switch
    {
        RawColumnData<ReadOnlyMemory<char>> text => ((json, i) => json.WriteStringValue(text.Values[i].Span), text.Values.Length),
        RawColumnData<ReadOnlyMemory<byte>> bytes => ((json, i) => json.WriteStringValue(FormattableString.Invariant($"({bytes.Values[i].Length} bytes)")), bytes.Values.Length), // an image: that it is there is all that counts
        RawColumnData<bool> flag => ((json, i) => json.WriteBooleanValue(flag.Values[i]), flag.Values.Length),
        RawColumnData<sbyte> number => ((json, i) => json.WriteNumberValue(number.Values[i]), number.Values.Length),
        RawColumnData<byte> number => ((json, i) => json.WriteNumberValue(number.Values[i]), number.Values.Length),
        RawColumnData<short> number => ((json, i) => json.WriteNumberValue(number.Values[i]), number.Values.Length),
        RawColumnData<ushort> number => ((json, i) => json.WriteNumberValue(number.Values[i]), number.Values.Length),
        RawColumnData<int> number => ((json, i) => json.WriteNumberValue(number.Values[i]), number.Values.Length),
        RawColumnData<uint> number => ((json, i) => json.WriteNumberValue(number.Values[i]), number.Values.Length),
        RawColumnData<long> number => ((json, i) => json.WriteNumberValue(number.Values[i]), number.Values.Length),
        RawColumnData<ulong> number => ((json, i) => json.WriteNumberValue(number.Values[i]), number.Values.Length),
        RawColumnData<decimal> number => ((json, i) => json.WriteNumberValue(number.Values[i]), number.Values.Length),
        RawColumnData<float> number => ((json, i) => WriteFinite(json, number.Values[i]), number.Values.Length),
        RawColumnData<double> number => ((json, i) => WriteFinite(json, number.Values[i]), number.Values.Length),
        RawColumnData<DateTime> time => ((json, i) => json.WriteStringValue(time.Values[i]), time.Values.Length),
        RawColumnData<Guid> id => ((json, i) => json.WriteStringValue(id.Values[i]), id.Values.Length),
        _ => throw new NotSupportedException($"a column holds {data.GetType().GenericTypeArguments.FirstOrDefault()?.Name ?? "values of an unknown type"}"),
    };

    private static void WriteFinite(Utf8JsonWriter json, double value)
    {
        if (double.IsFinite(value))
            json.WriteNumberValue(value);
        else
            json.WriteNullValue();
    }
}
