using System.Diagnostics.Metrics;
using System.Text.Json;
using SciCoT.Tests.Support;
using SciCoT.Training;
using SciCoT.Training.Observers;

namespace SciCoT.Tests.Training;

public sealed class ObserverTests : IDisposable
{
    private static readonly TrainingOptions Options = new() { TotalSteps = 3, BatchSize = 4, EvaluateEverySteps = 2 };
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void JsonLinesLog_HasALineAStep()
    {
        var path = _folder.File("logs/training.jsonl");
        using (var log = new JsonLinesTrainingLog(path))
            Train(log);

        var lines = Lines(path);
        Assert.Equal([1, 2, 3], lines.Select(line => line.GetProperty("step").GetInt32()));
        Assert.All(lines, line =>
        {
            Assert.True(line.GetProperty("loss").GetDouble() > 0);
            Assert.True(line.GetProperty("residentBytes").GetInt64() > 1 << 20);
            Assert.InRange(line.GetProperty("paddingShare").GetDouble(), 0, 0.9);
        });
        Assert.Equal([false, true, true], lines.Select(line => line.TryGetProperty("validationLoss", out _)));
    }

    [Fact]
    public void JsonLinesLog_Continued_EndsATornLineFirst()
    {
        var path = _folder.File("training.jsonl");
        File.WriteAllText(path, "{\"step\":1}\n{\"st");
        using (var log = new JsonLinesTrainingLog(path))
            Train(log);

        Assert.Equal(["{\"step\":1}", "{\"st"], File.ReadLines(path).Take(2));
        Assert.Equal(5, File.ReadLines(path).Count());
    }

    [Fact]
    public void TensorBoardLog_WritesAnEventFileWithItsTags()
    {
        var folder = _folder.File("events");
        Train(new TensorBoardTrainingLog(folder));

        var bytes = File.ReadAllBytes(Assert.Single(Directory.GetFiles(folder, "*tfevents*", SearchOption.AllDirectories)));
        foreach (var tag in new[] { "train/loss", "train/learning_rate", "train/gradient_norm", "speed/tokens_per_second", "validation/loss" })
            Assert.True(bytes.AsSpan().IndexOf(System.Text.Encoding.UTF8.GetBytes(tag)) > 0, tag);
    }

    [Fact]
    public void Meter_CountsStepsAndTokens()
    {
        // Other tests train meanwhile and are counted too.
        long steps = 0, tokens = 0;
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name == "SciCoT" && instrument.Name is "scicot.training.steps" or "scicot.training.tokens")
                    listener.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, _, _) => Interlocked.Add(ref instrument.Name == "scicot.training.steps" ? ref steps : ref tokens, value));
        listener.Start();

        Train(null);

        Assert.True(Interlocked.Read(ref steps) >= 3);
        Assert.True(Interlocked.Read(ref tokens) >= 3 * 4 * 4);
    }

    [Fact]
    public void Composite_TellsEachObserver()
    {
        Reports first = new(), second = new();

        Train(new CompositeTrainingProgress(first, second));

        Assert.Equal(3, first.Count);
        Assert.Equal(first, second);
    }

    [Fact]
    public void CutExamples_AreCountedAndTold()
    {
        using var model = TinyTask.Model();
        var examples = TinyTask.Reversals(6);
        examples[2] = examples[2] with { IsTruncated = true };
        var reports = new Reports();

        var result = new Seq2SeqTrainer(model, Options).Train(examples, [], progress: reports, cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(1, result.TruncatedExamples);
        Assert.Contains("1 of 6 training examples", reports[0].Warning);
        Assert.InRange(result.PaddingShare, 0.001, 0.9);
    }

    private static void Train(IProgress<TrainingProgress>? progress)
    {
        using var model = TinyTask.Model();
        new Seq2SeqTrainer(model, Options).Train(TinyTask.Reversals(16), TinyTask.Reversals(4, seed: 2), progress: progress, cancellationToken: TestContext.Current.CancellationToken);
    }

    private static JsonElement[] Lines(string path) => [.. File.ReadLines(path).Select(line => JsonDocument.Parse(line).RootElement)];
}
