using System.Security.Cryptography;
using SciCoT.Compute;
using SciCoT.Distributed;
using static TorchSharp.torch;

namespace SciCoT.Training.DataParallel;

/// <summary>Keeps tensors the same on all ranks, and finds out where they are not.</summary>
internal static class RankAgreement
{
    /// <summary>Gives all ranks the tensors of rank 0, in the order of their names.</summary>
    public static void Share(IProcessGroup group, IEnumerable<KeyValuePair<string, Tensor>> tensors)
    {
        if (group.Size == 1)
            return;
        using var _ = no_grad();
        foreach (var (_, tensor) in tensors.OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            using var scope = NewDisposeScope();
            var copy = tensor.detach().cpu().contiguous();
            group.Broadcast(Bytes(copy), 0);
            if (!group.IsLeader())
                tensor.copy_(copy);
        }
    }

    /// <summary>Checks that all ranks have the same bits.</summary>
    /// <param name="group">The ranks.</param>
    /// <param name="step">The step after which they are compared.</param>
    /// <param name="tensors">The tensors, in the same order on all ranks.</param>
    /// <exception cref="ProcessGroupException">They differ; the message names the ranks.</exception>
    public static void Check(IProcessGroup group, int step, IEnumerable<Tensor> tensors)
    {
        if (group.Size == 1)
            return;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var tensor in tensors)
        {
            using var scope = NewDisposeScope();
            hash.AppendData(Bytes(tensor.detach().cpu().contiguous()));
        }

        var hashes = group.AllGather(hash.GetHashAndReset());
        int[] others = [.. Enumerable.Range(0, group.Size).Where(rank => !hashes[rank].AsSpan().SequenceEqual(hashes[0]))];
        if (others.Length > 0)
            throw new ProcessGroupException(FormattableString.Invariant($"After step {step} the weights of rank{(others.Length == 1 ? "" : "s")} {string.Join(", ", others)} are not those of rank 0, though all began alike and applied the same sums. Run all ranks on processors of one kind with the same versions of SciCoT, TorchSharp and MPI and the same number of threads, and continue from the last checkpoint."));
    }

    private static unsafe Span<byte> Bytes(Tensor contiguous) => contiguous.numel() == 0
        ? []
        : new(TensorMemory.Address(contiguous), checked((int)(contiguous.numel() * contiguous.element_size())));
}
