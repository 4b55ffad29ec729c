using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Text.Json;
using TorchSharp;

namespace SciCoT.Benchmarks;

/// <summary>
/// Many callers at once against one caller with many questions: the same questions through <c>AnswerAsync</c> and through
/// <c>AnswerManyAsync</c>, in turn. What counts is their ratio in one run. Beside it, how soon a cancelled call returns.
/// </summary>
internal static class ServingBenchmark
{
    private sealed record Report(string Model, int Threads, int Questions, int Rounds, double ManyPerSecond, double ConcurrentPerSecond, double Ratio, double MeanBatchMany, double MeanBatchConcurrent, double AloneMilliseconds, double CancelMilliseconds);

    /// <param name="args">Model folder, <c>tiny</c> or <c>flan-t5-small</c>; questions (200); rounds (3); threads (2); a JSON file (none).</param>
    public static void Run(string[] args)
    {
        string model = args.ElementAtOrDefault(0) ?? "tiny";
        int count = int.Parse(args.ElementAtOrDefault(1) ?? "200");
        int rounds = int.Parse(args.ElementAtOrDefault(2) ?? "3");
        torch.set_num_threads(int.Parse(args.ElementAtOrDefault(3) ?? "2"));
        var report = MeasureAsync(model, count, rounds).GetAwaiter().GetResult();
        Console.WriteLine($"{report.Model}, {report.Threads} threads, {report.Questions} questions, median of {report.Rounds}");
        Console.WriteLine($"AnswerManyAsync        {report.ManyPerSecond,8:F1} answers/s   {report.MeanBatchMany,5:F1} rows a batch");
        Console.WriteLine($"concurrent AnswerAsync {report.ConcurrentPerSecond,8:F1} answers/s   {report.MeanBatchConcurrent,5:F1} rows a batch   ratio {report.Ratio:P0}");
        Console.WriteLine($"one caller alone       {report.AloneMilliseconds,8:F1} ms an answer");
        Console.WriteLine($"a cancelled call       {report.CancelMilliseconds,8:F2} ms until it returned, while {report.Questions} others went on (worst of 20)");
        if (args.Length > 4)
            File.WriteAllText(args[4], JsonSerializer.Serialize(report, new JsonSerializerOptions { WriteIndented = true }));
    }

    private static async Task<Report> MeasureAsync(string model, int count, int rounds)
    {
        using var serving = new ServingModel(model);
        ScienceQuestion[] questions = [.. ServingModel.Questions(count)];
        using var batches = new BatchMeter();
        await ManyAsync(serving, [.. questions.Take(32)]);
        await ConcurrentAsync(serving, [.. questions.Take(32)]);

        double[] many = new double[rounds], concurrent = new double[rounds], manyBatch = new double[rounds], concurrentBatch = new double[rounds];
        for (int round = 0; round < rounds; round++)
        {
            batches.Take();
            many[round] = count / await ManyAsync(serving, questions);
            manyBatch[round] = batches.Take();
            concurrent[round] = count / await ConcurrentAsync(serving, questions);
            concurrentBatch[round] = batches.Take();
        }

        var alone = Stopwatch.StartNew();
        foreach (var question in questions.Take(5))
            await serving.Pipeline.AnswerAsync(question);
        double aloneMilliseconds = alone.Elapsed.TotalMilliseconds / 5;
        double cancel = await CancelAsync(serving, questions);
        return new Report(model, torch.get_num_threads(), count, rounds, Median(many), Median(concurrent), Median(concurrent) / Median(many), Median(manyBatch), Median(concurrentBatch), aloneMilliseconds, cancel);
    }

    private static async Task<double> ManyAsync(ServingModel serving, ScienceQuestion[] questions)
    {
        long start = Stopwatch.GetTimestamp();
        int answered = await serving.Pipeline.AnswerManyAsync(questions.ToAsyncEnumerable()).CountAsync();
        return answered == questions.Length ? Stopwatch.GetElapsedTime(start).TotalSeconds : throw new InvalidOperationException($"{answered} answers to {questions.Length} questions.");
    }

    private static async Task<double> ConcurrentAsync(ServingModel serving, ScienceQuestion[] questions)
    {
        long start = Stopwatch.GetTimestamp();
        await Task.WhenAll(questions.Select(question => serving.Pipeline.AnswerAsync(question)));
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    /// <summary>The longest time from cancelling to returning, over calls that wait and calls that are in a batch.</summary>
    private static async Task<double> CancelAsync(ServingModel serving, ScienceQuestion[] questions)
    {
        double worst = 0;
        CancellationTokenSource[] stops = [.. Enumerable.Range(0, 20).Select(_ => new CancellationTokenSource())];
        var leaving = stops.Select(stop => serving.Pipeline.AnswerAsync(questions[0], stop.Token)).ToArray();
        var staying = Task.WhenAll(questions.Select(question => serving.Pipeline.AnswerAsync(question)));
        foreach (var (stop, call) in stops.Zip(leaving))
        {
            await Task.Delay(2);
            long start = Stopwatch.GetTimestamp();
            stop.Cancel();
            await ((Task)call).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            worst = Math.Max(worst, Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            stop.Dispose();
        }

        await staying;
        return worst;
    }

    private static double Median(double[] values) => values.Order().ElementAt(values.Length / 2);

    /// <summary>The mean rows of the batches since it was last asked, from the library's own meter.</summary>
    private sealed class BatchMeter : IDisposable
    {
        private readonly MeterListener _listener = new();
        private readonly Lock _gate = new();
        private int _rows;
        private int _batches;

        public BatchMeter()
        {
            _listener.InstrumentPublished = (instrument, listener) =>
            {
                if (instrument is { Meter.Name: SciCoTTelemetry.MeterName, Name: "scicot.batch.size" })
                    listener.EnableMeasurementEvents(instrument);
            };
            _listener.SetMeasurementEventCallback<int>((_, rows, _, _) =>
            {
                lock (_gate)
                {
                    _rows += rows;
                    _batches++;
                }
            });
            _listener.Start();
        }

        public double Take()
        {
            lock (_gate)
            {
                double mean = _batches == 0 ? 0 : (double)_rows / _batches;
                (_rows, _batches) = (0, 0);
                return mean;
            }
        }

        public void Dispose() => _listener.Dispose();
    }
}
