using System.Diagnostics;
using System.Globalization;
using SciCoT.Rationales;
using SciCoT.Tests.AnnotationHost;
using SciCoT.Tests.Campaign;
using SciCoT.Tests.Support;

namespace SciCoT.Tests.Batches;

[Trait(CampaignSettings.Category, CampaignSettings.Campaign)]
public class BatchKillTests
{
    private const int Questions = 200;

    private static readonly string[] Moments = ["upload", "create", "poll", "poll", "fetch", "create", "poll", "fetch"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>The process is killed on the server's thread in the middle of a call of each kind, and once after each kind.</summary>
    [Fact]
    public async Task Annotate_KilledInEachCall_PaysForNoRequestTwice()
    {
        using var folder = new TempFolder();
        var path = folder.File("r.jsonl");
        await using var server = await BatchServer.StartAsync();
        // Some requests fail in each of the first batches, so that there are several batches to be killed in.
        server.Script = _ => new() { Polls = 1, Lines = (stem, before) => new(before < 4 && stem.GetHashCode(StringComparison.Ordinal) % 2 == 0 ? 500 : 200) };

        foreach (var moment in Moments)
        {
            Process? annotating = null;
            server.Called = call =>
            {
                if (call == moment)
                    annotating!.Kill();
            };
            await AnnotateAsync(process => annotating = process);
        }

        server.Called = _ => { };
        for (int i = 0; i < 6 && await AnnotateAsync(_ => { }) < Questions; i++)
        {
            // Requests that failed are asked again at the next start.
        }

        await using var store = JsonLinesRationaleStore.Open(path, Token);
        Assert.Equal(Questions, await store.ReadAllAsync(Token).CountAsync(Token));
        Assert.All(server.Paid, paid => Assert.Equal(1, paid.Value));

        async Task<int> AnnotateAsync(Action<Process> started)
        {
            var host = Path.Combine(AppContext.BaseDirectory, "SciCoT.Tests.AnnotationHost.dll");
            var process = Process.Start(new ProcessStartInfo("dotnet", [host, "batch", server.Address.ToString(), path, Questions.ToString(CultureInfo.InvariantCulture)]) { RedirectStandardOutput = true })!;
            started(process);
            await process.StandardOutput.ReadToEndAsync(Token);
            await process.WaitForExitAsync(Token);
            return File.Exists(path) ? File.ReadLines(path).Count() : 0;
        }
    }
}
