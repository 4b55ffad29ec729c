using System.Diagnostics;
using SciCoT.Training.Checkpoints;

namespace SciCoT.Training;

/// <summary>Counts tokens and time of one run.</summary>
internal sealed class TrainingMeter(IReadOnlyList<Seq2SeqExample> examples, int totalSteps, int firstStep)
{
    private readonly long _start = Stopwatch.GetTimestamp();
    private long _tokens;
    private long _positions;

    /// <summary>Steps made in this run.</summary>
    public int Steps { get; private set; }

    public double PaddingShare => _positions == 0 ? 0 : 1 - (double)_tokens / _positions;

    public TimeSpan Elapsed => Stopwatch.GetElapsedTime(_start);

    /// <summary>Source and target tokens of the last step.</summary>
    public long StepTokens { get; private set; }

    /// <summary>Seconds of the last step.</summary>
    public double StepSeconds { get; private set; }

    /// <param name="batches">The step's batches.</param>
    /// <param name="stepStart">The time stamp of its start.</param>
    public void Count(IReadOnlyList<int[]> batches, long stepStart)
    {
        Steps++;
        StepSeconds = Stopwatch.GetElapsedTime(stepStart).TotalSeconds;
        long before = _tokens;
        foreach (var batch in batches)
        {
            _tokens += batch.Sum(i => (long)examples[i].Source.Length + examples[i].Target.Length);
            _positions += batch.Length * ((long)batch.Max(i => examples[i].Source.Length) + batch.Max(i => examples[i].Target.Length));
        }

        StepTokens = _tokens - before;
    }

    public TrainingProgress Report(TrainingState state, double loss, double gradientNorm, double learningRate)
    {
        var elapsed = Elapsed;
        return new TrainingProgress
        {
            Step = state.Step,
            TotalSteps = totalSteps,
            Loss = loss,
            SmoothedLoss = state.SmoothedLoss!.Value,
            LearningRate = learningRate,
            GradientNorm = gradientNorm,
            TokensPerSecond = _tokens / Math.Max(elapsed.TotalSeconds, 1e-9),
            PaddingShare = PaddingShare,
            ResidentBytes = Environment.WorkingSet,
            Elapsed = elapsed,
            Remaining = elapsed * ((double)(totalSteps - state.Step) / (state.Step - firstStep)),
        };
    }
}
