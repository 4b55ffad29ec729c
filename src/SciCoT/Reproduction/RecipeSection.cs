using System.Globalization;
using SciCoT.IO;

namespace SciCoT.Reproduction;

/// <summary>A table of a recipe, read by the names that it may have. Names that it may not have are refused when it is opened.</summary>
internal sealed class RecipeSection
{
    private readonly RecipeNode _node;
    private readonly string _path;

    /// <summary>Opens a table.</summary>
    /// <param name="node">The table; an empty text counts as an empty table.</param>
    /// <param name="path">Its path in the recipe, for messages; empty for the recipe itself.</param>
    /// <param name="known">The names that it may have; <see langword="null"/> for any.</param>
    /// <exception cref="RecipeException">It is no table, or has another name; the message suggests the nearest.</exception>
    public RecipeSection(RecipeNode node, string path, IReadOnlyCollection<string>? known)
    {
        if (node.Entries is null && node.Text is not "")
            throw new RecipeException($"{node.Place}: {Named(path)} must be a table, name by name.");
        (_node, _path) = (node, path);
        foreach (var (entry, place) in Entries.Zip(node.NamePlaces))
        {
            if (known?.Contains(entry.Key) == false)
                throw new RecipeException($"{place}: '{entry.Key}' is no setting of {Named(path)}.{NearestName.Question(entry.Key, known)} Known are {string.Join(", ", known)}.");
        }
    }

    public string Place => _node.Place;

    public IReadOnlyList<KeyValuePair<string, RecipeNode>> Entries => _node.Entries ?? [];

    /// <summary>The place of a value; the table's own where there is no such value.</summary>
    public string PlaceOf(string name) => _node.Find(name)?.Place ?? Place;

    /// <summary>A table within; <see langword="null"/> where there is none.</summary>
    public RecipeSection? Section(string name, IReadOnlyCollection<string>? known) =>
        _node.Find(name) is { } node ? new(node, PathOf(name), known) : null;

    /// <summary>A table within.</summary>
    /// <exception cref="RecipeException">There is none.</exception>
    public RecipeSection Required(string name, IReadOnlyCollection<string>? known) => Section(name, known) ?? throw Missing(name);

    /// <summary>A text; <see langword="null"/> where there is none.</summary>
    public string? Text(string name) => _node.Find(name) switch
    {
        null or { Text: "" } => null,
        { Text: { } text } => text,
        { } other => throw new RecipeException($"{other.Place}: {PathOf(name)} must be one value."),
    };

    /// <summary>A text.</summary>
    /// <exception cref="RecipeException">There is none.</exception>
    public string RequiredText(string name) => Text(name) ?? throw Missing(name);

    /// <summary>One of several words.</summary>
    public string? Word(string name, IReadOnlyCollection<string> words) => Text(name) is not { } text
        ? null
        : words.Contains(text) ? text : throw Wrong(name, $"one of {string.Join(", ", words)}", NearestName.Question(text, words));

    public bool Flag(string name) => Text(name) is { } text && (bool.TryParse(text, out bool flag) ? flag : throw Wrong(name, "true or false"));

    public int? Integer(string name, int least) => Text(name) is not { } text
        ? null
        : int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value) && value >= least ? value : throw Wrong(name, FormattableString.Invariant($"a whole number from {least}"));

    public double? Number(string name, double least, double most) => Text(name) is not { } text
        ? null
        : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && value >= least && value <= most ? value : throw Wrong(name, FormattableString.Invariant($"a number from {least} to {most}"));

    public decimal? Amount(string name) => Text(name) is not { } text
        ? null
        : decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal value) ? value : throw Wrong(name, "an amount such as 0.15");

    /// <summary>The texts of a list, or one text.</summary>
    public IReadOnlyList<string> Texts(string name) => _node.Find(name) switch
    {
        null or { Text: "" } => [],
        { Text: { } text } => [text],
        { Items: { } items } => [.. items.Select(item => item.Text ?? throw new RecipeException($"{item.Place}: {PathOf(name)} must be a list of single values."))],
        { } other => throw new RecipeException($"{other.Place}: {PathOf(name)} must be a list."),
    };

    /// <summary>The whole numbers of a list.</summary>
    public IReadOnlyList<long> Integers(string name, long least) => [.. Texts(name).Select(text =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value) && value >= least ? value : throw Wrong(name, FormattableString.Invariant($"whole numbers from {least}"), text: text))];

    /// <summary>The tables of a list.</summary>
    public IReadOnlyList<RecipeSection> Sections(string name, IReadOnlyCollection<string> known) => _node.Find(name) switch
    {
        null => [],
        { Items: { } items } => [.. items.Select(item => new RecipeSection(item, PathOf(name), known))],
        { } other => throw new RecipeException($"{other.Place}: {PathOf(name)} must be a list of tables."),
    };

    public string PathOf(string name) => _path.Length == 0 ? name : $"{_path}.{name}";

    private RecipeException Missing(string name) => new($"{Place}: {PathOf(name)} is missing.");

    private RecipeException Wrong(string name, string expected, string hint = "", string? text = null) =>
        new($"{PlaceOf(name)}: {PathOf(name)} must be {expected}; got '{text ?? Text(name)}'.{hint}");

    private static string Named(string path) => path.Length == 0 ? "a recipe" : path;
}
