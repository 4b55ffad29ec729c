using System.Runtime.CompilerServices;
using System.Text;
using System.Threading.Channels;
using SciCoT.Models;
using SciCoT.Students;
using SciCoT.Students.Serving;

namespace SciCoT;

/// <summary>Has the rationale student write a rationale, and the answer student answer from question and rationale.</summary>
/// <remarks>
/// Safe for concurrent callers, as its students are; the library's own students compute what concurrent callers ask in common
/// batches. A question whose rationale is empty is answered from the question alone. A pipeline from <see cref="Load"/> owns its students:
/// disposing of it refuses new calls, finishes accepted ones and frees the models. One that was made of students does not dispose of them.
/// </remarks>
/// <include file="Examples.xml" path="examples/SciCoTPipeline/example"/>
public sealed class SciCoTPipeline : ISciCoTPipeline, IDisposable, IAsyncDisposable
{
    /// <summary>The default number of questions that <see cref="AnswerManyAsync"/> answers at a time.</summary>
    public const int DefaultBatchSize = 32;

    private static readonly TimeSpan CancellationGrace = TimeSpan.FromMilliseconds(250);

    private readonly IRationaleStudent _rationaleStudent;
    private readonly IAnswerStudent _answerStudent;
    private readonly IRationaleSampler? _sampler;
    private readonly RationaleSampling? _sampling;
    private readonly int _batchSize;
    private readonly bool _sensitive;
    private readonly string? _name;
    private bool _ownsStudents;
    private bool _disposed;

    /// <summary>Puts two students together.</summary>
    /// <param name="rationaleStudent">Stage one.</param>
    /// <param name="answerStudent">Stage two, trained on the rationales of a student such as stage one.</param>
    /// <param name="batchSize">How many questions <see cref="AnswerManyAsync"/> answers at a time.</param>
    /// <param name="sampling">
    /// Samples several rationales for each question and averages over them what they lead to. By default the student writes
    /// one, as it was told to search.
    /// </param>
    /// <param name="enableSensitiveData">Whether traces hold the texts of questions, rationales and answers.</param>
    /// <param name="name">The pipeline's name in traces and metrics, where there are several; by default they name none.</param>
    /// <exception cref="ArgumentException">Rationales are to be sampled, but the student is no <see cref="IRationaleSampler"/>.</exception>
    public SciCoTPipeline(
        IRationaleStudent rationaleStudent,
        IAnswerStudent answerStudent,
        int batchSize = DefaultBatchSize,
        RationaleSampling? sampling = null,
        bool enableSensitiveData = false,
        string? name = null)
    {
        ArgumentNullException.ThrowIfNull(rationaleStudent);
        ArgumentNullException.ThrowIfNull(answerStudent);
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        sampling?.Validate();
        if (sampling is not null)
        {
            _sampler = rationaleStudent as IRationaleSampler
                ?? throw new ArgumentException($"{rationaleStudent.GetType().Name} writes one rationale for a question; to sample {sampling.Count} it must be an {nameof(IRationaleSampler)}.", nameof(rationaleStudent));
        }

        _rationaleStudent = rationaleStudent;
        _answerStudent = answerStudent;
        _batchSize = batchSize;
        _sampling = sampling;
        _sensitive = enableSensitiveData;
        _name = name;
    }

    /// <summary>Loads both students of a model folder.</summary>
    /// <param name="directory">The model folder, as a distillation run leaves it.</param>
    /// <param name="options">Device, weights, batches and queue; by default those of <see cref="ModelLoadOptions"/>.</param>
    /// <returns>A pipeline that owns the students: dispose of it.</returns>
    /// <exception cref="MissingFileException">There is no such folder, or a file of it is missing.</exception>
    /// <exception cref="InvalidFileException">A file is damaged, or the students were trained with another layout.</exception>
    public static SciCoTPipeline Load(string directory, ModelLoadOptions? options = null)
    {
        var rationaleStudent = SciCoTModelFolder.LoadRationaleStudent(directory, options: options);
        try
        {
            return new SciCoTPipeline(rationaleStudent, SciCoTModelFolder.LoadAnswerStudent(directory, options), (options ?? new()).BatchSize) { _ownsStudents = true };
        }
        catch
        {
            rationaleStudent.Dispose();
            throw;
        }
    }

    /// <summary>What it has to do at present.</summary>
    internal PipelineLoad Workload { get; } = new();

