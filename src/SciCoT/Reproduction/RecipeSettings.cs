namespace SciCoT.Reproduction;

/// <summary>Tells for each value of a recipe whether a paper fixes it, the person who runs it gave it, or we chose it.</summary>
internal static class RecipeSettings
{
    /// <summary>The place of values that were given for one run.</summary>
    public const string Given = "given for this run";

    private static readonly string[] NoSettings = ["title", "paper", "marks", "notes"];

    /// <exception cref="RecipeException">The paper is said to fix what is not in the recipe.</exception>
    public static IReadOnlyList<RecipeSetting> Of(RecipeSection recipe)
    {
        var leaves = recipe.Entries.Where(entry => !NoSettings.Contains(entry.Key)).SelectMany(entry => Leaves(entry.Key, entry.Value)).ToArray();
        var paper = recipe.Section("paper", ["source", "fixes"]);
        var fixes = paper?.Required("fixes", known: null);
        var says = fixes?.Entries.Select(entry => (Path: entry.Key, Says: fixes.RequiredText(entry.Key))).OrderByDescending(entry => entry.Path.Length).ToArray() ?? [];
        foreach (var (path, _) in says)
        {
            if (!leaves.Any(leaf => IsWithin(leaf.Path, path)))
                throw new RecipeException($"{fixes!.PlaceOf(path)}: the paper is said to fix {path}, which is no setting of this recipe.");
        }

        return
        [
            .. leaves.Select(leaf => new RecipeSetting(leaf.Path, leaf.Value, (leaf.Place, says.FirstOrDefault(fix => IsWithin(leaf.Path, fix.Path)).Says) switch
            {
                (Given, _) => Given,
                (_, { } fixedBy) => $"{paper!.RequiredText("source")}: {fixedBy}",
                _ => "our choice",
            })),
        ];
    }

    private static bool IsWithin(string path, string of) => path == of || path.StartsWith(of + ".", StringComparison.Ordinal);

    private static IEnumerable<(string Path, string Value, string Place)> Leaves(string path, RecipeNode node) => node switch
    {
        { Entries: { } entries } => entries.SelectMany(entry => Leaves($"{path}.{entry.Key}", entry.Value)),
        { Items: { } items } => [(path, string.Join(", ", items.Select(item => item.Text)), node.Place)],
        _ => [(path, node.Text!.Length > 0 ? node.Text : "as it is", node.Place)],
    };
}
