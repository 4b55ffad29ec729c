using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using SciCoT.Generation;
using SciCoT.Models;
using SciCoT.Students;
using SciCoT.Testing;
using SciCoT.Tests.Support;
using SciCoT.Tokenization;

namespace SciCoT.Tests.Pipeline;

/// <summary>What the world sees of a pipeline of real, tiny students. Other tests run beside: only what belongs to these calls is looked at.</summary>
public sealed class TelemetryTests : IDisposable
{
    private static readonly ScienceQuestion Question = ScienceQuestion.Create("Which material is waterproof?", "wool", "rubber");

    private readonly TempFolder _folder = new();
    private readonly T5TextModel _model;
    private readonly string _name = "telemetry-" + Guid.NewGuid().ToString("n");

    public TelemetryTests()
    {
        var tokenizer = T5Tokenizer.Load(MiniScience.WriteTokenizer(_folder.Path));
        using var t5 = new T5Model(MiniScienceRecipe.Shape(tokenizer), seed: 5);
        t5.Save(_folder.File(_name));
        tokenizer.Save(_folder.File(_name));
        _model = T5TextModel.Load(_folder.File(_name));
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _model.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task AnswerAsync_Listened_TracesItsStagesAndTexts(bool sensitive)
    {
        using var test = new Activity("test").Start();
        var activities = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "SciCoT",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity =>
            {
                if (activity.TraceId == test.TraceId)
                    activities.Enqueue(activity);
            },
        };
        ActivitySource.AddActivityListener(listener);

        var answer = await Pipeline(sensitive).AnswerAsync(Question, Token);

        Assert.Equal(["scicot.rationale_stage", "scicot.answer_stage", "scicot.answer"], activities.Select(activity => activity.OperationName));
        var whole = activities.Last();
        Assert.Equal(test.SpanId, whole.ParentSpanId);
        Assert.All(activities.Take(2), stage => Assert.Equal(whole.SpanId, stage.ParentSpanId));
        Assert.Equal(answer.Usage!.InputTokens, whole.GetTagItem("gen_ai.usage.input_tokens"));
        Assert.Equal(answer.Usage.OutputTokens, activities.First().GetTagItem("gen_ai.usage.output_tokens"));
        var texts = activities.SelectMany(activity => activity.TagObjects).SelectMany(tag => tag.Value as string[] ?? [tag.Value?.ToString() ?? ""]).ToArray();
        Assert.Equal(sensitive, texts.Any(text => text.Contains("waterproof")));
        Assert.Equal(sensitive, texts.Any(text => text.Contains("rubber")));
    }

    [Fact]
    public async Task StreamAsync_Listened_CountsAndTracesAsAnswering()
    {
        using var test = new Activity("test").Start();
        var stopped = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "SciCoT",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = stopped.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);

        var last = (await Pipeline(false).StreamAsync(Question, Token).ToArrayAsync(Token))[^1].Answer!;

