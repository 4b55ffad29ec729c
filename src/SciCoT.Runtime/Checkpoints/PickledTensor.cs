using SciCoT.IO;

namespace SciCoT.Checkpoints;

/// <summary>The values of some tensors: one member of the archive.</summary>
/// <param name="Key">The member's name below <c>data/</c>.</param>
/// <param name="Dtype">Its element type, named as safetensors names it.</param>
/// <param name="Elements">How many it holds.</param>
internal sealed record PickledStorage(string Key, string Dtype, long Elements);

/// <summary>A tensor of a pickle: a view of a storage.</summary>
/// <param name="Storage">Where its values are.</param>
/// <param name="Offset">Where it begins, in elements.</param>
/// <param name="Shape">Its dimensions.</param>
/// <param name="Strides">How many elements lie between neighbours, for each dimension.</param>
internal sealed record PickledTensor(PickledStorage Storage, long Offset, long[] Shape, long[] Strides)
{
    private const int MaxDimensions = 8;

    /// <summary>Whether the values lie one after another in the order of the dimensions.</summary>
    public bool IsContiguous
    {
        get
        {
            long expected = 1;
            for (int dimension = Shape.Length - 1; dimension >= 0; dimension--)
            {
                if (Shape[dimension] != 1 && Strides[dimension] != expected)
                    return false;
                expected *= Shape[dimension];
            }

            return true;
        }
    }

    /// <summary>Makes a view that is known to lie inside its storage.</summary>
    /// <exception cref="InvalidFileException">It does not.</exception>
    public static PickledTensor Create(PickledStorage storage, long offset, long[] shape, long[] strides)
    {
        if (shape.Length != strides.Length || shape.Length > MaxDimensions || offset < 0 || shape.Any(n => n < 0) || strides.Any(n => n < 0))
            throw new InvalidFileException($"storage '{ForeignText.Shown(storage.Key)}' has {View()}; expected as many strides as dimensions, at most {MaxDimensions}, and no negative number.");
        Int128 count = 1;
        Int128 last = offset;
        for (int i = 0; i < shape.Length; i++)
        {
            count *= shape[i];
            last += shape[i] == 0 ? 0 : (Int128)(shape[i] - 1) * strides[i];
            if (count > storage.Elements || last >= storage.Elements)
                throw new InvalidFileException($"storage '{ForeignText.Shown(storage.Key)}' has {storage.Elements} elements, but {View()} asks for more.");
        }

        return count == 0 || last < storage.Elements
            ? new PickledTensor(storage, offset, shape, strides)
            : throw new InvalidFileException($"storage '{ForeignText.Shown(storage.Key)}' has {storage.Elements} elements, but {View()} asks for more.");

        string View() => $"a view of [{string.Join(", ", shape.Take(MaxDimensions))}] with strides [{string.Join(", ", strides.Take(MaxDimensions))}] from element {offset}";
    }
}
