using TorchSharp;
using static TorchSharp.torch;

namespace SciCoT.Models.Inference;

/// <summary>Reads how long the sources of a batch are.</summary>
internal static class SourceLengths
{
    /// <summary>The number of tokens of each source.</summary>
    /// <param name="attentionMask"><c>[sources, source]</c>, int64, 1 for a token, 0 for padding.</param>
    /// <returns><see langword="null"/> where a source is empty, or where padding is not all at its end: that is for torch.</returns>
    public static int[]? TryRead(Tensor attentionMask)
    {
        int padded = checked((int)attentionMask.shape[1]);
        long[] mask = attentionMask.cpu().to_type(ScalarType.Int64).data<long>().ToArray();
        var lengths = new int[mask.Length / padded];
        for (int source = 0; source < lengths.Length; source++)
        {
            var row = mask.AsSpan(source * padded, padded);
            int length = row.IndexOf(0);
            if (length < 0)
                length = padded;
            if (length == 0 || row[..length].ContainsAnyExcept(1) || row[length..].ContainsAnyExcept(0))
                return null;
            lengths[source] = length;
        }

        return lengths;
    }
}
