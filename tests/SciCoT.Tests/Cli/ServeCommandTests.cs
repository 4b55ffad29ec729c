using System.Net;
using System.Net.Sockets;
using SciCoT.Cli;
using SciCoT.Tests.Support;

namespace SciCoT.Tests.Cli;

/// <summary>What <c>scicot serve</c> refuses, in one message and before it listens.</summary>
public sealed class ServeCommandTests(TinyModelFolder model) : IClassFixture<TinyModelFolder>, IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("--model is missing")]
    [InlineData("two models are called 'a'", "--model", "a=x", "--model", "a=y")]
    [InlineData("--url must be an address such as http://127.0.0.1:8080; got 'https://localhost:8443'", "--model", "a=x", "--url", "https://localhost:8443")]
    [InlineData("got 'http://localhost:8080/path'", "--model", "a=x", "--url", "http://localhost:8080/path")]
    [InlineData("must be at most 55 seconds together", "--model", "a=x", "--drain-seconds", "30", "--shutdown-seconds", "30")]
    [InlineData("--timeout-seconds must be a number of seconds", "--model", "a=x", "--timeout-seconds", "-1")]
    [InlineData("--concurrency must be a whole number from 1; got '0'", "--model", "a=x", "--concurrency", "0")]
    [InlineData("--queue must be a whole number", "--model", "a=x", "--queue", "many")]
    [InlineData("--modle is no option of scicot serve. Did you mean \"--model\"?", "--model", "a=x", "--modle", "b=y")]
    [InlineData("--port is no option of scicot serve.", "--model", "a=x", "--port", "80")]
    public async Task WrongOptions_AreUsageErrors(string message, params string[] options)
    {
        var outcome = await Commands.RunAsync(["serve", .. options]);
        Assert.Equal((ExitCode.Usage, ""), (outcome.ExitCode, outcome.Output));
        Assert.Contains(message, outcome.Error);
    }

    [Fact]
    public async Task WrongName_IsRefused() =>
        AssertRefused(await Commands.RunAsync(["serve", "--model", $"a model={model.Path}"]), "'a model' cannot be a model's name");

    [Fact]
    public async Task MissingModel_IsRefused() =>
        AssertRefused(await Commands.RunAsync(["serve", "--model", _folder.File("nowhere"), "--url", "http://127.0.0.1:0"]), "there is no such model folder");

    [Fact]
    public async Task MissingKeys_AreRefused() =>
        AssertRefused(await Commands.RunAsync(["serve", "--model", model.Path, "--url", "http://127.0.0.1:0", "--api-keys", _folder.File("nowhere")]), "The file of API keys cannot be read: there is no file");

    /// <summary>192.0.2.1 is for documentation: no machine has it.</summary>
    [Fact]
    public async Task AddressOfAnotherMachine_IsNamedWithTheOption() =>
        AssertRefused(await Commands.RunAsync(["serve", "--model", model.Path, "--url", "http://192.0.2.1:8080"]), "cannot listen at http://192.0.2.1:8080");

    [Fact]
    public async Task EmptyKeys_AreRefused()
    {
        File.WriteAllText(_folder.File("keys"), "# none\n\n");
        AssertRefused(await Commands.RunAsync(["serve", "--model", model.Path, "--url", "http://127.0.0.1:0", "--api-keys", _folder.File("keys")]), "there is no key in it");
    }

    [Fact]
    public async Task TakenPort_IsOneMessage_BeforeAModelIsLoaded()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var tool = ToolProcess.Start(["serve", "--model", model.Path, "--url", $"http://{listener.LocalEndpoint}"]);
        var outcome = await tool.EndAsync(TestContext.Current.CancellationToken);
        AssertRefused(outcome, $"Another program listens at http://{listener.LocalEndpoint} already");
        Assert.DoesNotContain("fail:", outcome.Error);
        Assert.DoesNotContain("crit:", outcome.Error);
        Assert.DoesNotContain("Loaded", outcome.Error);
    }

    private static void AssertRefused(Commands.Outcome outcome, string message)
    {
        Assert.Equal((ExitCode.Failed, ""), (outcome.ExitCode, outcome.Output));
        Assert.Contains(message, outcome.Error);
        Assert.DoesNotContain("   at ", outcome.Error);
        Assert.DoesNotContain("unexpectedly", outcome.Error);
    }
}
