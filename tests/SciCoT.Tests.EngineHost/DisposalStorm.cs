using SciCoT.Generation;
using SciCoT.Models;
using SciCoT.Students;
using SciCoT.Testing;
using SciCoT.Tokenization;
using TorchSharp;

namespace SciCoT.Tests.EngineHost;

/// <summary>
/// Models that are made, used, cancelled and disposed of in every order that a program may choose. A call ends with a result, cancelled,
/// or with an <see cref="ObjectDisposedException"/>; every other end is a fault, and one that reads freed memory ends the process.
/// </summary>
public sealed class DisposalStorm
{
    private static readonly string[] Sources = ["question: Which rusts? (A) iron (B) wood", "question: Is ice cold?", "explain: Why does it rain?"];
    private static readonly GenerationOptions Search = new() { MaxNewTokens = 24, MinNewTokens = 24 };

    private readonly string _folder;
    private readonly T5Tokenizer _tokenizer;
    private readonly Func<Random, Task>[] _rounds;

    /// <param name="folder">Gets a tiny model.</param>
    public DisposalStorm(string folder)
    {
        _folder = folder;
        _tokenizer = T5Tokenizer.Load(MiniScience.WriteTokenizer(folder));
        using (var model = new T5Model(MiniScienceRecipe.Shape(_tokenizer), seed: 5))
            model.Save(folder);
        _rounds = [UsedThenDisposedTwice, CancelledThenDisposed, StreamLeftEarly, ModelDisposedUnderCalls, DisposedUnderCalls, GeneratorLosesItsModel, ScorerLosesItsModel, TrainingLosesItsModel, AdapterDisposedUnderCalls, PipelineLosesItsStudents, TensorsThatNothingRefersTo];
    }

    /// <summary>Calls that ended without a result, as they may.</summary>
    public int Refused { get; private set; }

    /// <summary>The three lines that a newcomer copies.</summary>
    public static async Task NewcomerAsync(string folder)
    {
        using var model = T5Model.Load(folder);
        using var text = new T5TextModel(model, T5Tokenizer.Load(folder));
        await text.GenerateAsync([Sources[0]], Search);
    }

    /// <summary>Leaves while a model writes, and disposes of nothing.</summary>
    public static async Task LeaveAsync(string folder)
    {
        var text = T5TextModel.Load(folder);
        _ = text.GenerateAsync(Sources, Search with { MaxNewTokens = 60_000, MinNewTokens = 60_000 });
        await text.ScoreAsync([Sources[0]], [["iron", "wood"]], cancellationToken: new CancellationTokenSource(50).Token).ContinueWith(_ => { }, TaskScheduler.Default);
    }

