using SciCoT.Generation;
using SciCoT.Generation.Processors;
using SciCoT.Models;
using SciCoT.Prompting;
using SciCoT.Students;
using SciCoT.Testing;
using SciCoT.Tests.Support;
using SciCoT.Tokenization;
using static TorchSharp.torch;

namespace SciCoT.Tests.Students;

/// <summary>Students over a tiny model with random weights: what they write is nonsense, but always the same nonsense.</summary>
public sealed class T5StudentTests : IDisposable
{
    private static readonly ScienceQuestion[] Questions = [.. MiniScience.Create().Test.Take(40)];

    private readonly TempFolder _folder = new();
    private readonly T5TextModel _model;

    public T5StudentTests() => _model = Model(batchSize: 8);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _model.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task ExplainAsync_BatchOfRaggedQuestions_WritesWhatEachGetsAlone()
    {
        var student = Student(_model);

        var together = await student.ExplainAsync(Questions, Token);

        for (int i = 0; i < Questions.Length; i += 7)
            Assert.Equal(together[i], (await student.ExplainAsync([Questions[i]], Token))[0]);
    }

    [Fact]
    public async Task ExplainAsync_NoQuestions_WritesNothing() =>
        Assert.Empty(await Student(_model).ExplainAsync([], Token));

    [Fact]
    public async Task StreamAsync_PiecesJoined_AreTheRationale()
    {
        // Random weights repeat one token when they are greedy; sampled, they write a text.
        var student = new T5RationaleStudent(_model, new GenerationOptions { MaxNewTokens = 16, MinNewTokens = 16, Sample = true, Seed = 3 });

        int most = 0;
        foreach (var question in Questions.Take(10))
        {
            var pieces = await student.StreamAsync(question, Token).ToArrayAsync(Token);
            Assert.Equal((await student.ExplainAsync([question], Token))[0], string.Concat(pieces));
            most = Math.Max(most, pieces.Length);
        }

        Assert.InRange(most, 2, 17);
    }

    [Fact]
    public async Task StreamAsync_ReaderLeaves_TheModelIsFreeForOthers()
    {
        // Sampled: greedy, random weights repeat one token that may have no text, and a reader without a piece never leaves.
        var steps = new StepCounter();
        var student = new T5RationaleStudent(_model, Endless with { Sample = true, Seed = 3, Processors = [steps] });
        await foreach (var _ in student.StreamAsync(Questions[0], Token))
            break;

        await AssertIsFree(steps);
    }

