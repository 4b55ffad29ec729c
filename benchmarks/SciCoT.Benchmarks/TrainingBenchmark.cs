using System.CommandLine;
using System.Diagnostics;
using System.Text.Json;
using SciCoT.Compute;
using SciCoT.Models;
using SciCoT.Training;
using SciCoT.Training.Batches;
using SciCoT.Training.Optimizers;
using static TorchSharp.torch;

namespace SciCoT.Benchmarks;

/// <summary>Seconds per training step and its parts, medians over the steps, beside the machine's own rate of the same run.</summary>
internal static class TrainingBenchmark
{
    private const int WarmupSteps = 3;

    private sealed record Shape(T5Config Config, int Batch, int Source, int Target);

    private static readonly Dictionary<string, Shape> Shapes = new()
    {
        ["small"] = new(ModelShapes.FlanSmall, Batch: 8, Source: 128, Target: 64),
        ["tiny"] = new(ModelShapes.Tiny, Batch: 32, Source: 60, Target: 40),
    };

    public static Command Command()
    {
        var shape = new Argument<string>("shape") { DefaultValueFactory = _ => "small", Description = "small (Flan-T5-small, batch 8, source 128, target 64) or tiny" };
        shape.AcceptOnlyFromAmong([.. Shapes.Keys]);
        var optimizer = new Option<OptimizerKind>("--optimizer") { DefaultValueFactory = _ => OptimizerKind.AdamW };
        var bfloat16 = new Option<bool>("--bf16") { Description = "Compute matrix products in bfloat16" };
        var checkpointing = new Option<bool>("--gradient-checkpointing");
        var steps = new Option<int>("--steps") { DefaultValueFactory = _ => 20 };
        var phases = new Option<int>("--phase-steps") { DefaultValueFactory = _ => 10, Description = "Steps taken apart after the whole ones" };
        var output = new Option<FileInfo?>("--output") { Description = "A file for the results as JSON" };
        var command = new Command("training", "Seconds a training step, its parts and its memory.") { shape, optimizer, bfloat16, checkpointing, steps, phases, output };
        command.SetAction(parsed => Run(
            parsed.GetRequiredValue(shape),
            parsed.GetValue(optimizer),
            parsed.GetValue(bfloat16) ? ScalarType.BFloat16 : ScalarType.Float32,
            parsed.GetValue(checkpointing),
            parsed.GetValue(steps),
            parsed.GetValue(phases),
            parsed.GetValue(output)));
        return command;
    }

    private static void Run(string name, OptimizerKind kind, ScalarType precision, bool checkpointing, int steps, int phaseSteps, FileInfo? output)
    {
        TorchBackend.EnsureLoaded(); // as the library loads it, before anything else asks torch
        var shape = Shapes[name];
        using var heap = NativeHeap.Keep(); // as the trainer does
        DropoutMask.Stream = 1;
        using var model = new T5Model(shape.Config, seed: 1);
        model.train();
        model.UseGradientCheckpointing(checkpointing);
        var groups = ParameterGroup.Of(model, weightDecay: 0.01, decayNorms: true, decayPositionBias: true);
        using IOptimizer optimizer = kind == OptimizerKind.AdamW ? new AdamW(groups, 0.9, 0.999, 1e-8) : new Adafactor(groups, new AdafactorOptions());

        double sgemm = Calibration.SgemmRate();
        long before = Environment.WorkingSet;
        var examples = Examples(shape);
        var whole = WholeSteps(model, groups, optimizer, precision, examples, steps, out var memory);
        long peak = Process.GetCurrentProcess().PeakWorkingSet64;
        var clock = new PhaseClock();
        Phases(model, groups, optimizer, precision, examples, phaseSteps, clock);
        sgemm = Math.Max(sgemm, Calibration.SgemmRate()); // a neighbour's load may fall into one of them

        var phases = clock.Medians();
        var result = new Dictionary<string, object>
        {
            ["shape"] = name,
            ["optimizer"] = kind.ToString(),
            ["precision"] = precision.ToString(),
            ["gradient_checkpointing"] = checkpointing,
            ["steps"] = steps,
            ["threads"] = get_num_threads(),
            ["seconds_per_step"] = Median(whole),
            ["phase_milliseconds"] = phases,
            ["optimizer_share"] = phases.GetValueOrDefault("optimizer") / Math.Max(1, phases.Values.Sum()),
            ["sgemm_gflops"] = sgemm,
            ["resident_megabytes_by_tenth"] = memory,
            ["resident_megabytes_before_the_first_step"] = before >> 20,
            ["peak_resident_megabytes"] = peak >> 20,
        };
        if (name == "small")
        {
            const double GemmGflop = 260; // forward and backward, by counting the matrix products
            result["ratio_to_gemm_floor"] = Median(whole) / (GemmGflop / sgemm);
        }

        var json = JsonSerializer.Serialize(result, new JsonSerializerOptions { WriteIndented = true });
        Console.WriteLine(json);
        if (output is not null)
            File.WriteAllText(output.FullName, json);
    }

