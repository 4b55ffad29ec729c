using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using SciCoT.Tests.Cli;
using SciCoT.Tests.Support;

namespace SciCoT.Tests.Samples;

/// <summary>A sample of one file, compiled against the tests' own assemblies and run as a process of its own.</summary>
internal static class FileBasedSample
{
    private const string Usings = "global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq; global using System.Net.Http; global using System.Threading; global using System.Threading.Tasks;";

    private static readonly CSharpParseOptions Parsing = new CSharpParseOptions(LanguageVersion.Latest).WithFeatures([new("FileBasedProgram", "true")]);

    private static string Tests => Path.Combine(AppContext.BaseDirectory, "SciCoT.Tests");

    /// <summary>Compiles it beside the tests, where the libraries are.</summary>
    /// <returns>What follows <c>dotnet</c>, to run it.</returns>
    public static string[] Compile(string name)
    {
        var source = File.ReadAllText(Path.Combine(TestFiles.Repository, "samples", "FileBased", name + ".cs"));
        var compilation = CSharpCompilation.Create(
            $"sample-{name}",
            [CSharpSyntaxTree.ParseText(source, Parsing), CSharpSyntaxTree.ParseText(Usings, Parsing)],
            ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Select(path => MetadataReference.CreateFromFile(path)),
            new CSharpCompilationOptions(OutputKind.ConsoleApplication, optimizationLevel: OptimizationLevel.Release, nullableContextOptions: NullableContextOptions.Enable));
        var assembly = Path.Combine(AppContext.BaseDirectory, $"sample-{name}.dll");
        var result = compilation.Emit(assembly);
        Assert.True(result.Success, string.Join('\n', result.Diagnostics));
        return ["exec", "--runtimeconfig", Tests + ".runtimeconfig.json", "--depsfile", Tests + ".deps.json", assembly];
    }

    /// <summary>Runs it to its end in a folder.</summary>
    public static async Task<Commands.Outcome> RunAsync(string folder, string[] command, params string[] args)
    {
        using var process = ToolProcess.StartIn(folder, [.. command, .. args]);
        process.Input.Close();
        return await process.EndAsync(TestContext.Current.CancellationToken);
    }
}