    [Fact]
    public async Task ExplainAsync_Cancelled_TheModelIsFreeForOthers()
    {
        using var stop = new CancellationTokenSource();
        var steps = new StepCounter();
        var writing = new T5RationaleStudent(_model, Endless with { Processors = [steps] }).ExplainAsync([Questions[0]], stop.Token);

        await steps.First;
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => writing);
        await AssertIsFree(steps);
    }

    [Fact]
    public async Task ScoreAsync_WithoutTheEnd_IsTheEndsShareLess()
    {
        string[][] targets = [["copper", "wool"]];
        var whole = (await _model.ScoreAsync(["a nail"], targets, cancellationToken: Token))[0];

        var open = (await _model.ScoreAsync(["a nail"], targets, scoreEnd: false, cancellationToken: Token))[0];

        Assert.All(whole.Zip(open), pair => Assert.Equal(pair.First.TokenCount - 1, pair.Second.TokenCount));
        Assert.All(whole.Zip(open), pair => Assert.True(pair.First.LogLikelihood < pair.Second.LogLikelihood && pair.Second.LogLikelihood < 0));
        var empty = await Assert.ThrowsAsync<ArgumentException>(() => _model.ScoreAsync(["a nail"], [["copper", ""]], scoreEnd: false, cancellationToken: Token));
        Assert.Contains("has no tokens", empty.Message);
    }

    [Fact]
    public async Task AnswerAsync_ConcurrentCallers_EachGetTheirOwnAnswer()
    {
        var student = new T5AnswerStudent(_model);
        var asked = Questions.Select(question => new ExplainedQuestion(question, "It is " + question.Choices[0].Text + ".")).ToArray();
        var alone = await student.AnswerAsync(asked, Token);

        var concurrent = await Task.WhenAll(asked.Select(one => Task.Run(() => student.AnswerAsync([one], Token))));

        for (int i = 0; i < asked.Length; i++)
        {
            Assert.Equal(alone[i].Label, concurrent[i][0].Label);
            Assert.Equal(alone[i].Probabilities, concurrent[i][0].Probabilities, (a, b) => Math.Abs(a - b) < 1e-5);
        }
    }

    /// <summary>Callers, streams and a large call share batches; each gets what it gets alone, and those that leave disturb nobody.</summary>
    [Fact]
    public async Task ExplainAsync_ConcurrentCallersStreamsAndCancellations_EachGetTheirOwn()
    {
        var student = new T5RationaleStudent(_model, new GenerationOptions { MaxNewTokens = 12, Sample = true, Seed = 11 });
        var alone = new string[Questions.Length];
        for (int i = 0; i < Questions.Length; i++)
            alone[i] = (await student.ExplainAsync([Questions[i]], Token))[0];
        using var stop = new CancellationTokenSource();

        var large = student.ExplainAsync(Questions, Token);
        var leaving = Questions.Select(question => student.ExplainAsync([question], stop.Token)).ToArray();
        var single = Questions.Select(question => student.ExplainAsync([question], Token)).ToArray();
        var streamed = Questions.Take(10).Select(question => student.StreamAsync(question, Token).ToArrayAsync(Token).AsTask()).ToArray();
        await stop.CancelAsync();

        Assert.Equal(alone, await large);
        Assert.Equal(alone, (await Task.WhenAll(single)).Select(texts => texts[0]));
        Assert.Equal(alone.Take(10), (await Task.WhenAll(streamed)).Select(pieces => string.Concat(pieces)));
        foreach (var call in leaving)
            await ((Task)call).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        Assert.All(leaving.Index(), call => Assert.True(call.Item.IsCanceled || call.Item.Result[0] == alone[call.Index]));
    }

    [Fact]
    public async Task SampleAsync_SeveralRationales_AreDifferentAndTheSameForASeed()
    {
        var student = new T5RationaleStudent(_model, new GenerationOptions { MaxNewTokens = 12, NumBeams = 2 });
        var sampling = new RationaleSampling(5, Temperature: 1.5, Seed: 4);

        var together = await student.SampleAsync([.. Questions.Take(6)], sampling, Token);
        var alone = await student.SampleAsync([Questions[3]], sampling, Token);

        Assert.All(together, samples => Assert.Equal(5, samples.Count));
        Assert.True(together[0].Distinct().Count() > 1);
        Assert.Equal(alone[0], together[3]);
    }

    [Fact]
    public async Task GenerateAsync_AllowedContinuations_OneOfThemIsWritten()
    {
        string[][] allowed = [.. Questions.Take(9).Select(question => question.Choices.Select(choice => choice.Text).ToArray())];
        var options = new GenerationOptions { AllowedContinuations = [.. allowed.Select(texts => texts.Select(text => (IReadOnlyList<int>)_model.Tokenizer.EncodeToIds(text)).ToArray())] };

        var written = await _model.GenerateAsync([.. Questions.Take(9).Select(question => question.Stem)], options, Token);

        Assert.All(written.Zip(allowed), pair => Assert.Contains(pair.First.Text, pair.Second));
    }

    [Theory]
    [InlineData(LengthNormalization.None)]
    [InlineData(LengthNormalization.Tokens)]
    [InlineData(LengthNormalization.Characters)]
    public async Task AnswerAsync_Normalization_IsTheSoftmaxOfTheCorrectedLikelihoods(LengthNormalization normalization)
    {
        var question = Questions[0];
        string[] texts = [.. question.Choices.Select(choice => choice.Text)];
        var scores = (await _model.ScoreAsync([StudentLayout.AnswerInput(question, "")], [texts], cancellationToken: Token))[0];
        double[] weights = [.. scores.Zip(texts, (score, text) => Math.Exp(score.By(normalization, text)))];

        var answer = await new T5AnswerStudent(_model, normalization: normalization).AnswerAsync([new ExplainedQuestion(question, "")], Token);

        Assert.All(scores, score => Assert.True(score.LogLikelihood < 0 && score.TokenCount >= 2)); // the eos is one
        Assert.Equal(weights.Select(weight => weight / weights.Sum()), answer[0].Probabilities, (a, b) => Math.Abs(a - b) < 1e-5);
    }

    [Fact]
    public async Task AnswerAsync_ChoicesAndOpenQuestionsMixed_EachInItsPlace()
    {
        var open = ScienceQuestion.Create("What is a nail made of?");
        var student = new T5AnswerStudent(_model, maxAnswerTokens: 5);

        var answers = await student.AnswerAsync([new(Questions[0], ""), new(open, "A nail is steel."), new(Questions[1], "")], Token);

        Assert.Equal([Questions[0].Choices.Count, 0, Questions[1].Choices.Count], answers.Select(answer => answer.Probabilities.Count));
        Assert.Equal([false, true, false], answers.Select(answer => answer.Label is null));
        Assert.All(answers, answer => Assert.InRange(answer.Confidence, 0, 1));
        Assert.Equal(1, answers[0].Probabilities.Sum(), 1e-9);
    }

    [Fact]
    public async Task AnswerAsync_Rationale_IsRead()
    {
        var student = new T5AnswerStudent(_model);

        var answers = await student.AnswerAsync([new(Questions[0], ""), new(Questions[0], "A nail is steel.")], Token);

        Assert.NotEqual(answers[0].Probabilities, answers[1].Probabilities);
    }

    [Fact]
    public async Task DirectStudent_Rationale_IsNotRead()
    {
        var student = new DirectAnswerStudent(_model);

        var answers = await student.AnswerAsync([new(Questions[0], ""), new(Questions[0], "A nail is steel.")], Token);

        Assert.Equal(answers[0].Probabilities, answers[1].Probabilities, (a, b) => Math.Abs(a - b) < 1e-6);
    }

    [Fact]
    public async Task OneStageStudent_AnswersEveryQuestionAndSaysWhy()
    {
        var student = new OneStageStudent(_model, new GenerationOptions { MaxNewTokens = 12 });

        var answers = await student.AnswerAsync([.. Questions.Take(5).Select(question => new ExplainedQuestion(question, ""))], Token);

        Assert.All(answers, answer => Assert.NotNull(answer.Rationale));
        Assert.All(answers.Zip(Questions), pair => Assert.Contains(pair.First.Label, pair.Second.Choices.Select(choice => choice.Label)));
    }

    [Fact]
    public async Task MultiTaskStudent_AnswersWithoutARationaleAndExplains()
    {
        var student = new MultiTaskStudent(_model, new GenerationOptions { MaxNewTokens = 8 });

        var answers = await student.AnswerAsync([new(Questions[0], ""), new(Questions[0], "A nail is steel.")], Token);
        var direct = await new DirectAnswerStudent(_model).AnswerAsync([new(Questions[0], "")], Token);
        var rationales = await student.ExplainAsync(Questions.Take(3).ToArray(), Token);

        Assert.Equal(answers[0].Probabilities, answers[1].Probabilities, (a, b) => Math.Abs(a - b) < 1e-6);
        Assert.NotEqual(direct[0].Probabilities, answers[0].Probabilities); // another task, another prefix
        Assert.Equal(3, rationales.Count);
        Assert.Equal(rationales[0], string.Concat(await student.StreamAsync(Questions[0], Token).ToArrayAsync(Token)));
    }

    [Fact]
    public async Task GenerateAsync_SourceTooLong_IsCutAndKeepsItsEnd()
    {
        using var model = Model(batchSize: 8, maxSourceTokens: 6);
        var options = new GenerationOptions { MaxNewTokens = 6 };

        var texts = await model.GenerateAsync(["A nail is steel and a", "A nail is steel and a comb is plastic and a scarf is wool"], options, Token);

        // Five tokens and the eos are left of both.
        Assert.Equal(texts[0].Text, texts[1].Text);
    }

    [Fact]
    public void Load_TokenizerOfAnotherModel_IsRefused()
    {
        var shape = MiniScienceRecipe.Shape(T5Tokenizer.Load(MiniScience.WriteTokenizer(_folder.Path))) with { VocabularySize = 100 };
        using (var small = new T5Model(shape, 1))
            small.Save(_folder.Path);

        var exception = Assert.Throws<InvalidFileException>(() => T5TextModel.Load(_folder.Path));

        Assert.Contains("do not belong together", exception.Message);
        Assert.Contains($"{_folder.File("config.json")} has a vocab_size of 100", exception.Message);
        Assert.StartsWith(_folder.Path, exception.Message);
    }

    /// <summary>T5 pads its embedding, others pad to a power of two: fewer tokens than rows are usual, fewer than half of them are not.</summary>
    [Theory]
    [InlineData(28, false)]
    [InlineData(1024, false)]
    [InlineData(20_000, true)]
    public void Load_TokenizerWithFewerTokensThanRows_IsRefusedWherePaddingCannotBeTheReason(int surplus, bool refused)
    {
        int tokens = T5Tokenizer.Load(MiniScience.WriteTokenizer(_folder.Path)).VocabularySize;
        using (var large = new T5Model(new() { VocabularySize = tokens + surplus, ModelSize = 8, HeadSize = 4, Heads = 2, FeedForwardSize = 8, EncoderLayers = 1, DecoderLayers = 1 }, 1))
            large.Save(_folder.Path);

        if (!refused)
        {
            T5TextModel.Load(_folder.Path).Dispose();
            return;
        }

        var message = Assert.Throws<InvalidFileException>(() => T5TextModel.Load(_folder.Path)).Message;
        Assert.Contains($"has {tokens} tokens, but {_folder.File("config.json")} has a vocab_size of {tokens + surplus}", message);
        Assert.Equal(message, Assert.Throws<InvalidFileException>(() => SciCoT.Distillation.StudentBase.FromCheckpoint(_folder.Path).CreateTokenizer()).Message);
    }

    [Fact]
    public async Task AfterDispose_Calls_AreRefused()
    {
        var model = Model(batchSize: 8);
        model.Dispose();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => Student(model).ExplainAsync([Questions[0]], Token));
    }

    /// <summary>Far more than a test has time for: what is not stopped keeps the model for minutes.</summary>
    private static GenerationOptions Endless { get; } = new() { MaxNewTokens = 60_000, MinNewTokens = 60_000 };

    /// <summary>Another call is answered, and what nobody waits for any more was not written to its end.</summary>
    private async Task AssertIsFree(StepCounter abandoned)
    {
        Assert.Single(await Student(_model).ExplainAsync([Questions[1]], Token));
        Assert.InRange(abandoned.Count, 0, Endless.MaxNewTokens - 1);
    }

    private static T5RationaleStudent Student(T5TextModel model) => new(model, new GenerationOptions { MaxNewTokens = 16 });

    private sealed class StepCounter : ILogitsProcessor
    {
        private readonly TaskCompletionSource _first = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _count;

        public int Count => Volatile.Read(ref _count);

        /// <summary>Ends with the first step.</summary>
        public Task First => _first.Task;

        public void Apply(Span<float> scores, ReadOnlySpan<int> history)
        {
            Interlocked.Increment(ref _count);
            _first.TrySetResult();
        }
    }

    private T5TextModel Model(int batchSize, int maxSourceTokens = 128)
    {
        var tokenizer = T5Tokenizer.Load(MiniScience.WriteTokenizer(_folder.File("tokenizer")));
        return new T5TextModel(new T5Model(MiniScienceRecipe.Shape(tokenizer), seed: 5), tokenizer, maxSourceTokens, batchSize);
    }
}
