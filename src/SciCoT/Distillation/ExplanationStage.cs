using System.Text.Json;
using SciCoT.IO;
using SciCoT.Rationales;
using SciCoT.Teaching;
using SciCoT.Teaching.Filters;

namespace SciCoT.Distillation;

/// <summary>The stages that every recipe begins with: the teacher explains, the filters judge.</summary>
/// <param name="teacher">Who explains the questions.</param>
/// <param name="annotation">How the teacher is asked.</param>
/// <param name="filters">Which rationales may be learned from.</param>
internal sealed class ExplanationStage(ITeacherPrompter teacher, AnnotationSettings annotation, RationaleFilterChain filters)
{
    /// <exception cref="InvalidOperationException">No rationale passed the filters.</exception>
    /// <exception cref="TeacherException">The teacher gave no reply to some questions; a later call asks them again.</exception>
    public async Task<ExplainedSets> RunAsync(DistillationData data, RunFolder folder, IProgress<DistillationProgress>? progress, CancellationToken cancellationToken)
    {
        if (!File.Exists(folder.AcceptedRationales))
        {
            ScienceQuestion[] questions = [.. data.Training, .. data.Validation];
            var records = await AnnotateAsync(questions, folder, progress, cancellationToken).ConfigureAwait(false);
            Filter(questions, records, folder);
            progress?.Report(new(DistillationStage.Filter, 1));
        }

        var accepted = RunFolder.ReadRationales(folder.AcceptedRationales);
        var explained = new ExplainedSets(ExplainedSets.Join(data.Training, accepted), ExplainedSets.Join(data.Validation, accepted));
        return explained.Training.Count > 0
            ? explained
            : throw new InvalidOperationException($"None of the teacher's rationales for the {data.Training.Count} training questions passed the filters; {folder.FilterReport} counts the reasons.");
    }

    private async Task<IReadOnlyList<RationaleRecord>> AnnotateAsync(
        IReadOnlyList<ScienceQuestion> questions,
        RunFolder folder,
        IProgress<DistillationProgress>? progress,
        CancellationToken cancellationToken)
    {
        await using var store = JsonLinesRationaleStore.Open(folder.Rationales, cancellationToken);
        var relay = progress is null
            ? null
            : new Relay<AnnotationProgress>(p => progress.Report(new(DistillationStage.Annotate, (double)(p.Done + p.Skipped + p.Failed) / p.Total) { Annotation = p }));
        var result = await new RationaleAnnotator(teacher, store, annotation).AnnotateAsync(questions, relay, cancellationToken).ConfigureAwait(false);
        if (result.StoppedBy is { } reason)
            throw new TeacherException($"The teacher was stopped after {result.Totals.Done + result.Totals.Skipped} of {result.Totals.Total} requests: {reason.Message} All replies that came are kept in {folder.Rationales}.", reason);
        if (result.Failures.Count > 0)
        {
            var (request, exception) = result.Failures[0];
            throw new TeacherException($"The teacher gave no reply to {result.Failures.Count} of {result.Totals.Total} requests, first for '{request.Question.Id}': {exception.Message} All replies that came are kept in {folder.Rationales}; start again to ask for the others.", exception);
        }

        return await store.ReadAllAsync(cancellationToken).ToListAsync(cancellationToken).ConfigureAwait(false);
    }

    private void Filter(IReadOnlyList<ScienceQuestion> questions, IReadOnlyList<RationaleRecord> records, RunFolder folder)
    {
        var byHash = records.ToLookup(record => record.QuestionHash, StringComparer.Ordinal);
        var judged = questions
            .SelectMany(question =>
            {
                var own = byHash[question.ContentHash].ToArray();
                return own.Zip(filters.JudgeAll(question, own), (record, judgement) => (question.Id, record.Rationale, Judgement: judgement));
            })
            .ToArray();
        VerdictFile.Write(folder.Verdicts, judged.Select(j => j.Judgement));
        AtomicFile.WriteAllBytes(
            folder.FilterReport,
            JsonSerializer.SerializeToUtf8Bytes(RationaleFilterReport.Of(judged.Select(j => j.Judgement)), RunJson.Default.RationaleFilterReport));
        // Written last: its presence says that both stages are done.
        RunFolder.WriteRationales(
            folder.AcceptedRationales,
            judged.Where(j => j.Judgement.IsAccepted).Select(j => new RationaleLine(j.Id, j.Rationale)));
    }
}
