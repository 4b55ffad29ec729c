using System.Diagnostics;
using System.Text.Json;
using SciCoT.Rationales;

namespace SciCoT.Benchmarks;

/// <summary>
/// How fast a rationale store opens, reads and appends, beside what the disk alone does in the same run. Arguments: the number of
/// records in the store that is opened (1,000,000), the number appended for each number of callers (100,000), the folder.
/// </summary>
/// <remarks>Opening comes first, so that the peak memory that is reported is its own.</remarks>
internal static class StoreBenchmark
{
    private static readonly int[] Callers = [1, 64, 1024];

    public static void Run(string[] args) => RunAsync(args).GetAwaiter().GetResult();

    private static async Task RunAsync(string[] args)
    {
        int stored = int.Parse(args.ElementAtOrDefault(0) ?? "1000000");
        int appended = int.Parse(args.ElementAtOrDefault(1) ?? "100000");
        var folder = Directory.CreateDirectory(Path.Combine(args.ElementAtOrDefault(2) ?? Path.GetTempPath(), $"scicot-store-{Guid.NewGuid():N}"));
        try
        {
            var result = new Dictionary<string, object>();
            var path = Path.Combine(folder.FullName, "stored.jsonl");
            result["disk"] = WriteRaw(path, stored, out long bytes);
            result["bytes_per_record"] = (double)bytes / stored;
            result["seconds_to_read_the_bytes"] = Seconds(() => ReadRaw(path));

            JsonLinesRationaleStore store = null!;
            result["seconds_to_open"] = Seconds(() => store = JsonLinesRationaleStore.Open(path));
            result["peak_resident_megabytes_after_opening"] = Process.GetCurrentProcess().PeakWorkingSet64 >> 20;
            if (store.Count != stored)
                throw new InvalidOperationException($"{store.Count} of {stored} records were found.");
            await using (store)
            {
                long start = Stopwatch.GetTimestamp();
                int read = await store.ReadAllAsync().CountAsync();
                result["records_read_per_second"] = read / Stopwatch.GetElapsedTime(start).TotalSeconds;
            }

            foreach (int callers in Callers)
                result[$"records_appended_per_second_by_{callers}_callers"] = await AppendAsync(Path.Combine(folder.FullName, $"by{callers}.jsonl"), callers == 1 ? appended / 100 : appended, callers);
            Console.WriteLine(JsonSerializer.Serialize(result, new JsonSerializerOptions { WriteIndented = true }));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>The same lines written by nothing but a stream, flushed once at the end; and what one flush of one line takes.</summary>
    private static Dictionary<string, object> WriteRaw(string path, int records, out long bytes)
    {
        using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 16);
        double seconds = Seconds(() =>
        {
            for (int i = 0; i < records; i++)
                file.Write(RationaleJson.Line(Record(i)));
            file.Flush(flushToDisk: true);
        });
        bytes = file.Length;

        using var flushed = new FileStream(path + ".flushed", FileMode.CreateNew, FileAccess.Write);
        var line = RationaleJson.Line(Record(0));
        var flushes = Enumerable.Range(0, 100).Select(_ => Seconds(() =>
        {
            flushed.Write(line);
            flushed.Flush(flushToDisk: true);
        })).Order().ToArray();
        return new() { ["records_per_second_one_flush"] = records / seconds, ["milliseconds_to_flush_one_record"] = flushes[50] * 1000 };
    }

    private static void ReadRaw(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.None, 0);
        var buffer = new byte[1 << 16];
        while (file.Read(buffer) > 0)
        {
        }
    }

    /// <summary>Records a second when each of several callers waits for its record before it hands over the next.</summary>
    private static async Task<double> AppendAsync(string path, int records, int callers)
    {
        await using var store = JsonLinesRationaleStore.Open(path);
        int next = -1;
        long start = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, callers).Select(async _ =>
        {
            for (int i; (i = Interlocked.Increment(ref next)) < records;)
                await store.AppendAsync(Record(i)).ConfigureAwait(false);
        }));
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        if (store.Count != records)
            throw new InvalidOperationException($"{store.Count} of {records} records were stored.");
        return records / seconds;
    }

    private static RationaleRecord Record(int i) => new()
    {
        QuestionHash = $"{i:x64}",
        QuestionId = $"question-{i}",
        Rationale = string.Join(' ', Enumerable.Repeat("The metal spoon conducts heat from the soup to the hand, so it becomes warm.", 4)),
        AnswerLabel = "C",
        AnswerText = "Heat from the soup was transferred to the spoon.",
        Teacher = "chat",
        Model = "model-1",
        PromptHash = "9b21d1c4e6f70a35",
        InputTokens = 312,
        OutputTokens = 81,
        Time = DateTimeOffset.UnixEpoch.AddSeconds(i),
    };

    private static double Seconds(Action action)
    {
        long start = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
