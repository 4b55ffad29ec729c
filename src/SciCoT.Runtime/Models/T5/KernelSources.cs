using SciCoT.Compute;

namespace SciCoT.Models.T5;

/// <summary>Sources after the encoder in kernels: the tokens of all of them one after another, without padding.</summary>
internal sealed unsafe class KernelSources(T5Weights weights, int[] lengths, NativeBuffer memory) : IEncodedSources
{
    public int Count => lengths.Length;

    /// <summary>The encoder's output, <c>[tokens, model]</c>.</summary>
    public ReadOnlySpan<float> Memory => new(memory.Pointer, checked(lengths.Sum() * weights.Config.ModelSize));

    public IDecoder StartDecoder(int rowsPerSource, int maxLength)
    {
        using var use = weights.Use();
        var decoder = new KernelDecoderState(weights, memory.Pointer, lengths, rowsPerSource, maxLength, ComputeThreads.Count);
        GC.KeepAlive(this);
        return decoder;
    }

    public void Dispose() => memory.Dispose();
}