    /// <summary>Steps exactly as the trainer makes them.</summary>
    private static List<double> WholeSteps(
        T5Model model, IReadOnlyList<ParameterGroup> groups, IOptimizer optimizer, ScalarType precision, Seq2SeqExample[] examples, int steps, out List<long> memory)
    {
        var step = new TrainingStep(model, groups, optimizer, maxGradientNorm: 1, labelSmoothing: 0, precision);
        int[] batch = [.. Enumerable.Range(0, examples.Length)];
        var seconds = new List<double>();
        memory = [];
        for (int i = -WarmupSteps; i < steps; i++)
        {
            long start = Stopwatch.GetTimestamp();
            step.Run(examples, [batch], 1e-4);
            if (i < 0)
                continue;
            seconds.Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
            if (i % Math.Max(1, steps / 10) == 0)
                memory.Add(Environment.WorkingSet >> 20);
        }

        return seconds;
    }

    /// <summary>The same step taken apart.</summary>
    private static void Phases(
        T5Model model, IReadOnlyList<ParameterGroup> groups, IOptimizer optimizer, ScalarType precision, Seq2SeqExample[] examples, int steps, PhaseClock clock)
    {
        Tensor[] parameters = [.. groups.SelectMany(g => g.Parameters)];
        int[] indices = [.. Enumerable.Range(0, examples.Length)];
        using var mixed = new MixedPrecision(model, precision);
        for (int i = 0; i < steps; i++)
        {
            using var scope = NewDisposeScope();
            clock.Start();
            var batch = Seq2SeqBatch.Create(examples, indices, 0, model.Device);
            clock.End("batch");
            var loss = model.Loss(batch.InputIds, batch.AttentionMask, batch.Labels);
            clock.End("forward");
            loss.backward();
            clock.End("backward");
            var gradients = Array.ConvertAll(parameters, p => p.grad!);
            float norm = TensorKernels.LossAndNorm(loss.detach(), gradients).data<float>()[1];
            TensorKernels.Scale(gradients, 1 / (norm + 1e-6));
            clock.End("clip");
            optimizer.Step(gradients, 1e-4);
            clock.End("optimizer");
            model.zero_grad(set_to_none: true);
            scope.Dispose();
            clock.End("release");
        }
    }

    private static Seq2SeqExample[] Examples(Shape shape)
    {
        var random = new Random(1);
        return [.. Enumerable.Range(0, shape.Batch).Select(i => new Seq2SeqExample($"{i}", Tokens(shape.Source), Tokens(shape.Target)))];

        int[] Tokens(int count) => [.. Enumerable.Range(0, count).Select(_ => random.Next(2, shape.Config.VocabularySize))];
    }

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted[sorted.Length / 2];
    }

    private sealed class PhaseClock
    {
        private readonly Dictionary<string, List<double>> _milliseconds = [];
        private long _start;

        public void Start() => _start = Stopwatch.GetTimestamp();

        public void End(string phase)
        {
            if (!_milliseconds.TryGetValue(phase, out var list))
                _milliseconds[phase] = list = [];
            list.Add(Stopwatch.GetElapsedTime(_start).TotalMilliseconds);
            Start();
        }

        public Dictionary<string, double> Medians() => _milliseconds.ToDictionary(p => p.Key, p => Median(p.Value));
    }
}
