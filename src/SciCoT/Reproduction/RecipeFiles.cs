using System.Text;
using SciCoT.IO;

namespace SciCoT.Reproduction;

/// <summary>Recipes: those in the library by name, and files.</summary>
internal static class RecipeFiles
{
    private const string Prefix = "SciCoT.Reproduction.Recipes.";
    private const string Ending = ".yaml";
    private const int MaxBytes = 1 << 20;

    private static readonly string[] Endings = [Ending, ".yml", ".json"];

    /// <summary>The names of the recipes in the library.</summary>
    public static IReadOnlyList<string> Names { get; } =
        [.. typeof(RecipeFiles).Assembly.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)).Select(name => name[Prefix.Length..^Ending.Length]).Order(StringComparer.Ordinal)];

    /// <summary>A built-in recipe's text.</summary>
    public static string TextOf(string name)
    {
        using var stream = typeof(RecipeFiles).Assembly.GetManifestResourceStream(Prefix + name + Ending) ?? throw new ArgumentException($"There is no built-in recipe '{name}'.", nameof(name));
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }

    /// <summary>Reads a recipe.</summary>
    /// <param name="nameOrPath">A built-in recipe's name, or a file: <c>.yaml</c>, <c>.yml</c> or <c>.json</c>.</param>
    /// <param name="given">
    /// Values for this run by their path in the recipe, for example <c>teacher.model</c>, and whether they were typed: only those replace what a
    /// recipe makes itself.
    /// </param>
    /// <exception cref="RecipeException">There is no such recipe, or it cannot be read.</exception>
    public static ReproductionRecipe Load(string nameOrPath, IReadOnlyDictionary<string, (string Value, bool IsTyped)> given)
    {
        string name = nameOrPath, folder = Directory.GetCurrentDirectory(), place = $"recipe {nameOrPath}", text;
        if (Names.Contains(nameOrPath))
        {
            text = TextOf(nameOrPath);
        }
        else if (Endings.Contains(Path.GetExtension(nameOrPath), StringComparer.OrdinalIgnoreCase) && File.Exists(nameOrPath))
        {
            if (new FileInfo(nameOrPath).Length > MaxBytes)
                throw new RecipeException($"{nameOrPath}: larger than {MaxBytes} bytes, which no recipe is.");
            (name, folder, place) = (Path.GetFileNameWithoutExtension(nameOrPath), Path.GetDirectoryName(Path.GetFullPath(nameOrPath))!, nameOrPath);
            text = File.ReadAllText(nameOrPath);
        }
        else
        {
            throw new RecipeException($"'{nameOrPath}' is no recipe.{NearestName.Question(nameOrPath, Names)} Built in are {string.Join(", ", Names)}; a recipe of your own is a file that ends in {string.Join(", ", Endings)}.");
        }

        var root = RecipeNode.Parse(text, place);
        foreach (var (path, (value, isTyped)) in given)
        {
            var section = path.Split('.')[0];
            bool isMade = root.Find(section)?.Find("parts") is not null;
            if (isMade && !isTyped)
                continue;
            if (isMade && path.EndsWith(".model", StringComparison.Ordinal))
                root = root.WithoutParts(section);
            root = root.With(path, value, RecipeSettings.Given);
        }

        return RecipeReader.Read(name, root, folder);
    }
}