    /// <summary>Whether the threads of its students' models get on with their work; none of students of another kind.</summary>
    internal IEnumerable<WorkPulse> Pulses => new object[] { _rationaleStudent, _answerStudent }.OfType<IHasPulse>().SelectMany(student => student.Pulses);

    /// <inheritdoc/>
    public async Task<Answer> AnswerAsync(ScienceQuestion question, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(question);
        ObjectDisposedException.ThrowIf(_disposed, this);
        var answers = await AnswerBatchAsync([question], cancellationToken).ConfigureAwait(false);
        return answers[0];
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<Answer> AnswerManyAsync(
        IAsyncEnumerable<ScienceQuestion> questions,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(questions);
        ObjectDisposedException.ThrowIf(_disposed, this);

        // Questions are read ahead while the students work, but never far ahead; a batch is what has come by then, so that
        // a slow source does not hold back the answers to what it has given.
        var waiting = Channel.CreateBounded<ScienceQuestion>(_batchSize * 2);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        // On the thread pool: a source may block the thread that asks it, as the console does.
        var reading = Task.Run(() => ReadAheadAsync(questions, waiting.Writer, stop.Token), CancellationToken.None);
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
            await EndAsync(reading).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    /// <remarks>Of several sampled rationales the first is shown, whole, once all are written.</remarks>
    public async IAsyncEnumerable<AnswerUpdate> StreamAsync(ScienceQuestion question, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(question);
        ObjectDisposedException.ThrowIf(_disposed, this);

        // The stages run in a method of their own: what flows with a call, its activity above all, is lost over a yield.
        var updates = Channel.CreateBounded<AnswerUpdate>(new BoundedChannelOptions(64) { SingleReader = true, SingleWriter = true });
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var writing = WriteUpdatesAsync(question, updates.Writer, stop.Token);
        try
        {
            await foreach (var update in updates.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
                yield return update;
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await EndAsync(writing).ConfigureAwait(false);
        }
    }

    /// <summary>Frees the students of <see cref="Load"/>; waits for accepted calls.</summary>
    public void Dispose()
    {
        if (!_ownsStudents)
            return;
        _disposed = true;
        (_rationaleStudent as IDisposable)?.Dispose();
        (_answerStudent as IDisposable)?.Dispose();
    }

    /// <summary>The same without blocking a thread while accepted calls end.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_ownsStudents)
            return;
        _disposed = true;
        foreach (var student in new object[] { _rationaleStudent, _answerStudent }.OfType<IAsyncDisposable>())
            await student.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>
    /// Waits for a task whose token is cancelled, so that what it uses is free when the call ends. A source or student that
    /// ignores its token is waited for no longer than <see cref="CancellationGrace"/>; it disposes itself when it wakes up.
    /// </summary>
    private static async Task EndAsync(Task task)
    {
        try
        {
            await task.WaitAsync(CancellationGrace).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
        }
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

    private async Task WriteUpdatesAsync(ScienceQuestion question, ChannelWriter<AnswerUpdate> updates, CancellationToken cancellationToken)
    {
        try
        {
            using var call = PipelineCall.Begin([question], _name, Workload, _sensitive);
            var rationales = await call.RunAsync(PipelineCall.RationaleStage, () => ShowRationaleAsync(question, updates, cancellationToken)).ConfigureAwait(false);
            var answers = await ConcludeAsync(call, [question], [rationales], cancellationToken).ConfigureAwait(false);
            await updates.WriteAsync(new AnswerUpdate(null, answers[0]), cancellationToken).ConfigureAwait(false);
            updates.Complete();
        }
        catch (Exception e)
        {
            updates.Complete(e is ObjectDisposedException disposed ? Disposed(disposed) : e); // to the reader
        }
    }

    private async Task<IReadOnlyList<string>> ShowRationaleAsync(ScienceQuestion question, ChannelWriter<AnswerUpdate> updates, CancellationToken cancellationToken)
    {
        if (_sampler is not null)
        {
            var samples = await _sampler.SampleAsync([question], _sampling!, cancellationToken).ConfigureAwait(false);
            await updates.WriteAsync(new AnswerUpdate(samples[0][0], null), cancellationToken).ConfigureAwait(false);
            return samples[0];
        }

        var rationale = new StringBuilder();
        await foreach (var piece in _rationaleStudent.StreamAsync(question, cancellationToken).ConfigureAwait(false))
        {
            rationale.Append(piece);
            await updates.WriteAsync(new AnswerUpdate(piece, null), cancellationToken).ConfigureAwait(false);
        }

        return [rationale.ToString()];
    }

    private async Task<IReadOnlyList<Answer>> AnswerBatchAsync(IReadOnlyList<ScienceQuestion> questions, CancellationToken cancellationToken)
    {
        using var call = PipelineCall.Begin(questions, _name, Workload, _sensitive);
        try
        {
            var rationales = await call.RunAsync(PipelineCall.RationaleStage, () => ExplainAsync(questions, cancellationToken)).ConfigureAwait(false);
            return await ConcludeAsync(call, questions, rationales, cancellationToken).ConfigureAwait(false);
        }
        catch (ObjectDisposedException e)
        {
            throw Disposed(e);
        }
    }

    /// <summary>Names what callers hold, which is this object, and not the model inside a student that was the first to refuse.</summary>
    private ObjectDisposedException Disposed(ObjectDisposedException inner) => new(
        typeof(SciCoTPipeline).FullName,
        _disposed ? "The pipeline is disposed of." : $"A student of the pipeline is disposed of, or the host that owns it has ended ({inner.ObjectName}).");

    private async Task<IReadOnlyList<IReadOnlyList<string>>> ExplainAsync(IReadOnlyList<ScienceQuestion> questions, CancellationToken cancellationToken)
    {
        if (_sampler is not null)
            return await _sampler.SampleAsync(questions, _sampling!, cancellationToken).ConfigureAwait(false);
        var rationales = await _rationaleStudent.ExplainAsync(questions, cancellationToken).ConfigureAwait(false);
        return [.. rationales.Select(rationale => new[] { rationale })];
    }

    /// <summary>Stage two: answers each question from each of its rationales and joins the predictions.</summary>
    private async Task<IReadOnlyList<Answer>> ConcludeAsync(PipelineCall call, IReadOnlyList<ScienceQuestion> questions, IReadOnlyList<IReadOnlyList<string>> rationales, CancellationToken cancellationToken)
    {
        // Samples often agree to the letter: each text is read once.
        var distinct = questions.Zip(rationales, (question, own) => own.Distinct(StringComparer.Ordinal).Select(rationale => new ExplainedQuestion(question, rationale)).ToArray()).ToArray();
        var predictions = await call.RunAsync(PipelineCall.AnswerStage, () => _answerStudent.AnswerAsync([.. distinct.SelectMany(own => own)], cancellationToken)).ConfigureAwait(false);
        foreach (var prediction in predictions)
            CheckFinite(prediction);

        var answers = new Answer[questions.Count];
        int first = 0;
        for (int i = 0; i < answers.Length; i++)
        {
            var read = distinct[i].Zip(predictions.Skip(first), (explained, prediction) => KeyValuePair.Create(explained.Rationale, prediction)).ToDictionary(StringComparer.Ordinal);
            first += distinct[i].Length;
            answers[i] = ToAnswer(questions[i], RationaleVote.Of(questions[i], [.. rationales[i].Select(rationale => read[rationale])]), rationales[i], call.Elapsed);
        }

        if (answers is [var only])
            answers[0] = only with { Usage = call.Usage };
        call.Conclude(answers);
        return answers;
    }

    /// <summary>The library's own students give finite probabilities or none; a host's own might not, and JSON knows no NaN.</summary>
    private void CheckFinite(AnswerPrediction prediction)
    {
        if (!double.IsFinite(prediction.Confidence) || !prediction.Probabilities.All(double.IsFinite))
            throw new SciCoTException($"{_answerStudent.GetType().Name} gave a confidence of {prediction.Confidence} and probabilities of {string.Join(", ", prediction.Probabilities)}; they must be finite numbers.");
    }

    private static Answer ToAnswer(ScienceQuestion question, AnswerPrediction prediction, IReadOnlyList<string> rationales, TimeSpan elapsed) => new(
        question,
        prediction.Label,
        prediction.Text,
        prediction.Confidence,
        [.. question.Choices.Zip(prediction.Probabilities, (choice, probability) => new ChoiceProbability(choice, probability))],
        rationales,
        elapsed)
    {
        IsShortened = prediction.IsShortened,
    };
}
