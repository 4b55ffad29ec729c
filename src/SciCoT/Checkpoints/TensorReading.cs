using SciCoT.Compute;
using static TorchSharp.torch;

namespace SciCoT.Checkpoints;

/// <summary>Reads weights into tensors.</summary>
internal static unsafe class TensorReading
{
    /// <summary>Reads one tensor of a safetensors file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="entry">The tensor; one of the file's header.</param>
    /// <param name="precision">The wanted precision.</param>
    public static Tensor Read(this SafetensorsFile file, SafetensorsEntry entry, ScalarType precision)
    {
        var tensor = empty(entry.Shape, dtype: TypeOf(file.TypeOf(entry)));
        try
        {
            if (tensor.numel() > 0)
                file.ReadTo(entry, (nint)TensorMemory.Address(tensor));
        }
        catch
        {
            tensor.Dispose();
            throw;
        }

        if (tensor.dtype == precision)
            return tensor;
        using (tensor)
            return tensor.to_type(precision);
    }

    /// <summary>Reads one tensor of a pickle.</summary>
    /// <param name="file">The file.</param>
    /// <param name="name">The tensor's name, for messages.</param>
    /// <param name="tensor">The tensor; one of the file's.</param>
    /// <param name="precision">The wanted precision.</param>
    public static Tensor Read(this PickleFile file, string name, PickledTensor tensor, ScalarType precision)
    {
        using var block = file.Read(name, tensor);
        return ToTensor(block, precision);
    }

    /// <summary>Reads one tensor of a checkpoint.</summary>
    /// <param name="files">The checkpoint.</param>
    /// <param name="name">The tensor's name.</param>
    /// <param name="precision">The wanted precision.</param>
    public static Tensor Read(this CheckpointFiles files, string name, ScalarType precision)
    {
        using var block = files.Read(name);
        return ToTensor(block, precision);
    }

    /// <exception cref="InvalidFileException">A value is NaN or infinite; the message names the tensor and the value's place.</exception>
    public static void CheckFinite(Tensor weights, string name, string place)
    {
        if (weights.numel() == 0 || weights.dtype is not (ScalarType.Float32 or ScalarType.BFloat16))
            return;
        var type = TypeOf(weights.dtype);
        FiniteWeights.Check(TensorMemory.Address(weights), weights.numel(), new FiniteWeights(name, place, weights.shape, type), type);
        GC.KeepAlive(weights);
    }

    public static WeightType TypeOf(ScalarType type) => type switch
    {
        ScalarType.Float64 => WeightType.Float64,
        ScalarType.Float32 => WeightType.Float32,
        ScalarType.BFloat16 => WeightType.BFloat16,
        ScalarType.Float16 => WeightType.Float16,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Weights are of a floating point type."),
    };

    private static ScalarType TypeOf(WeightType type) => type switch
    {
        WeightType.Float64 => ScalarType.Float64,
        WeightType.Float32 => ScalarType.Float32,
        WeightType.BFloat16 => ScalarType.BFloat16,
        _ => ScalarType.Float16,
    };

    private static Tensor ToTensor(WeightBlock block, ScalarType precision)
    {
        var tensor = empty(block.Shape, dtype: TypeOf(block.Type));
        if (block.Count > 0)
            Buffer.MemoryCopy(block.Pointer, TensorMemory.Address(tensor), block.Bytes, block.Bytes);
        if (tensor.dtype == precision)
            return tensor;
        using (tensor)
            return tensor.to_type(precision);
    }
}
