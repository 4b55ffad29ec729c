using System.Net;
using System.Net.Sockets;
using SciCoT.Rationales;
using SciCoT.Tests.Cli;
using SciCoT.Tests.Rationales;
using SciCoT.Tests.Support;

namespace SciCoT.Tests.Samples;

/// <summary>What a sample's user sees when something is wrong that he can mend: one message and an exit code, no stack trace.</summary>
public sealed class SampleFailureTests(TinyModelFolder model) : IClassFixture<TinyModelFolder>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("ConsoleHost", 1, "ModelDirectory: /nowhere: there is no such model folder", "--SciCoT:ModelDirectory", "/nowhere")]
    [InlineData("ConsoleHost", 1, "SciCoT:BatchSize must be a whole number; got 'many'.", "--SciCoT:BatchSize", "many")]
    [InlineData("ConsoleHost", 1, "SciCoT:ModelDirectorie is no setting. Did you mean \"modelDirectory\"?", "--SciCoT:ModelDirectorie", "/nowhere")]
    [InlineData("WebDemo", 1, "there is no such model folder", "--Demo:Directory", "/nowhere")]
    [InlineData("WebDemo", 1, "'many' at 'Server:MaxQuestionLength' to a whole number", "--Server:MaxQuestionLength", "many")]
    [InlineData("WebDemo", 1, "MaxQuestionLength must be from 1 to 1000000; got 0.", "--Server:MaxQuestionLength", "0")]
    [InlineData("QuickStart", 2, "--sed is no option.", "--sed", "1")]
    [InlineData("QuickStart", 2, "--seed needs a whole number from 0.", "--seed", "many")]
    [InlineData("QuickStart", 1, "FILE is a file", "--short", "--output", "FILE")]
    [InlineData("QuickStart", 1, "holds 'a-file', which no quick start wrote", "--short", "--output", "FOLDER")]
    [InlineData("NativeAnswer", 2, "usage: NativeAnswer", "/nowhere")]
    [InlineData("NativeAnswer", 1, "there is no such model folder", "/nowhere", "What rusts?")]
    [InlineData("NativeAnswer", 1, "question", "MODEL", " ")]
    [InlineData("CustomTeacher", 2, "usage: CustomTeacher", "--output")]
    [InlineData("OwnParts", 2, "usage: OwnParts", "one", "two")]
    [InlineData("TrainTogether", 2, "usage: TrainTogether", "one", "two")]
    [InlineData("CustomTeacher", 1, "FILE", "FILE")]
    [InlineData("OwnParts", 1, "FILE", "FILE")]
    [InlineData("TrainTogether", 1, "FILE", "FILE")]
    [InlineData("AnnotateTogether", 2, "Give the database's connection string")]
    [InlineData("AnnotateTogether", 2, "a number of questions from 1", "Host=localhost", "many")]
    [InlineData("AnnotateTogether", 1, "connection string", "no connection string")]
    [InlineData("FilterRationales", 1, "/nowhere", "/nowhere")]
    [InlineData("FilterRationales", 1, "FOLDER", "FOLDER")]
    [InlineData("FilterRationales", 1, "FILE", "FILE")]
    [InlineData("FilterRationales", 2, "'many'", "FILE", "--examples", "many")]
    [InlineData("FilterRationales", 2, "--wrong is no option", "--wrong")]
    [InlineData("FilterRationales", 1, "scicot rationales filter --input", "STORE")]
    [InlineData("ConsoleHost", 1, "run the QuickStart first", "--SciCoT:ModelDirectory", "/nowhere")]
    [InlineData("WebDemo", 1, "run the QuickStart first", "--Demo:Directory", "/nowhere")]
    [InlineData("AnnotateWithLlm", 2, "No input is named", "--Model", "m")]
    [InlineData("AnnotateWithLlm", 2, "Inputt: no such setting", "--Inputt", "FILE")]
    [InlineData("AnnotateWithLlm", 1, "/nowhere", "--Input", "/nowhere")]
    [InlineData("AnnotateWithLlm", 1, "FILE", "--Input", "FILE")]
    [InlineData("AnnotateWithLlm", 1, "FOLDER", "--Input", "FOLDER")]
    [InlineData("AnnotateWithLlm", 1, "FOLDER", "--Input", "QUESTIONS", "--Output", "FOLDER")]
    [InlineData("AnnotateWithLlm", 2, "'many' at 'Samples' to a whole number", "--Input", "QUESTIONS", "--Samples", "many")]
    [InlineData("ArcDistillation", 1, "ARC-Easy-Train.jsonl", "--data", "/nowhere", "--rationales", "/nowhere")]
    [InlineData("ArcDistillation", 2, "'many' for option '--seed' as expected a whole number", "--data", "/nowhere", "--rationales", "/nowhere", "--seed", "many")]
    public async Task Failure_IsOneMessage(string sample, int exitCode, string message, params string[] args)
    {
        using var folder = new TempFolder();
        Directory.CreateDirectory(folder.File("folder"));
        foreach (var file in new[] { "file", "folder/a-file" })
            File.WriteAllText(folder.File(file), "neither JSON nor CSV");
        File.WriteAllBytes(folder.File("store.jsonl"), RationaleJson.Line(Records.Sample(0)));
        string Given(string word) => word
            .Replace("STORE", folder.File("store.jsonl"), StringComparison.Ordinal).Replace("FILE", folder.File("file"), StringComparison.Ordinal).Replace("FOLDER", folder.File("folder"), StringComparison.Ordinal)
            .Replace("MODEL", model.Path, StringComparison.Ordinal).Replace("QUESTIONS", model.QuestionPath, StringComparison.Ordinal);
        using var process = ToolProcess.StartConversation([ToolProcess.SamplePath(sample), .. args.Select(Given)]);
        process.Input.Close();

        var ended = await process.EndAsync(Token);

        AssertTold(ended.ExitCode, ended.Error, exitCode, Given(message));
    }

    /// <summary>A sample that takes a folder must not take the question for one: it would work in a folder called --help.</summary>
    [Theory]
    [InlineData("CustomTeacher", "usage: CustomTeacher")]
    [InlineData("OwnParts", "usage: OwnParts")]
    [InlineData("TrainTogether", "usage: TrainTogether")]
    [InlineData("NativeAnswer", "usage: NativeAnswer")]
    [InlineData("AnnotateTogether", "the database's connection string")]
    [InlineData("QuickStart", "--short")]
    [InlineData("AnnotateWithLlm", "--Input")]
    [InlineData("ArcDistillation", "--rationales")]
    [InlineData("FilterRationales", "--verdicts")]
    [InlineData("ConsoleHost", "QuickStart")]
    [InlineData("WebDemo", "QuickStart")]
    public async Task Help_IsShownAndNothingIsDone(string sample, string told)
    {
        using var process = ToolProcess.StartConversation(ToolProcess.SamplePath(sample), "--help");
        process.Input.Close();

        var ended = await process.EndAsync(Token);

        Assert.Equal((0, ""), (ended.ExitCode, ended.Error));
        Assert.Contains(told, ended.Output);
    }

    [Theory]
    [InlineData("QuickStart", "--short --output out")]
    [InlineData("CustomTeacher", "out")]
    [InlineData("OwnParts", "out")]
    [InlineData("TrainTogether", "out")]
    [InlineData("AnnotateWithLlm", "--Input QUESTIONS --Endpoint http://127.0.0.1:9/v1 --Output out.jsonl")]
    public async Task ReadOnlyFolder_IsOneMessage(string sample, string args)
    {
        using var folder = new TempFolder();

        var ended = await ReadOnlyFolder.RunAsync(folder.Path, [ToolProcess.SamplePath(sample), .. args.Replace("QUESTIONS", model.QuestionPath, StringComparison.Ordinal).Split(' ')]);

        AssertTold(ended.ExitCode, ended.Error, 1, "read-only file system");
    }

    [Fact]
    public async Task QuickStart_StoppedWhileItTrains_SaysNothingOfItsCode()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no SIGINT for one process.");
        using var folder = new TempFolder();
        using var process = ToolProcess.StartConversation(ToolProcess.SamplePath("QuickStart"), "--output", folder.File("out"));
        Assert.Contains("training", await process.ReadLineAsync(Token));

        process.Interrupt();
        var ended = await process.EndAsync(Token);

        AssertTold(ended.ExitCode, ended.Error, 130, "Stopped. The quick start makes everything anew");
    }

    [Fact]
    public async Task WebDemo_PortTaken_IsOneMessage()
    {
        using var folder = DemoFolder();
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        int port = ((IPEndPoint)listener.LocalEndpoint).Port;

        using var process = ToolProcess.StartConversation(ToolProcess.SamplePath("WebDemo"), "--urls", $"http://127.0.0.1:{port}", "--Demo:Directory", folder.Path);
        process.Input.Close();
        var ended = await process.EndAsync(Token);

        AssertTold(ended.ExitCode, ended.Error, 1, "address already in use");
        Assert.DoesNotContain("fail:", ended.Output);
        Assert.DoesNotContain("crit:", ended.Output);
    }

    /// <summary>The sample's log says what the settings ask for: nothing below a warning where they say so, and no debugging lines where they say nothing.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task WebDemo_ThatAnswers_LogsNoMoreThanItsSettingsSay(bool onlyWarnings)
    {
        using var folder = DemoFolder();
        string[] settings = onlyWarnings ? ["--Logging:LogLevel:Default", "Warning", "--Logging:LogLevel:Microsoft.Hosting.Lifetime", "Warning"] : [];

        using var process = ToolProcess.StartConversation([ToolProcess.SamplePath("WebDemo"), "--short", "--Demo:Directory", folder.Path, "--Server:RequestTimeout", "01:00:00", .. settings]);
        process.Input.Close();
        var ended = await process.EndAsync(Token);

        ended.Succeeded();
        var lines = ended.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, lines.Count(line => line.StartsWith('{')));
        if (onlyWarnings)
            Assert.Equal(2, lines.Length);
        Assert.DoesNotContain(lines, line => line.StartsWith("dbug:", StringComparison.Ordinal) || line.StartsWith("trce:", StringComparison.Ordinal));
    }

    private TempFolder DemoFolder()
    {
        var folder = new TempFolder();
        Directory.CreateSymbolicLink(folder.File("model"), model.Path);
        Directory.CreateSymbolicLink(folder.File("direct-student"), Path.Combine(model.Path, "answer-student"));
        return folder;
    }

    /// <summary>One message, which names no type of the code, and no stack trace.</summary>
    internal static void AssertTold(int exitCode, string error, int expected, string message)
    {
        Assert.Contains(message, error, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(expected, exitCode);
        Assert.DoesNotContain("   at ", error);
        Assert.DoesNotContain("(Parameter '", error);
        Assert.DoesNotContain("System.", error);
    }
}
