namespace SciCoT.Training;

/// <summary>One source and the target to be learnt for it, as token ids.</summary>
/// <param name="Id">Names the example in messages.</param>
/// <param name="Source">What the encoder reads, eos included.</param>
/// <param name="Target">What the decoder shall write, eos included.</param>
public sealed record Seq2SeqExample(string Id, int[] Source, int[] Target)
{
    /// <summary>The factor on the example's loss, as tasks that are learnt together are weighed against each other.</summary>
    /// <value>The default is 1.</value>
    public double Weight { get; init; } = 1;

    /// <summary>Checks that a model can compute the examples.</summary>
    /// <exception cref="ArgumentException">A source or target is empty or has a token outside the vocabulary; the message names the example.</exception>
    internal static void Validate(IReadOnlyList<Seq2SeqExample> examples, int vocabularySize, string argument)
    {
        for (int i = 0; i < examples.Count; i++)
        {
            if (examples[i] is not { Id: not null, Source: not null, Target: not null } example)
                throw new ArgumentException($"Example {i} of {argument} is null or has a null member.", argument);
            if (example.Weight is not (> 0 and < double.PositiveInfinity))
                throw new ArgumentException(FormattableString.Invariant($"Example '{example.Id}' of {argument} has the weight {example.Weight}; expected a finite number above 0. Leave an example out that shall not count."), argument);
            Check(example, example.Source, "source");
            Check(example, example.Target, "target");
        }

        void Check(Seq2SeqExample example, int[] tokens, string side)
        {
            if (tokens.Length == 0)
                throw new ArgumentException($"Example '{example.Id}' of {argument} has an empty {side}: a {side} holds at least the eos token. Leave the example out or fix its text.", argument);

            int bad = Array.FindIndex(tokens, token => token < 0 || token >= vocabularySize);
            if (bad >= 0)
                throw new ArgumentException($"Example '{example.Id}' of {argument}: {side} token {tokens[bad]} at position {bad} is outside the model's vocabulary (0 to {vocabularySize - 1}). Tokenise with the model's own tokenizer.", argument);
        }
    }
}
