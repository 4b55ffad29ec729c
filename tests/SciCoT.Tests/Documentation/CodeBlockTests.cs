using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using SciCoT.Testing;
using SciCoT.Tests.Support;

namespace SciCoT.Tests.Documentation;

/// <summary>
/// Compiles every block of C# in the documentation. What a block takes for granted stands before it in a comment that a
/// reader does not see: <c>&lt;!-- given: ITeacherPrompter teacher = null!; --&gt;</c>. The block itself names each namespace of the library
/// that it uses, so that it compiles where a reader pastes it.
/// </summary>
public partial class CodeBlockTests
{
    /// <summary>The SDK's implicit namespaces and the library's own, which what is given before a block need not name.</summary>
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
            foreach (var (name, _, _) in All())
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
        var (compilation, code) = Compilation(name, text);
        var errors = compilation.GetDiagnostics(TestContext.Current.CancellationToken).Where(d => d.Severity == DiagnosticSeverity.Error).ToArray();
        Assert.True(errors.Length == 0, $"{name}\n{string.Join('\n', errors.Select(e => e.ToString()))}\n\n{code}");
    }

    private static (CSharpCompilation Compilation, SyntaxTree Tree) Compilation(string name, string text)
    {
        var code = CSharpSyntaxTree.ParseText(text, Parsing, name, cancellationToken: TestContext.Current.CancellationToken);
        bool isProgram = code.GetRoot(TestContext.Current.CancellationToken).DescendantNodes().OfType<GlobalStatementSyntax>().Any();
        var compilation = CSharpCompilation.Create(
            "Block",
            [code, CSharpSyntaxTree.ParseText(ImplicitUsings, Parsing, cancellationToken: TestContext.Current.CancellationToken)],
            References.Value,
            new CSharpCompilationOptions(isProgram ? OutputKind.ConsoleApplication : OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable, allowUnsafe: false));
        return (compilation, code);
    }

    [Theory]
    [MemberData(nameof(Blocks))]
    public void Block_NamesTheNamespacesThatItUses(string name)
    {
        var (_, code, given) = All().Single(block => block.Name == name);
        var (compilation, tree) = Compilation(name, code);
        var model = compilation.GetSemanticModel(tree);
        var root = tree.GetCompilationUnitRoot(TestContext.Current.CancellationToken);
        var named = root.Usings.Select(directive => directive.NamespaceOrType.ToString()).ToHashSet();

        var missing = root.DescendantNodes().OfType<SimpleNameSyntax>()
            .Where(used => !given.Contains(used.SpanStart) && used.FirstAncestorOrSelf<UsingDirectiveSyntax>() is null)
            .Select(used => NamespaceThatItNeeds(used, model.GetSymbolInfo(used, TestContext.Current.CancellationToken).Symbol))
            .Where(space => space is not null && space.StartsWith("SciCoT", StringComparison.Ordinal) && !named.Contains(space))
            .Distinct();

        Assert.True(!missing.Any(), $"{name} lacks: {string.Join(' ', missing.Select(space => $"using {space};"))}");
    }

    /// <summary>The namespace without which a name would mean nothing; none for a name behind a dot, unless it is an extension method.</summary>
    private static string? NamespaceThatItNeeds(SimpleNameSyntax used, ISymbol? symbol)
    {
        bool isBehindDot = used.Parent is QualifiedNameSyntax qualified ? qualified.Right == used : used.Parent is MemberAccessExpressionSyntax access && access.Name == used;
        return symbol switch
        {
            IMethodSymbol { ReducedFrom: not null } extension => extension.ContainingNamespace.ToString(),
            INamedTypeSymbol type when !isBehindDot && used is not IdentifierNameSyntax { IsVar: true } => type.ContainingNamespace.ToString(),
            IMethodSymbol { MethodKind: MethodKind.Constructor } constructor when !isBehindDot => constructor.ContainingNamespace.ToString(),
            _ => null,
        };
    }

    [Fact]
    public void FileBasedApp_IsTheSample() =>
        Assert.Contains($"```csharp\n{File.ReadAllText(Path.Combine(TestFiles.Repository, "samples", "FileBased", "ask.cs")).ReplaceLineEndings("\n")}```", File.ReadAllText(Path.Combine(TestFiles.Repository, "docs", "file-based-apps.md")).ReplaceLineEndings("\n"));

    [Fact]
    public void Blocks_AreFound() => Assert.InRange(All().Count(), 7, 200);

    /// <summary>All blocks with what each takes for granted, behind its using directives, and where that stands.</summary>
    private static IEnumerable<(string Name, string Code, Microsoft.CodeAnalysis.Text.TextSpan Given)> All()
    {
        foreach (var file in Places.Select(place => Path.Combine(TestFiles.Repository, place)).SelectMany(path => Directory.Exists(path) ? Directory.GetFiles(path, "*.md", SearchOption.AllDirectories) : [path]))
        {
            var text = File.ReadAllText(file).ReplaceLineEndings("\n");
            foreach (Match match in Block().Matches(text))
            {
                var code = match.Groups["code"].Value;
                int body = UsingsOf(code);
                int line = text.AsSpan(0, match.Groups["code"].Index).Count('\n') + 1;
                var given = match.Groups["given"].Value;
                yield return ($"{Path.GetRelativePath(TestFiles.Repository, file).Replace('\\', '/')}:{line}", $"{code[..body]}{given}\n{code[body..]}", new(body, given.Length));
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
