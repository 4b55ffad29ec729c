using System.Diagnostics;
using System.Globalization;
using Npgsql;
using SciCoT.Postgres;
using SciCoT.Tests.AnnotationHost;
using SciCoT.Tests.Campaign;

namespace SciCoT.Tests.Postgres;

/// <summary>Workers in processes of their own, which are killed, over a server that crashes.</summary>
[Trait(CampaignSettings.Category, CampaignSettings.Campaign)]
public sealed class SharedAnnotationTests
{
    private const int Questions = 1200;
    private const int Lease = 4;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Annotate_TwoOfFourWorkersKilledAndTheServerCrashed_AnswersEachQuestionOnce()
    {
        PostgresServer.SkipUnlessInstalled();
        await using var cluster = await PostgresCluster.StartAsync();
        int calls = 0;
        var moments = new Dictionary<int, TaskCompletionSource> { [200] = new(), [400] = new(), [600] = new() };
        await using var server = await ChatServer.StartAsync(_ =>
        {
            if (moments.TryGetValue(Interlocked.Increment(ref calls), out var moment))
                moment.TrySetResult();
            return new() { Delay = TimeSpan.FromMilliseconds(100) };
        });
        var workers = Enumerable.Range(0, 4).Select(_ => Start(server.Address, cluster)).ToArray();
        var output = workers.Select(worker => worker.StandardOutput.ReadToEndAsync(Token)).ToArray();
        try
        {
            await moments[200].Task.WaitAsync(Token);
            workers[0].Kill();
            await moments[400].Task.WaitAsync(Token);
            await cluster.RestartAsync();
            await moments[600].Task.WaitAsync(Token);
            workers[1].Kill();
            foreach (var worker in workers)
                await worker.WaitForExitAsync(Token);

            Assert.All(workers[2..], worker => Assert.Equal(0, worker.ExitCode));
            Assert.All(output[2..], text => Assert.DoesNotContain(PostgresCluster.Password, text.Result));
            await using var store = await PostgresRationaleStore.OpenAsync(cluster.ConnectionString, cancellationToken: Token);
            var stored = await store.ReadAllAsync(Token).Select(record => record.QuestionId).ToListAsync(Token);
            Assert.Equal(OpenAITeacher.Questions(Questions).Select(question => question.Id), stored.Order());
            // What was under way when a process died is all that was paid for in vain; a reply may have been on its way to the database too.
            Assert.InRange(server.Paid.Count, Questions, Questions + (2 * SharedWorker.Concurrency));
        }
        finally
        {
            foreach (var worker in workers.Where(worker => !worker.HasExited))
                worker.Kill();
        }
    }

    private static Process Start(Uri endpoint, PostgresCluster cluster)
    {
        var host = Path.Combine(AppContext.BaseDirectory, "SciCoT.Tests.AnnotationHost.dll");
        string[] arguments = [host, "share", endpoint.ToString(), Questions.ToString(CultureInfo.InvariantCulture), Lease.ToString(CultureInfo.InvariantCulture)];
        var start = new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = true };
        start.Environment["PostgresStore"] = cluster.ConnectionString;
        return Process.Start(start)!;
    }
}
