using System.Diagnostics;
using SciCoT.Students;
using SciCoT.Students.Serving;

namespace SciCoT;

/// <summary>One call of a pipeline as traces and metrics see it: an activity with one below it for each stage.</summary>
internal sealed class PipelineCall : IDisposable
{
    public const string RationaleStage = "rationale";
    public const string AnswerStage = "answer";

    private readonly long _start = Stopwatch.GetTimestamp();
    private readonly TokenTally _tally;
    private readonly string? _pipeline;
    private readonly Activity? _activity;
    private readonly PipelineLoad _load;
    private readonly bool _sensitive;
    private bool _answered;

    private PipelineCall(Activity? activity, string? pipeline, PipelineLoad load, bool sensitive)
    {
        _tally = new TokenTally(pipeline);
        _pipeline = pipeline;
        _activity = activity;
        _load = load;
        _sensitive = sensitive;
        load.Begin();
    }

    public TimeSpan Elapsed => Stopwatch.GetElapsedTime(_start);

    /// <summary>The tokens so far; <see langword="null"/> where no model of ours has counted any.</summary>
    public TokenUsage? Usage => _tally.Input == 0 ? null : new TokenUsage(_tally.Input, _tally.Output);

    /// <param name="questions">What is asked.</param>
    /// <param name="pipeline">The pipeline's name, where it has one.</param>
    /// <param name="load">What the call is counted in.</param>
    /// <param name="sensitive">Whether texts are recorded.</param>
    public static PipelineCall Begin(IReadOnlyList<ScienceQuestion> questions, string? pipeline, PipelineLoad load, bool sensitive)
    {
        var activity = SciCoTTelemetry.Activities.StartActivity("scicot.answer");
        activity?.SetTag("gen_ai.operation.name", "text_completion").SetTag("gen_ai.provider.name", SciCoTTelemetry.ProviderName).SetTag("scicot.question.count", questions.Count).SetTag(SciCoTTelemetry.PipelineTag, pipeline);
        if (sensitive)
            activity?.SetTag("scicot.question.text", questions.Select(question => string.Join(' ', question.Choices.Select(choice => $"({choice.Label}) {choice.Text}").Prepend(question.Stem))).ToArray());
        return new PipelineCall(activity, pipeline, load, sensitive);
    }

    /// <summary>Runs a stage and records how long it took and how it ended.</summary>
    public async Task<T> RunAsync<T>(string stage, Func<Task<T>> run)
    {
        long start = Stopwatch.GetTimestamp();
        using var activity = SciCoTTelemetry.Activities.StartActivity("scicot." + stage + "_stage");
        using var tally = new TokenTally();
        var tags = new TagList { { "scicot.stage", stage } };
        if (_pipeline is not null)
            tags.Add(SciCoTTelemetry.PipelineTag, _pipeline);
        try
        {
            return await run().ConfigureAwait(false);
        }
        catch (Exception e)
        {
            var type = e.GetType().FullName;
            tags.Add("error.type", type);
            activity?.SetTag("error.type", type).SetStatus(ActivityStatusCode.Error);
            _activity?.SetTag("error.type", type).SetStatus(ActivityStatusCode.Error);
            throw;
        }
        finally
        {
            activity?.SetTag("gen_ai.usage.input_tokens", tally.Input).SetTag("gen_ai.usage.output_tokens", tally.Output);
            SciCoTTelemetry.StageDuration.Record(Stopwatch.GetElapsedTime(start).TotalSeconds, tags);
        }
    }

    public void Conclude(IReadOnlyList<Answer> answers)
    {
        _answered = true;
        _load.Answer();
        if (_activity is null)
            return;
        _activity.SetTag("gen_ai.usage.input_tokens", _tally.Input).SetTag("gen_ai.usage.output_tokens", _tally.Output);
        if (!_sensitive)
            return;
        _activity.SetTag("scicot.rationale.text", answers.SelectMany(answer => answer.Rationales).ToArray());
        _activity.SetTag("scicot.answer.text", answers.Select(answer => answer.Text).ToArray());
    }

    public void Dispose()
    {
        _load.End(_answered);
        _tally.Dispose();
        _activity?.Dispose();
    }
}
