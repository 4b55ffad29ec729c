using System.Text.RegularExpressions;
using SciCoT.Tests.Support;

namespace SciCoT.Tests.Architecture;

/// <summary>
/// Keeps parsers of JSON out of all places but <c>OutsideJson</c>: elsewhere an error would leave as an exception without file and
/// place. What is parsed in <c>Replies</c>, <c>Teaching/Wire</c> and <c>Prompting</c> are replies of services, whose faults are theirs to handle;
/// the server's <c>JsonBody</c> answers with OpenAI's errors; <c>PlanTree</c> parses what it wrote itself.
/// </summary>
public partial class OutsideFilesTests
{
    private static readonly string[] Exempt = ["SciCoT.Runtime/IO/OutsideJson.cs", "SciCoT/Replies/", "SciCoT/Teaching/Wire/", "SciCoT/Prompting/", "SciCoT.Server/Requests/JsonBody.cs", "SciCoT/Training/Plans/PlanTree.cs"];

    [Fact]
    public void JsonFromOutside_IsParsedInOnePlace()
    {
        var source = Path.Combine(TestFiles.Repository, "src");
        var files = Directory.EnumerateFiles(source, "*.cs", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(source, path).Replace('\\', '/'))
            .Where(path => !path.Contains("/obj/", StringComparison.Ordinal) && !path.Contains("/bin/", StringComparison.Ordinal))
            .ToArray();
        Assert.Contains("SciCoT.Runtime/IO/OutsideJson.cs", files);

        var violations = files
            .Where(path => !Exempt.Any(exempt => path.StartsWith(exempt, StringComparison.Ordinal)))
            .SelectMany(path => Parser().Matches(File.ReadAllText(Path.Combine(source, path))).Select(match => $"{path}: {match.Value}"))
            .ToArray();

        Assert.True(violations.Length == 0, string.Join("\n", violations));
    }

    [Fact]
    public void FilesThatAreRenamed_AreWrittenByAtomicFile()
    {
        var source = Path.Combine(TestFiles.Repository, "src");
        var violations = Directory.EnumerateFiles(source, "*.cs", SearchOption.AllDirectories)
            .Where(path => Path.GetFileName(path) is not ("AtomicFile.cs" or "HubDownload.cs")) // a download is kept to be continued
            .Where(path => File.ReadAllText(path).Contains("File.Move(", StringComparison.Ordinal))
            .ToArray();

        Assert.True(violations.Length == 0, string.Join("\n", violations));
    }

    /// <summary>Numbers in a message or file are the same in every culture: a format of one is given with it.</summary>
    [Fact]
    public void FormattedNumbers_AreInvariant()
    {
        var source = Path.Combine(TestFiles.Repository, "src");
        var violations = Directory.EnumerateFiles(source, "*.cs", SearchOption.AllDirectories)
            .Where(path => !path.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .SelectMany(path => Statements(File.ReadAllText(path))
                .Where(statement => FormattedHole().IsMatch(statement) && !statement.Contains("Invariant", StringComparison.Ordinal))
                .Select(statement => $"{Path.GetRelativePath(source, path)}: {statement.Trim()}"))
            .ToArray();

        Assert.True(violations.Length == 0, string.Join("\n", violations));
    }

    private static IEnumerable<string> Statements(string code) => code.Split(';').Where(part => part.Contains("$\"", StringComparison.Ordinal));

    [GeneratedRegex(@"\b(JsonDocument\.Parse|JsonNode\.Parse|JsonElement\.Parse|JsonSerializer\.Deserialize)\w*\b|(?<!OutsideJson)\.Deserialize(<[^>]*>)?\(\s*(Json|[A-Z]\w*Json)\w*\.")]
    private static partial Regex Parser();

    /// <summary>A hole of an interpolated string with a format that has a decimal point, groups or a percent sign.</summary>
    [GeneratedRegex("""\$"[^"]*\{[^{}"]*:([0#]*[.,%][0#.,% ]*|[FPE]\d?|N\d)\}""")]
    private static partial Regex FormattedHole();
}
