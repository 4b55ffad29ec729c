using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text;
using System.Threading.Channels;

namespace SciCoT;

/// <summary>The two stages in a row: the rationale student writes, the answer student reads what it wrote and answers.</summary>
/// <remarks>Safe for concurrent callers, as its students are. It does not own them.</remarks>
public sealed class SciCoTPipeline : ISciCoTPipeline
{
    /// <summary>The default number of questions that <see cref="AnswerManyAsync"/> answers at a time.</summary>
    public const int DefaultBatchSize = 32;

    private readonly IRationaleStudent _rationaleStudent;
    private readonly IAnswerStudent _answerStudent;
    private readonly int _batchSize;

    /// <summary>Puts two students together.</summary>
    /// <param name="rationaleStudent">Stage one.</param>
    /// <param name="answerStudent">Stage two, trained on the rationales of a student such as stage one.</param>
    /// <param name="batchSize">How many questions <see cref="AnswerManyAsync"/> answers at a time.</param>
    public SciCoTPipeline(IRationaleStudent rationaleStudent, IAnswerStudent answerStudent, int batchSize = DefaultBatchSize)
    {
        ArgumentNullException.ThrowIfNull(rationaleStudent);
        ArgumentNullException.ThrowIfNull(answerStudent);
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        _rationaleStudent = rationaleStudent;
        _answerStudent = answerStudent;
        _batchSize = batchSize;
    }

    /// <inheritdoc/>
    public async Task<Answer> AnswerAsync(ScienceQuestion question, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(question);
        var answers = await AnswerBatchAsync([question], cancellationToken).ConfigureAwait(false);
        return answers[0];
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<Answer> AnswerManyAsync(
        IAsyncEnumerable<ScienceQuestion> questions,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(questions);

        // Questions are read ahead while the students work, but never far ahead; a batch is what has come by then, so that
        // a slow source does not hold back the answers to what it has given.
        var waiting = Channel.CreateBounded<ScienceQuestion>(_batchSize * 2);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var reading = ReadAheadAsync(questions, waiting.Writer, stop.Token);
        try
        {
            var batch = new List<ScienceQuestion>(_batchSize);
            while (await waiting.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
            {
                while (batch.Count < _batchSize && waiting.Reader.TryRead(out var question))
                    batch.Add(question);
                foreach (var answer in await AnswerBatchAsync(batch, cancellationToken).ConfigureAwait(false))
                    yield return answer;
                batch.Clear();
            }
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await reading.ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<AnswerUpdate> StreamAsync(ScienceQuestion question, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(question);
        long start = Stopwatch.GetTimestamp();
        var rationale = new StringBuilder();
        await foreach (var piece in _rationaleStudent.StreamAsync(question, cancellationToken).ConfigureAwait(false))
        {
            rationale.Append(piece);
            yield return new AnswerUpdate(piece, null);
        }

        var predictions = await _answerStudent.AnswerAsync([new ExplainedQuestion(question, rationale.ToString())], cancellationToken).ConfigureAwait(false);
        yield return new AnswerUpdate(null, ToAnswer(question, predictions[0], rationale.ToString(), start));
    }

    private static async Task ReadAheadAsync(IAsyncEnumerable<ScienceQuestion> questions, ChannelWriter<ScienceQuestion> waiting, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var question in questions.WithCancellation(cancellationToken).ConfigureAwait(false))
                await waiting.WriteAsync(question, cancellationToken).ConfigureAwait(false);
            waiting.Complete();
        }
        catch (Exception e)
        {
            // Handed to the reader, who meets it after the questions that came before.
            waiting.Complete(e);
        }
    }

    private async Task<IReadOnlyList<Answer>> AnswerBatchAsync(IReadOnlyList<ScienceQuestion> questions, CancellationToken cancellationToken)
    {
        long start = Stopwatch.GetTimestamp();
        var rationales = await _rationaleStudent.ExplainAsync(questions, cancellationToken).ConfigureAwait(false);
        var explained = questions.Zip(rationales, (question, rationale) => new ExplainedQuestion(question, rationale)).ToArray();
        var predictions = await _answerStudent.AnswerAsync(explained, cancellationToken).ConfigureAwait(false);
        return [.. explained.Zip(predictions, (asked, prediction) => ToAnswer(asked.Question, prediction, asked.Rationale, start))];
    }

    private static Answer ToAnswer(ScienceQuestion question, AnswerPrediction prediction, string rationale, long start) => new(
        question,
        prediction.Label,
        prediction.Text,
        prediction.Confidence,
        [.. question.Choices.Zip(prediction.Probabilities, (choice, probability) => new ChoiceProbability(choice, probability))],
        [rationale],
        Stopwatch.GetElapsedTime(start));
}
