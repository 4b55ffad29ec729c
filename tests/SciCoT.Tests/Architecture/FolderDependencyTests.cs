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
        ["Training"] = ["Models", "Tokenization"],
        ["Students"] = ["Questions", "Prompting", "Generation", "Models", "Tokenization"],
        ["Pipeline"] = ["Questions", "Students"],
        ["Evaluation"] = ["Questions", "Prompting", "Tokenization", "Models", "Generation", "Training", "Students", "Pipeline"],
        ["Distillation"] = ["Questions", "Prompting", "Rationales", "Teaching", "Tokenization", "Models", "Generation", "Training", "Students", "Pipeline", "Evaluation"],
        ["DependencyInjection"] = ["Questions", "Prompting", "Rationales", "Teaching", "Tokenization", "Models", "Hub", "Generation", "Training", "Students", "Pipeline", "Evaluation", "Distillation"],
    };

    private static readonly string Library = Path.Combine(TestFiles.Repository, "src", "SciCoT");

    [Fact]
    public void Folders_AreAllListed() =>
        Assert.Equal(
            MayUse.Keys.Order(),
            Directory.EnumerateDirectories(Library).Select(folder => Path.GetFileName(folder)).Where(name => name is not ("bin" or "obj")).Order());

    [Fact]
    public void Folders_UseOnlyWhatLiesBelow()
    {
        var files = MayUse.Keys.SelectMany(folder => Directory
            .EnumerateFiles(Path.Combine(Library, folder), "*.cs", SearchOption.AllDirectories)
            .Select(path => (Folder: folder, Path: path, Code: WithoutComments(File.ReadAllText(path)))))
            .ToArray();
        var declared = files
            .SelectMany(file => Declaration().Matches(file.Code).Select(match => (Type: match.Groups["name"].Value, file.Folder)))
            .ToLookup(pair => pair.Type, pair => pair.Folder);

        var violations = files
            .SelectMany(file => Identifier().Matches(file.Code).Select(match => match.Value).Distinct()
                .Where(name => declared.Contains(name) && !declared[name].Any(home => home == file.Folder || home == "IO" || MayUse[file.Folder].Contains(home)))
                .Select(name => $"{Path.GetRelativePath(Library, file.Path)} uses {name} of {string.Join('/', declared[name].Distinct())}"))
            .ToArray();

        Assert.NotEmpty(declared);
        Assert.True(violations.Length == 0, string.Join("\n", violations));
    }

    private static string WithoutComments(string code) => Comment().Replace(code, "");

    [GeneratedRegex("""//[^\n]*|"(\\.|[^"\\\n])*"|^using [^\n]*;""", RegexOptions.Multiline)]
    private static partial Regex Comment();

    [GeneratedRegex(@"^(public|internal)\s[^\n(={]*?\b(class|struct|interface|enum|record(\s+struct)?)\s+(?<name>\w+)", RegexOptions.Multiline)]
    private static partial Regex Declaration();

    /// <summary>A name that may be a type: neither a member of something nor the target of an assignment.</summary>
    [GeneratedRegex(@"(?<![\w.])[A-Z]\w+\b(?!\s*=[^=>])")]
    private static partial Regex Identifier();
}
