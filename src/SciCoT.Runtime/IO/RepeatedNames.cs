using System.Text.Json;

namespace SciCoT.IO;

/// <summary>Finds names that stand twice in one object of a JSON text.</summary>
/// <remarks>
/// <see cref="JsonDocumentOptions.AllowDuplicateProperties"/> does so too, but takes the seed of its hash from the system's cryptography.
/// On Linux that loads OpenSSL, which a program that only answers does not need and a small container does not have.
/// </remarks>
internal sealed class RepeatedNames
{
    /// <summary>A larger set is dropped rather than cleared: clearing takes as long as its capacity, for every small object that follows.</summary>
    private const int MostKept = 64;

    /// <summary>Names up to so many bytes are kept, so that the same name of many objects is one string.</summary>
    private const int ShortName = 64;

    private readonly List<HashSet<string>> _objects = []; // by depth, the set of the object that is open there
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);

    /// <summary>The text of the name that a reader stands on.</summary>
    public string Read(ref Utf8JsonReader reader)
    {
        if (reader.ValueSpan.Length > ShortName)
            return reader.GetString()!;
        Span<char> text = stackalloc char[ShortName];
        text = text[..reader.CopyString(text)];
        if (_known.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(text, out var known))
            return known;
        var name = text.ToString();
        if (_known.Count < MostKept)
            _known.Add(name);
        return name;
    }

    /// <summary>Takes a token that begins an object or is a name.</summary>
    /// <param name="reader">Stands on the token.</param>
    /// <param name="name">The text of the name, or of the last one.</param>
    /// <returns>False where the name stood in the same object before.</returns>
    public bool IsNew(ref Utf8JsonReader reader, string? name)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
            return _objects[reader.CurrentDepth - 1].Add(name!);
        while (_objects.Count <= reader.CurrentDepth)
            _objects.Add(new(StringComparer.Ordinal));
        if (_objects[reader.CurrentDepth] is { Count: > 0 } used)
        {
            if (used.Capacity > MostKept)
                _objects[reader.CurrentDepth] = new(StringComparer.Ordinal);
            else
                used.Clear();
        }

        return true;
    }
}
