using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace SciCoT.Reproduction;

/// <summary>A value of a recipe's file with its place: a text, a list or a table.</summary>
/// <param name="Place">The file, line and column where it begins.</param>
internal sealed record RecipeNode(string Place)
{
    private const int MaxDepth = 16;
    private const int MaxNodes = 100_000;

    /// <summary>The text; <see langword="null"/> for a list or a table.</summary>
    public string? Text { get; init; }

    /// <summary>The items; <see langword="null"/> for a text or a table.</summary>
    public IReadOnlyList<RecipeNode>? Items { get; init; }

    /// <summary>The entries in the file's order; <see langword="null"/> for a text or a list.</summary>
    public IReadOnlyList<KeyValuePair<string, RecipeNode>>? Entries { get; init; }

    /// <summary>The places of the entries' names.</summary>
    public IReadOnlyList<string> NamePlaces { get; init; } = [];

    /// <summary>Reads YAML, of which JSON is a part. Aliases and several documents are refused: a recipe is short, and its size bounded.</summary>
    /// <param name="text">The file's text.</param>
    /// <param name="file">The file's name, for places.</param>
    /// <exception cref="RecipeException">It is no YAML.</exception>
    public static RecipeNode Parse(string text, string file)
    {
        var parser = new Parser(new StringReader(text));
        int nodes = 0;
        try
        {
            parser.Consume<StreamStart>();
            if (!parser.TryConsume<DocumentStart>(out _))
                throw new RecipeException($"{file}: there is nothing in it; a recipe is a YAML file with title, data, base, teacher and systems.");
            var root = Read(0);
            parser.Consume<DocumentEnd>();
            return parser.Current is DocumentStart more
                ? throw new RecipeException($"{PlaceOf(more)}: a second document begins here; a recipe is one.")
                : root;
        }
        catch (YamlException e)
        {
            throw new RecipeException($"{file}, line {e.Start.Line}, column {e.Start.Column}: no YAML: {e.Message}", e);
        }

        RecipeNode Read(int depth)
        {
            var start = parser.Consume<ParsingEvent>();
            if (depth > MaxDepth || ++nodes > MaxNodes)
                throw new RecipeException($"{PlaceOf(start)}: nested deeper or longer than any recipe.");
            switch (start)
            {
                case Scalar scalar:
                    return new(PlaceOf(scalar)) { Text = scalar.Value };
                case SequenceStart:
                    var items = new List<RecipeNode>();
                    while (!parser.TryConsume<SequenceEnd>(out _))
                        items.Add(Read(depth + 1));
                    return new(PlaceOf(start)) { Items = items };
                case MappingStart:
                    return ReadEntries(PlaceOf(start), depth);
                default:
                    throw new RecipeException($"{PlaceOf(start)}: expected a text, a list or a table; aliases are not followed.");
            }
        }

        RecipeNode ReadEntries(string place, int depth)
        {
            var (entries, places) = (new List<KeyValuePair<string, RecipeNode>>(), new List<string>());
            while (!parser.TryConsume<MappingEnd>(out _))
            {
                var name = Read(depth + 1);
                if (name.Text is null)
                    throw new RecipeException($"{name.Place}: a name must be a text.");
                if (entries.Any(entry => entry.Key == name.Text))
                    throw new RecipeException($"{name.Place}: '{name.Text}' stands twice; leave one of them.");
                places.Add(name.Place);
                entries.Add(new(name.Text, Read(depth + 1)));
            }

            return new(place) { Entries = entries, NamePlaces = places };
        }

        string PlaceOf(ParsingEvent at) => $"{file}, line {at.Start.Line}, column {at.Start.Column}";
    }

    /// <summary>The value of an entry; <see langword="null"/> where there is none.</summary>
    public RecipeNode? Find(string name) => Entries?.FirstOrDefault(entry => entry.Key == name).Value;

    /// <summary>The same without the entry <c>parts</c> of a table in it.</summary>
    public RecipeNode WithoutParts(string section) => this with
    {
        Entries = [.. Entries!.Select(entry => entry.Key != section
            ? entry
            : new(section, entry.Value with
            {
                Entries = [.. entry.Value.Entries!.Where(inner => inner.Key != "parts")],
                NamePlaces = [.. entry.Value.NamePlaces.Where((_, i) => entry.Value.Entries![i].Key != "parts")],
            }))],
    };

    /// <summary>The same with another value at a path such as <c>teacher.model</c>.</summary>
    /// <param name="path">The names, with points between them.</param>
    /// <param name="text">The value.</param>
    /// <param name="place">Where it comes from.</param>
    public RecipeNode With(string path, string text, string place)
    {
        var (name, rest) = path.Split('.', 2) is [var first, var more] ? (first, more) : (path, null);
        var value = rest is null ? new RecipeNode(place) { Text = text } : (Find(name) ?? new RecipeNode(place) { Entries = [] }).With(rest, text, place);
        var entries = (Entries ?? []).ToList();
        int at = entries.FindIndex(entry => entry.Key == name);
        if (at >= 0)
            entries[at] = new(name, value);
        else
            entries.Add(new(name, value));
        return this with { Entries = entries, NamePlaces = at >= 0 ? NamePlaces : [.. NamePlaces, place] };
    }
}