    /// <summary>Makes, uses and disposes of models.</summary>
    /// <param name="count">How many times; the kinds of use follow each other in turn.</param>
    /// <param name="seed">Of the moments at which calls are cancelled and models disposed of.</param>
    public async Task RunAsync(int count, int seed)
    {
        var random = new Random(seed);
        for (int i = 0; i < count; i++)
        {
            try
            {
                await _rounds[i % _rounds.Length](random);
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"Round {i} of seed {seed}, {_rounds[i % _rounds.Length].Method.Name}: {e.Message}", e);
            }
        }
    }

    private async Task UsedThenDisposedTwice(Random random)
    {
        using var model = T5Model.Load(_folder);
        using var text = new T5TextModel(model, _tokenizer);
        await text.GenerateAsync(Sources, Search);
        await text.ScoreAsync(Sources, [["iron"], ["yes", "no"], ["because"]]);
    }

    private async Task CancelledThenDisposed(Random random)
    {
        using var model = T5Model.Load(_folder);
        using var text = new T5TextModel(model, _tokenizer);
        using var stop = new CancellationTokenSource();
        var call = text.GenerateAsync(Sources, Search with { NumBeams = 3 }, stop.Token);
        await Moment(random);
        await stop.CancelAsync();
        await EndAsync(call);
    }

    private async Task StreamLeftEarly(Random random)
    {
        using var model = T5Model.Load(_folder);
        using var text = new T5TextModel(model, _tokenizer);
        await foreach (var _ in text.StreamAsync(Sources[0], Search with { Sample = true, Seed = random.Next() }))
            break;
    }

    private async Task ModelDisposedUnderCalls(Random random)
    {
        using var text = T5TextModel.Load(_folder);
        Task[] calls = [text.GenerateAsync(Sources, Search), text.GenerateAsync(Sources, Search with { NumBeams = 2 }), text.ScoreAsync(Sources, [["iron"], ["yes", "no"], ["because"]])];
        await Moment(random);
        text.Model.Dispose();
        await EndAsync(calls);
        await EndAsync(text.GenerateAsync(Sources, Search));
    }

    private async Task DisposedUnderCalls(Random random)
    {
        var text = T5TextModel.Load(_folder);
        Task[] calls = [.. Enumerable.Range(0, 4).Select(_ => text.GenerateAsync(Sources, Search))];
        await Moment(random);
        await Task.WhenAll(Task.Run(text.Dispose), Task.Run(text.Dispose), Task.Run(text.Model.Dispose));
        await EndAsync(calls);
    }

    private async Task GeneratorLosesItsModel(Random random)
    {
        var model = T5Model.Load(_folder);
        if (random.Next(2) == 0)
            DecodeInTorch(model);
        var call = Task.Run(() => new TextGenerator(model).Generate([[5, 6, 7, 8, 1]], Search with { MaxNewTokens = 200, MinNewTokens = 200 }));
        await Moment(random);
        model.Dispose();
        await EndAsync(call);
    }

    private async Task ScorerLosesItsModel(Random random)
    {
        var model = T5Model.Load(_folder);
        var call = Task.Run(() =>
        {
            for (int i = 0; i < 20; i++)
                new ChoiceScorer(model).Score([[5, 6, 7, 8, 1]], [[[7, 8, 1], [9, 1]]]);
        });
        await Moment(random);
        model.Dispose();
        await EndAsync(call);
    }

    private async Task TrainingLosesItsModel(Random random)
    {
        var model = T5Model.Load(_folder);
        using var ids = torch.tensor(new long[] { 5, 6, 7, 8, 1 }, [1, 5]);
        using var mask = torch.ones_like(ids);
        var call = Task.Run(() =>
        {
            using var scope = torch.NewDisposeScope();
            for (int i = 0; i < 20; i++)
            {
                model.forward(ids, mask, ids);
                model.Encode(ids, mask);
                model.Loss(ids, mask, ids);
            }
        });
        await Moment(random);
        model.Dispose();
        await EndAsync(call);
    }

    /// <summary>Tensors that are arguments and nothing else may be collected from their last use on.</summary>
    private async Task TensorsThatNothingRefersTo(Random random)
    {
        using var model = T5Model.Load(_folder);
        using var end = new CancellationTokenSource();
        var collecting = Task.Run(() =>
        {
            while (!end.IsCancellationRequested)
            {
                GC.Collect(0);
                GC.WaitForPendingFinalizers();
            }
        });
        for (int i = 0; i < 10; i++)
        {
            model.forward(Ids(), Ids(), Ids()).Dispose();
            model.Encode(Ids(), Ids()).Dispose();
            model.Loss(Ids(), Ids(), Ids()).Dispose();
            model.ShiftRight(Ids()).Dispose();
        }

        await end.CancelAsync();
        await collecting;

        static torch.Tensor Ids() => torch.ones(2, 5, dtype: torch.ScalarType.Int64);
    }

    private async Task AdapterDisposedUnderCalls(Random random)
    {
        var model = T5Model.Load(_folder);
        using var text = new T5TextModel(model, _tokenizer);
        using var adapter = LoraAdapter.Attach(model, new LoraConfig { Rank = 2 }, seed: 1);
        Task[] calls = [text.GenerateAsync(Sources, Search), text.ScoreAsync(Sources, [["iron"], ["yes", "no"], ["because"]])];
        await Moment(random);
        if (random.Next(2) == 0)
            adapter.Merge();
        else
            adapter.Dispose();
        await EndAsync(calls);
    }

    private async Task PipelineLosesItsStudents(Random random)
    {
        using var rationales = new T5RationaleStudent(T5TextModel.Load(_folder), Search);
        using var answers = new T5AnswerStudent(T5TextModel.Load(_folder));
        var pipeline = new SciCoTPipeline(rationales, answers, batchSize: 2);
        var questions = Enumerable.Range(0, 6).Select(i => ScienceQuestion.Create($"Which of {i} rusts?", "iron", "wood"));
        var call = Task.Run(async () =>
        {
            await foreach (var _ in pipeline.AnswerManyAsync(questions.ToAsyncEnumerable()))
            {
            }
        });
        await Moment(random);
        rationales.Dispose();
        answers.Dispose();
        await EndAsync(call);
    }

    /// <summary>An adapter that changes nothing takes a model from the kernels to torch.</summary>
    private static void DecodeInTorch(T5Model model) => LoraAdapter.Attach(model, new LoraConfig { Rank = 1 }, seed: 1);

    private static Task Moment(Random random) => random.Next(4) == 0 ? Task.CompletedTask : Task.Delay(random.Next(12));

    private async Task EndAsync(params Task[] calls)
    {
        foreach (var call in calls)
        {
            try
            {
                await call;
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
            {
                Refused++;
            }
        }
    }
}
