using static TorchSharp.torch;

namespace SciCoT.Generation.Processors;

/// <summary>The processors that some options ask for, in Hugging Face's order.</summary>
internal sealed class LogitsPipeline
{
    private readonly List<ILogitsProcessor> _processors = [];

    public LogitsPipeline(GenerationOptions options, int eosTokenId)
    {
        if (options.RepetitionPenalty != 1)
            _processors.Add(new RepetitionPenaltyProcessor(options.RepetitionPenalty));
        if (options.NoRepeatNgramSize > 0)
            _processors.Add(new NoRepeatNgramProcessor(options.NoRepeatNgramSize));
        if (options.MinNewTokens > 0)
            _processors.Add(new MinNewTokensProcessor(options.MinNewTokens, 1 + options.DecoderPrefix.Count, eosTokenId));
        if (!options.Sample)
            return;

        if (options.Temperature != 1)
            _processors.Add(new TemperatureProcessor(options.Temperature));
        if (options.TopK > 0)
            _processors.Add(new TopKProcessor(options.TopK));
        if (options.TopP < 1)
            _processors.Add(new TopPProcessor(options.TopP));
    }

    /// <inheritdoc cref="ILogitsProcessor.Apply"/>
    public Tensor Apply(Tensor scores, IReadOnlyList<IReadOnlyList<int>> histories)
    {
        foreach (var processor in _processors)
            scores = processor.Apply(scores, histories);
        return scores;
    }
}
