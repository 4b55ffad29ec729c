using System.Diagnostics;
using System.Globalization;
using SciCoT.Postgres;
using SciCoT.Questions;
using SciCoT.Rationales;
using SciCoT.Teaching;
using SciCoT.Tests.AnnotationHost;

namespace SciCoT.Benchmarks;

/// <summary>
/// Annotation by several processes into a PostgreSQL server that the benchmark starts, with fsync. <c>rate</c>: four workers of 16 calls against a
/// server that answers after 200 ms, so that 320 questions a second are ideal; the time is that from the first call on, and from the workers'
/// start. <c>faults</c>: two workers are killed meanwhile, and the
/// database crashes once. <c>records</c>: a million records appended, then found and streamed by a process of its own.
/// </summary>
internal static class PostgresBenchmark
{
    private const string Store = "PostgresStore";
    private const int Delay = 200;
    private const int Workers = 4;
    private const int Samples = 1000;
    private const double Ideal = Workers * SharedWorker.Concurrency * 1000.0 / Delay;

    /// <param name="arguments">
    /// The part, how many questions or records (4000 and 1,000,000 by default), and the program of a published <c>scicot</c>, whose
    /// <c>annotate</c> the workers then are; without it they are the tests' own program.
    /// </param>
    public static void Run(string[] arguments)
    {
        int? count = arguments.Length > 1 ? int.Parse(arguments[1], CultureInfo.InvariantCulture) : null;
        (arguments.FirstOrDefault() switch
        {
            "rate" => AnnotateAsync(count ?? 4000, isDisturbed: false, arguments.ElementAtOrDefault(2)),
            "faults" => AnnotateAsync(count ?? 4000, isDisturbed: true, arguments.ElementAtOrDefault(2)),
            "records" => RecordsAsync(count ?? 1_000_000),
            "resume" => ResumeAsync(count ?? 1_000_000), // what records starts
            _ => throw new ArgumentException("Expected rate, faults or records."),
        }).GetAwaiter().GetResult();
    }

    private static async Task AnnotateAsync(int questions, bool isDisturbed, string? tool)
    {
        var file = Path.GetTempFileName();
        QuestionFile.Write(file, OpenAITeacher.Questions(questions));
        await using var cluster = await PostgresCluster.StartAsync();
        int calls = 0;
        long first = 0, last = 0;
        var crash = new TaskCompletionSource();
        var kills = new[] { new TaskCompletionSource(), new TaskCompletionSource() };
        await using var server = await ChatServer.StartAsync(_ =>
        {
            int call = Interlocked.Increment(ref calls);
            Interlocked.CompareExchange(ref first, Stopwatch.GetTimestamp(), 0);
            Volatile.Write(ref last, Stopwatch.GetTimestamp());
            if (call == questions / 4)
                kills[0].TrySetResult();
            if (call == questions / 2)
                crash.TrySetResult();
            if (call == questions * 5 / 8)
                kills[1].TrySetResult();
            return new() { Delay = TimeSpan.FromMilliseconds(Delay) };
        });
        long started = Stopwatch.GetTimestamp();
        var workers = Enumerable.Range(0, Workers).Select(_ => tool is null ? Worker(server.Address, cluster, questions) : Tool(tool, server.Address, cluster, file)).ToArray();
        if (isDisturbed)
        {
            await kills[0].Task;
            workers[0].Kill();
            await crash.Task;
            await cluster.RestartAsync();
            await kills[1].Task;
            workers[1].Kill();
        }

        foreach (var worker in workers)
            await worker.WaitForExitAsync();
        File.Delete(file);
        await using var store = await PostgresRationaleStore.OpenAsync(cluster.ConnectionString);
        var stored = await store.ReadAllAsync().Select(record => record.QuestionId).ToListAsync();
        double seconds = Stopwatch.GetElapsedTime(first, last).TotalSeconds + (Delay / 1000.0);
        Console.WriteLine(FormattableString.Invariant($"{questions} questions: {stored.Count} records of {stored.Distinct().Count()} questions; {server.Paid.Count} replies paid for, {calls} calls; {(isDisturbed ? 2 * SharedWorker.Concurrency : 0)} calls at most were under way at workers that were killed"));
        Console.WriteLine(FormattableString.Invariant($"{seconds:0.00} s from the first call to the last reply: {stored.Count / seconds:0.0} a second, {stored.Count / seconds / Ideal:0.0 %} of {Ideal:0}; the first call {Stopwatch.GetElapsedTime(started, first).TotalSeconds:0.00} s after the workers' start"));
    }

