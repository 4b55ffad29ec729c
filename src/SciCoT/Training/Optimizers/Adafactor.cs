using static TorchSharp.torch;

namespace SciCoT.Training.Optimizers;

/// <summary>
/// Adafactor (arXiv 1804.04235): the second moment of a matrix is kept as the means of its rows and columns. The order of
/// operations is that of <c>transformers.Adafactor</c>.
/// </summary>
internal sealed class Adafactor : IOptimizer
{
    private readonly IReadOnlyList<ParameterGroup> _groups;
    private readonly AdafactorOptions _options;
    private readonly Tensor[] _rows; // of a vector: the whole second moment
    private readonly Tensor[] _columns;
    private readonly Tensor[] _first;

    public Adafactor(IReadOnlyList<ParameterGroup> groups, AdafactorOptions options)
    {
        (_groups, _options) = (groups, options);
        _rows = OptimizerState.Zeros(groups, p => p.dim() > 1 ? p.shape[..^1] : p.shape);
        _columns = OptimizerState.Zeros(groups, p => p.dim() > 1 ? [.. p.shape[..^2], p.shape[^1]] : [0]);
        _first = OptimizerState.Zeros(groups, p => options.Beta1 is null ? [0] : p.shape);
        State = OptimizerState.Named(groups, ("exp_avg_sq_row", _rows), ("exp_avg_sq_col", _columns), ("exp_avg", _first));
    }

    public int Steps { get; set; }

    public IReadOnlyDictionary<string, Tensor> State { get; }

    public void Step(Tensor[] gradients, double learningRate)
    {
        Steps++;
        double beta2 = 1 - Math.Pow(Steps, _options.DecayRate);
        int start = 0;
        foreach (var group in _groups)
        {
            var range = start..(start + group.Parameters.Length);
            TensorKernels.Run(
                "adafactor_",
                [group.Parameters, gradients[range], _rows[range], _columns[range], _first[range]],
                learningRate, _options.ScaleParameter ? 1 : 0, _options.ClipThreshold, _options.GradientEpsilon, _options.ParameterEpsilon,
                _options.Beta1 ?? -1, beta2, group.WeightDecay);
            start = range.End.Value;
        }
    }

    public void Dispose() => OptimizerState.Dispose(_rows, _columns, _first);
}
