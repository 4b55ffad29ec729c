using SciCoT.Models;
using SciCoT.Training.Batches;
using SciCoT.Training.Checkpoints;
using SciCoT.Training.Optimizers;
using static TorchSharp.torch;

namespace SciCoT.Training;

/// <summary>The training loop, with all that lives as long as it.</summary>
internal sealed class TrainingRun : IDisposable
{
    private readonly T5Model _model;
    private readonly TrainingOptions _options;
    private readonly IReadOnlyList<Seq2SeqExample> _training;
    private readonly BatchSampler _sampler;
    private readonly IOptimizer _optimizer;
    private readonly TrainingStep _step;
    private readonly Validation? _validation;
    private readonly ModelSnapshot? _best;
    private readonly TrainingCheckpoints? _checkpoints;
    private readonly int _totalSteps;
    private readonly List<string> _warnings = [];
    private TrainingState _state = new();
    private TrainingState? _saved;

    public TrainingRun(
        T5Model model, TrainingOptions options, IReadOnlyList<Seq2SeqExample> training, IReadOnlyList<Seq2SeqExample> validation, string? checkpointDirectory)
    {
        (_model, _options, _training) = (model, options, training);
        _sampler = new BatchSampler(new BatchPlan(training, options.BatchSize, options.TokensPerBatch), options.Seed);
        _totalSteps = options.TotalSteps ?? checked((int)((_sampler.Count(options.Epochs) + options.GradientAccumulationSteps - 1) / options.GradientAccumulationSteps));

        var groups = ParameterGroup.Of(model, options.WeightDecay, options.WeightDecayOnNorms);
        _optimizer = options.Optimizer == OptimizerKind.AdamW
            ? new AdamW(groups, options.Beta1, options.Beta2, options.Epsilon)
            : new Adafactor(groups, options.Adafactor);
        _step = new TrainingStep(model, groups, _optimizer, options.MaxGradientNorm, options.LabelSmoothing);
        if (validation.Count > 0)
        {
            _validation = new Validation(validation, new BatchPlan(validation, options.BatchSize, options.TokensPerBatch));
            _best = new ModelSnapshot(model);
        }

        if (checkpointDirectory is not null)
            _checkpoints = new TrainingCheckpoints(checkpointDirectory, options.KeepCheckpoints, TrainingFingerprint.Of(model.Config, model.Adapter?.Config, options, training, validation));
    }

    private bool StoppedEarly => _state.EvaluationsWithoutImprovement >= _options.EarlyStoppingPatience;

    private bool Finished => _state.Step >= _totalSteps || StoppedEarly;

    private bool EvaluationDue =>
        _validation is not null && _state.EvaluatedStep < _state.Step && (_state.Step % _options.EvaluateEverySteps == 0 || _state.Step == _totalSteps);

    public TrainingResult Execute(IProgress<TrainingProgress>? progress, CancellationToken cancellationToken)
    {
        int? continued = Continue();
        var meter = new TrainingMeter(_training, _totalSteps, _state.Step);
        _model.train();
        try
        {
            if (EvaluationDue) // a cancellation fell into it
                Evaluate(cancellationToken);
            while (!Finished)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var report = Step(meter);
                if (EvaluationDue)
                    report = report with { ValidationLoss = Evaluate(cancellationToken) };
                progress?.Report(report with { Warning = meter.Steps == 1 && _warnings.Count > 0 ? string.Join(" ", _warnings) : null });
                if (Finished || _state.Step % _options.CheckpointEverySteps == 0)
                    Save();
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            Save();
            throw;
        }

        if (_state.BestStep > 0)
            _best!.Restore();
        return new TrainingResult
        {
            Steps = _state.Step,
            BestStep = _state.BestStep > 0 ? _state.BestStep : _state.Step,
            BestValidationLoss = _state.BestValidationLoss,
            SmoothedLoss = _state.SmoothedLoss!.Value,
            StoppedEarly = StoppedEarly && _state.Step < _totalSteps,
            ContinuedFromStep = continued,
            Elapsed = meter.Elapsed,
            Warnings = _warnings,
        };
    }

    public void Dispose()
    {
        _optimizer.Dispose();
        _best?.Dispose();
    }

    private TrainingProgress Step(TrainingMeter meter)
    {
        manual_seed(unchecked((long)StableRandom.ForStream(_options.Seed, ~_state.Step).Next())); // epochs shuffle with the other streams
        var batches = new int[_options.GradientAccumulationSteps][];
        for (int i = 0; i < batches.Length; i++)
            batches[i] = _sampler.Next();

        double learningRate = LearningRate.Of(_options, _state.Step, _totalSteps);
        var (loss, norm) = _step.Run(_training, batches, learningRate);
        if (!double.IsFinite(loss) || !double.IsFinite(norm))
            throw new TrainingDivergedException(_state.Step + 1, [.. batches.SelectMany(b => b).Select(i => _training[i].Id)], loss, norm);

        _state = _state.AfterStep(loss, _sampler.State);
        meter.Count(batches);
        return meter.Report(_state, loss, norm, learningRate);
    }

    private double Evaluate(CancellationToken cancellationToken)
    {
        double loss = _validation!.Loss(_model, cancellationToken);
        _state = _state.AfterEvaluation(loss);
        if (_state.BestStep == _state.Step)
            _best!.Take();
        return loss;
    }

    private int? Continue()
    {
        if (_checkpoints?.Load(_model, _optimizer, _best, _warnings) is not { } state)
            return null;
        _state = _saved = state;
        _sampler.State = state.Sampler;
        _optimizer.Steps = state.Step;
        return state.Step;
    }

    private void Save()
    {
        if (_checkpoints is null || _saved == _state)
            return;
        _checkpoints.Save(_model, _optimizer, _best, _state);
        _saved = _state;
    }
}
