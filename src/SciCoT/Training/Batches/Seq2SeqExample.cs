using SciCoT.Tokenization;

namespace SciCoT.Training;

/// <summary>A training example: source and target as token ids.</summary>
/// <param name="Id">Names the example in messages.</param>
/// <param name="Source">What the encoder reads, eos included.</param>
/// <param name="Target">What the decoder shall write, eos included.</param>
public sealed record Seq2SeqExample(string Id, int[] Source, int[] Target)
{
    /// <summary>The factor on the example's loss, as tasks that are learnt together are weighed against each other.</summary>
    /// <value>The default is 1.</value>
    public double Weight { get; init; } = 1;

    /// <summary>The factor on the loss of the target's last <see cref="AnswerTokens"/> tokens, so that an answer counts for more than the reasoning before it.</summary>
    /// <value>The default is 1.</value>
    public double AnswerWeight { get; init; } = 1;

    /// <summary>How many of the target's last tokens, eos included, are the answer to which <see cref="AnswerWeight"/> applies.</summary>
    /// <value>The default is 0.</value>
    public int AnswerTokens { get; init; }

    /// <summary>Whether the source or the target was cut to a limit; the trainer counts and reports such examples.</summary>
    public bool IsTruncated { get; init; }

    /// <summary>Makes an example of texts, eos included.</summary>
    /// <param name="tokenizer">The model's tokenizer.</param>
    /// <param name="id">Names the example in messages.</param>
    /// <param name="source">What the encoder reads.</param>
    /// <param name="target">What the decoder shall write.</param>
    /// <param name="maxSourceTokens">The length to which the source is cut, eos included.</param>
    /// <param name="maxTargetTokens">The length to which the target is cut, eos included.</param>
    public static Seq2SeqExample Encode(T5Tokenizer tokenizer, string id, string source, string target, int maxSourceTokens, int maxTargetTokens)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        var sourceTokens = tokenizer.EncodeToIds(source, maxSourceTokens, addEos: true, out bool sourceCut);
        var targetTokens = tokenizer.EncodeToIds(target, maxTargetTokens, addEos: true, out bool targetCut);
        return new Seq2SeqExample(id, sourceTokens, targetTokens) { IsTruncated = sourceCut || targetCut };
    }

    /// <summary>Whether all of its tokens count alike, and as much as those of an example that says nothing.</summary>
    internal bool IsUnweighted => Weight == 1 && (AnswerWeight == 1 || AnswerTokens == 0);

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
            if (example.AnswerWeight is not (> 0 and < double.PositiveInfinity) || example.AnswerTokens < 0 || example.AnswerTokens > example.Target.Length)
                throw new ArgumentException(FormattableString.Invariant($"Example '{example.Id}' of {argument} weighs {example.AnswerTokens} answer tokens by {example.AnswerWeight}; expected a finite weight above 0 and from 0 to {example.Target.Length} tokens, as many as its target has."), argument);
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
