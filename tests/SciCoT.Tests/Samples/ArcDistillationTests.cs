using ArcDistillation;
using SciCoT.Hub;
using SciCoT.Models;
using SciCoT.Tests.Cli;
using SciCoT.Tests.Hub;
using SciCoT.Tests.Support;

namespace SciCoT.Tests.Samples;

public sealed class ArcDistillationTests(TinyModelFolder model) : IClassFixture<TinyModelFolder>, IDisposable
{
    private readonly TempFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Base_IsAFolderOrANameOnTheHub()
    {
        var folder = Path.Combine(model.Path, "answer-student");
        Assert.Equal(folder, await BaseCheckpoint.FindAsync(folder, cancellationToken: Token));
        Assert.Equal("answer-student", BaseCheckpoint.Name(folder + "/"));

        await using var hub = await FakeHub.StartAsync();
        foreach (var file in Directory.GetFiles(folder))
            hub.Files[Path.GetFileName(file)] = File.ReadAllBytes(file);
        var options = new HubOptions { Endpoint = hub.Address, CacheDirectory = _folder.Path };
        var fetched = await BaseCheckpoint.FindAsync(FakeHub.Repository, options, cancellationToken: Token);
        using var student = T5Model.Load(fetched);
        Assert.Equal(FakeHub.Repository, BaseCheckpoint.Name(FakeHub.Repository));

        var missing = await Assert.ThrowsAsync<HubException>(() => BaseCheckpoint.FindAsync("no/such", options, cancellationToken: Token));
        Assert.Contains("no/such", missing.Message);
    }
}
