using static TorchSharp.torch;

namespace SciCoT.Training.Optimizers;

/// <summary>Adam with decoupled weight decay (arXiv 1711.05101), in one pass over the parameters.</summary>
internal sealed class AdamW : IScalingOptimizer
{
    private readonly IReadOnlyList<ParameterGroup> _groups;
    private readonly Tensor[] _first;
    private readonly Tensor[] _second;
    private readonly double _beta1;
    private readonly double _beta2;
    private readonly double _epsilon;

    public AdamW(IReadOnlyList<ParameterGroup> groups, double beta1, double beta2, double epsilon)
    {
        (_groups, _beta1, _beta2, _epsilon) = (groups, beta1, beta2, epsilon);
        _first = OptimizerState.Zeros(groups, p => p.shape);
        _second = OptimizerState.Zeros(groups, p => p.shape);
        State = OptimizerState.Named(groups, ("exp_avg", _first), ("exp_avg_sq", _second));
    }

    public int Steps { get; set; }

    public IReadOnlyDictionary<string, Tensor> State { get; }

    public void Step(Tensor[] gradients, double learningRate) => Step(gradients, learningRate, gradientScale: 1);

    public void Step(Tensor[] gradients, double learningRate, double gradientScale)
    {
        Steps++;
        int start = 0;
        foreach (var group in _groups)
        {
            var range = start..(start + group.Parameters.Length);
            if (ParameterKernels.Apply(group.Parameters) && ParameterKernels.Apply(gradients[range]))
            {
                var update = new AdamWUpdate(Steps, learningRate, _beta1, _beta2, _epsilon, group.WeightDecay, gradientScale);
                ParameterKernels.AdamW(group.Parameters, gradients[range], _first[range], _second[range], update);
            }
            else
            {
                if (gradientScale != 1)
                    TensorKernels.Scale(gradients[range], gradientScale);
                TensorKernels.Run("adamw_", [group.Parameters, gradients[range], _first[range], _second[range]], Steps, learningRate, _beta1, _beta2, _epsilon, group.WeightDecay);
            }

            start = range.End.Value;
        }
    }

    public void Dispose() => OptimizerState.Dispose(_first, _second);
}
