using SciCoT.Generation.Processors;
using SciCoT.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace SciCoT.Generation;

/// <summary>Greedy search and sampling: each row settles for one token a step.</summary>
internal sealed class TokenSearch(T5Model model, GenerationOptions options, LogitsPipeline processors, int[] prompt, Action<int, int>? onToken)
{
    public IReadOnlyList<GeneratedSequence> Run(DecoderState state, CancellationToken cancellationToken)
    {
        int sources = state.Rows, copies = options.NumReturnSequences;
        long seed = options.Seed ?? Random.Shared.NextInt64();
        Row[] rows = [.. Enumerable.Range(0, sources * copies).Select(place => new Row(place, prompt, SplitMix64.ForStream(seed, place)))];
        state.Select([.. rows.Select(row => row.Place / copies)]);

        var batch = rows; // the rows that the state still holds
        using var stepScope = NewDisposeScope();
        var next = Prompt(rows.Length);
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var logits = DecoderLogits.AtLast(model, state.Advance(next));
            next = Choose(logits, batch).unsqueeze(1);
            stepScope.DisposeEverythingBut(next);

            var live = batch.Where(row => !row.Finished).ToArray();
            if (live.Length == 0)
                return [.. rows.Select(row => row.ToSequence(prompt.Length))];

            // Copying the state costs about a step: finished rows are carried along until they are a quarter.
            if (4 * live.Length <= 3 * batch.Length)
            {
                int[] kept = [.. Enumerable.Range(0, batch.Length).Where(i => !batch[i].Finished)];
                state.Select(kept);
                next = next.index_select(0, tensor([.. kept.Select(i => (long)i)], device: next.device));
                batch = live;
            }
        }
    }

    private Tensor Prompt(int rows) => tensor([.. prompt.Select(id => (long)id)], device: model.Device).unsqueeze(0).expand(rows, -1);

    /// <summary>Chooses each row's next token and notes it.</summary>
    /// <returns><c>[rows]</c>, int64.</returns>
    private Tensor Choose(Tensor logits, Row[] batch)
    {
        var logProbabilities = logits.log_softmax(1);
        var scores = processors.Apply(logits, [.. batch.Select(row => row.Tokens)]);
        var next = options.Sample ? Draw(scores, batch) : scores.argmax(1);
        long[] tokens = next.cpu().data<long>().ToArray();
        float[] gained = logProbabilities.gather(1, next.unsqueeze(1)).cpu().data<float>().ToArray();
        for (int i = 0; i < batch.Length; i++)
        {
            var row = batch[i];
            int token = (int)tokens[i];
            row.Tokens.Add(token);
            if (row.Finished)
                continue;
            row.Score += gained[i];
            row.Length++;
            row.Finished = token == model.Config.EosTokenId || row.Length == options.MaxNewTokens;
            onToken?.Invoke(row.Place, token);
        }

        return next;
    }

    /// <summary>Draws from the softmax of the scores by inverting the cumulative distribution, with each row's own number.</summary>
    private static Tensor Draw(Tensor scores, Row[] batch)
    {
        var cumulative = scores.softmax(1, ScalarType.Float64).cumsum(1); // [rows, vocabulary]
        var total = cumulative.narrow(1, cumulative.shape[1] - 1, 1);
        var place = tensor([.. batch.Select(row => row.Random.NextDouble())], [batch.Length, 1], device: scores.device) * total;
        // How many tokens the number has passed is the place of the one it falls on; one of probability 0 is never it.
        return (cumulative <= place).sum(1).clamp_max(KeptScalar.Of(scores.shape[1] - 1));
    }

    private sealed class Row(int place, int[] prompt, SplitMix64 random)
    {
        public int Place { get; } = place;

        public List<int> Tokens { get; } = [.. prompt];

        public SplitMix64 Random { get; } = random;

        public double Score { get; set; }

        public int Length { get; set; }

        public bool Finished { get; set; }

        public GeneratedSequence ToSequence(int promptLength) => new(Tokens.GetRange(promptLength, Length).AsReadOnly(), Score);
    }
}
