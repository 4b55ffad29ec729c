using Microsoft.Extensions.DependencyInjection;
using SciCoT.Distillation;
using SciCoT.Rationales;
using SciCoT.Teaching;
using SciCoT.Teaching.Filters;
using SciCoT.Tokenization;
using SciCoT.Training;

namespace SciCoT.DependencyInjection;

/// <summary>Puts an engine together of what a host registered.</summary>
internal static class EngineComposition
{
    /// <exception cref="SciCoTException">There is neither a teacher nor a store.</exception>
    public static DistillationEngine Compose(IServiceProvider provider, string pipeline, DistillationOptions options)
    {
        var filters = PipelineServices.Find<RationaleFilterChain>(provider, pipeline) ?? options.Filters;
        var evaluators = PipelineServices.All<RegisteredEvaluator>(provider, pipeline);
        var chat = PipelineServices.Find<ChatClientTeacher>(provider, pipeline);
        options = options with
        {
            Filters = filters.With(PipelineServices.All<IRationaleFilter>(provider, pipeline)),
            Annotation = options.Annotation ?? (chat is null ? null : AnnotationSettings.For(chat)),
            RationaleEvaluators = Joined(options.RationaleEvaluators, evaluators, DistillationStage.TrainRationaleStudent),
            AnswerEvaluators = Joined(options.AnswerEvaluators, evaluators, DistillationStage.TrainAnswerStudent),
        };
        var observers = PipelineServices.All<IProgress<DistillationProgress>>(provider, pipeline);
        var store = PipelineServices.Find<IRationaleStore>(provider, pipeline);
        return (PipelineServices.Find<ITeacherPrompter>(provider, pipeline), store) switch
        {
            ({ } teacher, { } known) => new DistillationEngine(teacher, known, options) { Observers = observers },
            ({ } teacher, null) => new DistillationEngine(teacher, options) { Observers = observers },
            (null, { } known) => new DistillationEngine(known, options) { Observers = observers },
            _ => throw new SciCoTException($"The engine{(pipeline.Length == 0 ? "" : $" '{pipeline}'")} has neither a teacher nor rationales: register a teacher with UseTeacher or UseChatTeacher, or a store with UseRationaleStore."),
        };
    }

    private static Func<T5Tokenizer, IReadOnlyList<ITrainingEvaluator>>? Joined(
        Func<T5Tokenizer, IReadOnlyList<ITrainingEvaluator>>? own, IReadOnlyList<RegisteredEvaluator> registered, DistillationStage stage)
    {
        var here = registered.Where(evaluator => evaluator.Stage == stage).ToArray();
        return here.Length == 0 ? own : tokenizer => [.. own?.Invoke(tokenizer) ?? [], .. here.Select(evaluator => evaluator.Create(tokenizer))];
    }
}

/// <summary>An evaluator that a host registered.</summary>
/// <param name="Stage">The training that it measures.</param>
/// <param name="Create">Makes it for a student's tokenizer.</param>
internal sealed record RegisteredEvaluator(DistillationStage Stage, Func<T5Tokenizer, ITrainingEvaluator> Create);
