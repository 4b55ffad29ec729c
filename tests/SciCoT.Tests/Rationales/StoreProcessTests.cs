using System.Diagnostics;
using SciCoT.Rationales;
using SciCoT.Tests.Campaign;
using SciCoT.Tests.StoreHost;
using SciCoT.Tests.Support;

namespace SciCoT.Tests.Rationales;

/// <summary>The store in a process of its own, which is killed, kept out or given a full disk.</summary>
[Trait(CampaignSettings.Category, CampaignSettings.Campaign)]
public sealed class StoreProcessTests : IDisposable
{
    private const int HostFailed = 3;

    private readonly TempFolder _folder = new();

    private string StorePath => _folder.File("rationales.jsonl");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Append_KilledAtRandomMoments_LosesNothingThatCounted()
    {
        var random = new Random(1);
        var counted = new HashSet<int>();
        for (int kill = 0; kill < 8; kill++)
        {
            using var host = Start(counted.Count == 0 ? 0 : counted.Max() + 1, count: 1_000_000);
            int moment = random.Next(1, 150);
            for (int said = 0; await host.StandardOutput.ReadLineAsync(Token) is { } line; said++)
            {
                counted.Add(int.Parse(line));
                if (said == moment)
                    host.Kill();
            }

            await host.WaitForExitAsync(Token);
        }

        await using var store = JsonLinesRationaleStore.Open(StorePath, Token);
        var stored = await store.ReadAllAsync(Token).ToDictionaryAsync(record => record.SampleIndex, cancellationToken: Token);
        Assert.Equal(stored.Count, store.Count);
        Assert.All(counted, sample => Assert.Equal(HostRecords.Sample(sample), stored[sample]));
    }

    [Fact]
    public async Task Open_WhileAnotherProcessHasTheFile_SaysSo()
    {
        await using (JsonLinesRationaleStore.Open(StorePath, Token))
        {
            using var host = Start(0, count: 1);
            Assert.Contains(StorePath, await host.StandardError.ReadToEndAsync(Token));
            await host.WaitForExitAsync(Token);
            Assert.Equal(HostFailed, host.ExitCode);
        }

        Assert.Equal(0, new FileInfo(StorePath).Length);
    }

    [Fact]
    public async Task Open_AfterTheOtherProcessWasKilled_Works()
    {
        using var host = Start(0, count: 1_000_000);
        Assert.NotNull(await host.StandardOutput.ReadLineAsync(Token));
        Assert.Contains(StorePath, Assert.Throws<IOException>(() => JsonLinesRationaleStore.Open(StorePath, Token)).Message);
        Assert.Contains(StorePath, Assert.Throws<IOException>(() => RationaleFile.Read(StorePath).Count()).Message);

        host.Kill();
        await host.WaitForExitAsync(Token);

        await using var store = JsonLinesRationaleStore.Open(StorePath, Token);
        Assert.True(store.Count > 0);
    }

    [Fact]
    public async Task Append_NoMoreRoomForTheFile_StopsWithTheStoreIntact()
    {
        SkipUnlessLinux();
        using var host = Start(0, count: 1_000_000, maxBytes: 200 * 512);
        var counted = new List<int>();
        while (await host.StandardOutput.ReadLineAsync(Token) is { } line)
            counted.Add(int.Parse(line));
        Assert.Contains($"could not be written to the rationale store '{StorePath}'", await host.StandardError.ReadToEndAsync(Token));
        await host.WaitForExitAsync(Token);

        Assert.Equal(HostFailed, host.ExitCode);
        Assert.NotEmpty(counted);
        await using var store = JsonLinesRationaleStore.Open(StorePath, Token);
        Assert.Null(store.TornTail);
        var stored = await store.ReadAllAsync(Token).Select(record => record.SampleIndex).ToHashSetAsync(cancellationToken: Token);
        Assert.Superset(counted.ToHashSet(), stored);
        Assert.True(await store.AppendAsync(HostRecords.Sample(1_000_000), Token));
    }

    [Fact]
    public async Task Append_DeviceIsFull_SaysSo()
    {
        SkipUnlessLinux();
        await using var store = JsonLinesRationaleStore.Open("/dev/full", Token);

        var failure = await Assert.ThrowsAsync<IOException>(() => store.AppendAsync(HostRecords.Sample(0), Token));

        Assert.Contains("'/dev/full'; it ends after its last whole record", failure.Message);
        Assert.Equal(0, store.Count);
    }

    private Process Start(int first, int count, int? maxBytes = null)
    {
        string[] host = ["dotnet", Path.Combine(AppContext.BaseDirectory, "SciCoT.Tests.StoreHost.dll"), StorePath, $"{first}", $"{count}"];
        // A file that may not grow fails like one on a full disk, once the signal that announces it is ignored. The runtime's
        // own way of writing code to memory needs a large file.
        string[] command = maxBytes is null ? host : ["sh", "-c", "trap '' XFSZ; ulimit -f \"$0\"; exec \"$@\"", $"{maxBytes / 512}", .. host];
        var start = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["DOTNET_EnableWriteXorExecute"] = "0";
        return Process.Start(start)!;
    }

    private static void SkipUnlessLinux()
    {
        if (!OperatingSystem.IsLinux())
            Assert.Skip("Limits and /dev/full are Linux's.");
    }
}
