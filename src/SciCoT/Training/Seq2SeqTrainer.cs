using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using SciCoT.Compute;
using SciCoT.Distributed;
using SciCoT.Models;
using SciCoT.Training.Checkpoints;
using SciCoT.Training.Plans;
using static TorchSharp.torch;

namespace SciCoT.Training;

/// <summary>Trains a T5 model on pairs of source and target by teacher forcing.</summary>
/// <remarks>
/// <para>Not safe for concurrent callers. Training blocks the calling thread; callers that may not block use <c>Task.Run</c>.</para>
/// <para>
/// Dropout draws from a stream of the training's own, which is seeded anew at every step from <see cref="TrainingOptions.Seed"/>
/// and the step's number. A training is therefore repeated and continued bit for bit on the same machine with the same number
/// of threads, whatever else the process computes meanwhile.
/// </para>
/// </remarks>
/// <include file="Examples.xml" path="examples/Seq2SeqTrainer/example"/>
public sealed class Seq2SeqTrainer
{
    private readonly T5Model _model;
    private readonly TrainingOptions _options;

    /// <summary>Makes a trainer.</summary>
    /// <param name="model">The model to train, in float32; it stays the caller's.</param>
    /// <param name="options">How it is trained.</param>
    /// <exception cref="ArgumentException">An option is out of range, or the model is not float32.</exception>
    public Seq2SeqTrainer(T5Model model, TrainingOptions options)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        if (model.TrainedParameters().FirstOrDefault(p => p.parameter.dtype != ScalarType.Float32).parameter is { } narrow)
            throw new ArgumentException($"The model's weights are {narrow.dtype}; small updates would be lost in them. Load the model with dtype float32 for training.", nameof(model));
        (_model, _options) = (model, options);
    }

    /// <summary>What is measured beside the validation loss each time that one is.</summary>
    /// <value>None by default.</value>
    public IReadOnlyList<ITrainingEvaluator> Evaluators { get; init; } = [];

    /// <summary>What happens where checkpoints are of a training under another plan.</summary>
    /// <value>The default is <see cref="PlanChange.Refuse"/>.</value>
    public PlanChange WhenPlanDiffers { get; init; }

    /// <summary>
    /// The processes that train together. All of them call <see cref="Train"/> with the same model, options and examples. Of every batch each
    /// takes its share, so <see cref="TrainingOptions.BatchSize"/> counts the examples of all ranks together.
    /// </summary>
    /// <remarks>
    /// All ranks begin with the weights of rank 0 and have the same bits after every step, which is checked by hash every 50 steps. Rank 0
    /// writes and reads checkpoints and reports progress. A training is repeated and continued bit for bit with the same number of ranks;
    /// with another number it follows the same batches to within rounding, and with dropout draws other masks.
    /// </remarks>
    /// <value>The default is <see cref="ProcessGroup.Single"/>.</value>
    public IProcessGroup Group { get; init; } = ProcessGroup.Single;

    /// <summary>What the model started from, as far as checkpoints shall keep it.</summary>
    internal JsonObject? Start { get; init; }

    /// <summary>Trains the model.</summary>
    /// <param name="training">The examples to learn from.</param>
    /// <param name="validation">Examples that decide which step's weights are kept; may be empty.</param>
    /// <param name="checkpointDirectory">
    /// Where checkpoints go. If there are some from the same model, options and examples, training continues from the newest
    /// that is undamaged. The folder <c>checkpoint-…</c> of each is a Hugging Face model folder too.
    /// </param>
    /// <param name="progress">Told about each step.</param>
    /// <param name="cancellationToken">Ends training at the next step, with a checkpoint if there is a folder for it.</param>
    /// <returns>How the training ended. The model has the best weights, and is in the mode it was in before.</returns>
    /// <exception cref="ArgumentException">There is no training example, or one is not computable; the message names it.</exception>
    /// <exception cref="InvalidOperationException">Every parameter of the model is frozen.</exception>
    /// <exception cref="PlanMismatchException">The checkpoints are of another training; the message tells what differs.</exception>
    /// <exception cref="FolderInUseException">Another training writes checkpoints there.</exception>
    /// <exception cref="TrainingDivergedException">A loss or gradient norm was not finite; the update was not applied.</exception>
    /// <exception cref="ObjectDisposedException">The model is disposed of, or was during the training.</exception>
    /// <exception cref="OperationCanceledException">Training was cancelled; the model has the weights of the last step made.</exception>
    public TrainingResult Train(
        IReadOnlyList<Seq2SeqExample> training,
        IReadOnlyList<Seq2SeqExample> validation,
        string? checkpointDirectory = null,
        IProgress<TrainingProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(training);
        ArgumentNullException.ThrowIfNull(validation);
        if (training.Count == 0)
            throw new ArgumentException("There is no training example.", nameof(training));
        Seq2SeqExample.Validate(training, _model.Config.VocabularySize, nameof(training));
        Seq2SeqExample.Validate(validation, _model.Config.VocabularySize, nameof(validation));

        if (_options.BestMetric is { } metric && Evaluators.All(evaluator => evaluator.Name != metric))
            throw new ArgumentException($"{nameof(TrainingOptions)}.{nameof(TrainingOptions.BestMetric)} is '{metric}', which no evaluator is named; there are: {string.Join(", ", Evaluators.Select(evaluator => evaluator.Name))}.");

        using var use = _model.Use(); // the optimizer changes the weights in place
        if (!_model.TrainedParameters().Any(p => p.parameter.requires_grad))
            throw new InvalidOperationException("There is nothing to train: every parameter of the model is frozen. Set requires_grad on those that are to learn.");
        var begun = checkpointDirectory is null ? null : Group.JsonFromLeader(() => TrainingCheckpoints.BegunUnder(checkpointDirectory));
        var options = LaterOptions.AsBegun(begun, _options);
        bool mode = _model.training;
        using var heap = _options.KeepNativeMemory ? NativeHeap.Keep() : null;
        try
        {
            using var run = new TrainingRun(_model, options, training, validation, checkpointDirectory, Evaluators, Start ?? Frozen(checkpointDirectory), begun, WhenPlanDiffers, Group, cancellationToken);
            return run.Execute(Group.IsLeader() ? progress : null, cancellationToken);
        }
        finally
        {
            // Here, as a run that cannot be made has nothing that could be disposed of.
            _model.UseGradientCheckpointing(false);
            DropoutMask.Stream = null;
            if (!_model.IsDisposed)
                _model.train(mode);
        }
    }

    /// <summary>A hash of the weights beside an adapter, which checkpoints do not hold and results depend on.</summary>
    private JsonObject? Frozen(string? checkpointDirectory)
    {
        if (checkpointDirectory is null || _model.Adapter is null)
            return null;
        using var scope = NewDisposeScope();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (name, parameter) in _model.named_parameters().OrderBy(p => p.name, StringComparer.Ordinal))
        {
            hash.AppendData(Encoding.UTF8.GetBytes(name));
            hash.AppendData(parameter.detach().cpu().contiguous().bytes);
        }

        return new JsonObject { [StartPlan.Weights] = "sha256 " + Convert.ToHexStringLower(hash.GetHashAndReset()) };
    }
}
