using System.Text.RegularExpressions;
using SciCoT.Tests.Support;

namespace SciCoT.Tests.Documentation;

/// <summary>A reader finds every page, and every link leads somewhere.</summary>
public partial class PageTests
{
    private static readonly string Docs = Path.Combine(TestFiles.Repository, "docs");

    private static IEnumerable<string> Pages =>
        Directory.EnumerateFiles(Docs, "*.md", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(Docs, path).Replace('\\', '/')).Where(page => page is not "README.md" && !page.StartsWith("api/", StringComparison.Ordinal));

    [Theory]
    [InlineData("toc.yml", "href: {0}\n")]
    [InlineData("README.md", "({0})")]
    public void EveryPage_IsListed(string list, string link)
    {
        var text = File.ReadAllText(Path.Combine(Docs, list)).ReplaceLineEndings("\n");

        Assert.All(Pages.Where(page => list == "toc.yml" || !page.Contains('/')), page => Assert.Contains(string.Format(System.Globalization.CultureInfo.InvariantCulture, link, page), text));
    }

    [Fact]
    public void Links_LeadToFiles()
    {
        string[] folders = [Docs, Path.Combine(TestFiles.Repository, "src"), Path.Combine(TestFiles.Repository, "benchmarks")];
        string[] texts = [.. folders.SelectMany(folder => Directory.EnumerateFiles(folder, "*.md", SearchOption.AllDirectories)), .. Directory.EnumerateFiles(TestFiles.Repository, "*.md")];

        var broken = from text in texts
                     from Match link in Link().Matches(File.ReadAllText(text))
                     let target = link.Groups["target"].Value
                     where target.Length > 0 && !Path.Exists(Path.Combine(Path.GetDirectoryName(text)!, target))
                     select $"{Path.GetRelativePath(TestFiles.Repository, text)}: {target}";

        Assert.Empty(broken);
    }

    [GeneratedRegex(@"\]\((?!\w+:)(?<target>[^)#\s]*)[^)\s]*\)")]
    private static partial Regex Link();
}
