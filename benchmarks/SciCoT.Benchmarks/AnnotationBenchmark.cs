using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using SciCoT.Rationales;
using SciCoT.Teaching;
using SciCoT.Tests.AnnotationHost;

namespace SciCoT.Benchmarks;

/// <summary>
/// How near annotation comes to what a service allows: a server in a process of its own answers each call after 200 ms, 64
/// calls are under way, so 320 a second are ideal. Bare HTTP posts of the same size calibrate what server and machine give.
/// </summary>
internal static class AnnotationBenchmark
{
    private const int Delay = 200;
    private const int Concurrency = 64;
    private const double Ideal = Concurrency * 1000.0 / Delay;

    /// <param name="arguments">How many questions; 6400 by default.</param>
    public static void Run(string[] arguments) =>
        RunAsync(arguments.Length > 0 ? int.Parse(arguments[0], CultureInfo.InvariantCulture) : 6400).GetAwaiter().GetResult();

    private static async Task RunAsync(int count)
    {
        var folder = Directory.CreateTempSubdirectory("scicot-annotation-");
        using var server = Process.Start(new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "SciCoT.Tests.AnnotationHost.dll"), "serve", Delay.ToString(CultureInfo.InvariantCulture)])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        try
        {
            var address = new Uri((await server.StandardOutput.ReadLineAsync())!);
            var questions = OpenAITeacher.Questions(count);
            await AnnotateAsync(address, questions[..(4 * Concurrency)], Path.Combine(folder.FullName, "warm-up.jsonl"));
            await PostAsync(address, 4 * Concurrency);

            var bare = await MeasureAsync(count, () => PostAsync(address, count));
            Print("bare HTTP posts", bare);
            var annotated = await MeasureAsync(count, () => AnnotateAsync(address, questions, Path.Combine(folder.FullName, "rationales.jsonl")));
            Print("annotation", annotated);
            Console.WriteLine(FormattableString.Invariant($"annotation : bare posts = {annotated.Rate / bare.Rate:0.000} in rate, {annotated.CpuMilliseconds / bare.CpuMilliseconds:0.00} in CPU"));
        }
        finally
        {
            server.StandardInput.Close();
            await server.WaitForExitAsync();
            folder.Delete(recursive: true);
        }
    }

    /// <summary>Everything that a paid run has around its teacher, with limits that do not bind, into a store on the disk.</summary>
    private static async Task AnnotateAsync(Uri address, IReadOnlyCollection<ScienceQuestion> questions, string path)
    {
        await using var store = JsonLinesRationaleStore.Open(path);
        var chat = OpenAITeacher.Create(address);
        var teacher = new TeacherBuilder(chat)
            .UseBudget(new TeacherBudget { MaxTokens = long.MaxValue })
            .UseRetry()
            .UseRateLimit(new() { RequestsPerMinute = 1_000_000, TokensPerMinute = 1_000_000_000 })
            .UseTimeout(TimeSpan.FromMinutes(1))
            .Build();
        var result = await new RationaleAnnotator(teacher, store, AnnotationSettings.For(chat) with { Concurrency = Concurrency }).AnnotateAsync(questions);
        if (result.Totals.Done != questions.Count || store.Count != questions.Count)
            throw new InvalidOperationException($"{result.Totals.Done} of {questions.Count} questions were annotated; first failure: {result.Failures.FirstOrDefault()?.Exception}");
    }

    private static async Task PostAsync(Uri address, int count)
    {
        using var client = new HttpClient();
        var body = Encoding.UTF8.GetBytes("""{"model":"model-1","messages":[{"role":"user","content":"Question: ?\n"}],"padding":"%"}""".Replace("%", new string('x', 4000), StringComparison.Ordinal));
        await Parallel.ForEachAsync(Enumerable.Range(0, count), new ParallelOptions { MaxDegreeOfParallelism = Concurrency }, async (_, token) =>
        {
            using var content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
            using var response = await client.PostAsync(address + "/chat/completions", content, token);
            response.EnsureSuccessStatusCode();
            await response.Content.ReadAsByteArrayAsync(token);
        });
    }

    private static async Task<(double Rate, double CpuMilliseconds)> MeasureAsync(int count, Func<Task> work)
    {
        using var own = Process.GetCurrentProcess();
        var before = own.TotalProcessorTime;
        long start = Stopwatch.GetTimestamp();
        await work();
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        own.Refresh();
        return (count / seconds, (own.TotalProcessorTime - before).TotalMilliseconds / count);
    }

    private static void Print(string name, (double Rate, double CpuMilliseconds) measured) =>
        Console.WriteLine(FormattableString.Invariant($"{name}: {measured.Rate:0.0} a second, {measured.Rate / Ideal:0.0 %} of {Ideal:0}; {measured.CpuMilliseconds:0.000} ms of own CPU each"));
}
