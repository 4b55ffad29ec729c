using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace SciCoT.Compute;

/// <summary>The memory behind a tensor.</summary>
internal static unsafe class TensorMemory
{
    /// <summary>The first number of a contiguous tensor on the CPU, which must live as long as the address is used.</summary>
    public static void* Address(Tensor tensor)
    {
        if (!tensor.is_contiguous())
            throw new InvalidOperationException("Only a contiguous tensor can be read from its address.");
        if (tensor.numel() * tensor.element_size() <= int.MaxValue)
            return Unsafe.AsPointer(ref MemoryMarshal.GetReference(tensor.bytes));
        using var flat = tensor.view(-1); // a span of the whole could not be so long
        using var first = flat.narrow(0, 0, 1);
        return Unsafe.AsPointer(ref MemoryMarshal.GetReference(first.bytes));
    }
}
