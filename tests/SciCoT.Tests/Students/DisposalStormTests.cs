using System.Diagnostics;
using SciCoT.Generation;
using SciCoT.Models;
using SciCoT.Students;
using SciCoT.Tests.Campaign;
using SciCoT.Tests.EngineHost;
using SciCoT.Tests.Support;
using SciCoT.Tokenization;

namespace SciCoT.Tests.Students;

/// <summary>
/// Models that are disposed of at every moment, in processes whose C library fills freed memory with rubbish and checks its lists. The
/// variables <c>SCICOT_STORM_ROUNDS</c> and <c>SCICOT_STORM_PROCESSES</c> make it as long as is wanted.
/// </summary>
[Trait(CampaignSettings.Category, CampaignSettings.Campaign)]
public sealed class DisposalStormTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task OneProcess_SurvivesEveryOrderOfDisposal()
    {
        int rounds = CampaignSettings.Number("SCICOT_STORM_ROUNDS") ?? 60;
        CampaignSettings.WriteSeed($"{rounds} rounds");

        var output = await RunAsync("storm", _folder.Path, $"{rounds}", $"{CampaignSettings.Seed}");

        Assert.Contains("rounds", output);
    }

    [Fact]
    public async Task NewcomersThreeLines_EndWell()
    {
        _ = new DisposalStorm(_folder.Path);
        for (int i = 0; i < (CampaignSettings.Number("SCICOT_STORM_PROCESSES") ?? 4); i++)
            await RunAsync("newcomer", _folder.Path);
    }

    [Fact]
    public async Task ProcessThatEndsUnderCalls_EndsWell()
    {
        _ = new DisposalStorm(_folder.Path);
        for (int i = 0; i < 3; i++)
            await RunAsync("leaver", _folder.Path);
    }

    [Fact]
    public async Task Dispose_ReturnsWhenTheThreadHasEndedAndTheModelIsFree()
    {
        _ = new DisposalStorm(_folder.Path);
        var text = T5TextModel.Load(_folder.Path);
        var call = text.GenerateAsync(["question: Is ice cold?"], new GenerationOptions { MaxNewTokens = 12, MinNewTokens = 12 }, Token);
        SpinWait.SpinUntil(() => text.Pulse.StandsFor > TimeSpan.Zero || call.IsCompleted);

        text.Dispose();

        Assert.True(text.Pulse.HasEnded);
        Assert.Throws<ObjectDisposedException>(() => text.Model.Encode([[1]]));
        Assert.Single(await call); // it was accepted before
        text.Dispose();
        await text.DisposeAsync();
    }

    [Fact]
    public async Task DisposeAsync_EndsAsDisposeDoes()
    {
        _ = new DisposalStorm(_folder.Path);
        var text = T5TextModel.Load(_folder.Path);

        await using (var student = new T5RationaleStudent(text, new GenerationOptions { MaxNewTokens = 4 }))
            Assert.Single(await student.ExplainAsync([ScienceQuestion.Create("Is ice cold?", "yes", "no")], Token));

        Assert.True(text.Pulse.HasEnded);
        Assert.Throws<ObjectDisposedException>(() => text.Model.Encode([[1]]));
    }

    [Fact]
    public async Task ModelDisposedByAnotherOwner_EndsCallsWithAnException()
    {
        _ = new DisposalStorm(_folder.Path);
        using var text = T5TextModel.Load(_folder.Path);
        var endless = text.GenerateAsync(["question: Is ice cold?"], new GenerationOptions { MaxNewTokens = 60_000, MinNewTokens = 60_000 }, Token);

        text.Model.Dispose();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => endless);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => text.ScoreAsync(["a", "b"], [["c"], ["d"]], cancellationToken: Token));
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await text.StreamAsync("a", new GenerationOptions(), Token).ToArrayAsync(Token));
    }

    [Fact]
    public void ModelThatIsNotAccepted_StaysTheCallers()
    {
        _ = new DisposalStorm(_folder.Path);
        using var model = T5Model.Load(_folder.Path);

        Assert.Throws<ArgumentOutOfRangeException>(() => new T5TextModel(model, T5Tokenizer.Load(_folder.Path), maxSourceTokens: 1));

        Assert.False(model.IsDisposed);
    }

    private static async Task<string> RunAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "SciCoT.Tests.EngineHost.dll"), .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["MALLOC_CHECK_"] = "3";
        start.Environment["DOTNET_TieredCompilation"] = "0"; // optimised code forgets what it needs no more
        start.Environment["MALLOC_PERTURB_"] = "165";
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(Token);
        var error = await process.StandardError.ReadToEndAsync(Token);
        await process.WaitForExitAsync(Token);
        Assert.True(process.ExitCode == 0, $"{string.Join(' ', arguments)}: exit code {process.ExitCode}: {error}");
        return await output;
    }
}
