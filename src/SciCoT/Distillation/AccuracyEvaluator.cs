using SciCoT.Distributed;
using SciCoT.Evaluation;
using SciCoT.Models;
using SciCoT.Students;
using SciCoT.Tokenization;
using SciCoT.Training;

namespace SciCoT.Distillation;

/// <summary>Measures, during training, the share of questions that an answer student answers rightly.</summary>
public sealed class AccuracyEvaluator : ITrainingEvaluator
{
    /// <summary>The measure's name, for <see cref="TrainingOptions.BestMetric"/>.</summary>
    public const string MetricName = "accuracy";

    private readonly T5Tokenizer _tokenizer;
    private readonly IReadOnlyList<ExplainedQuestion> _explained;
    private readonly Func<T5TextModel, IAnswerStudent> _student;
    private readonly int _maxSourceTokens;

    /// <summary>Makes the evaluator.</summary>
    /// <param name="tokenizer">The model's tokenizer.</param>
    /// <param name="explained">Questions that are not learned from, with known answers and the rationales to rest on, which may be empty.</param>
    /// <param name="student">The student that the model is; a <see cref="T5AnswerStudent"/> by default.</param>
    /// <param name="maxSourceTokens">Longer sources are cut, the eos kept.</param>
    /// <exception cref="ArgumentException">There is no question, or one has no answer.</exception>
    public AccuracyEvaluator(T5Tokenizer tokenizer, IReadOnlyList<ExplainedQuestion> explained, Func<T5TextModel, IAnswerStudent>? student = null, int maxSourceTokens = T5TextModel.DefaultMaxSourceTokens)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        ArgumentNullException.ThrowIfNull(explained);
        if (explained.Count == 0)
            throw new ArgumentException("The list of questions is empty.", nameof(explained));
        if (explained.FirstOrDefault(e => e.Question.AnswerLabel is null) is { } unknown)
            throw new ArgumentException($"Question '{unknown.Question.Id}' has no gold answer to judge by; leave it out or add one.", nameof(explained));
        _tokenizer = tokenizer;
        _explained = explained;
        _student = student ?? (model => new T5AnswerStudent(model));
        _maxSourceTokens = maxSourceTokens;
    }

    /// <inheritdoc/>
    public string Name => MetricName;

    /// <inheritdoc/>
    public bool HigherIsBetter => true;

    /// <inheritdoc/>
    public double Evaluate(T5Model model, CancellationToken cancellationToken) => Evaluate(model, ProcessGroup.Single, cancellationToken);

    /// <summary>Measures the model; the ranks share the questions.</summary>
    /// <param name="model">The model.</param>
    /// <param name="group">The ranks.</param>
    /// <param name="cancellationToken">Stops within one decoding step.</param>
    public double Evaluate(T5Model model, IProcessGroup group, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(group);
        using var lent = T5TextModel.Borrow(model, _tokenizer, _maxSourceTokens);
        // The model's own thread answers; this one, which trains, waits for it.
        var outcomes = Evaluator.EvaluateAsync(group.Share(_student(lent)), _explained, cancellationToken).GetAwaiter().GetResult();
        return outcomes.Average(outcome => outcome.IsCorrect ? 1.0 : 0.0);
    }
}
