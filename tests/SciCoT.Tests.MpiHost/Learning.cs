using System.Globalization;
using System.Security.Cryptography;
using SciCoT.Distributed;
using SciCoT.Models;
using SciCoT.Mpi;
using SciCoT.Training;
using TorchSharp;

namespace SciCoT.Tests.MpiHost;

/// <summary>A training of a few seconds on all ranks, in each of the forms that a training may have.</summary>
internal static class Learning
{
    private const int Vocabulary = 200;

    /// <summary>Trains, or continues, and leaves the model in the folder.</summary>
    /// <param name="folder">Where checkpoints and the model go.</param>
    /// <param name="form">What is special about the training.</param>
    /// <param name="steps">Its updates.</param>
    /// <param name="fault">What happens on the last rank after step 7: "none", "cancel", "throw", "differ" or "wait".</param>
    public static Task<int> RunAsync(string folder, string form, int steps, string fault) => MpiProcessGroup.RunAsync(group =>
    {
        torch.set_num_threads(1);
        var config = new T5Config { VocabularySize = Vocabulary, ModelSize = 64, HeadSize = 16, Heads = 4, FeedForwardSize = 128, EncoderLayers = 2, DecoderLayers = 2, DropoutRate = form == "dropout" ? 0.2 : 0, FeedForwardProjection = "gated-gelu", TieWordEmbeddings = form == "tied" };
        // Ranks begin with the weights of rank 0, whatever they had.
        using var model = new T5Model(config, seed: 3 + group.Rank);
        using var adapter = form == "lora" ? LoraAdapter.Attach(model, new LoraConfig { Rank = 4 }, seed: 5) : null;
        if (adapter is not null && group.Size > 1)
            LoadBase(model, config);
        var options = new TrainingOptions
        {
            TotalSteps = steps,
            BatchSize = form == "ragged" ? 3 : 8,
            TokensPerBatch = form == "tokens" ? 120 : null,
            LearningRate = 1e-3,
            Optimizer = form == "adafactor" ? OptimizerKind.Adafactor : OptimizerKind.AdamW,
            GradientAccumulationSteps = form == "accumulation" ? 3 : 1,
            ComputePrecision = form == "bfloat16" ? torch.ScalarType.BFloat16 : torch.ScalarType.Float32,
            GradientCheckpointing = form is "checkpointing" or "dropout",
            CheckpointEverySteps = 5,
            EvaluateEverySteps = 10,
            WarmupSteps = 5,
            BestMetric = form == "metric" ? "count" : null,
        };
        using var cancellation = new CancellationTokenSource();
        bool isLast = group.Rank == group.Size - 1;
        var counter = new Counter(() =>
        {
            if (isLast && fault == "cancel")
                cancellation.Cancel();
            if (isLast && fault == "throw")
                throw new InvalidDataException("This rank has had enough.");
            if (isLast && fault == "differ")
                Change(model);
        });
        Console.WriteLine($"{group.Rank} {Environment.ProcessId}");
        Console.Out.Flush();
        var trainer = new Seq2SeqTrainer(model, options) { Group = group, Evaluators = form == "metric" ? [counter] : [] };
        using var watch = fault is "none" or "wait" ? null : new StepWatch(7, counter.Act);
        trainer.Train(Examples(60, 1), Examples(20, 2), Path.Combine(folder, "checkpoints"), new Steps(slowly: fault == "wait"), cancellation.Token);

        var hashes = group.AllGather(Hash(model));
        if (group.Rank == 0)
        {
            Console.WriteLine("weights " + string.Join(' ', hashes.Select(Convert.ToHexStringLower).Distinct()));
            if (adapter is null)
                model.Save(Path.Combine(folder, "model"));
        }

        return Task.FromResult(0);
    });

    /// <summary>The base under an adapter is no part of the training: all ranks have to load the same.</summary>
    private static void LoadBase(T5Model model, T5Config config)
    {
        using var _ = torch.no_grad();
        using var other = new T5Model(config, seed: 3);
        var named = other.named_parameters().ToDictionary(p => p.name, p => p.parameter);
        foreach (var (name, parameter) in model.named_parameters())
            parameter.copy_(named[name]);
    }

    private static void Change(T5Model model)
    {
        using var _ = torch.no_grad();
        model.named_parameters().First().parameter.mul_(1.001f);
    }

    private static byte[] Hash(T5Model model)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (_, parameter) in model.named_parameters())
        {
            using var scope = torch.NewDisposeScope();
            hash.AppendData(parameter.detach().contiguous().bytes);
        }

        return hash.GetHashAndReset();
    }

    private static Seq2SeqExample[] Examples(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(n => new Seq2SeqExample($"{n}", Tokens(random.Next(4, 20)), Tokens(random.Next(2, 10))))];

        int[] Tokens(int length) => [.. Enumerable.Range(0, length - 1).Select(_ => random.Next(2, Vocabulary)), 1];
    }

    private sealed class Steps(bool slowly) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress progress)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"step {progress.Step} {progress.Loss:R} {progress.GradientNorm:R} {progress.ValidationLoss:R}"));
            Console.Out.Flush();
            if (slowly)
                Thread.Sleep(100);
        }
    }

    /// <summary>Acts after a step, on every rank: only rank 0 is told of progress.</summary>
    private sealed class StepWatch : IDisposable
    {
        private readonly System.Diagnostics.Metrics.MeterListener _listener = new();

        public StepWatch(int step, Action act)
        {
            int made = 0;
            _listener.InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Name == "scicot.training.steps")
                    listener.EnableMeasurementEvents(instrument);
            };
            _listener.SetMeasurementEventCallback<long>((_, _, _, _) =>
            {
                if (++made == step)
                    act();
            });
            _listener.Start();
        }

        public void Dispose() => _listener.Dispose();
    }

    /// <summary>An evaluator of a user's own, which knows of no ranks.</summary>
    private sealed class Counter(Action act) : ITrainingEvaluator
    {
        private int _asked;

        public Action Act => act;

        public string Name => "count";

        public bool HigherIsBetter => true;

        public double Evaluate(T5Model model, CancellationToken cancellationToken) => ++_asked;
    }
}
