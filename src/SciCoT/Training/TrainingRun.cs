using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using SciCoT.Compute;
using SciCoT.Distributed;
using SciCoT.IO;
using SciCoT.Models;
using SciCoT.Training.Batches;
using SciCoT.Training.Checkpoints;
using SciCoT.Training.DataParallel;
using SciCoT.Training.Optimizers;
using SciCoT.Training.Plans;
using static TorchSharp.torch;

namespace SciCoT.Training;

/// <summary>The training loop, with all that lives as long as it.</summary>
internal sealed class TrainingRun : IDisposable
{
    /// <summary>About how many points the curve of losses has, beside those of the evaluations.</summary>
    private const int CurvePoints = 100;

    /// <summary>Steps after which the ranks' weights are compared; it takes about as long as a hundredth of one.</summary>
    private const int CompareEvery = 50;

    private readonly T5Model _model;
    private readonly TrainingOptions _options;
    private readonly IReadOnlyList<Seq2SeqExample> _training;
    private readonly BatchSampler _sampler;
    private readonly IOptimizer _optimizer;
    private readonly TrainingStep _step;
    private readonly ValidationSet? _validation;
    private readonly ModelSnapshot? _best;
    private readonly TrainingCheckpoints? _checkpoints;
    private readonly IReadOnlyList<ITrainingEvaluator> _evaluators;
    private readonly IProcessGroup _group;
    private readonly int _totalSteps;
    private readonly List<string> _warnings = [];
    private TrainingState _state = new();
    private TrainingState? _saved;
    private bool _isToStop;

    public TrainingRun(
        T5Model model,
        TrainingOptions options,
        IReadOnlyList<Seq2SeqExample> training,
        IReadOnlyList<Seq2SeqExample> validation,
        string? checkpointDirectory,
        IReadOnlyList<ITrainingEvaluator> evaluators,
        JsonObject? start,
        JsonObject? begun,
        PlanChange whenPlanDiffers,
        IProcessGroup group,
        CancellationToken cancellationToken)
    {
        (_model, _options, _training, _evaluators, _group) = (model, options, training, evaluators, group);
        _sampler = new BatchSampler(new BatchPlan(training, options.BatchSize, options.TokensPerBatch), options.Seed);
        _totalSteps = options.TotalSteps ?? StepsOf(options, training.Count, _sampler, cancellationToken);

        var groups = ParameterGroup.Of(model, options.WeightDecay, options.WeightDecayOnNorms, options.WeightDecayOnPositionBias);
        _optimizer = options.CustomOptimizer is { } own ? own.Create(groups)
            : options.Optimizer == OptimizerKind.AdamW ? new AdamW(groups, options.Beta1, options.Beta2, options.Epsilon)
            : new Adafactor(groups, options.Adafactor);
        _step = new TrainingStep(model, groups, _optimizer, options.MaxGradientNorm, options.LabelSmoothing, options.ComputePrecision, group);
        model.UseGradientCheckpointing(options.GradientCheckpointing);
        if (validation.Count > 0)
            _validation = new ValidationSet(validation, new BatchPlan(validation, options.BatchSize, options.TokensPerBatch), group);
        if (validation.Count > 0 || evaluators.Count > 0)
            _best = new ModelSnapshot(model);
        if (training.Count(example => example.IsTruncated) is > 0 and var cut)
            _warnings.Add($"{cut} of {training.Count} training examples were cut to a limit of tokens.");

        if (checkpointDirectory is not null && group.IsLeader())
            _checkpoints = new TrainingCheckpoints(checkpointDirectory, options.KeepCheckpoints, PlanOf(start, begun, validation), whenPlanDiffers);
    }

    private static int StepsOf(TrainingOptions options, int examples, BatchSampler sampler, CancellationToken cancellationToken)
    {
        int accumulated = options.GradientAccumulationSteps;
        long steps = (sampler.Count(options.Epochs, (long)int.MaxValue * accumulated, cancellationToken) + accumulated - 1) / accumulated;
        return steps <= int.MaxValue
            ? (int)steps
            : throw new ArgumentException(FormattableString.Invariant($"{nameof(TrainingOptions.Epochs)} is {options.Epochs}: with {examples} examples that is more than {int.MaxValue} updates. Give fewer epochs, larger batches, or {nameof(TrainingOptions.TotalSteps)}."));
    }

    /// <summary>The plan that checkpoints keep; where it goes on with an earlier version's work, it stays as that wrote it.</summary>
    private JsonObject PlanOf(JsonObject? start, JsonObject? begun, IReadOnlyList<Seq2SeqExample> validation)
    {
        var plan = TrainingPlan.Of(_model.Config, _model.Adapter?.Config, _options, _training, validation, start);
        if (begun is not null)
            LaterOptions.Trim(plan["options"]!.AsObject(), begun);
        return plan;
    }

    private bool StoppedEarly => _state.EvaluationsWithoutImprovement >= _options.EarlyStoppingPatience;

    private bool Finished => _state.Step >= _totalSteps || StoppedEarly;

    private bool EvaluationDue =>
        _best is not null && _state.EvaluatedStep < _state.Step && (_state.Step % _options.EvaluateEverySteps == 0 || _state.Step == _totalSteps);

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
                ThrowIfToStop(cancellationToken);
                var report = Step(meter, cancellationToken);
                if (EvaluationDue)
                {
                    var evaluation = Evaluate(cancellationToken);
                    report = report with { ValidationLoss = evaluation.Loss, Metrics = evaluation.Metrics };
                }

