using static TorchSharp.torch;

namespace SciCoT.Training.Optimizers;

/// <summary>What the optimizers keep between updates: tensors beside the parameters.</summary>
internal static class OptimizerState
{
    /// <summary>A tensor of zeros for each parameter; the caller owns them.</summary>
    public static Tensor[] Zeros(IReadOnlyList<ParameterGroup> groups, Func<Tensor, long[]> shape) =>
        [.. groups.SelectMany(g => g.Parameters).Select(p => zeros(shape(p), dtype: p.dtype, device: p.device).DetachFromDisposeScope())];

    /// <summary>Names tensors after their kind and their parameter; empty ones are left out.</summary>
    public static IReadOnlyDictionary<string, Tensor> Named(IReadOnlyList<ParameterGroup> groups, params (string Kind, Tensor[] Tensors)[] kinds)
    {
        var names = groups.SelectMany(g => g.Names).ToArray();
        return kinds
            .SelectMany(kind => kind.Tensors.Select((tensor, i) => (Name: $"{kind.Kind}.{names[i]}", Tensor: tensor)))
            .Where(entry => entry.Tensor.numel() > 0)
            .ToDictionary(StringComparer.Ordinal);
    }

    public static void Dispose(params Tensor[][] kinds)
    {
        foreach (var tensor in kinds.SelectMany(tensors => tensors))
            tensor.Dispose();
    }
}
