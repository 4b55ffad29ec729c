using SciCoT.Distributed;
using SciCoT.Evaluation;
using SciCoT.Models;
using SciCoT.Students;
using SciCoT.Tokenization;
using SciCoT.Training;

namespace SciCoT.Distillation;

/// <summary>
/// While a rationale student learns: how close what it writes comes to the teacher's rationales, as the mean F-measure of ROUGE-L.
/// It writes as it will at work; of several rationales for a question the closest counts.
/// </summary>
public sealed class RougeLEvaluator : ITrainingEvaluator
{
    /// <summary>The measure's name, for <see cref="TrainingOptions.BestMetric"/>.</summary>
    public const string MetricName = "rouge-l";

    private readonly T5Tokenizer _tokenizer;
    private readonly (ScienceQuestion Question, string[] Rationales)[] _explained;
    private readonly Func<T5TextModel, IRationaleStudent> _student;
    private readonly int _maxSourceTokens;

    /// <summary>Makes the evaluator.</summary>
    /// <param name="tokenizer">The model's tokenizer.</param>
    /// <param name="explained">Questions that are not learned from, with the teacher's rationales; a question stands once for each.</param>
    /// <param name="student">The student that the model is; a <see cref="T5RationaleStudent"/> by default.</param>
    /// <param name="maxSourceTokens">Longer sources are cut, the eos kept.</param>
    /// <exception cref="ArgumentException">There is no question.</exception>
    public RougeLEvaluator(T5Tokenizer tokenizer, IReadOnlyList<ExplainedQuestion> explained, Func<T5TextModel, IRationaleStudent>? student = null, int maxSourceTokens = T5TextModel.DefaultMaxSourceTokens)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        ArgumentNullException.ThrowIfNull(explained);
        if (explained.Count == 0)
            throw new ArgumentException("The list of questions is empty.", nameof(explained));
        _tokenizer = tokenizer;
        _explained = [.. explained.GroupBy(e => e.Question.Id, StringComparer.Ordinal).Select(group => (group.First().Question, group.Select(e => e.Rationale).ToArray()))];
        _student = student ?? (model => new T5RationaleStudent(model));
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
        // The model's own thread writes; this one, which trains, waits for it.
        var written = group.Share(_student(lent)).ExplainAsync([.. _explained.Select(e => e.Question)], cancellationToken).GetAwaiter().GetResult();
        return _explained.Zip(written, (e, text) => e.Rationales.Max(rationale => RougeScores.Of(rationale, text).RougeL.FMeasure)).Average();
    }
}
