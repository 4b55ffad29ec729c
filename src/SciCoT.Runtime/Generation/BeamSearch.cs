using SciCoT.Generation.Processors;
using SciCoT.Models;

namespace SciCoT.Generation;

/// <summary>Beam search, step for step as Hugging Face's <c>BeamSearchScorer</c>.</summary>
internal sealed class BeamSearch(ISequenceModel model, GenerationOptions options, LogitsPipeline processors, int[] prompt, Func<int, bool>? isAbandoned)
{
    // All beams of an input start alike: only the first one's candidates are taken in the first step.
    private const float NotStarted = float.NegativeInfinity;

    private readonly int _beams = options.NumBeams;

    /// <summary>A beam: its tokens with the prompt, and the sum of their processed log-probabilities.</summary>
    private readonly record struct Beam(int[] Tokens, float Score);

    public IReadOnlyList<GeneratedSequence>[] Run(IDecoder state, CancellationToken cancellationToken)
    {
        int inputs = state.Rows / _beams;
        BeamHypotheses[] found = [.. Enumerable.Range(0, inputs).Select(input => new BeamHypotheses(input, options))];
        var live = found; // the inputs that the state still holds
        Beam[] beams = [.. Enumerable.Range(0, inputs * _beams).Select(row => new Beam(prompt, row % _beams == 0 ? 0 : NotStarted))];
        using var scores = new ScoreTable(model.VocabularySize);
        for (int length = 1; length <= options.MaxNewTokens && live.Length > 0; length++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var candidates = Candidates(state, scores, beams, live);
            var survivors = new List<ScoreRows.Scored>(beams.Length);
            for (int input = 0; input < live.Length; input++)
            {
                var own = candidates.AsSpan(2 * _beams * input, 2 * _beams);
                var next = Continue(own, beams, live[input]);
                live[input].Judge(own[0].Score, length);
                if (isAbandoned?.Invoke(live[input].Source) == true)
                    live[input].Abandon();
                if (!live[input].IsDone)
                    survivors.AddRange(next);
            }

            live = [.. live.Where(input => !input.IsDone)];
            beams = [.. survivors.Select(candidate => new Beam([.. beams[candidate.Row].Tokens, candidate.Token], candidate.Score))];
            if (live.Length > 0)
                state.Select([.. survivors.Select(candidate => candidate.Row)]);
        }

        for (int row = 0; row < beams.Length; row++)
            live[row / _beams].Add(beams[row].Tokens[prompt.Length..], beams[row].Score);
        return [.. found.Select(input => input.Best(options.NumReturnSequences))];
    }

    /// <summary>The best continuations of each input's beams, twice as many as beams, best first; a score is the sum with that token.</summary>
    private ScoreRows.Scored[] Candidates(IDecoder state, ScoreTable scores, Beam[] beams, BeamHypotheses[] live)
    {
        int fed = state.Length, added = beams[0].Tokens.Length - fed;
        var next = new int[beams.Length * added];
        for (int row = 0; row < beams.Length; row++)
            beams[row].Tokens.AsSpan(fed).CopyTo(next.AsSpan(row * added));
        state.Advance(next);
        var summary = scores.ReadLast(state, added, model.Name);
        ScoreRows.LogSoftmax(scores, summary.LogSums);
        processors.Apply(scores, row => beams[row].Tokens, row => live[row / _beams].Source);
        return ScoreRows.Best(scores, [.. beams.Select(beam => beam.Score)], _beams, 2 * _beams);
    }

    /// <summary>Sorts an input's candidates into finished sequences and the next beams.</summary>
    private List<ScoreRows.Scored> Continue(ReadOnlySpan<ScoreRows.Scored> candidates, Beam[] beams, BeamHypotheses found)
    {
        var next = new List<ScoreRows.Scored>(_beams);
        for (int rank = 0; next.Count < _beams; rank++)
        {
            var candidate = candidates[rank];
            if (candidate.Token != model.EosTokenId)
                next.Add(candidate);
            else if (rank < _beams)
                found.Add([.. beams[candidate.Row].Tokens[prompt.Length..], candidate.Token], candidate.Score);
        }

        return next;
    }
}
