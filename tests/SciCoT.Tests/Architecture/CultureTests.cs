using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using SciCoT.Evaluation;
using SciCoT.Tests.Support;

namespace SciCoT.Tests.Architecture;

/// <summary>The library under a host's culture: our programs run without cultures, a host need not.</summary>
public sealed class CultureTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>The tests of all that sorts, reads and writes numbers and text, in a process that has cultures and lives in one of them. The thousands of damaged footers are left to the outer run: no culture has a part in them.</summary>
    [Theory]
    [InlineData("de-DE")]
    [InlineData("tr-TR")]
    [InlineData("ar-SA")]
    public async Task Library_UnderACulture_PassesItsTests(string culture)
    {
        if (CultureInfo.CurrentCulture.Name.Length > 0)
            return; // this is the inner run
        var assembly = typeof(CultureTests).Assembly.Location;
        var runtime = JsonNode.Parse(await File.ReadAllTextAsync(Path.ChangeExtension(assembly, ".runtimeconfig.json"), TestContext.Current.CancellationToken))!;
        runtime["runtimeOptions"]!["configProperties"]!["System.Globalization.Invariant"] = false;
        runtime["runtimeOptions"]!["configProperties"]!["System.Globalization.PredefinedCulturesOnly"] = true;
        var configuration = _folder.File("cultures.runtimeconfig.json");
        await File.WriteAllTextAsync(configuration, runtime.ToJsonString(), TestContext.Current.CancellationToken);

        var start = new ProcessStartInfo(Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in (string[])["exec", "--runtimeconfig", configuration, "--depsfile", Path.ChangeExtension(assembly, ".deps.json"), assembly, "-culture", culture, "-class", "SciCoT.Tests.Architecture.CultureTests", "-class", "SciCoT.Tests.Questions.*", "-class", "SciCoT.Tests.Rationales.RationaleExportTests", "-class", "SciCoT.Tests.Rationales.VerdictFileTests", "-class", "SciCoT.Tests.Teaching.Filters.*", "-class", "SciCoT.Tests.Prompting.*", "-class", "*ReportTests", "-class", "SciCoT.Tests.Evaluation.Prediction*", "-class", "SciCoT.Tests.IO.*", "-method-", "*.EachByteOfAFooterChanged_EndsWithRowsOrAMessage"])
            start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        if (error.Contains("ICU", StringComparison.Ordinal))
            Assert.Skip("This machine has no ICU, so that no process here has cultures.");
        Assert.True(process.ExitCode == 0, $"{await output}\n{error}");
        Assert.DoesNotContain("Total: 0", await output);
    }

    [Fact]
    public void Subsets_AreSortedAsNumbersWhateverTheCulture()
    {
        var before = CultureInfo.CurrentCulture;
        var german = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        german.NumberFormat.NumberDecimalSeparator = ",";
        german.NumberFormat.NumberGroupSeparator = ".";
        try
        {
            CultureInfo.CurrentCulture = german;
            var outcomes = new[] { "3", "0.25", "10", "-1" }.Select(value => new QuestionOutcome
            {
                Question = new ScienceQuestion(value, "Which?", [new("A", "a"), new("B", "b")]) { AnswerLabel = "A" },
                Label = "A",
                Text = "a",
            }).ToArray();
            Assert.Equal(["-1", "0.25", "3", "10"], SubsetAccuracy.By(outcomes, new SubsetField("value", question => question.Id)).Select(subset => subset.Value));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }
}
