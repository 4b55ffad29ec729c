using static TorchSharp.torch;

namespace SciCoT.Training.Optimizers;

/// <summary>An optimizer that clips on the way, which saves a pass over all gradients.</summary>
internal interface IScalingOptimizer : IOptimizer
{
    /// <summary>Makes one update with gradients multiplied by a factor; what they hold afterwards is not defined.</summary>
    /// <param name="gradients">For each parameter, in the order of the groups.</param>
    /// <param name="learningRate">The learning rate of this update.</param>
    /// <param name="gradientScale">The factor.</param>
    void Step(Tensor[] gradients, double learningRate, double gradientScale);
}
