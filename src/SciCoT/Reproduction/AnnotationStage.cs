using SciCoT.IO;
using SciCoT.Rationales;
using SciCoT.Teaching;

namespace SciCoT.Reproduction;

/// <summary>Has the questions explained. When all are, no teacher is made any more.</summary>
internal sealed class AnnotationStage(ReproductionRecipe recipe, ReproductionFolder folder, Func<IRecipeTeacher> teacher)
{
    /// <summary>Asks for what the store lacks.</summary>
    /// <exception cref="TeacherException">The teacher was stopped, or replies are missing.</exception>
    public async Task<AnnotatedTotals> RunAsync(IReadOnlyList<ScienceQuestion> questions, IRationaleStore store, IProgress<ReproductionProgress>? progress, CancellationToken cancellationToken)
    {
        if (ReproductionFolder.Read(folder.Annotated, ReproductionJson.Default.AnnotatedTotals) is { } done)
            return done;
        var asked = teacher();
        var told = new SynchronousProgress<AnnotationProgress>(p => progress?.Report(new(
            "Annotating", p.Done + p.Skipped + p.Failed, p.Total, FormattableString.Invariant($"{p.Done} asked, {p.Skipped} known, {p.Failed} failed"))));
        var result = await asked.AnnotateAsync(questions, store, told, cancellationToken).ConfigureAwait(false);
        if (result.StoppedBy is { } reason)
            throw new TeacherException(reason.Message, reason);
        // A refusal is stored as one: the service would refuse again.
        AnnotationFailure[] failures = [.. result.Failures.Where(failure => failure.Exception is not TeacherServiceException { IsRefusal: true })];
        if (result.IsStoppedEarly || failures.Length > recipe.Training.MaxMissing * result.Totals.Total)
        {
            var (request, exception) = failures[0];
            throw new TeacherException($"There is no reply to {failures.Length} of {result.Totals.Total} requests, first for '{request.Question.Id}': {exception.Message} All replies are kept; the same command asks for the others.", exception);
        }

        var totals = await CountAsync(asked.Name, questions.Count, store, cancellationToken).ConfigureAwait(false);
        ReproductionFolder.Write(folder.Annotated, totals, ReproductionJson.Default.AnnotatedTotals);
        return totals;
    }

    /// <summary>What the stored replies took: the same however often the annotation was stopped.</summary>
    private async Task<AnnotatedTotals> CountAsync(string name, int questions, IRationaleStore store, CancellationToken cancellationToken)
    {
        int replies = 0;
        long input = 0, output = 0;
        await foreach (var record in store.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            if (record.Teacher != name)
                continue;
            replies++;
            input += record.InputTokens ?? 0;
            output += record.OutputTokens ?? 0;
        }

        bool isPriced = recipe.Teacher.InputPrice is not null || recipe.Teacher.OutputPrice is not null;
        return new(name, questions, replies, input, output, isPriced ? new ModelPrice(recipe.Teacher.InputPrice ?? 0, recipe.Teacher.OutputPrice ?? 0).Of(input, output) : null);
    }
}
