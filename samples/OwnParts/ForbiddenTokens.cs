using SciCoT.Generation.Processors;
using static TorchSharp.torch;

namespace OwnParts;

/// <summary>Forbids tokens, such as those of a question mark.</summary>
internal sealed class ForbiddenTokens(params IEnumerable<int> tokens) : ILogitsProcessor
{
    private readonly long[] _tokens = [.. tokens.Select(token => (long)token)];

    public Tensor Apply(Tensor scores, IReadOnlyList<IReadOnlyList<int>> histories) => // [rows, vocabulary]
        scores.index_fill(1, tensor(_tokens, device: scores.device), double.NegativeInfinity);
}
