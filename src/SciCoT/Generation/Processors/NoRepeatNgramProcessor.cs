using SciCoT.Models;
using static TorchSharp.torch;

namespace SciCoT.Generation.Processors;

/// <summary>Forbids every token that would complete an n-gram which the row has already.</summary>
internal sealed class NoRepeatNgramProcessor(int size) : ILogitsProcessor
{
    public Tensor Apply(Tensor scores, IReadOnlyList<IReadOnlyList<int>> histories)
    {
        long vocabulary = scores.shape[1];
        long[] forbidden = [.. histories.SelectMany((history, row) => Completions(history).Select(token => row * vocabulary + token))];
        if (forbidden.Length > 0)
            scores.view(-1).index_fill_(0, tensor(forbidden, device: scores.device), KeptScalar.Of(double.NegativeInfinity));
        return scores;
    }

    /// <summary>The tokens that followed earlier occurrences of the last <c>size − 1</c> tokens.</summary>
    private IEnumerable<int> Completions(IReadOnlyList<int> history)
    {
        int tail = history.Count - (size - 1);
        for (int start = 0; start < tail; start++)
        {
            int matched = 0;
            while (matched < size - 1 && history[start + matched] == history[tail + matched])
                matched++;
            if (matched == size - 1)
                yield return history[start + size - 1];
        }
    }
}
