using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Unicode;

namespace SciCoT.Questions;

/// <summary>A value in a row of JSON together with its place, so that every complaint about it names the place.</summary>
/// <param name="Value">The value.</param>
/// <param name="Path">The file.</param>
/// <param name="Line">The line's number, from 1.</param>
/// <param name="Name">The field, for example <c>choices[2].label</c>; empty for the row itself.</param>
/// <param name="Format">What the row is taken for, for the message; empty where there is but one format.</param>
internal readonly record struct JsonField(JsonElement Value, string Path, long Line, string Name, string Format = "")
{
    /// <summary>A member that must be there.</summary>
    public JsonField Member(string name) => Optional(name) ?? throw Missing(name);

    /// <summary>An exception for a member that must be there and is not.</summary>
    public BadRowException Missing(string name, string problem = "is missing.") => Child(default, name).Bad(problem);

    /// <summary>A member that may be absent or null.</summary>
    public JsonField? Optional(string name)
    {
        Expect(JsonValueKind.Object, "an object");
        return Value.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? Child(value, name) : null;
    }

    /// <summary>Whether there is such a member, be it null.</summary>
    public bool Has(string name)
    {
        Expect(JsonValueKind.Object, "an object");
        return Value.TryGetProperty(name, out _);
    }

    /// <summary>The member of an object that has just this one, with its name.</summary>
    public (string Name, JsonField Value) OnlyMember()
    {
        Expect(JsonValueKind.Object, "an object");
        var member = Value.EnumerateObject().First();
        var name = NameOf(member);
        return string.IsNullOrWhiteSpace(name) ? throw Bad("has a member without a name.") : (name, Child(member.Value, name));
    }

    /// <summary>The items of an array.</summary>
    public IReadOnlyList<JsonField> Items()
    {
        Expect(JsonValueKind.Array, "an array");
        var items = new List<JsonField>(Value.GetArrayLength());
        foreach (var item in Value.EnumerateArray())
            items.Add(this with { Value = item, Name = $"{Name}[{items.Count}]" });
        return items;
    }

    /// <summary>The value as a string, which may be empty.</summary>
    public string AsString()
    {
        Expect(JsonValueKind.String, "a string");
        try
        {
            return Value.GetString()!;
        }
        catch (InvalidOperationException e)
        {
            var raw = JsonMarshal.GetRawUtf8Value(Value);
            throw Bad(Utf8.IsValid(raw)
                ? "is not valid Unicode: an escape \\ud800 to \\udfff stands alone. Write both escapes of the character, or none."
                : NotUtf8.Describe(raw[1..], "text"), e);
        }
    }

    /// <summary>The value as a string that holds more than white space.</summary>
    public string AsText()
    {
        var text = AsString();
        return string.IsNullOrWhiteSpace(text) ? throw Bad("is empty; expected text.") : text;
    }

    /// <summary>The value as text, be it written as a string or as a whole number; white space around it does not count.</summary>
    public string AsLabel()
    {
        if (Value.ValueKind == JsonValueKind.Number && Value.TryGetDecimal(out decimal number) && number == decimal.Truncate(number))
            return decimal.Truncate(number).ToString(CultureInfo.InvariantCulture);
        return AsText().Trim();
    }

    /// <summary>The value as text, be it written as a string or as a number.</summary>
    public string AsTextOrNumber() => Value.ValueKind == JsonValueKind.Number ? Value.GetRawText() : AsText();

    /// <summary>The members of an object.</summary>
    public IReadOnlyList<JsonField> Members()
    {
        Expect(JsonValueKind.Object, "an object");
        var members = new List<JsonField>();
        foreach (var member in Value.EnumerateObject())
            members.Add(Child(member.Value, NameOf(member)));
        return members;
    }

    /// <summary>The first of several members that is there and says something: neither null nor a blank string.</summary>
    public JsonField? First(ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (Optional(name) is { IsBlankText: false } field)
                return field;
        }

        return Loosely(names);
    }

    /// <summary>The same by names as people write them: <c>Question</c>, <c>Correct Answer</c>, <c>answer-key</c>.</summary>
    private JsonField? Loosely(ReadOnlySpan<string> names)
    {
        JsonField? found = null;
        int best = names.Length;
        foreach (var member in Value.EnumerateObject())
        {
            if (member.Value.ValueKind == JsonValueKind.Null)
                continue;
            var name = FieldNames.Bare(NameOf(member));
            for (int i = 0; i < best; i++)
            {
                if (FieldNames.Bare(names[i]) != name || Child(member.Value, member.Name) is var field && field.IsBlankText)
                    continue;
                (found, best) = (field, i);
            }
        }

        return found;
    }

    private bool IsBlankText => Value.ValueKind == JsonValueKind.String && string.IsNullOrWhiteSpace(AsString());

    /// <summary>The value as a whole number from 0 to below a bound.</summary>
    public int AsIndex(int count)
    {
        Expect(JsonValueKind.Number, "a whole number");
        return Value.TryGetInt32(out int index) && index >= 0 && index < count
            ? index
            : throw Bad($"is {Value.GetRawText()}; expected a whole number from 0 to {count - 1}.");
    }

    /// <summary>The value as true or false.</summary>
    public bool AsBoolean() => Value.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw Bad($"is {Kind}; expected true or false."),
    };

    /// <summary>The value as a finite number.</summary>
    public double AsNumber()
    {
        Expect(JsonValueKind.Number, "a number");
        return Value.TryGetDouble(out double number) && double.IsFinite(number) ? number : throw Bad("is too large for a number.");
    }

    /// <summary>The value as a whole number.</summary>
    public long AsInteger()
    {
        Expect(JsonValueKind.Number, "a whole number");
        return Value.TryGetInt64(out long number) ? number : throw Bad($"is {Value.GetRawText()}; expected a whole number of at most 64 bits.");
    }

    /// <summary>An exception that names this field.</summary>
    public BadRowException Bad(string problem, Exception? innerException = null) => new(Path, Line, Name, Format.Length == 0 ? problem : $"{problem} (Read as {Format}.)", innerException);

    private string Kind => Value.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        JsonValueKind.String => "a string",
        JsonValueKind.Number => "a number",
        JsonValueKind.Null => "null",
        _ => "true or false",
    };

    private string NameOf(JsonProperty member)
    {
        try
        {
            return member.Name;
        }
        catch (InvalidOperationException e)
        {
            var raw = JsonMarshal.GetRawUtf8PropertyName(member);
            throw Bad(Utf8.IsValid(raw)
                ? "has a field whose name is not valid Unicode: an escape \\ud800 to \\udfff stands alone. Write both escapes of the character, or none."
                : $"has a field whose name {NotUtf8.Describe(raw, "name")}", e);
        }
    }

    private JsonField Child(JsonElement value, string name) =>
        this with { Value = value, Name = Name.Length == 0 ? name : $"{Name}.{name}" };

    private void Expect(JsonValueKind kind, string expected)
    {
        if (Value.ValueKind != kind)
            throw Bad($"is {Kind}; expected {expected}.");
    }
}
