using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace SciCoT.Datasets;

/// <summary>
/// Reads the YAML at the beginning of a repository's README.md as texts, lists and tables. Depth and size are bounded, and aliases are
/// not followed: the file comes from outside.
/// </summary>
internal static class CardYaml
{
    private const string Fence = "---";
    private const int MaxDepth = 32;
    private const int MaxEvents = 200_000;

    /// <summary>The table; <see langword="null"/> where there is none or it is not sound.</summary>
    public static Dictionary<string, object?>? Read(string readme)
    {
        var text = readme.TrimStart('\uFEFF').ReplaceLineEndings("\n");
        if (!text.StartsWith(Fence + "\n", StringComparison.Ordinal) || text.IndexOf("\n" + Fence, Fence.Length, StringComparison.Ordinal) is not (>= 0 and var end))
            return null;
        try
        {
            var parser = new Parser(new StringReader(text[(Fence.Length + 1)..(end + 1)]));
            var events = new Events(parser);
            while (events.Next() is StreamStart or DocumentStart)
            {
            }

            return Node(events, 0) as Dictionary<string, object?>;
        }
        catch (Exception e) when (e is YamlException or InvalidDataException or ArgumentException or FormatException)
        {
            return null; // the files' names tell then
        }
    }

    private static object? Node(Events events, int depth)
    {
        if (depth > MaxDepth)
            throw new InvalidDataException("nested too deep");
        switch (events.Current)
        {
            case Scalar scalar:
                return scalar.Value;
            case SequenceStart:
                var list = new List<object?>();
                while (events.Next() is not SequenceEnd)
                    list.Add(Node(events, depth + 1));
                return list;
            case MappingStart:
                var table = new Dictionary<string, object?>(StringComparer.Ordinal);
                while (events.Next() is not MappingEnd)
                {
                    var key = Node(events, depth + 1) as string ?? "";
                    events.Next();
                    table[key] = Node(events, depth + 1);
                }

                return table;
            default:
                return null;
        }
    }

    private sealed class Events(IParser parser)
    {
        private int _count;

        public ParsingEvent? Current => parser.Current;

        public ParsingEvent Next() => ++_count <= MaxEvents && parser.MoveNext() && parser.Current is { } next ? next : throw new InvalidDataException("too long, or cut off");
    }
}
