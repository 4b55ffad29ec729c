using SciCoT.Tests.AnnotationHost;
using SciCoT.Tests.Cli;
using SciCoT.Tests.Postgres;

namespace SciCoT.Tests.Samples;

/// <summary>The sample as several processes over one database.</summary>
public sealed class AnnotateTogetherTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task TwoProcesses_ShareTheQuestions()
    {
        PostgresServer.SkipUnlessInstalled();
        await using var cluster = await PostgresCluster.StartAsync();
        string[] command = [ToolProcess.SamplePath("AnnotateTogether"), cluster.ConnectionString, "100"];
        using var first = ToolProcess.StartConversation(command);
        using var second = ToolProcess.StartConversation(command);

        var outputs = (await Task.WhenAll(first.EndAsync(Token), second.EndAsync(Token))).Select(outcome => outcome.Succeeded().Output).ToArray();

        Assert.Equal(100, outputs.Sum(output => int.Parse(output.Split(' ')[0])));
        Assert.All(outputs, output => Assert.Contains(" of 100 questions were asked here", output));
        Assert.All(outputs, output => Assert.DoesNotContain(PostgresCluster.Password, output));
    }

    [Fact]
    public async Task WrongPassword_IsOneMessage()
    {
        PostgresServer.SkipUnlessInstalled();
        await using var cluster = await PostgresCluster.StartAsync();
        using var process = ToolProcess.StartConversation(ToolProcess.SamplePath("AnnotateTogether"), cluster.Connection("wrong-secret"));

        var ended = await process.EndAsync(Token);

        Assert.Equal(1, ended.ExitCode);
        Assert.Contains("Check user and password", ended.Error);
        Assert.DoesNotContain("wrong-secret", ended.Error);
        Assert.DoesNotContain("   at ", ended.Error);
    }
}
