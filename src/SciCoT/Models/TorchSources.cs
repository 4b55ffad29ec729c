using TorchSharp;
using static TorchSharp.torch;

namespace SciCoT.Models;

/// <summary>Sources after the encoder in torch, on every device and in every precision.</summary>
internal sealed class TorchSources : IEncodedSources
{
    private readonly T5Model _model;
    private readonly Tensor _memory; // [sources, source, model]
    private readonly Tensor _mask;   // [sources, source]
    private readonly int _moves;

    private TorchSources(T5Model model, Tensor memory, Tensor mask)
    {
        (_model, _memory, _mask, _moves) = (model, memory, mask, model.Moves);
        Count = checked((int)memory.shape[0]);
    }

    public int Count { get; }

    public static TorchSources Encode(T5Model model, IReadOnlyList<IReadOnlyList<int>> sources)
    {
        using var inference = inference_mode();
        using var scope = NewDisposeScope();
        using var batch = PaddedBatch.Create(sources, model.Config.PadTokenId, model.Device);
        var memory = model.Encode(batch.InputIds, batch.AttentionMask);
        return new TorchSources(model, memory.DetachFromDisposeScope(), batch.AttentionMask.alias().DetachFromDisposeScope());
    }

    public IDecoder StartDecoder(int rowsPerSource, int maxLength)
    {
        using var use = T5ModelWeights.Use(_model, _moves);
        using var inference = inference_mode();
        using var scope = NewDisposeScope();
        return new TorchDecoderState(_model, _memory, _mask, rowsPerSource, maxLength);
    }

    public void Dispose()
    {
        _memory.Dispose();
        _mask.Dispose();
    }
}
