using static TorchSharp.torch;

namespace SciCoT.Training.Optimizers;

/// <summary>Updates parameters by their gradients. Pass your own in <see cref="TrainingOptions.CustomOptimizer"/>.</summary>
/// <remarks>Not safe for concurrent callers; a training has it to itself, under <c>no_grad</c> inside a dispose scope of each step.</remarks>
/// <include file="Examples.xml" path="examples/IOptimizer/example"/>
public interface IOptimizer : IDisposable
{
    /// <summary>Updates made; set when a training is continued.</summary>
    int Steps { get; set; }

    /// <summary>All that the next update depends on beside <see cref="Steps"/>, under names that stay. The tensors belong to the optimizer.</summary>
    IReadOnlyDictionary<string, Tensor> State { get; }

    /// <summary>Makes one update.</summary>
    /// <param name="gradients">For each parameter, in the order of the groups.</param>
    /// <param name="learningRate">The learning rate of this update.</param>
    void Step(Tensor[] gradients, double learningRate);
}
