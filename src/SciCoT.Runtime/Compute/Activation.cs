namespace SciCoT.Compute;

/// <summary>The activations that kernels know.</summary>
internal enum Activation
{
    Relu,

    /// <summary>The tanh approximation of GELU (arXiv 1606.08415).</summary>
    GeluTanh,

    Silu,
}
