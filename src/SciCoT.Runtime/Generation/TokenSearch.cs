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
/// <param name="seedsOf">Gives each source its seed; not asked unless tokens are drawn.</param>
/// <param name="onToken">Told each row's place and next token.</param>
/// <param name="isAbandoned">Asked after each step whether a source's rows are still wanted.</param>
internal sealed class TokenSearch(
    ISequenceModel model,
    GenerationOptions options,
    LogitsPipeline processors,
    int[] prompt,
    Func<IReadOnlyList<IReadOnlyList<int>>, ulong[]> seedsOf,
    Action<int, int>? onToken,
    Func<int, bool>? isAbandoned)
{
    private readonly List<Source> _ended = []; // in the last step
    private int _sources;

    /// <summary>Continues sources until all are written, those that come meanwhile included.</summary>
    /// <param name="state">A decoder that was begun with one row for each source.</param>
    /// <param name="sources">The sources' tokens.</param>
    /// <param name="maxLength">Tokens that the decoder was begun for.</param>
    /// <param name="flow">Told what is written, and asked for further sources where the decoder lets them join.</param>
    /// <param name="cancellationToken">Honoured between steps.</param>
    public void Run(IDecoder state, IReadOnlyList<IReadOnlyList<int>> sources, int maxLength, ISourceFlow flow, CancellationToken cancellationToken)
    {
        var joined = state as IJoiningDecoder;
        Row[] batch = Begin(state, sources); // the rows that the state holds
        using var logits = new ScoreTable(model.VocabularySize);
        using var processed = new ScoreTable(model.VocabularySize);
        int[] next = [.. batch.SelectMany(_ => prompt)];
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            state.Advance(next);
            var summary = logits.ReadLast(state, next.Length / batch.Length, model.Name);
            next = Choose(logits, summary, processed, batch);
            foreach (var source in _ended)
                flow.Done(source.Number, [.. source.Rows.Select(row => row.ToSequence(prompt.Length))]);
            _ended.Clear();

            int live = batch.Count(row => !row.Finished);
            var arrived = joined is null ? [] : flow.Next(live);
            if (live == 0 && arrived.Count == 0)
                return;

            // Where rows that are left out cost a copy of the state, about a step, finished ones are carried along until they are a quarter.
            if (joined is null ? 4 * live <= 3 * batch.Length : live < batch.Length)
            {
                int[] kept = [.. Enumerable.Range(0, batch.Length).Where(i => !batch[i].Finished)];
                state.Select(kept);
                next = [.. kept.Select(i => next[i])];
                batch = [.. kept.Select(i => batch[i])];
            }

            if (arrived.Count > 0)
            {
                Row[] guests = Join(joined!, arrived, maxLength);
                next = [.. next, .. guests.Select(_ => prompt[^1])];
                batch = [.. batch, .. guests];
            }
        }
    }

    /// <summary>Makes the rows of sources.</summary>
    private Row[] Begin(IDecoder state, IReadOnlyList<IReadOnlyList<int>> sources)
    {
        int copies = options.NumReturnSequences;
        ulong[] seeds = options.Sample ? seedsOf(sources) : [];
        var begun = new Row[sources.Count * copies];
        for (int i = 0; i < sources.Count; i++)
        {
            var source = new Source(_sources++, copies);
            for (int copy = 0; copy < copies; copy++)
                begun[(i * copies) + copy] = source.Rows[copy] = new Row(source, (source.Number * copies) + copy, prompt, options.Sample ? SampleStreams.Of(seeds[i], copy) : null);
        }

        state.Select([.. begun.Select((_, place) => place / copies)]);
        return begun;
    }

    /// <summary>Brings further sources to where the others choose their next token.</summary>
    private Row[] Join(IJoiningDecoder state, IReadOnlyList<IReadOnlyList<int>> sources, int maxLength)
    {
        SourceCheck.Sources(model, sources);
        using var guest = (IJoiningDecoder)TextGenerator.Start(model, sources, 1, maxLength);
        var rows = Begin(guest, sources);
        if (prompt.Length > 1)
            guest.Advance([.. rows.SelectMany(_ => prompt.SkipLast(1))]);
        state.Join(guest);
        return rows;
    }

    /// <summary>Chooses each row's next token and notes it.</summary>
    private int[] Choose(ScoreTable logits, ScoreRows.Summary summary, ScoreTable processed, Row[] batch)
    {
        var scores = logits;
        if (!processors.ChangesNothing)
        {
            processed.Copy(logits);
            processors.Apply(processed, row => CollectionsMarshal.AsSpan(batch[row].Tokens), row => batch[row].Source.Number);
            scores = processed;
        }

        int[] tokens = options.Sample ? ScoreRows.Draw(scores, [.. batch.Select(row => row.Random!.NextDouble())])
            : processors.ChangesNothing ? summary.Highest
            : ScoreRows.Highest(scores);
        float[] chosen = ScoreRows.At(logits, tokens);
        for (int i = 0; i < batch.Length; i++)
        {
            var row = batch[i];
            int token = tokens[i];
            row.Tokens.Add(token);
            if (row.Finished)
                continue;
            row.Score += chosen[i] - summary.LogSums[i];
            row.Length++;
            row.Finished = token == model.EosTokenId || row.Length == options.MaxNewTokens;
            onToken?.Invoke(row.Place, token);
            row.Finished |= isAbandoned?.Invoke(row.Source.Number) == true;
            if (row.Finished && --row.Source.Left == 0)
                _ended.Add(row.Source);
        }

        return tokens;
    }

    private sealed class Source(int number, int copies)
    {
        public int Number => number;

        public Row[] Rows { get; } = new Row[copies];

        /// <summary>Rows that are not finished.</summary>
        public int Left { get; set; } = copies;
    }

    private sealed class Row(Source source, int place, int[] prompt, SplitMix64? random)
    {
        public int Place { get; } = place;

        public Source Source => source;

        public List<int> Tokens { get; } = [.. prompt];

        public SplitMix64? Random { get; } = random;

        public double Score { get; set; }

        public int Length { get; set; }

        public bool Finished { get; set; }

        public GeneratedSequence ToSequence(int promptLength) => new(Tokens.GetRange(promptLength, Length).AsReadOnly(), Score);
    }
}