        Assert.Equal((await Pipeline(false).AnswerAsync(Question, Token)).Usage, last.Usage);
        Assert.Equal(2 * 3, stopped.Count(activity => activity.TraceId == test.TraceId));
    }

    [Fact]
    public async Task AnswerAsync_Measured_TokensBatchesAndQueue()
    {
        var measured = new ConcurrentQueue<(string Name, double Value, string? Type)>();
        using var listener = Listen(Note);

        var answer = await Pipeline(false).AnswerAsync(Question, Token);

        Assert.Equal(answer.Usage!.OutputTokens, Of("scicot.token.usage", "output").Sum());
        Assert.Equal(answer.Usage.InputTokens, Of("scicot.token.usage", "input").Sum());
        Assert.Equal([1, 1], Of("scicot.batch.size"));
        Assert.Equal([1, -1, 1, -1], Of("scicot.queue.length"));
        Assert.Equal(2, Of("scicot.queue.duration").Count());
        Assert.Equal(2, Of("gen_ai.server.request.duration").Count());

        IEnumerable<double> Of(string name, string? type = null) => measured.Where(one => one.Name == name && one.Type == type).Select(one => one.Value);

        void Note(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? _)
        {
            string? type = null;
            bool own = false;
            foreach (var tag in tags)
            {
                own |= tag is { Key: "gen_ai.request.model", Value: string model } && model == _name;
                if (tag.Key == "gen_ai.token.type")
                    type = (string?)tag.Value;
            }

            if (own)
                measured.Enqueue((instrument.Name, value, type));
        }
    }

    [Fact]
    public async Task TwoPipelinesOnOneModel_AreToldApart_AndOnlyTheHostCountsTokensOfAChatClient()
    {
        var measured = new ConcurrentQueue<(string Name, double Value, string? Pipeline)>();
        using var listener = Listen(Note);
        string first = _name + "-first", second = _name + "-second";

        await Named(first).AnswerAsync(Question, Token);
        await Named(second).AnswerAsync(Question, Token);
        await Named(second).AnswerAsync(Question, Token);

        Assert.Equal((2, 4), (Count("scicot.stage.duration", first), Count("scicot.stage.duration", second)));
        Assert.Equal((2, 4), (Count("scicot.batch.size", first), Count("scicot.batch.size", second)));
        Assert.Equal((2, 4), (Count("gen_ai.server.request.duration", first), Count("gen_ai.server.request.duration", second)));
        Assert.Equal((3, 6), (Count("scicot.token.usage", first), Count("scicot.token.usage", second)));
        Assert.Equal(0, measured.Where(one => one.Name == "scicot.queue.length" && one.Pipeline == first).Sum(one => one.Value));
        Assert.DoesNotContain(measured, one => one.Name == "gen_ai.client.token.usage");

        SciCoTPipeline Named(string name) => new(new T5RationaleStudent(_model, new GenerationOptions { MaxNewTokens = 6 }), new T5AnswerStudent(_model), name: name);

        int Count(string instrument, string pipeline) => measured.Count(one => one.Name == instrument && one.Pipeline == pipeline);

        void Note(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? _)
        {
            string? pipeline = null;
            foreach (var tag in tags)
            {
                if (tag.Key == "scicot.pipeline")
                    pipeline = (string?)tag.Value;
            }

            measured.Enqueue((instrument.Name, value, pipeline));
        }
    }

    [Fact]
    public async Task AnswerAsync_StageFails_ItsDurationSaysWhy()
    {
        var stages = new ConcurrentQueue<(string? Stage, string? Error)>();
        using var listener = Listen((instrument, _, tags, _) =>
        {
            if (instrument.Name != "scicot.stage.duration")
                return;
            var named = tags.ToArray().ToDictionary(tag => tag.Key, tag => tag.Value as string);
            stages.Enqueue((named["scicot.stage"], named.GetValueOrDefault("error.type")));
        });

        var pipeline = new SciCoTPipeline(new EchoRationaleStudent(), new FailingAnswerStudent());
        await Assert.ThrowsAsync<TelemetryTestException>(() => pipeline.AnswerAsync(Question, Token));

        Assert.Contains(("answer", typeof(TelemetryTestException).FullName), stages);
        Assert.Contains(("rationale", null), stages);
    }

    /// <summary>Calls <paramref name="note"/> for every measurement of the library.</summary>
    private static MeterListener Listen(MeasurementCallback<double> note)
    {
        var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Meter.Name == "SciCoT")
                    self.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<int>((instrument, value, tags, state) => note(instrument, value, tags, state));
        listener.SetMeasurementEventCallback(note);
        listener.Start();
        return listener;
    }

    private SciCoTPipeline Pipeline(bool sensitive) =>
        new(new T5RationaleStudent(_model, new GenerationOptions { MaxNewTokens = 6 }), new T5AnswerStudent(_model), enableSensitiveData: sensitive);

    private sealed class TelemetryTestException : Exception;

    private sealed class FailingAnswerStudent : IAnswerStudent
    {
        public Task<IReadOnlyList<AnswerPrediction>> AnswerAsync(IReadOnlyList<ExplainedQuestion> questions, CancellationToken cancellationToken = default) =>
            Task.FromException<IReadOnlyList<AnswerPrediction>>(new TelemetryTestException());
    }
}
