using SciCoT.Compute;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SciCoT.Models.Layers;

/// <summary>The two small matrices beside one linear layer.</summary>
/// <remarks>They lie outside the layer's module, so that the base keeps its parameters and their names.</remarks>
internal sealed class LoraLayer : IDisposable
{
    private readonly Scalar _scaling;
    private readonly double _dropout;

    /// <summary>Memory without values beside a layer, in float32 on its device.</summary>
    public LoraLayer(T5Linear linear, LoraConfig config)
    {
        var (output, input) = (linear.weight.shape[0], linear.weight.shape[1]);
        A = Matrix(config.Rank, input);
        B = Matrix(output, config.Rank);
        _scaling = KeptScalar.Of(config.Scaling);
        _dropout = config.Dropout;

        Parameter Matrix(long rows, long columns)
        {
            var matrix = new Parameter(empty(rows, columns, dtype: ScalarType.Float32, device: linear.weight.device));
            matrix.DetachFromDisposeScope();
            return matrix;
        }
    }

    public Parameter A { get; } // [rank, input]

    public Parameter B { get; } // [output, rank]

    /// <summary>Random A, zero B: the layer begins as it was (arXiv 2106.09685, section 4.1; A as PEFT draws it).</summary>
    public void Initialize(Generator generator)
    {
        double bound = 1 / Math.Sqrt(A.shape[1]);
        A.uniform_(-bound, bound, generator);
        B.zero_();
    }

    /// <summary>What is added to the layer's output.</summary>
    /// <param name="x"><c>[…, input]</c>.</param>
    /// <param name="training">Whether inputs are dropped.</param>
    /// <returns><c>[…, output]</c>, in the precision of <paramref name="x"/>.</returns>
    public Tensor forward(Tensor x, bool training)
    {
        var inner = nn.functional.linear(T5Dropout.Apply(x, _dropout, training), A.to_type(x.dtype)); // [..., rank]
        return nn.functional.linear(inner, B.to_type(x.dtype)).mul(_scaling);
    }

    /// <summary>What merging adds to the layer's weight.</summary>
    /// <returns><c>[output, input]</c>, float32.</returns>
    public Tensor WeightChange() => B.matmul(A).mul(_scaling);

    public void Dispose()
    {
        A.Dispose();
        B.Dispose();
    }
}
