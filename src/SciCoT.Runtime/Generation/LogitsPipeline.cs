using SciCoT.Generation.Processors;

namespace SciCoT.Generation;

/// <summary>The processors that some options ask for, in Hugging Face's order.</summary>
internal sealed class LogitsPipeline
{
    private readonly List<ILogitsProcessor> _penalties = [];
    private readonly IReadOnlyList<ILogitsProcessor> _own;
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
        _own = options.Processors;
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
    public bool ChangesNothing => _penalties.Count == 0 && _own.Count == 0 && _allowed is null && _warpers.Count == 0;

    /// <summary>Changes the scores of all rows in place.</summary>
    /// <param name="scores">Logits or log-probabilities.</param>
    /// <param name="history">The decoder's tokens of each row so far, the start token included.</param>
    /// <param name="sourceOf">The source that each row belongs to.</param>
    public unsafe void Apply(ScoreTable scores, RowHistory history, Func<int, int> sourceOf)
    {
        if (_own.Count == 0)
        {
            if (!ChangesNothing)
                ScoreRows.ForEachRow(scores, (row, memory, count) =>
                {
                    Penalize(new Span<float>(memory, count), row);
                    Restrict(new Span<float>(memory, count), row);
                });
            return;
        }

        // The caller's own run on the caller's thread, one row after another.
        if (_penalties.Count > 0)
            ScoreRows.ForEachRow(scores, (row, memory, count) => Penalize(new Span<float>(memory, count), row));
        for (int row = 0; row < scores.Rows; row++)
        {
            foreach (var processor in _own)
                processor.Apply(scores[row], history(row));
        }

        if (_allowed is not null || _warpers.Count > 0)
            ScoreRows.ForEachRow(scores, (row, memory, count) => Restrict(new Span<float>(memory, count), row));

        void Penalize(Span<float> own, int row)
        {
            foreach (var processor in _penalties)
                processor.Apply(own, history(row));
        }

        void Restrict(Span<float> own, int row)
        {
            _allowed?.Apply(own, history(row), sourceOf(row));
            foreach (var processor in _warpers)
                processor.Apply(own, history(row));
        }
    }
}

/// <summary>The decoder's tokens of a row so far, the start token included.</summary>
internal delegate ReadOnlySpan<int> RowHistory(int row);
