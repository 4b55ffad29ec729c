using SciCoT.IO;
using SciCoT.Rationales;
using SciCoT.Reproduction;
using SciCoT.Teaching;

namespace SciCoT.Cli;

/// <summary>A recipe's teacher behind an OpenAI-compatible endpoint, asked call by call or in batches.</summary>
/// <param name="recipe">How it is asked.</param>
/// <param name="options">Connects to the service.</param>
/// <param name="settings">The options' values, the recipe's among them.</param>
/// <param name="rationales">The run's rationale store, beside which batches are kept.</param>
/// <param name="console">Takes what goes wrong for a while.</param>
internal sealed class RecipeChatTeacher(RecipeTeacher recipe, TeacherOptions options, Settings settings, string rationales, ToolConsole console) : IRecipeTeacher
{
    public string Name => options.NameOf(settings);

    public async Task<AnnotationResult> AnnotateAsync(IReadOnlyList<ScienceQuestion> questions, IRationaleStore store, IProgress<AnnotationProgress>? progress, CancellationToken cancellationToken)
    {
        using var client = options.Client(settings, rationales, new BatchLines(console));
        var chat = options.Teacher(settings, client);
        var budget = options.Budget(settings);
        await budget.ChargeAsync(store, chat.Name, cancellationToken).ConfigureAwait(false);
        var problems = new ProblemLines(console);
        var asked = AnnotationSettings.For(chat) with
        {
            Concurrency = options.IsBatch(settings) ? options.Concurrency(settings) : recipe.Concurrency,
            SamplesPerQuestion = recipe.Samples,
            RevealAnswer = recipe.RevealAnswer,
            RationalizeDisagreements = recipe.Rationalize,
            UnusableRetries = recipe.UnusableRetries,
            MaxFailures = recipe.MaxFailures,
            CancellationGrace = options.CancellationGrace(settings),
            Prices = budget.Prices,
        };
        var result = await new RationaleAnnotator(options.Guarded(settings, chat, budget, problems.Repeating), store, asked).AnnotateAsync(
            questions,
            new SynchronousProgress<AnnotationProgress>(p =>
            {
                problems.Report(p.LatestProblem);
                progress?.Report(p);
            }),
            cancellationToken).ConfigureAwait(false);
        if (result.Failures.Any(failure => failure.Exception is TeacherServiceException { Status: 401 or 403 }))
            await console.Error.WriteLineAsync(TeacherOptions.KeySource(settings)).ConfigureAwait(false);
        return result;
    }
}
