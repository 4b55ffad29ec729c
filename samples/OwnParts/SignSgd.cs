using SciCoT.Training;
using SciCoT.Training.Optimizers;
using static TorchSharp.torch;

namespace OwnParts;

/// <summary>signSGD (arXiv 1802.04434): each weight moves by the learning rate against the sign of its gradient.</summary>
internal sealed class SignSgd(IReadOnlyList<ParameterGroup> groups) : IOptimizer
{
    private readonly Tensor[] _parameters = [.. groups.SelectMany(group => group.Parameters)];

    public static CustomOptimizer Factory { get; } = new("sign-sgd", groups => new SignSgd(groups));

    public int Steps { get; set; }

    /// <summary>It keeps nothing between updates.</summary>
    public IReadOnlyDictionary<string, Tensor> State { get; } = new Dictionary<string, Tensor>();

    public void Step(Tensor[] gradients, double learningRate)
    {
        Steps++;
        for (int i = 0; i < _parameters.Length; i++)
            _parameters[i].sub_(gradients[i].sign() * learningRate);
    }

    public void Dispose()
    {
    }
}
