using System.Text.Json;
using Parquet.Schema;

namespace SciCoT.Questions.Parquet;

/// <summary>A field of a Parquet schema, which puts its part of a row together from columns (Dremel's record assembly).</summary>
internal sealed class ParquetNode
{
    private const int MaxDepth = 32;

    private readonly Field _field;
    private readonly ParquetNode[] _children = []; // of a struct; of a list the item alone
    private readonly ParquetColumn? _column;

    private ParquetNode(DataField field)
    {
        _field = field;
        _column = new ParquetColumn(field);
        Columns = [_column];
    }

    private ParquetNode(Field field, ParquetNode[] children)
    {
        (_field, _children) = (field, children);
        Columns = [.. children.SelectMany(child => child.Columns)];
    }

    public string Name => _field.Name;

    /// <summary>The columns below.</summary>
    public IReadOnlyList<ParquetColumn> Columns { get; }

    /// <summary>Makes the node of a field; <see langword="null"/> for a map and a struct without fields, which are left out.</summary>
    public static ParquetNode? From(Field field, int depth = 0)
    {
        if (depth > MaxDepth)
            throw new InvalidDataException($"fields are nested more than {MaxDepth} deep");
        switch (field)
        {
            case DataField data:
                return new ParquetNode(data);
            case StructField parent:
                ParquetNode[] children = [.. parent.Fields.Select(child => From(child, depth + 1)).OfType<ParquetNode>()];
                return children.Length == 0 ? null : new ParquetNode(parent, children);
            case ListField list:
                return From(list.Item, depth + 1) is { } item ? new ParquetNode(list, [item]) : null;
            default:
                return null;
        }
    }

    /// <summary>Writes the value at the columns' places and moves them behind it.</summary>
    public void Write(Utf8JsonWriter json)
    {
        switch (_field)
        {
            case DataField { IsArray: true }:
                WriteList(json, _column!.Write);
                break;
            case DataField:
                _column!.Write(json);
                break;
            case ListField:
                WriteList(json, _children[0].Write);
                break;
            default:
                WriteStruct(json);
                break;
        }
    }

    private void WriteStruct(Utf8JsonWriter json)
    {
        if (Columns[0].DefinitionLevel < _field.MaxDefinitionLevel)
        {
            json.WriteNullValue();
            Skip();
            return;
        }

        json.WriteStartObject();
        foreach (var child in _children)
        {
            json.WritePropertyName(child.Name);
            child.Write(json);
        }

        json.WriteEndObject();
    }

    private void WriteList(Utf8JsonWriter json, Action<Utf8JsonWriter> writeItem)
    {
        int level = Columns[0].DefinitionLevel;
        if (level < _field.MaxDefinitionLevel - 1)
        {
            json.WriteNullValue();
            Skip();
            return;
        }

        json.WriteStartArray();
        if (level < _field.MaxDefinitionLevel)
        {
            Skip();
        }
        else
        {
            do
                writeItem(json);
            while (!Columns[0].IsAtEnd && Columns[0].RepetitionLevel == _field.MaxRepetitionLevel);
        }

        json.WriteEndArray();
    }

    private void Skip()
    {
        foreach (var column in Columns)
            column.Skip();
    }
}
