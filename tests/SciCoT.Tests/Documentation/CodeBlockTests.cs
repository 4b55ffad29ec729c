using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using SciCoT.Testing;
using SciCoT.Tests.Support;

namespace SciCoT.Tests.Documentation;

/// <summary>
/// Compiles every block of C# in the documentation. What a block takes for granted stands before it in a comment that a
/// reader does not see: <c>&lt;!-- given: ITeacherPrompter teacher = null!; --&gt;</c>.
/// </summary>
public partial class CodeBlockTests
{
    /// <summary>The namespaces that a block need not name: the SDK's implicit ones and the library's own.</summary>
    private static readonly string ImplicitUsings = string.Join('\n', new[]
        {
            "System", "System.Collections.Generic", "System.IO", "System.Linq", "System.Net.Http", "System.Threading", "System.Threading.Tasks",
        }
        .Concat(new[] { typeof(ScienceQuestion), typeof(SciCoT.Models.T5Model), typeof(SciCoT.Postgres.PostgresRationaleStore), typeof(SciCoT.Mpi.MpiOptions), typeof(MiniScience) }.SelectMany(type => type.Assembly.GetExportedTypes()).Select(type => type.Namespace!))
        .Distinct()
        .Select(name => $"global using {name};"));

    /// <summary>With the lines of a file-based app (<c>#:package …</c>).</summary>
    private static readonly CSharpParseOptions Parsing = new CSharpParseOptions(LanguageVersion.Latest).WithFeatures([new("FileBasedProgram", "true")]);

    /// <summary>Files and folders of pages; each package has one.</summary>
    private static IEnumerable<string> Places => Directory.EnumerateDirectories(Path.Combine(TestFiles.Repository, "src"))
        .Select(package => Path.Combine(package, "README.md"))
        .Where(File.Exists)
        .Select(page => Path.GetRelativePath(TestFiles.Repository, page))
        .Prepend("docs")
        .Prepend("README.md");

    private static readonly Lazy<MetadataReference[]> References = new(() =>
        [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Select(path => MetadataReference.CreateFromFile(path))]);

    public static TheoryData<string> Blocks
    {
        get
        {
            var blocks = new TheoryData<string>();
            foreach (var (name, _) in All())
                blocks.Add(name);
            return blocks;
        }
    }

    [Theory]
    [MemberData(nameof(Blocks))]
    public void Block_Compiles(string name) => Compile(name, All().Single(block => block.Name == name).Code);

    /// <summary>Fails with the compiler's words where a block does not compile.</summary>
    internal static void Compile(string name, string text)
    {
        var code = CSharpSyntaxTree.ParseText(text, Parsing, name, cancellationToken: TestContext.Current.CancellationToken);
        bool isProgram = code.GetRoot(TestContext.Current.CancellationToken).DescendantNodes().OfType<GlobalStatementSyntax>().Any();
        var compilation = CSharpCompilation.Create(
            "Block",
            [code, CSharpSyntaxTree.ParseText(ImplicitUsings, Parsing, cancellationToken: TestContext.Current.CancellationToken)],
            References.Value,
            new CSharpCompilationOptions(isProgram ? OutputKind.ConsoleApplication : OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable, allowUnsafe: false));

        var errors = compilation.GetDiagnostics(TestContext.Current.CancellationToken).Where(d => d.Severity == DiagnosticSeverity.Error).ToArray();
        Assert.True(errors.Length == 0, $"{name}\n{string.Join('\n', errors.Select(e => e.ToString()))}\n\n{code}");
    }

    [Fact]
    public void FileBasedApp_IsTheSample() =>
        Assert.Contains($"```csharp\n{File.ReadAllText(Path.Combine(TestFiles.Repository, "samples", "FileBased", "ask.cs")).ReplaceLineEndings("\n")}```", File.ReadAllText(Path.Combine(TestFiles.Repository, "docs", "file-based-apps.md")).ReplaceLineEndings("\n"));

    [Fact]
    public void Blocks_AreFound() => Assert.InRange(All().Count(), 7, 200);

    /// <summary>All blocks with what each takes for granted, behind its using directives.</summary>
    private static IEnumerable<(string Name, string Code)> All()
    {
        foreach (var file in Places.Select(place => Path.Combine(TestFiles.Repository, place)).SelectMany(path => Directory.Exists(path) ? Directory.GetFiles(path, "*.md", SearchOption.AllDirectories) : [path]))
        {
            var text = File.ReadAllText(file).ReplaceLineEndings("\n");
            foreach (Match match in Block().Matches(text))
            {
                var code = match.Groups["code"].Value;
                int body = UsingsOf(code);
                int line = text.AsSpan(0, match.Groups["code"].Index).Count('\n') + 1;
                yield return ($"{Path.GetRelativePath(TestFiles.Repository, file).Replace('\\', '/')}:{line}", $"{code[..body]}{match.Groups["given"].Value}\n{code[body..]}");
            }
        }
    }

    /// <summary>How many letters of a block are its directives; what is given stands behind them.</summary>
    internal static int UsingsOf(string code) => Usings().Match(code).Length;

    [GeneratedRegex(@"(<!-- given:(?<given>.*?)-->\s*)?^```csharp\n(?<code>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex(@"\A(#:[^\n]*\n|\s*using [\w.]+( = [^;\n]+)?;\s*\n|\s*using static [\w.]+;\s*\n)*")]
    private static partial Regex Usings();
}
