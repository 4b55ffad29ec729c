using System.Text.Json;
using SciCoT.Distributed;
using SciCoT.IO;
using SciCoT.Rationales;
using SciCoT.Teaching;
using SciCoT.Teaching.Filters;

namespace SciCoT.Distillation;

/// <summary>The stages that every recipe begins with: rationales come from a teacher or a store, and the filters judge.</summary>
internal sealed class ExplanationStage
{
    private readonly ITeacherPrompter? _teacher;
    private readonly IRationaleStore? _store;
    private readonly IExplanationOptions _options;

    /// <summary>Prepares the stages.</summary>
    /// <param name="teacher">Who explains the questions; <see langword="null"/> where the store's rationales are all there will be.</param>
    /// <param name="store">Where rationales lie; <see langword="null"/> for a file in the run's folder.</param>
    /// <param name="options">How the teacher is asked, and what is learned from.</param>
    /// <exception cref="ArgumentException">An option is out of range, or the teacher's settings are missing.</exception>
    public ExplanationStage(ITeacherPrompter? teacher, IRationaleStore? store, IExplanationOptions options)
    {
        if (teacher is not null && options.Annotation is null)
            throw new ArgumentException($"{nameof(DistillationOptions.Annotation)} is missing: it says under which name the teacher's replies are stored and how it is asked.", nameof(DistillationOptions.Annotation));
        if (options.MaxMissingShare is not (>= 0 and <= 1))
            throw new ArgumentException(FormattableString.Invariant($"{nameof(DistillationOptions.MaxMissingShare)} must be from 0 to 1; got {options.MaxMissingShare}."), nameof(DistillationOptions.MaxMissingShare));
        options.Rationales.Validate();
        (_teacher, _store, _options) = (teacher, store, options);
    }

    /// <summary>Whether a teacher explains the questions.</summary>
    public bool HasTeacher => _teacher is not null;

    /// <summary>What a store without a teacher gives: known before anything is trained. <see langword="null"/> where a teacher explains.</summary>
    /// <exception cref="TeacherException">The store has no rationale for more questions than may be missing.</exception>
    public async Task<SelectedRationales?> ChooseAsync(DistillationData data, CancellationToken cancellationToken)
    {
        if (HasTeacher)
            return null;
        var records = await _store!.ReadAllAsync(cancellationToken).ToListAsync(cancellationToken).ConfigureAwait(false);
        var chosen = _options.Rationales.Choose([.. data.Training, .. data.Validation], records, _options.Filters);
        int missing = chosen.Counts.QuestionsWithoutRecord;
        return missing <= _options.MaxMissingShare * chosen.Counts.Questions
            ? chosen
            : throw new TeacherException($"The store has no rationale for {missing} of {chosen.Counts.Questions} questions. Leave them out, annotate them, or allow a share by {nameof(DistillationOptions.MaxMissingShare)}.");
    }

    /// <summary>Has the questions explained and the rationales judged, unless that is done.</summary>
    /// <param name="data">The questions.</param>
    /// <param name="chosen">What <see cref="ChooseAsync"/> gave.</param>
    /// <param name="folder">The run.</param>
    /// <param name="group">The processes that work together; one of them asks.</param>
    /// <param name="progress">Told of each step.</param>
    /// <param name="cancellationToken">Stops asking; a later call continues.</param>
    /// <exception cref="SciCoTException">No rationale is left to learn from.</exception>
    /// <exception cref="TeacherException">The teacher gave no reply to more requests than may be missing; a later call asks them again.</exception>
    public async Task<ExplainedSets> RunAsync(DistillationData data, SelectedRationales? chosen, RunFolder folder, IProcessGroup group, IProgress<DistillationProgress>? progress, CancellationToken cancellationToken)
    {
        await group.LeaderFirstAsync(() => ExplainAsync(data, chosen, folder, progress, cancellationToken)).ConfigureAwait(false);
        var accepted = RunFolder.ReadRationales(folder.AcceptedRationales);
        var explained = new ExplainedSets(ExplainedSets.Join(data.Training, accepted), ExplainedSets.Join(data.Validation, accepted));
        return explained.Training.Count > 0
            ? explained
            : throw new SciCoTException($"None of the rationales for the {data.Training.Count} training questions can be learned from; {folder.FilterReport} and {folder.Selection} count the reasons. Change the filters or the selection, or annotate more.");
    }

