using System.Text.RegularExpressions;
using SciCoT.Tests.Support;

namespace SciCoT.Tests.Architecture;

/// <summary>
/// Keeps the arrows between the library's folders. The source is read, not the assembly: types of the root namespace belong
/// to the folder they lie in, which a compiled type no longer tells.
/// </summary>
public partial class FolderDependencyTests
{
    /// <summary>The library's projects, the lower first: it may use nothing of the upper, and nothing of TorchSharp.</summary>
    private static readonly string[] Projects = ["SciCoT.Runtime", "SciCoT"];

    /// <summary>What each folder may use, in its own project or one below. <c>IO</c> is below all of them.</summary>
    private static readonly Dictionary<string, string[]> MayUse = new()
    {
        ["IO"] = [],
        ["Questions"] = [],
        ["Prompting"] = ["Questions"],
        ["Rationales"] = ["Questions"],
        ["Replies"] = ["Questions", "Prompting"],
        ["Batches"] = ["Questions", "Replies"],
        ["Budgets"] = [],
        ["Teaching"] = ["Questions", "Prompting", "Rationales", "Replies", "Batches", "Budgets"],
        ["Tokenization"] = [],
        ["TileKernels"] = [],
        ["Compute"] = ["TileKernels"],
        ["Fused"] = ["TileKernels", "Compute"],
        ["Checkpoints"] = ["Compute"],
        ["Models"] = ["TileKernels", "Compute", "Fused", "Checkpoints"],
        ["Hub"] = ["Checkpoints", "Models"],
        ["Datasets"] = ["Questions", "Hub"],
        ["Cards"] = ["Models", "Hub", "Datasets"],
        ["Generation"] = ["Compute", "Models", "Tokenization"],
        ["Distributed"] = ["Questions", "Students"],
        ["Training"] = ["Distributed", "Compute", "Fused", "Checkpoints", "Models", "Tokenization"],
        ["Students"] = ["Compute", "Questions", "Prompting", "Generation", "Models", "Tokenization"],
        ["Pipeline"] = ["Questions", "Students"],
        ["Stemming"] = [],
        ["Evaluation"] = ["Stemming", "Distributed", "Compute", "Questions", "Prompting", "Tokenization", "Models", "Generation", "Training", "Students", "Pipeline"],
        ["Harness"] = ["Distributed", "Questions", "Prompting", "Tokenization", "Models", "Generation", "Students", "Evaluation"],
        ["Distillation"] = ["Distributed", "Cards", "Hub", "Compute", "Questions", "Prompting", "Rationales", "Teaching", "Tokenization", "Models", "Generation", "Training", "Students", "Pipeline", "Evaluation"],
        ["Reproduction"] = ["Hub", "Datasets", "Questions", "Prompting", "Rationales", "Teaching", "Models", "Generation", "Training", "Students", "Evaluation", "Harness", "Distillation"],
        ["DependencyInjection"] = ["Questions", "Prompting", "Rationales", "Teaching", "Tokenization", "Models", "Hub", "Generation", "Training", "Students", "Pipeline", "Evaluation", "Distillation"],
    };

    private const int MostLines = 3_500;

    private static readonly string Source = Path.Combine(TestFiles.Repository, "src");
    private static readonly Lazy<SourceGraph> Graph = new(() => SourceGraph.Read(Source, Projects));

    [Fact]
    public void Folders_AreAllListed() =>
        Assert.Equal(
            MayUse.Keys.Order(),
            Projects.SelectMany(project => Directory.EnumerateDirectories(Path.Combine(Source, project))).Select(folder => Path.GetFileName(folder)).Where(name => name is not ("bin" or "obj")).Distinct().Order());

    [Fact]
    public void Folders_UseOnlyWhatLiesBelow()
    {
        var graph = Graph.Value;
        var violations = graph.Uses
            .Where(use => use.From.Contains('/'))
            .GroupBy(use => (use.File, use.Type)) // a name may be declared in several folders: one that may be used is enough
            .Where(uses => uses.All(use => Top(use.To) is var to && to != Top(use.From) && to != "IO" && !MayUse[Top(use.From)].Contains(to)))
            .Select(uses => $"{uses.Key.File} uses {uses.Key.Type} of {string.Join('/', uses.Select(use => use.To))}")
            .Order().ToArray();

        Assert.NotEmpty(graph.Uses);
        Assert.True(violations.Length == 0, string.Join("\n", violations));
    }

