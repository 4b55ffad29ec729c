using SciCoT.Compute;
using SciCoT.Fused;
using SciCoT.Models.T5;
using static TorchSharp.torch;

namespace SciCoT.Models.Layers;

/// <summary>The feed-forward layer: <c>wo(act(wi x))</c>, or gated <c>wo(act(wi_0 x) * wi_1 x)</c> (arXiv 2002.05202).</summary>
internal sealed class T5FeedForward : nn.Module<Tensor, Tensor>
{
    public readonly T5Linear? wi;
    public readonly T5Linear? wi_0;
    public readonly T5Linear? wi_1;
    public readonly T5Linear wo;

    private readonly Func<Tensor, Tensor> _activation;
    private readonly T5Config _config;

    public T5FeedForward(T5Config config)
        : base(nameof(T5FeedForward))
    {
        _activation = TorchActivation.FromProjection(config.FeedForwardProjection);
        _config = config;
        if (config.IsGated)
        {
            wi_0 = new T5Linear(config.FeedForwardSize, config.ModelSize);
            wi_1 = new T5Linear(config.FeedForwardSize, config.ModelSize);
        }
        else
        {
            wi = new T5Linear(config.FeedForwardSize, config.ModelSize);
        }

        wo = new T5Linear(config.ModelSize, config.FeedForwardSize);
        RegisterComponents();
    }

    /// <summary>Whether the layer is computed as one operation: in training. Otherwise every rounding is that of the reference.</summary>
    public bool IsFused(Tensor hidden) => training && Fusion.Applies(hidden) && T5Activation.KernelOf(_config.FeedForwardProjection) is not null && T5Linear.ArePlain(wi, wi_0, wi_1, wo);

    /// <summary>The layer with its norm, dropout and residual connection as one operation.</summary>
    public Tensor Fused(T5LayerNorm norm, Tensor hidden) => FusedFeedForward.Of(
        _config.LayerNormEpsilon, T5Activation.KernelOf(_config.FeedForwardProjection)!.Value, (DropoutMask.Next(_config.DropoutRate), DropoutMask.Next(_config.DropoutRate)),
        hidden, norm.weight, (wi ?? wi_0!).weight, wi_1?.weight, wo.weight);

    public override Tensor forward(Tensor x)
    {
        var inner = wi is not null
            ? _activation(wi.forward(x))
            : _activation(wi_0!.forward(x)) * wi_1!.forward(x);
        return wo.forward(T5Dropout.Apply(inner, _config.DropoutRate, training));
    }
}
