using System.Diagnostics;
using System.Globalization;
using SciCoT.Rationales;
using SciCoT.Tests.AnnotationHost;
using SciCoT.Tests.Campaign;
using SciCoT.Tests.Support;

namespace SciCoT.Tests.Teaching;

[Trait(CampaignSettings.Category, CampaignSettings.Campaign)]
public class AnnotationKillTests
{
    private const int Kills = 20;
    private const int Questions = 1000;
    private const int Concurrency = 8;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Annotate_KilledAtTwentyMoments_LosesNothingCountedAndAsksNothingStored()
    {
        using var folder = new TempFolder();
        var path = folder.File("r.jsonl");
        var random = new Random(20);
        int calls = 0, killAt = int.MaxValue;
        Process? annotating = null;
        await using var server = await ChatServer.StartAsync(_ =>
        {
            // In the middle of a call, on the server's thread: wherever the client happens to be with the others.
            if (Interlocked.Increment(ref calls) == Volatile.Read(ref killAt))
                annotating!.Kill();
            return new();
        });

        for (int kill = 0; kill < Kills; kill++)
        {
            var stored = await StoredAsync(path);
            var asked = server.Calls.ToDictionary();
            Volatile.Write(ref killAt, calls + random.Next(1, 40));

            int counted = await AnnotateAsync(process => annotating = process);

            Assert.NotEqual(0, annotating!.ExitCode);
            var after = await StoredAsync(path);
            Assert.True(after.Count >= counted, $"{counted} units counted before the kill, {after.Count} are stored.");
            Assert.Superset(stored, after);
            Assert.All(stored, stem => Assert.Equal(asked[stem], server.Calls[stem]));
        }

        Volatile.Write(ref killAt, int.MaxValue);
        Assert.Equal(Questions, await AnnotateAsync(process => annotating = process));

        Assert.Equal(0, annotating!.ExitCode);
        Assert.Equal(Questions, (await StoredAsync(path)).Count);
        // What was under way when the process died is all that was paid for in vain.
        Assert.InRange(server.Paid.Count, Questions, Questions + (Kills * Concurrency));

        async Task<int> AnnotateAsync(Action<Process> started)
        {
            var host = Path.Combine(AppContext.BaseDirectory, "SciCoT.Tests.AnnotationHost.dll");
            var process = Process.Start(new ProcessStartInfo("dotnet", [host, "annotate", server.Address.ToString(), path, Questions.ToString(CultureInfo.InvariantCulture)]) { RedirectStandardOutput = true })!;
            started(process);
            int counted = 0;
            while (await process.StandardOutput.ReadLineAsync(Token) is { } line)
            {
                // The kill may cut the last line off.
                if (line.StartsWith("counted ", StringComparison.Ordinal) && int.TryParse(line["counted ".Length..], CultureInfo.InvariantCulture, out int units))
                    counted = Math.Max(counted, Math.Min(units, Questions));
            }

            await process.WaitForExitAsync(Token);
            return counted;
        }
    }

    /// <summary>The stems of the stored questions; opening sets a torn line aside.</summary>
    private static async Task<HashSet<string>> StoredAsync(string path)
    {
        await using var store = JsonLinesRationaleStore.Open(path, Token);
        var stems = OpenAITeacher.Questions(Questions).ToDictionary(question => question.Id, question => question.Stem);
        var records = await store.ReadAllAsync(Token).ToListAsync(Token);
        Assert.Equal(records.Count, records.DistinctBy(record => record.Key).Count());
        return [.. records.Select(record => stems[record.QuestionId])];
    }
}
