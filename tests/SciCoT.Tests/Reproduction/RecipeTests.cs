using System.Text.Json;
using SciCoT.Evaluation;
using SciCoT.Reproduction;
using SciCoT.Tests.Support;
using SciCoT.Training;

namespace SciCoT.Tests.Reproduction;

/// <summary>Recipes as files: what is read, and what is refused with its place.</summary>
public sealed class RecipeTests : IDisposable
{
    private static readonly Dictionary<string, (string, bool)> Nothing = [];

    private readonly TempFolder _folder = new();

    public static TheoryData<string> BuiltIn => [.. RecipeFiles.Names];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(BuiltIn))]
    public void BuiltIn_IsRead_AndTellsWhoseChoiceEachSettingIs(string name)
    {
        var recipe = RecipeFiles.Load(name, Nothing);

        Assert.Equal(["direct", "one-stage", "two-stage"], recipe.Systems.Select(system => system.Variant.Name));
        Assert.Contains(recipe.Settings, setting => setting.Path == "systems.two-stage" && setting.Choice.StartsWith("Sci-CoT's abstract", StringComparison.Ordinal));
        Assert.Equal("our choice", recipe.Settings.Single(setting => setting.Path == "training.batchSize").Choice);
        Assert.All(recipe.Marks, mark => Assert.Contains(recipe.Data.Name, mark.DataSet));
    }

    [Fact]
    public void ArcEasy_FixesWhatTheAbstractFixes()
    {
        var recipe = RecipeFiles.Load("sci-cot-arc-easy", Nothing);
        Assert.Equal(
            ["base.model", "data.name", "systems.two-stage", "teacher.model", "verdict.against"],
            recipe.Settings.Where(setting => setting.Choice != "our choice").Select(setting => setting.Path).Order(StringComparer.Ordinal));
        Assert.Equal(new RecipeVerdict("two-stage", "BLOOM-176B, one-shot", "accuracy"), recipe.Verdict);
        Assert.Equal((2251, 570, 2376), (recipe.Data.Expected!.Train, recipe.Data.Expected.Validation, recipe.Data.Expected.Test));
    }

    [Fact]
    public void Values_ReachTheStudentsOptions()
    {
        var recipe = Read(RecipeFiles.TextOf("mini").Replace("  one-stage:", "  one-stage: { steps: 77, optimizer: adafactor }", StringComparison.Ordinal));

        var direct = recipe.Systems[0].Training!;
        var oneStage = recipe.Systems[1].Training!;
        Assert.Equal((750, 250, 0.98, 0.005), (recipe.Training.Steps, recipe.Training.AnswerSteps, recipe.Training.Beta2, recipe.Training.LearningRate));
        Assert.Equal((0.002, 32), (direct.LearningRate, direct.BatchSize));
        Assert.Equal((77, OptimizerKind.Adafactor, 0.005), (oneStage.Steps, oneStage.Optimizer, oneStage.LearningRate));
        Assert.Null(recipe.Systems[2].Training);
    }

    [Fact]
    public void Json_IsReadAsWell()
    {
        var json = JsonSerializer.Serialize(
            new
            {
                title = "Mine",
                data = new { name = "the mini data set", parts = "mini-science", seed = 3 },
                @base = new { parts = "mini-science" },
                teacher = new { parts = "mini-science" },
                systems = new Dictionary<string, object> { ["direct"] = new { }, ["zero-shot"] = new { } },
                seeds = new[] { 1 },
                verdict = new { system = "direct", against = "zero-shot" },
            },
            new JsonSerializerOptions { WriteIndented = true });
        var path = _folder.File("mine.json");
        File.WriteAllText(path, json);

        var recipe = RecipeFiles.Load(path, Nothing);

        Assert.Equal(("mine", "Mine", 3), (recipe.Name, recipe.Title, recipe.Data.Seed));
        Assert.Equal(["direct", "zero-shot"], recipe.Systems.Select(system => system.Variant.Name));
    }

    /// <summary>Each edit of the built-in mini recipe with the place and the words that it is refused with.</summary>
    [Theory]
    [InlineData("  seed: 6", "  sede: 6", "line 13, column 3: 'sede' is no setting of data. Did you mean \"seed\"?")]
    [InlineData("  steps: 750", "  steps: many", "training.steps")]
    [InlineData("  steps: 750", "  stebs: 750", "'stebs' is no setting of training. Did you mean \"steps\"?")]
    [InlineData("  steps: 750", "  steps: 750\n  steps: 901", "'steps' stands twice")]
    [InlineData("  two-stage:\n\nseeds", "  two-stages:\n\nseeds", "'two-stages' is no setting of systems. Did you mean \"two-stage\"?")]
    [InlineData("  two-stage:\n\nseeds", "  two-stage: { steps: 3 }\n\nseeds", "'steps' is no setting of systems.two-stage.")]
    [InlineData("title: ", "titel: ", "'titel' is no setting of a recipe. Did you mean \"title\"?")]
    [InlineData("seeds: [1, 2]", "seeds: [1, 1]", "a seed stands twice")]
    [InlineData("seeds: [1, 2]", "seeds: [one]", "seeds must be whole numbers from 0; got 'one'")]
    [InlineData("seeds: [1, 2]\n", "", "seeds is missing")]
    [InlineData("  against: direct", "  against: drect", "verdict.against must be one of direct, one-stage, two-stage; got 'drect'. Did you mean \"direct\"?")]
    [InlineData("  against: direct", "  against: two-stage", "a system is compared with another one")]
    [InlineData("base:\n  parts: mini-science", "base:\n  parts: mini-science\n  model: google/flan-t5-small", "and not both")]
    [InlineData("    systems.two-stage:", "    systems.three-stage:", "the paper is said to fix systems.three-stage, which is no setting of this recipe")]
    [InlineData("data:", "data: &all", "")]
    [InlineData("notes:\n", "notes: *all\nmore:\n", "line")]
    [InlineData("training:", "training: [", "no YAML")]
    public void Mistake_IsRefusedWithItsPlace(string written, string mistaken, string says)
    {
        var text = RecipeFiles.TextOf("mini");
        Assert.Contains(written, text);
        if (says.Length == 0)
        {
            Read(text.Replace(written, mistaken, StringComparison.Ordinal)); // an anchor that nothing refers to
            return;
        }

        var message = Assert.Throws<RecipeException>(() => Read(text.Replace(written, mistaken, StringComparison.Ordinal))).Message;
        Assert.Contains(says, message);
        Assert.Matches("mine.yaml, line [0-9]+, column [0-9]+: ", message);
    }

    [Fact]
    public void Mark_WithoutItsDataSet_IsNoVerdict()
    {
        var text = RecipeFiles.TextOf("sci-cot-arc-easy").Replace("dataSet: ARC-Easy", "dataSet: SciQ", StringComparison.Ordinal);
        Assert.Contains("verdict.against must be one of direct, one-stage, two-stage", Assert.Throws<RecipeException>(() => Read(text)).Message);
    }

    [Fact]
    public void GivenValue_OfTheEnvironment_ReplacesNoPartsButAServiceOnes()
    {
        var given = new Dictionary<string, (string, bool)> { ["teacher.model"] = ("other", false) };
        Assert.NotNull(RecipeFiles.Load("mini", given).Teacher.Parts);
        Assert.Equal("other", RecipeFiles.Load("openbookqa", given).Teacher.Options["teacherModel"]);
        Assert.Contains("given for this run: prompts.zeroShot must be true or false", Assert.Throws<RecipeException>(() => RecipeFiles.Load("openbookqa", new Dictionary<string, (string, bool)> { ["prompts.zeroShot"] = ("perhaps", true) })).Message);
    }

    [Fact]
    public void Marks_AreThoseThatTheLibraryKnows()
    {
        foreach (var mark in RecipeFiles.Names.SelectMany(name => RecipeFiles.Load(name, Nothing).Marks))
            Assert.Contains(PublishedMarks.All, known => known.System == mark.System && known.DataSet == mark.DataSet && known.Metric == mark.Metric && known.Value == mark.Value && known.Questions == mark.Questions);
    }

    private ReproductionRecipe Read(string text)
    {
        File.WriteAllText(_folder.File("mine.yaml"), text);
        return RecipeFiles.Load(_folder.File("mine.yaml"), Nothing);
    }
}
