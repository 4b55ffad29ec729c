using System.Text.RegularExpressions;
using SciCoT.Tests.Support;

namespace SciCoT.Tests.Architecture;

/// <summary>
/// Keeps the arrows between the library's folders. The source is read, not the assembly: types of the root namespace belong
/// to the folder they lie in, which a compiled type no longer tells.
/// </summary>
public partial class FolderDependencyTests
{
    /// <summary>What each folder may use. <c>IO</c> is below all of them.</summary>
    private static readonly Dictionary<string, string[]> MayUse = new()
    {
        ["IO"] = [],
        ["Questions"] = [],
        ["Prompting"] = ["Questions"],
        ["Rationales"] = ["Questions"],
        ["Teaching"] = ["Questions", "Prompting", "Rationales"],
        ["Tokenization"] = [],
        ["Compute"] = [],
        ["Models"] = ["Compute"],
        ["Hub"] = ["Models"],
        ["Generation"] = ["Compute", "Models", "Tokenization"],
        ["Training"] = ["Compute", "Models", "Tokenization"],
        ["Students"] = ["Compute", "Questions", "Prompting", "Generation", "Models", "Tokenization"],
        ["Pipeline"] = ["Questions", "Students"],
        ["Evaluation"] = ["Compute", "Questions", "Prompting", "Tokenization", "Models", "Generation", "Training", "Students", "Pipeline"],
        ["Distillation"] = ["Compute", "Questions", "Prompting", "Rationales", "Teaching", "Tokenization", "Models", "Generation", "Training", "Students", "Pipeline", "Evaluation"],
        ["DependencyInjection"] = ["Questions", "Prompting", "Rationales", "Teaching", "Tokenization", "Models", "Hub", "Generation", "Training", "Students", "Pipeline", "Evaluation", "Distillation"],
    };

    private static readonly string Library = Path.Combine(TestFiles.Repository, "src", "SciCoT");
    private static readonly Lazy<SourceGraph> Graph = new(() => SourceGraph.Read(Library));

    [Fact]
    public void Folders_AreAllListed() =>
        Assert.Equal(
            MayUse.Keys.Order(),
            Directory.EnumerateDirectories(Library).Select(folder => Path.GetFileName(folder)).Where(name => name is not ("bin" or "obj")).Order());

    [Fact]
    public void Folders_UseOnlyWhatLiesBelow()
    {
        var graph = Graph.Value;
        var violations = graph.Uses
            .Where(use => use.From.Length > 0)
            .GroupBy(use => (use.File, use.Type)) // a name may be declared in several folders: one that may be used is enough
            .Where(uses => uses.All(use => Top(use.To) is var to && to != Top(use.From) && to != "IO" && !MayUse[Top(use.From)].Contains(to)))
            .Select(uses => $"{uses.Key.File} uses {uses.Key.Type} of {string.Join('/', uses.Select(use => use.To))}")
            .Order().ToArray();

        Assert.NotEmpty(graph.Uses);
        Assert.True(violations.Length == 0, string.Join("\n", violations));
    }

    /// <summary>Circles that are still there. A new one fails the test, and so does one that is gone and still listed.</summary>
    private static readonly string[] KnownCircles =
    [
        "Distillation, Distillation/Ablation",
        "Evaluation/Reports, Evaluation/Reports/Charts",
        "Generation, Generation/Processors",
        "Models, Models/Inference, Models/Lora, Models/Torch",
        "Students, Students/Serving",
        "Teaching, Teaching/Decorators, Teaching/Wire",
        "Training, Training/Batches, Training/Checkpoints, Training/Optimizers, Training/Plans",
    ];

    [Fact]
    public void Subfolders_HaveNoNewCircles() =>
        Assert.Equal(KnownCircles, Graph.Value.Circles().Select(circle => string.Join(", ", circle)).Order(StringComparer.Ordinal));

    /// <summary>Folders that compute or read without libtorch, their subfolders included.</summary>
    public static TheoryData<string> WithoutTorchSharp => ["IO", "Questions", "Prompting", "Tokenization", "Compute", "Hub", "Pipeline", "Rationales", "Teaching"];

    [Theory]
    [MemberData(nameof(WithoutTorchSharp))]
    public void Folder_BelowTheLine_DoesNotNameTorchSharp(string folder) =>
        Assert.Empty(Graph.Value.FilesWith(folder, TorchSharp()).Order());

    private static string Top(string folder) => folder.Split('/')[0];

    [GeneratedRegex(@"\bTorchSharp\b|\btorch\b")]
    private static partial Regex TorchSharp();
}