    private async Task ExplainAsync(DistillationData data, SelectedRationales? chosen, RunFolder folder, IProgress<DistillationProgress>? progress, CancellationToken cancellationToken)
    {
        if (!File.Exists(folder.AcceptedRationales))
        {
            if (chosen is null)
            {
                ScienceQuestion[] questions = [.. data.Training, .. data.Validation];
                chosen = _options.Rationales.Choose(questions, await AnnotateAsync(questions, folder, progress, cancellationToken).ConfigureAwait(false), _options.Filters);
            }
            else
            {
                await KeepAsync(chosen.Records, folder, cancellationToken).ConfigureAwait(false);
            }

            Write(chosen, folder);
            progress?.Report(new(DistillationStage.Filter, 1) { Rationales = chosen.Counts });
        }
    }

    private async Task<IReadOnlyList<RationaleRecord>> AnnotateAsync(
        IReadOnlyList<ScienceQuestion> questions,
        RunFolder folder,
        IProgress<DistillationProgress>? progress,
        CancellationToken cancellationToken)
    {
        await using var own = _store is null ? JsonLinesRationaleStore.Open(folder.Rationales, cancellationToken) : null;
        var store = _store ?? own!;
        var relay = progress is null
            ? null
            : new SynchronousProgress<AnnotationProgress>(p => progress.Report(new(DistillationStage.Annotate, (double)(p.Done + p.Skipped + p.Failed) / p.Total) { Annotation = p }));
        // A share that may be missing is no reason to stop asking.
        int requests = questions.Count * _options.Annotation!.SamplesPerQuestion;
        var asked = _options.Annotation with { MaxFailures = Math.Max(_options.Annotation.MaxFailures, (int)(_options.MaxMissingShare * requests) + 1) };
        var result = await new RationaleAnnotator(_teacher!, store, asked).AnnotateAsync(questions, relay, cancellationToken).ConfigureAwait(false);
        var kept = _store is null ? folder.Rationales : "the store";
        if (result.StoppedBy is { } reason)
            throw new TeacherException($"The teacher was stopped after {result.Totals.Done + result.Totals.Skipped} of {result.Totals.Total} requests: {reason.Message} All replies that came are kept in {kept}.", reason);
        int missing = result.Totals.Total - result.Totals.Done - result.Totals.Skipped;
        if (missing > _options.MaxMissingShare * result.Totals.Total)
        {
            var (request, exception) = result.Failures[0];
            throw new TeacherException(
                $"The teacher gave no reply to {missing} of {result.Totals.Total} requests, first for '{request.Question.Id}': {exception.Message} All replies that came are kept in {kept}; "
                + $"start again to ask for the others, or allow a share to be missing by {nameof(DistillationOptions.MaxMissingShare)}.",
                exception);
        }

        return await store.ReadAllAsync(cancellationToken).ToListAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Copies the records of the run's questions into its folder, which then tells alone what was learned.</summary>
    private static async Task KeepAsync(IReadOnlyList<RationaleRecord> records, RunFolder folder, CancellationToken cancellationToken)
    {
        await using var store = JsonLinesRationaleStore.Open(folder.Rationales, cancellationToken);
        await Task.WhenAll(records.Select(record => store.AppendAsync(record, CancellationToken.None))).ConfigureAwait(false);
    }

    private static void Write(SelectedRationales chosen, RunFolder folder)
    {
        VerdictFile.Write(folder.Verdicts, chosen.Judgements);
        AtomicFile.WriteAllBytes(
            folder.FilterReport,
            JsonSerializer.SerializeToUtf8Bytes(RationaleFilterReport.Of(chosen.Judgements), RunJson.Default.RationaleFilterReport));
        AtomicFile.WriteAllBytes(folder.Selection, JsonSerializer.SerializeToUtf8Bytes(chosen.Counts, RunJson.Default.LearnedRationales));
        // Written last: its presence says that both stages are done.
        RunFolder.WriteRationales(folder.AcceptedRationales, chosen.Lines);
    }
}
