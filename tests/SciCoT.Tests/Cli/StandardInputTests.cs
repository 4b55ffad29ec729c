using System.Text;
using SciCoT.Tests.Support;

namespace SciCoT.Tests.Cli;

/// <summary>Programs that answer questions from standard input, over a real pipe and a real pseudo-terminal.</summary>
public sealed class StandardInputTests(TinyModelFolder model) : IClassFixture<TinyModelFolder>
{
    private const string Question = "What rusts? (A) iron (B) wood";

    /// <summary>Programs under test: the tool and the sample that does the same behind a host.</summary>
    public static TheoryData<string> Programs => ["scicot", "ConsoleHost"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Nobody reads the output, as after <c>head</c>: the tool ends without a word, and with what shells see of other programs.</summary>
    [Fact]
    public async Task OutputClosed_EndsTheTool()
    {
        Assert.SkipUnless(File.Exists("/bin/sh"), "There is no 'sh' program here.");
        using var shell = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("/bin/sh", ["-c", "{ dotnet \"$1\" --help; echo $? >&2; } | true", "sh", ToolProcess.Path]) { RedirectStandardError = true })!;
        Assert.Equal("141", (await shell.StandardError.ReadToEndAsync(Token)).Trim());
        await shell.WaitForExitAsync(Token);
    }

    [Theory]
    [MemberData(nameof(Programs))]
    public async Task Pipe_StaysOpen_EachAnswerComesBeforeTheNextQuestion(string program)
    {
        using var process = ToolProcess.StartConversation(Command(program));
        for (int i = 0; i < 3; i++)
        {
            await process.Input.WriteAsync(Question + "\n");
            await process.Input.FlushAsync(Token);
            Assert.Contains("because:", await AnswerAsync(process));
        }

        process.Input.Close();
        Assert.Equal(0, (await process.EndAsync(Token)).ExitCode);
    }

    [Theory]
    [InlineData("scicot", "INT", 130)]
    [InlineData("scicot", "TERM", 143)]
    [InlineData("scicot", "HUP", 129)]
    [InlineData("ConsoleHost", "INT", 130)]
    [InlineData("ConsoleHost", "TERM", 143)]
    public async Task Pipe_Idle_SignalEndsTheProcess(string program, string signal, int exitCode)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no signals for one process.");
        using var process = ToolProcess.StartConversation(Command(program));
        await process.Input.WriteAsync(Question + "\n");
        await process.Input.FlushAsync(Token);
        await AnswerAsync(process);

        process.Signal(signal);

        // The pipe is still open: only the signal can end the process.
        Assert.Equal(exitCode, (await process.EndAsync(Token)).ExitCode);
    }

    [Theory]
    [MemberData(nameof(Programs))]
    public async Task Terminal_CtrlC_EndsTheProcess(string program)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/script"), "There is no 'script' program, which makes the pseudo-terminal.");
        using var process = ToolProcess.StartInTerminal(Command(program));
        await process.Input.WriteAsync(Question + "\n");
        await process.Input.FlushAsync(Token);
        Assert.Contains("because:", await AnswerAsync(process));

        await process.Input.WriteAsync("\u0003"); // Ctrl-C, as the terminal's line discipline sees it
        await process.Input.FlushAsync(Token);

        Assert.Equal(130, (await process.EndAsync(Token)).ExitCode);
    }

    /// <summary>What editors and PowerShell write: the mark is no part of the question, and names the encoding.</summary>
    [Theory]
    [InlineData("utf-8")]
    [InlineData("utf-16")]
    [InlineData("utf-16BE")]
    [InlineData("utf-32")]
    public async Task Pipe_ByteOrderMark_NamesTheEncoding(string name)
    {
        var encoding = Encoding.GetEncoding(name);
        using var process = ToolProcess.StartConversation(Command("scicot"));
        await process.Input.BaseStream.WriteAsync((byte[])
        [
            .. encoding.GetPreamble(),
            .. encoding.GetBytes("{\"id\": \"q1\", \"stem\": \"What rusts?\", \"choices\": [{\"label\": \"A\", \"text\": \"iron\"}, {\"label\": \"B\", \"text\": \"wood\"}]}\n"),
        ], Token);
        process.Input.Close();

        var ended = await process.EndAsync(Token);

        ended.Succeeded();
        Assert.Contains("because:", ended.Output);
    }

    private static async Task<string> AnswerAsync(ToolProcess process)
    {
        while (await process.ReadLineAsync(Token) is { } line)
        {
            if (line.Contains("because:", StringComparison.Ordinal))
                return line;
        }

        var ended = await process.EndAsync(Token);
        throw new Xunit.Sdk.XunitException($"The process ended with {ended.ExitCode} before it answered: {ended.Error}");
    }

    private string[] Command(string program) => program == "scicot"
        ? [ToolProcess.Path, "answer", "--model", model.Path, "--input", "-"]
        : [Path.Combine(Path.GetDirectoryName(ToolProcess.Path)!.Replace("src/SciCoT.Cli", "samples/ConsoleHost", StringComparison.Ordinal), "ConsoleHost.dll"), $"--SciCoT:ModelDirectory={model.Path}"];
}
