using System.Text.RegularExpressions;
using SciCoT.Tests.Support;

namespace SciCoT.Tests.Architecture;

/// <summary>
/// What belongs to the whole process is set by tests that run alone: a test beside them that compares numbers would fail now and then, since
/// the order of a sum depends on torch's threads.
/// </summary>
public partial class ProcessStateTests
{
    [Fact]
    public void StateOfTheProcess_IsSetByTestsThatRunAlone()
    {
        var source = Path.Combine(TestFiles.Repository, "tests", "SciCoT.Tests");
        var setters = Directory.EnumerateFiles(source, "*.cs", SearchOption.AllDirectories)
            .Select(path => (Path: Path.GetRelativePath(source, path).Replace('\\', '/'), Code: File.ReadAllText(path)))
            .Where(file => Setter().IsMatch(file.Code) && file.Path != "Support/OneTorchThread.cs") // set before any test runs
            .ToArray();

        Assert.Contains(setters, file => file.Path == "Generation/ThreadCountTests.cs");
        Assert.All(setters, file => Assert.True(file.Code.Contains("[Collection(TorchState.Collection)]", StringComparison.Ordinal), $"{file.Path} sets state of the process: put it into TorchState.Collection"));
    }

    [GeneratedRegex(@"\bset_num_threads\(|\bset_default_(dtype|device)\(|\bmanual_seed\(|ThreadTeam\.Shared = |ComputeThreads\.\w+ = |Environment\.(SetEnvironmentVariable\(|CurrentDirectory = )|Console\.Set(Out|Error|In)\(|CultureInfo\.DefaultThread\w+ = ")]
    private static partial Regex Setter();
}
