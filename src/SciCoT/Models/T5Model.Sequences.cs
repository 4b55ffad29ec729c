using SciCoT.Models.T5;
using TorchSharp;

namespace SciCoT.Models;

/// <summary>The model as searches and students use it: in kernels on a CPU where they can compute it, otherwise in torch.</summary>
/// <include file="Examples.xml" path="examples/T5Model/example"/>
public sealed partial class T5Model : ISequenceModel
{
    int ISequenceModel.VocabularySize => Config.VocabularySize;

    int ISequenceModel.EosTokenId => Config.EosTokenId;

    int ISequenceModel.DecoderStartTokenId => Config.DecoderStartTokenId;

    string? ISequenceModel.Name => Origin;

    int ISequenceModel.Width => Math.Max(Config.FeedForwardSize, Config.InnerSize);

    bool ISequenceModel.ComputesOnCpu => Device.type == DeviceType.CPU;

    void ISequenceModel.PrepareForInference() => eval();

    IEncodedSources ISequenceModel.Encode(IReadOnlyList<IReadOnlyList<int>> sources)
    {
        using var use = Use();
        if (training && Config.DropoutRate > 0)
            throw new InvalidOperationException("The model is in training mode, where dropout changes what it writes; call its eval() first.");
        return T5ModelWeights.TryRead(this) is { } weights ? SourceEncoder.Encode(weights, sources) : TorchSources.Encode(this, sources);
    }
}
