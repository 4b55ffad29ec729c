using SciCoT.Distributed;
using SciCoT.Evaluation;
using SciCoT.Generation;
using SciCoT.Models;
using SciCoT.Prompting;
using SciCoT.Students;
using SciCoT.Tokenization;

namespace SciCoT.Harness;

/// <summary>
/// Scores the choices of questions as lm-evaluation-harness (0.4) scores them for an encoder-decoder model: the encoder reads the
/// context with its end token, the decoder is given the continuation without one, a context that is too long loses its beginning.
/// </summary>
/// <include file="Examples.xml" path="examples/HarnessEvaluator/example"/>
public static class HarnessEvaluator
{
    /// <summary>The length T5 was pretrained with, to which the harness cuts contexts.</summary>
    public const int DefaultMaxTokens = 512;

    /// <summary>Contexts that are computed at a time.</summary>
    private const int BatchSize = 32;

    /// <summary>Scores each question's choices.</summary>
    /// <param name="model">The model, for example a <see cref="T5InferenceModel"/>; a <see cref="T5Model"/> must be in evaluation mode.</param>
    /// <param name="tokenizer">Its tokenizer.</param>
    /// <param name="task">How the questions are laid out.</param>
    /// <param name="questions">Questions with choices and known answers.</param>
    /// <param name="fewShot">Solved examples in front of each question; none by default.</param>
    /// <param name="maxTokens">Of longer contexts the last tokens are kept, the end token among them.</param>
    /// <param name="progress">Told how many are done.</param>
    /// <param name="cancellationToken">Stops between batches.</param>
    /// <returns>
    /// The outcomes in the order of the questions, with log-likelihoods: the choice is that of <c>acc</c>, and
    /// <see cref="HarnessAccuracy"/> gives both figures.
    /// </returns>
    /// <exception cref="ArgumentException">A question or example does not fit the task, has no choices or no known answer, or there are too few examples.</exception>
    public static Task<IReadOnlyList<QuestionOutcome>> EvaluateAsync(
        ISequenceModel model,
        ITextTokenizer tokenizer,
        HarnessTask task,
        IReadOnlyList<ScienceQuestion> questions,
        HarnessFewShot? fewShot = null,
        int maxTokens = DefaultMaxTokens,
        IProgress<int>? progress = null,
        CancellationToken cancellationToken = default) =>
        EvaluateAsync(ProcessGroup.Single, model, tokenizer, task, questions, fewShot, maxTokens, progress, cancellationToken);

    /// <summary>Scores each question's choices; the ranks share the batches that one process would compute.</summary>
    internal static Task<IReadOnlyList<QuestionOutcome>> EvaluateAsync(
        IProcessGroup group,
        ISequenceModel model,
        ITextTokenizer tokenizer,
        HarnessTask task,
        IReadOnlyList<ScienceQuestion> questions,
        HarnessFewShot? fewShot = null,
        int maxTokens = DefaultMaxTokens,
        IProgress<int>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(tokenizer);
        ArgumentNullException.ThrowIfNull(task);
        ArgumentNullException.ThrowIfNull(questions);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxTokens, 2);
        if (questions.FirstOrDefault(question => question.Choices.Count == 0) is { } open)
            throw new ArgumentException($"Question '{open.Id}' has no choices to score; leave open questions out.", nameof(questions));
        var requests = HarnessRequest.Create(task, questions, fewShot);
        // Minutes of computing: a thread of its own, not one of the pool's.
        return Task.Factory.StartNew(
            () => Evaluate(group, model, tokenizer, task, requests, maxTokens, progress, cancellationToken),
            cancellationToken,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
    }

    private static IReadOnlyList<QuestionOutcome> Evaluate(
        IProcessGroup group,
        ISequenceModel model,
        ITextTokenizer tokenizer,
        HarnessTask task,
        IReadOnlyList<HarnessRequest> requests,
        int maxTokens,
        IProgress<int>? progress,
        CancellationToken cancellationToken)
    {
        var contexts = new int[requests.Count][];
        var continuations = new int[requests.Count][][];
        for (int i = 0; i < requests.Count; i++)
        {
            var (context, texts) = requests[i].Encoded;
            contexts[i] = Last([.. tokenizer.EncodeToIds(context), tokenizer.EosTokenId]);
            continuations[i] = [.. texts.Select(text => Last([.. tokenizer.EncodeToIds(text)]))];
        }

        var scorer = new ChoiceScorer(model);
        int[][] batches = [.. Enumerable.Range(0, contexts.Length).OrderBy(row => contexts[row].Length).Chunk(BatchSize)];
        var own = new List<IReadOnlyList<OutcomeRow>>();
        int done = 0;
        group.WorkApart(() =>
        {
            foreach (var rows in group.Own(batches))
            {
                var scores = scorer.Score([.. rows.Select(row => contexts[row])], [.. rows.Select(row => continuations[row])], cancellationToken: cancellationToken);
                own.Add([.. rows.Select((row, i) => OutcomeRow.Of(Outcome(task, requests[row].Question, scores[i])))]);
                progress?.Report(done = Math.Min(requests.Count, done + rows.Length * group.Size));
            }
        });

        var outcomes = new QuestionOutcome[requests.Count];
        foreach (var (rows, scored) in batches.Zip(group.Collect(own, batches.Length, OutcomeJson.Default.IReadOnlyListIReadOnlyListOutcomeRow)))
        {
            foreach (var (row, outcome) in rows.Zip(scored))
                outcomes[row] = outcome.ToOutcome(requests[row].Question);
        }

        return outcomes;

        int[] Last(int[] ids) => ids.Length <= maxTokens ? ids : ids[^maxTokens..];
    }

    private static QuestionOutcome Outcome(HarnessTask task, ScienceQuestion question, IReadOnlyList<ChoiceScore> scores)
    {
        double[] logLikelihoods = [.. scores.Select(score => score.LogLikelihood)];
        var prediction = ChoiceReader.FromScores(question, logLikelihoods);
        return QuestionOutcome.Judge(question, prediction.Label, prediction.Text) with
        {
            LogLikelihoods = logLikelihoods,
            Probabilities = prediction.Probabilities,
            ScoredTexts = task.ScoresLetters ? task.Choices(question) : [],
            GreedyChoices = [.. scores.Select(score => score.IsGreedy)],
        };
    }
}
