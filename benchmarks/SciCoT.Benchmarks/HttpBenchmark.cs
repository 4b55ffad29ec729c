using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;

namespace SciCoT.Benchmarks;

/// <summary>Answers a second from a running <c>scicot serve</c>, for growing numbers of callers. The callers take processor time from the server where both run on one machine.</summary>
internal static class HttpBenchmark
{
    /// <param name="arguments">The server's address, and optionally how many requests each number of callers sends.</param>
    public static void Run(string[] arguments) => RunAsync(arguments).GetAwaiter().GetResult();

    private static async Task RunAsync(string[] arguments)
    {
        using var http = new HttpClient { BaseAddress = new Uri(arguments[0]), Timeout = Timeout.InfiniteTimeSpan };
        int count = arguments.Length > 1 ? int.Parse(arguments[1], CultureInfo.InvariantCulture) : 2000;
        string[] questions = [.. ServingModel.Questions(count).Select(question => string.Join(' ', question.Choices.Select(choice => $"({choice.Label}) {choice.Text}").Prepend(question.Stem)))];
        await AskAsync(http, questions, callers: 8); // warm
        foreach (int callers in new[] { 1, 8, 64 })
        {
            long start = Stopwatch.GetTimestamp();
            var times = await AskAsync(http, questions, callers);
            double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{callers,3} callers: {count / seconds:0} answers/s, median {times[count / 2]:0.0} ms, 95 % within {times[count * 95 / 100]:0.0} ms"));
        }
    }

    /// <summary>Sends all questions, so many at a time.</summary>
    /// <returns>The requests' times in milliseconds, the shortest first.</returns>
    private static async Task<double[]> AskAsync(HttpClient http, string[] questions, int callers)
    {
        var times = new double[questions.Length];
        int next = -1;
        await Task.WhenAll(Enumerable.Range(0, callers).Select(async _ =>
        {
            for (int i; (i = Interlocked.Increment(ref next)) < questions.Length;)
            {
                long start = Stopwatch.GetTimestamp();
                using var response = await http.PostAsJsonAsync("v1/answers", new { question = questions[i] });
                await response.EnsureSuccessStatusCode().Content.ReadAsByteArrayAsync();
                times[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            }
        }));
        Array.Sort(times);
        return times;
    }
}
