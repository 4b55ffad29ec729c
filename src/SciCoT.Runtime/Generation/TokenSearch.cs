using System.Runtime.InteropServices;
using SciCoT.Compute;
using SciCoT.Generation.Processors;
using SciCoT.Models;

namespace SciCoT.Generation;

/// <summary>Greedy search and sampling: each row settles for one token a step.</summary>
/// <param name="model">The model.</param>
/// <param name="options">How to search.</param>
/// <param name="processors">What changes the scores.</param>
/// <param name="prompt">What every row begins with.</param>
/// <param name="seeds">Each source's seed; not read unless tokens are drawn.</param>
/// <param name="onToken">Told each row's place and next token.</param>
/// <param name="isAbandoned">Asked after each step whether a source's rows are still wanted.</param>
internal sealed class TokenSearch(
    ISequenceModel model,
    GenerationOptions options,
    LogitsPipeline processors,
    int[] prompt,
    ulong[] seeds,
    Action<int, int>? onToken,
    Func<int, bool>? isAbandoned)
{
    public IReadOnlyList<GeneratedSequence>[] Run(IDecoder state, CancellationToken cancellationToken)
    {
        int sources = state.Rows, copies = options.NumReturnSequences;
        Row[] rows = [.. Enumerable.Range(0, sources * copies).Select(place => new Row(place, place / copies, prompt, options.Sample ? SampleStreams.Of(seeds[place / copies], place % copies) : null))];
        state.Select([.. rows.Select(row => row.Source)]);

        var batch = rows; // the rows that the state still holds
        using var logits = new ScoreTable(model.VocabularySize);
        using var processed = new ScoreTable(model.VocabularySize);
        int[] next = [.. rows.SelectMany(_ => prompt)];
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            state.Advance(next);
            logits.ReadLast(state, next.Length / batch.Length, model.Name);
            next = Choose(logits, processed, batch);

            var live = batch.Where(row => !row.Finished).ToArray();
            if (live.Length == 0)
                return [.. rows.Select(row => row.ToSequence(prompt.Length)).Chunk(copies)];

            // Copying the state costs about a step: finished rows are carried along until they are a quarter.
            if (4 * live.Length <= 3 * batch.Length)
            {
                int[] kept = [.. Enumerable.Range(0, batch.Length).Where(i => !batch[i].Finished)];
                state.Select(kept);
                next = [.. kept.Select(i => next[i])];
                batch = live;
            }
        }
    }

    /// <summary>Chooses each row's next token and notes it.</summary>
    private int[] Choose(ScoreTable logits, ScoreTable processed, Row[] batch)
    {
        float[] logSums = ScoreRows.LogSums(logits);
        var scores = logits;
        if (!processors.ChangesNothing)
        {
            processed.Copy(logits);
            processors.Apply(processed, row => CollectionsMarshal.AsSpan(batch[row].Tokens), row => batch[row].Source);
            scores = processed;
        }

        int[] tokens = options.Sample ? ScoreRows.Draw(scores, [.. batch.Select(row => row.Random!.NextDouble())]) : ScoreRows.Highest(scores);
        float[] chosen = ScoreRows.At(logits, tokens);
        for (int i = 0; i < batch.Length; i++)
        {
            var row = batch[i];
            int token = tokens[i];
            row.Tokens.Add(token);
            if (row.Finished)
                continue;
            row.Score += chosen[i] - logSums[i];
            row.Length++;
            row.Finished = token == model.EosTokenId || row.Length == options.MaxNewTokens;
            onToken?.Invoke(row.Place, token);
            row.Finished |= isAbandoned?.Invoke(row.Source) == true;
        }

        return tokens;
    }

    private sealed class Row(int place, int source, int[] prompt, SplitMix64? random)
    {
        public int Place { get; } = place;

        public int Source { get; } = source;

        public List<int> Tokens { get; } = [.. prompt];

        public SplitMix64? Random { get; } = random;

        public double Score { get; set; }

        public int Length { get; set; }

        public bool Finished { get; set; }

        public GeneratedSequence ToSequence(int promptLength) => new(Tokens.GetRange(promptLength, Length).AsReadOnly(), Score);
    }
}
