using System.Text.Json.Nodes;
using SciCoT.Cli;

namespace SciCoT.Tests.Cli;

/// <summary>The tool, run in this process as a shell runs it.</summary>
internal static class Commands
{
    public static async Task<Outcome> RunAsync(string[] args, string input = "", CancellationToken? cancellationToken = null)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        int exitCode = await Tool.RunAsync(args, new ToolConsole(new StringReader(input), output, error), cancellationToken ?? TestContext.Current.CancellationToken);
        return new(exitCode, output.ToString(), error.ToString());
    }

    /// <summary>How a command ended.</summary>
    internal sealed record Outcome(int ExitCode, string Output, string Error)
    {
        public IReadOnlyList<JsonObject> Rows => [.. Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!.AsObject())];

        public JsonObject Json => Assert.Single(Rows);

        /// <summary>Fails with what the tool said when it failed.</summary>
        public Outcome Succeeded()
        {
            Assert.True(ExitCode == SciCoT.Cli.ExitCode.Done, $"exit code {ExitCode}: {Error}");
            return this;
        }
    }
}
