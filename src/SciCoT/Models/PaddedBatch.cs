using static TorchSharp.torch;

namespace SciCoT.Models;

/// <summary>Rows of tokens of unequal length as one tensor, padded on the right, with the mask that tells tokens from padding.</summary>
/// <param name="InputIds"><c>[batch, longest]</c>, int64.</param>
/// <param name="AttentionMask"><c>[batch, longest]</c>, int64, 1 for a token, 0 for padding.</param>
internal sealed record PaddedBatch(Tensor InputIds, Tensor AttentionMask) : IDisposable
{
    public static PaddedBatch Create(IReadOnlyList<IReadOnlyList<int>> rows, int padTokenId, Device device)
    {
        int longest = rows.Max(row => row.Count);
        var ids = new long[rows.Count * longest];
        var mask = new long[ids.Length];
        Array.Fill(ids, padTokenId);
        for (int row = 0; row < rows.Count; row++)
        {
            for (int i = 0; i < rows[row].Count; i++)
            {
                ids[row * longest + i] = rows[row][i];
                mask[row * longest + i] = 1;
            }
        }

        return new PaddedBatch(
            tensor(ids, [rows.Count, longest], device: device),
            tensor(mask, [rows.Count, longest], device: device));
    }

    public void Dispose()
    {
        InputIds.Dispose();
        AttentionMask.Dispose();
    }
}
