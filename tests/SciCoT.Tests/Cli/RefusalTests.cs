using System.CommandLine;
using SciCoT.Cli;

namespace SciCoT.Tests.Cli;

/// <summary>What a person reads when the tool refuses: the option or file, what was expected, and nothing of the code behind it.</summary>
public sealed class RefusalTests(TinyModelFolder model) : IClassFixture<TinyModelFolder>
{
    public static TheoryData<string, string> NumericOptions
    {
        get
        {
            var console = new ToolConsole(TextReader.Null, TextWriter.Null, TextWriter.Null);
            return [.. Tool.Root(console).Subcommands
                .SelectMany(command => command.Options
                    .Where(option => Type.GetTypeCode(Nullable.GetUnderlyingType(option.ValueType) ?? option.ValueType) is TypeCode.Int32 or TypeCode.Int64 or TypeCode.Double or TypeCode.Decimal)
                    .Select(option => new TheoryDataRow<string, string>(command.Name, option.Name)))];
        }
    }

    [Theory]
    [MemberData(nameof(NumericOptions))]
    public async Task NumericOption_IsNoNumber_NamesTheOptionAndWhatIsExpected(string command, string option)
    {
        var outcome = await Commands.RunAsync([command, option, "many"]);

        Assert.Equal(ExitCode.Usage, outcome.ExitCode);
        Assert.Contains(option, outcome.Error);
        Assert.Contains("'many'", outcome.Error);
        Assert.DoesNotContain("System.", outcome.Error);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n \n")]
    public async Task Answer_FileWithoutQuestions_SaysSo(string content)
    {
        var path = model.File("empty.jsonl");
        File.WriteAllText(path, content);

        var outcome = await Commands.RunAsync(["answer", "--model", model.Path, "--input", path]);

        Assert.Equal(ExitCode.Failed, outcome.ExitCode);
        Assert.Contains($"{path}: there is no question in it.", outcome.Error);
    }

    [Theory]
    [InlineData("answer", "--model", "{model}", "--batch-size", "0", "Is it? (A) yes (B) no")]
    [InlineData("answer", "--model", "{model}", "--beams", "100000", "Is it? (A) yes (B) no")]
    [InlineData("answer", "--model", "{model}", "--samples", "-1", "Is it? (A) yes (B) no")]
    [InlineData("answer", "--model", "{model}", "")]
    [InlineData("answer", "--model", "", "Is it? (A) yes (B) no")]
    [InlineData("inspect", "")]
    [InlineData("evaluate", "--model", "{model}", "--data", "")]
    public async Task WrongValue_IsRefusedWithoutNamesFromTheCode(params string[] line)
    {
        var outcome = await Commands.RunAsync([.. line.Select(word => word.Replace("{model}", model.Path, StringComparison.Ordinal))]);

        Assert.NotEqual(ExitCode.Done, outcome.ExitCode);
        Assert.NotEmpty(outcome.Error.Trim());
        Assert.DoesNotContain("(Parameter", outcome.Error);
        Assert.DoesNotContain("System.", outcome.Error);
        Assert.DoesNotContain("   at ", outcome.Error);
    }

    [Fact]
    public async Task UnexpectedFailure_IsSaidInALineWithoutAStackTrace()
    {
        using var output = new StringWriter();
        using var error = new StringWriter();

        int exitCode = await Tool.RunAsync(["answer", "--model", model.Path, "--input", "-"], new ToolConsole(new BrokenReader(), output, error), TestContext.Current.CancellationToken);

        Assert.Equal(ExitCode.Failed, exitCode);
        Assert.Contains(nameof(NotSupportedException), error.ToString());
        Assert.Contains("the pipe is on fire", error.ToString());
        Assert.Contains(Tool.TraceVariable, error.ToString());
        Assert.DoesNotContain("   at ", error.ToString());
    }

    private sealed class BrokenReader : TextReader
    {
        public override string ReadLine() => throw new NotSupportedException("the pipe is on fire");
    }
}