    [Fact]
    public void LowerProject_UsesNothingOfTheUpper() =>
        Assert.Empty(Graph.Value.Uses
            .GroupBy(use => (use.File, use.Type))
            .Where(uses => uses.All(use => use.From.StartsWith("SciCoT.Runtime", StringComparison.Ordinal) && !use.To.StartsWith("SciCoT.Runtime", StringComparison.Ordinal)))
            .Select(uses => $"{uses.Key.File} uses {uses.Key.Type}"));

    [Fact]
    public void LowerProject_ReferencesNeitherTorchSharpNorTheUpper()
    {
        var project = File.ReadAllText(Path.Combine(Source, "SciCoT.Runtime", "SciCoT.Runtime.csproj"));
        Assert.DoesNotContain("TorchSharp", project);
        Assert.DoesNotContain("ProjectReference", project);
    }

    [Fact]
    public void Folders_AndSubfolders_HaveNoCircles() =>
        Assert.Empty(Graph.Value.Circles().Select(circle => string.Join(", ", circle)).Order(StringComparer.Ordinal));

    /// <summary>A room that one can still read: all the lines of a folder and of those in it.</summary>
    [Fact]
    public void Folders_AreOfASizeThatCanBeRead()
    {
        var lines = Graph.Value.Lines();
        Assert.Empty(lines.Where(folder => folder.Key.Count(c => c == '/') == 1 && folder.Value > MostLines).Select(folder => $"{folder.Key}: {folder.Value} lines; at most {MostLines}. Move what has a sense of its own into a folder beside it."));
    }

    /// <summary>What computes or reads without libtorch: all of the lower project, and folders of the upper.</summary>
    public static TheoryData<string> WithoutTorchSharp => ["SciCoT.Runtime", "SciCoT/Questions", "SciCoT/Datasets", "SciCoT/Cards", "SciCoT/Prompting", "SciCoT/Rationales", "SciCoT/Replies", "SciCoT/Budgets", "SciCoT/Teaching", "SciCoT/Distributed"];

    [Theory]
    [MemberData(nameof(WithoutTorchSharp))]
    public void Folder_BelowTheLine_DoesNotNameTorchSharp(string folder) =>
        Assert.Empty(Graph.Value.FilesWith(folder, TorchSharp()).Order());

    [Theory]
    [InlineData("SciCoT.Runtime/Compute")]
    [InlineData("SciCoT/Compute")]
    public void Compute_KnowsNoT5(string folder) => Assert.Empty(Graph.Value.FilesWith(folder, NameOfT5()));

    /// <summary>A namespace is called as its folder or as the room around it, or it is one of the two that beginners type.</summary>
    [Fact]
    public void Namespaces_AreTheFoldersNames() =>
        Assert.DoesNotContain(Graph.Value.FilesWith("SciCoT.Runtime", Namespace()).Concat(Graph.Value.FilesWith("SciCoT", Namespace())), file =>
        {
            var name = Namespace().Match(File.ReadAllText(Path.Combine(Source, file))).Groups["name"].Value;
            var folder = "SciCoT." + string.Join('.', file.Split('/')[1..^1]) + ".";
            return name is not ("SciCoT" or "Microsoft.Extensions.DependencyInjection") && !folder.StartsWith(name + ".", StringComparison.Ordinal);
        });

    private static string Top(string folder) => folder.Split('/').ElementAtOrDefault(1) ?? "";

    [GeneratedRegex(@"\w*T5\w*")]
    private static partial Regex NameOfT5();

    [GeneratedRegex(@"^namespace (?<name>[\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Namespace();

    [GeneratedRegex(@"\bTorchSharp\b|\btorch\b")]
    private static partial Regex TorchSharp();
}
