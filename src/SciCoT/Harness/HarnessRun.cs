using SciCoT.Evaluation;
using SciCoT.Prompting;

namespace SciCoT.Harness;

/// <summary>An evaluation on one task, to be written as lm-evaluation-harness writes its results.</summary>
public sealed record HarnessRun
{
    /// <summary>The task.</summary>
    public required HarnessTask Task { get; init; }

    /// <summary>The model's name, for example <c>google/flan-t5-small</c>.</summary>
    public required string Model { get; init; }

    /// <summary>What was asked, in the outcomes' order.</summary>
    public required IReadOnlyList<HarnessRequest> Requests { get; init; }

    /// <summary>What was answered, with log-likelihoods.</summary>
    public required IReadOnlyList<QuestionOutcome> Outcomes { get; init; }

    /// <summary>How many examples stood in front of each question.</summary>
    public required int FewShot { get; init; }

    /// <summary>Whether distilled students answered, who read the layout they were trained on and a rationale.</summary>
    /// <value>The default is <see langword="false"/>.</value>
    public bool IsStudent { get; init; }

    /// <summary>When the evaluation began.</summary>
    public required DateTimeOffset Start { get; init; }

    /// <summary>When it ended; the files are named after it.</summary>
    public required DateTimeOffset End { get; init; }

    /// <summary>Tokens to which contexts were cut.</summary>
    /// <value>The default is <see cref="HarnessEvaluator.DefaultMaxTokens"/>.</value>
    public int MaxTokens { get; init; } = HarnessEvaluator.DefaultMaxTokens;

    /// <summary>The device that computed.</summary>
    /// <value>The default is <c>cpu</c>.</value>
    public string Device { get; init; } = "cpu";

    /// <summary>How many of the first questions were taken; <see langword="null"/> where all were.</summary>
    public int? Limit { get; init; }
}
