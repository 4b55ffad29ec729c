using static TorchSharp.torch;

namespace SciCoT.Models;

/// <summary>
/// A caller's tensors, referred to until the end of a call. TorchSharp hands native code the address of a tensor and forgets the tensor:
/// one that is an argument and nothing else may be collected, and its memory freed, while native code reads it.
/// </summary>
internal readonly ref struct KeptTensors(params ReadOnlySpan<Tensor?> tensors)
{
    private readonly Tensor?[] _tensors = tensors.ToArray();

    /// <summary>Lets go of them.</summary>
    public void Dispose() => GC.KeepAlive(_tensors);
}
