using SciCoT.Distributed;
using SciCoT.Models;

namespace SciCoT.Training;

/// <summary>Measures a model while it is trained: the quality of what it writes, or how often it is right.</summary>
/// <remarks>
/// Called on the training's thread between steps, with the model in evaluation mode and without gradients; it leaves the model
/// as it is. Its value decides which weights are kept where <see cref="TrainingOptions.BestMetric"/> names it.
/// </remarks>
/// <include file="Examples.xml" path="examples/ITrainingEvaluator/example"/>
public interface ITrainingEvaluator
{
    /// <summary>The measure's name in progress reports, logs and <see cref="TrainingOptions.BestMetric"/>, such as <c>rouge-l</c>.</summary>
    string Name { get; }

    /// <summary>Whether a higher value is a better one.</summary>
    bool HigherIsBetter { get; }

    /// <summary>Measures the model.</summary>
    /// <exception cref="OperationCanceledException">Cancelled; training then stops with a checkpoint of the step before.</exception>
    double Evaluate(T5Model model, CancellationToken cancellationToken);

    /// <summary>Measures the model in a training of several processes; all ranks call it, with the same model.</summary>
    /// <remarks>The default lets rank 0 measure while the others wait. Evaluators that share the work out implement it.</remarks>
    /// <param name="model">The model.</param>
    /// <param name="group">The ranks.</param>
    /// <param name="cancellationToken">Stops the measurement.</param>
    /// <returns>The same value on all ranks.</returns>
    double Evaluate(T5Model model, IProcessGroup group, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(group);
        return BitConverter.ToDouble(group.FromLeader(() => BitConverter.GetBytes(Evaluate(model, cancellationToken))));
    }
}