    private static Process Tool(string program, Uri endpoint, PostgresCluster cluster, string questions)
    {
        string[] arguments = ["annotate", "--input", questions, "--model", "model-1", "--endpoint", endpoint.ToString(), "--store", cluster.ConnectionStringWithoutPassword, "--concurrency", $"{SharedWorker.Concurrency}", "--lease-seconds", "5", "--json"];
        return Started(new ProcessStartInfo(program, arguments) { Environment = { ["PGPASSWORD"] = PostgresCluster.Password } });
    }

    private static Process Worker(Uri endpoint, PostgresCluster cluster, int questions)
    {
        string[] arguments = [Path.Combine(AppContext.BaseDirectory, "SciCoT.Tests.AnnotationHost.dll"), "share", endpoint.ToString(), questions.ToString(CultureInfo.InvariantCulture), "5"];
        return Started(new ProcessStartInfo("dotnet", arguments) { Environment = { [Store] = cluster.ConnectionString } });
    }

    private static Process Started(ProcessStartInfo start)
    {
        start.RedirectStandardOutput = start.RedirectStandardError = true;
        var worker = Process.Start(start)!;
        _ = worker.StandardOutput.ReadToEndAsync();
        _ = worker.StandardError.ReadToEndAsync();
        return worker;
    }

    private static async Task RecordsAsync(int count)
    {
        await using var cluster = await PostgresCluster.StartAsync();
        await using (var store = await PostgresRationaleStore.OpenAsync(cluster.ConnectionString))
        {
            var questions = OpenAITeacher.Questions((count + Samples - 1) / Samples);
            var hashes = questions.Select(question => question.ContentHash).ToArray();
            int next = -1;
            long start = Stopwatch.GetTimestamp();
            await Task.WhenAll(Enumerable.Range(0, 8192).Select(async _ =>
            {
                for (int i; (i = Interlocked.Increment(ref next)) < count;)
                    await store.AppendAsync(Record(hashes[i / Samples], i)).ConfigureAwait(false);
            }));
            double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            Console.WriteLine(FormattableString.Invariant($"{await store.CountAsync()} records appended: {count / seconds:0} a second"));
        }

        var resume = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "SciCoT.Benchmarks.dll"), "postgres", "resume", count.ToString(CultureInfo.InvariantCulture)]);
        resume.Environment[Store] = cluster.ConnectionString;
        using var process = Process.Start(resume)!;
        await process.WaitForExitAsync();
    }

    /// <summary>An annotation whose units are all stored, and then the stream of all records.</summary>
    private static async Task ResumeAsync(int count)
    {
        await using var store = await PostgresRationaleStore.OpenAsync(Environment.GetEnvironmentVariable(Store)!);
        long start = Stopwatch.GetTimestamp();
        var settings = new AnnotationSettings { Teacher = "chat", SamplesPerQuestion = Samples };
        var result = await new RationaleAnnotator(new NoTeacher(), store, settings, sharing: store.ShareWork()).AnnotateAsync(OpenAITeacher.Questions(count / Samples));
        Print("units found to be stored", result.Totals.Skipped, start);
        start = Stopwatch.GetTimestamp();
        Print("records streamed", await store.ReadAllAsync().CountAsync(), start);
    }

    private static void Print(string what, int count, long start)
    {
        using var own = Process.GetCurrentProcess();
        Console.WriteLine(FormattableString.Invariant($"{count} {what}: {count / Stopwatch.GetElapsedTime(start).TotalSeconds:0} a second; peak resident memory {own.PeakWorkingSet64 >> 20} MB"));
    }

    private static RationaleRecord Record(string hash, int i) => new()
    {
        QuestionHash = hash,
        QuestionId = $"question-{i / Samples}",
        Rationale = string.Join(' ', Enumerable.Repeat("The metal spoon conducts heat from the soup to the hand, so it becomes warm.", 4)),
        AnswerLabel = "C",
        AnswerText = "Heat from the soup was transferred to the spoon.",
        Teacher = "chat",
        Model = "model-1",
        SampleIndex = i % Samples,
        InputTokens = 312,
        OutputTokens = 81,
        Time = DateTimeOffset.UnixEpoch.AddSeconds(i),
    };

    private sealed class NoTeacher : ITeacherPrompter
    {
        public Task<TeacherReply> ExplainAsync(TeacherRequest request, CancellationToken cancellationToken = default) =>
            throw new InvalidOperationException("There is nothing left to ask.");
    }
}