                TrainingMetrics.Record(report, meter.StepTokens, meter.StepSeconds);
                progress?.Report(report with { Warning = meter.Steps == 1 && _warnings.Count > 0 ? string.Join(" ", _warnings) : null });
                if (Finished || _state.Step % _options.CheckpointEverySteps == 0)
                    Save();
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested || _isToStop)
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
            BestMetrics = _state.BestMetrics ?? new Dictionary<string, double>(),
            TruncatedExamples = _training.Count(example => example.IsTruncated),
            PaddingShare = meter.PaddingShare,
            SmoothedLoss = _state.SmoothedLoss!.Value,
            Curve = _state.Curve,
            StoppedEarly = StoppedEarly && _state.Step < _totalSteps,
            ContinuedFromStep = continued,
            Elapsed = meter.Elapsed,
            Warnings = _warnings,
        };
    }

    public void Dispose()
    {
        _step.Dispose();
        _optimizer.Dispose();
        _best?.Dispose();
        _checkpoints?.Dispose();
    }

    /// <summary>Alone, a wish to stop counts at once; ranks stop together, after the step with which one of them has said so.</summary>
    private void ThrowIfToStop(CancellationToken cancellationToken)
    {
        if (_group.Size == 1)
            cancellationToken.ThrowIfCancellationRequested();
        else if (_isToStop)
            throw new OperationCanceledException("A rank of the training was told to stop.", cancellationToken);
    }

    private TrainingProgress Step(TrainingMeter meter, CancellationToken cancellationToken)
    {
        long start = Stopwatch.GetTimestamp();
        // Epochs shuffle with the other streams; each rank drops others, the first the same as a single process.
        DropoutMask.Stream = SplitMix64.ForStream(unchecked(_options.Seed + _group.Rank * (long)SplitMix64.Gamma), ~_state.Step).Next();
        var batches = new int[_options.GradientAccumulationSteps][];
        for (int i = 0; i < batches.Length; i++)
            batches[i] = _sampler.Next();

        double learningRate = LearningRate.Of(_options, _state.Step, _totalSteps);
        var result = _step.Run(_training, batches, learningRate, _group.Size > 1 && cancellationToken.IsCancellationRequested);
        var (loss, norm, notFinite) = result;
        if (!double.IsFinite(loss) || !double.IsFinite(norm))
            throw new TrainingDivergedException(_state.Step + 1, [.. batches.SelectMany(b => b).Select(i => _training[i].Id)], loss, norm, notFinite);

        _isToStop = result.IsToStop;
        _state = _state.AfterStep(loss, _sampler.State, Math.Max(1, _totalSteps / CurvePoints));
        if (_state.Step % CompareEvery == 0 || _state.Step == _totalSteps)
            RankAgreement.Check(_group, _state.Step, _model.TrainedParameters().Select(p => (Tensor)p.parameter));
        meter.Count(batches, start);
        return meter.Report(_state, loss, norm, learningRate);
    }

    private StepEvaluation Evaluate(CancellationToken cancellationToken)
    {
        _model.eval();
        try
        {
            using var _ = no_grad();
            // A rank that stops in the middle would leave the others waiting.
            var stop = _group.Size == 1 ? cancellationToken : CancellationToken.None;
            var evaluation = new StepEvaluation(
                _validation?.Loss(_model, stop),
                _evaluators.ToDictionary(evaluator => evaluator.Name, evaluator => _group.Size == 1 ? evaluator.Evaluate(_model, stop) : evaluator.Evaluate(_model, _group, stop), StringComparer.Ordinal));
            _state = _state.AfterEvaluation(evaluation, Score(evaluation));
            if (_state.BestStep == _state.Step)
                _best!.Take();
            return evaluation;
        }
        finally
        {
            _model.train();
        }
    }

    /// <summary>What steps are compared by; lower is better.</summary>
    private double Score(StepEvaluation evaluation)
    {
        if (_options.BestMetric is not { } metric)
            return evaluation.Loss ?? -_state.Step; // without a measure the newest is the best
        bool higherIsBetter = _evaluators.First(evaluator => evaluator.Name == metric).HigherIsBetter;
        return higherIsBetter ? -evaluation.Metrics[metric] : evaluation.Metrics[metric];
    }

    private int? Continue()
    {
        if (Shared(() => _checkpoints?.Load(_model, _optimizer, _best, _warnings)) is not { } state)
            return null;
        _state = _saved = state;
        _sampler.State = state.Sampler;
        _optimizer.Steps = state.Step;
        return state.Step;
    }

    /// <summary>What rank 0 loads, or began with, on all ranks.</summary>
    private TrainingState? Shared(Func<TrainingState?> load)
    {
        if (_group.Size == 1)
            return load();
        var loaded = _group.FromLeader(() => load() is { } found ? JsonSerializer.SerializeToUtf8Bytes(found, CheckpointJson.Default.TrainingState) : []);
        RankAgreement.Share(_group, _model.TrainedParameters().Select(p => KeyValuePair.Create(p.name, (Tensor)p.parameter)));
        if (loaded.Length == 0)
            return null;
        RankAgreement.Share(_group, _optimizer.State);
        if (_best is not null)
            RankAgreement.Share(_group, _best.Tensors);
        return OutsideJson.Deserialize(loaded, CheckpointJson.Default.TrainingState, "the checkpoint that rank 0 sent");
    }

    private void Save()
    {
        if (_checkpoints is null || _saved == _state)
            return;
        _checkpoints.Save(_model, _optimizer, _best, _state);
        _saved = _state;
    }
}
