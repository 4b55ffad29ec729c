using TorchSharp;
using static TorchSharp.torch;

namespace SciCoT.Generation.Processors;

/// <summary>Divides the scores: below 1 sharpens the distribution, above 1 flattens it.</summary>
internal sealed class TemperatureProcessor(double temperature) : ILogitsProcessor
{
    private readonly Scalar _temperature = temperature.ToScalar();

    public Tensor Apply(Tensor scores, IReadOnlyList<IReadOnlyList<int>> histories) => scores.div_(_temperature);
}
