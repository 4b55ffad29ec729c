using SciCoT.Generation.Processors;

namespace SciCoT.Generation;

/// <summary>Options of text generation, with the names, meanings and defaults of Hugging Face's <c>generate</c> (transformers 5).</summary>
/// <include file="Examples.xml" path="examples/GenerationOptions/example"/>
public sealed record GenerationOptions
{
    private const int LongestSequence = 1 << 16;

    /// <summary>Upper bound of the tokens written, the end token included, start token and <see cref="DecoderPrefix"/> not.</summary>
    /// <value>The default is 20, as many as <c>generate</c> of transformers 5 writes; version 4.40 counted the start token among its 20.</value>
    public int MaxNewTokens { get; init; } = 20;

    /// <summary>The end token is forbidden until so many tokens are written.</summary>
    /// <value>The default is 0.</value>
    public int MinNewTokens { get; init; }

    /// <summary>Number of beams; 1 is greedy search.</summary>
    /// <value>The default is 1.</value>
    public int NumBeams { get; init; } = 1;

    /// <summary>Sequences returned for each input: the best beams, or independent samples. Greedy search has only one.</summary>
    /// <value>The default is 1.</value>
    public int NumReturnSequences { get; init; } = 1;

    /// <summary>Beam search divides a sequence's log-probability by its length to this power: above 0 favours long ones.</summary>
    /// <value>The default is 1.</value>
    public double LengthPenalty { get; init; } = 1;

    /// <summary>When beam search stops.</summary>
    /// <value>The default is <see cref="EarlyStopping.False"/>.</value>
    public EarlyStopping EarlyStopping { get; init; } = EarlyStopping.False;

    /// <summary>Scores of tokens that were written already are divided by this (multiplied where negative); 1 changes nothing (arXiv 1909.05858).</summary>
    /// <value>The default is 1.</value>
    public double RepetitionPenalty { get; init; } = 1;

    /// <summary>No run of so many tokens is written twice; 0 allows it.</summary>
    /// <value>The default is 0.</value>
    public int NoRepeatNgramSize { get; init; }

    /// <summary>Whether tokens are drawn at random, Hugging Face's <c>do_sample</c>; otherwise the likeliest is taken.</summary>
    /// <value>The default is <see langword="false"/>.</value>
    public bool Sample { get; init; }

    /// <summary>Divides the logits before sampling: below 1 sharpens, above 1 flattens.</summary>
    /// <value>The default is 1.</value>
    public double Temperature { get; init; } = 1;

    /// <summary>Samples among so many likeliest tokens; 0 allows all.</summary>
    /// <value>The default is 50.</value>
    public int TopK { get; init; } = 50;

    /// <summary>Samples among the fewest likeliest tokens that together have this probability; 1 allows all (arXiv 1904.09751).</summary>
    /// <value>The default is 1.</value>
    public double TopP { get; init; } = 1;

    /// <summary>
    /// Seeds sampling. Each sequence draws from a generator of its own, made from the seed, its source's tokens and its number
    /// among the source's sequences, so that a source gets the same sequences whatever else is in the batch. Without a seed
    /// each call draws anew.
    /// </summary>
    /// <value>The default is <see langword="null"/>.</value>
    public long? Seed { get; init; }

    /// <summary>
    /// Tokens that every sequence begins with, after the decoder's start token. They are not returned and not counted, but
    /// <see cref="RepetitionPenalty"/> and <see cref="NoRepeatNgramSize"/> see them: Hugging Face's <c>decoder_input_ids</c>.
    /// </summary>
    /// <value>The default is none.</value>
    public IReadOnlyList<int> DecoderPrefix { get; init; } = [];

    /// <summary>The caller's own processors, applied behind the penalties and before temperature, top-k and top-p.</summary>
    /// <value>None by default.</value>
    public IReadOnlyList<ILogitsProcessor> Processors { get; init; } = [];

    /// <summary>
    /// The only sequences that may be written, with or without the end token: one set for each source, or a single one for
    /// all. They begin after <see cref="DecoderPrefix"/>. Hugging Face's <c>prefix_allowed_tokens_fn</c>, but not together with
    /// <see cref="MinNewTokens"/> and <see cref="NoRepeatNgramSize"/>, which could forbid all that is allowed.
    /// </summary>
    /// <value>The default is <see langword="null"/>: everything may be written.</value>
    public IReadOnlyList<IReadOnlyList<IReadOnlyList<int>>>? AllowedContinuations { get; init; }

    /// <summary>Checks that the options are in range and fit together.</summary>
    /// <exception cref="ArgumentException">One is not; the message names it.</exception>
    internal void Validate()
    {
        Require(MaxNewTokens is >= 1 and <= LongestSequence, nameof(MaxNewTokens), MaxNewTokens, $"from 1 to {LongestSequence}");
        Require(MinNewTokens >= 0 && MinNewTokens <= MaxNewTokens, nameof(MinNewTokens), MinNewTokens, $"from 0 to {nameof(MaxNewTokens)} ({MaxNewTokens})");
        Require(NumBeams is >= 1 and <= 1024, nameof(NumBeams), NumBeams, "from 1 to 1024");
        Require(NumReturnSequences is >= 1 and <= 1024, nameof(NumReturnSequences), NumReturnSequences, "from 1 to 1024");
        Require(Sample || NumReturnSequences <= NumBeams, nameof(NumReturnSequences), NumReturnSequences, $"at most {nameof(NumBeams)} ({NumBeams}) unless {nameof(Sample)} is set");
        Require(!Sample || NumBeams == 1, nameof(NumBeams), NumBeams, $"1 when {nameof(Sample)} is set");
        Require(double.IsFinite(LengthPenalty), nameof(LengthPenalty), LengthPenalty, "a finite number");
        Require(Enum.IsDefined(EarlyStopping), nameof(EarlyStopping), EarlyStopping, "False, True or Never");
        Require(RepetitionPenalty > 0 && double.IsFinite(RepetitionPenalty), nameof(RepetitionPenalty), RepetitionPenalty, "above 0");
        Require(NoRepeatNgramSize >= 0, nameof(NoRepeatNgramSize), NoRepeatNgramSize, "0 (off) or more");
        Require(Temperature > 0 && double.IsFinite(Temperature), nameof(Temperature), Temperature, $"above 0 (for the likeliest tokens leave {nameof(Sample)} unset)");
        Require(TopK >= 0, nameof(TopK), TopK, "0 (off) or more");
        Require(TopP is > 0 and <= 1, nameof(TopP), TopP, "above 0 and at most 1");
        Require(AllowedContinuations is null || MinNewTokens == 0, nameof(MinNewTokens), MinNewTokens, $"0 when {nameof(AllowedContinuations)} is set");
        Require(AllowedContinuations is null || NoRepeatNgramSize == 0, nameof(NoRepeatNgramSize), NoRepeatNgramSize, $"0 when {nameof(AllowedContinuations)} is set");
        Require(DecoderPrefix is { Count: <= ChoiceScorer.MaxTargetTokens }, nameof(DecoderPrefix), DecoderPrefix?.Count, $"given, with at most {ChoiceScorer.MaxTargetTokens} tokens");
    }

    private static void Require(bool condition, string property, object? value, string expected)
    {
        if (!condition)
            throw new ArgumentException(FormattableString.Invariant($"{property} must be {expected}; got {value ?? "null"}."), property);
    }
}
