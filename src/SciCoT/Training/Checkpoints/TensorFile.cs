using SciCoT.Checkpoints;
using static TorchSharp.torch;

namespace SciCoT.Training.Checkpoints;

/// <summary>Named tensors in a safetensors file, read back into memory that is already there.</summary>
internal static class TensorFile
{
    /// <summary>Writes tensors in float32.</summary>
    public static void Write(string path, IReadOnlyDictionary<string, Tensor> tensors) =>
        SafetensorsWriter.Write(path, [.. tensors], ScalarType.Float32);

    /// <exception cref="InvalidFileException">A tensor is missing or has another shape.</exception>
    public static void Read(string path, IReadOnlyDictionary<string, Tensor> targets)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        using var file = new SafetensorsFile(path);
        var entries = file.Header.Entries.ToDictionary(e => e.Name, StringComparer.Ordinal);
        foreach (var (name, target) in targets)
        {
            if (!entries.TryGetValue(name, out var entry) || !entry.Shape.SequenceEqual(target.shape))
                throw new InvalidFileException($"{path}: expected a tensor '{name}' of shape [{string.Join(", ", target.shape)}]. Remove the folder to continue from the checkpoint before it.");
            target.copy_(file.Read(entry, target.dtype));
        }
    }
}
