using static TorchSharp.torch;

namespace SciCoT.Generation.Processors;

/// <summary>The processors that some options ask for, in Hugging Face's order.</summary>
internal sealed class LogitsPipeline
{
    private readonly List<ILogitsProcessor> _penalties = [];
    private readonly AllowedContinuations? _allowed;
    private readonly List<ILogitsProcessor> _warpers = [];

    /// <param name="options">What is asked for.</param>
    /// <param name="eosTokenId">The end token.</param>
    /// <param name="allowed">The sequences that may be written, for each source or one set for all; <see langword="null"/> allows everything.</param>
    public LogitsPipeline(GenerationOptions options, int eosTokenId, IReadOnlyList<TokenTrie>? allowed = null)
    {
        int promptLength = 1 + options.DecoderPrefix.Count;
        if (options.RepetitionPenalty != 1)
            _penalties.Add(new RepetitionPenaltyProcessor(options.RepetitionPenalty));
        if (options.NoRepeatNgramSize > 0)
            _penalties.Add(new NoRepeatNgramProcessor(options.NoRepeatNgramSize));
        if (options.MinNewTokens > 0)
            _penalties.Add(new MinNewTokensProcessor(options.MinNewTokens, promptLength, eosTokenId));
        _penalties.AddRange(options.Processors);
        if (allowed is not null)
            _allowed = new AllowedContinuations(allowed, promptLength);
        if (!options.Sample)
            return;

        if (options.Temperature != 1)
            _warpers.Add(new TemperatureProcessor(options.Temperature));
        if (options.TopK > 0)
            _warpers.Add(new TopKProcessor(options.TopK));
        if (options.TopP < 1)
            _warpers.Add(new TopPProcessor(options.TopP));
    }

    /// <summary>Whether no option asks for a processor.</summary>
    public bool ChangesNothing => _penalties.Count == 0 && _allowed is null && _warpers.Count == 0;

    /// <param name="scores">Logits or log-probabilities, <c>[rows, vocabulary]</c>, float32, contiguous; may be changed in place.</param>
    /// <param name="histories">The decoder's tokens of each row so far, the start token included.</param>
    /// <param name="sources">The source that each row belongs to.</param>
    /// <returns>The new scores, −∞ for a forbidden token.</returns>
    public Tensor Apply(Tensor scores, IReadOnlyList<IReadOnlyList<int>> histories, IReadOnlyList<int> sources)
    {
        foreach (var processor in _penalties)
            scores = processor.Apply(scores, histories);
        scores = _allowed?.Apply(scores, histories, sources) ?? scores;
        foreach (var processor in _warpers)
            scores = processor.Apply(scores, histories);
        return scores;
    }
}
