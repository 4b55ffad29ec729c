using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using SciCoT;
using SciCoT.DependencyInjection;
using SciCoT.Distillation;
using SciCoT.Rationales;
using SciCoT.Teaching;
using SciCoT.Teaching.Filters;
using SciCoT.Tokenization;
using SciCoT.Training;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds a <see cref="DistillationEngine"/> to a host, with the teacher, store, filters, observers and evaluators that the host registers.</summary>
/// <remarks>Services of a named pipeline are keyed by its name; where it has none, those without a key serve.</remarks>
/// <include file="Examples.xml" path="examples/DistillationBuilderExtensions/example"/>
public static partial class DistillationBuilderExtensions
{
    /// <summary>Adds the store in which rationales are kept and from which students learn.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="factory">Makes the store; it must be safe for concurrent callers. The container disposes of it.</param>
    public static ISciCoTBuilder UseRationaleStore(this ISciCoTBuilder builder, Func<IServiceProvider, IRationaleStore> factory)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(factory);
        builder.Services.Replace(PipelineServices.Singleton(builder.Name, factory));
        return builder;
    }

    /// <summary>Adds a <see cref="JsonLinesRationaleStore"/>, which is opened when it is first asked for.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="path">The store's file.</param>
    public static ISciCoTBuilder UseRationaleStore(this ISciCoTBuilder builder, string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        return builder.UseRationaleStore(_ => JsonLinesRationaleStore.Open(path));
    }

    /// <summary>Takes these filters in place of those of the options.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="factory">Makes the chain.</param>
    public static ISciCoTBuilder UseRationaleFilters(this ISciCoTBuilder builder, Func<IServiceProvider, RationaleFilterChain> factory)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(factory);
        builder.Services.Replace(PipelineServices.Singleton(builder.Name, factory));
        return builder;
    }

    /// <summary>Adds a filter behind the others.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="factory">Makes the filter.</param>
    public static ISciCoTBuilder AddRationaleFilter(this ISciCoTBuilder builder, Func<IServiceProvider, IRationaleFilter> factory) => Add(builder, factory);

    /// <summary>Adds an observer, which is told of each step of every run.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="factory">Makes the observer; a <see cref="TrainingLogs"/>, for example. The container disposes of it.</param>
    public static ISciCoTBuilder AddDistillationObserver(this ISciCoTBuilder builder, Func<IServiceProvider, IProgress<DistillationProgress>> factory) => Add(builder, factory);

    /// <summary>Adds what measures the rationale student while it learns.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="factory">Makes the evaluator for a student with this tokenizer.</param>
    public static ISciCoTBuilder AddRationaleEvaluator(this ISciCoTBuilder builder, Func<IServiceProvider, T5Tokenizer, ITrainingEvaluator> factory) =>
        Add(builder, provider => new RegisteredEvaluator(DistillationStage.TrainRationaleStudent, tokenizer => factory(provider, tokenizer)));

    /// <summary>Adds what measures the answer student while it learns.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="factory">Makes the evaluator for a student with this tokenizer.</param>
    public static ISciCoTBuilder AddAnswerEvaluator(this ISciCoTBuilder builder, Func<IServiceProvider, T5Tokenizer, ITrainingEvaluator> factory) =>
        Add(builder, provider => new RegisteredEvaluator(DistillationStage.TrainAnswerStudent, tokenizer => factory(provider, tokenizer)));

    /// <summary>Adds a <see cref="DistillationEngine"/> with the registered teacher, store, filters, observers and evaluators.</summary>
    /// <param name="builder">The builder. Its pipeline needs no <see cref="SciCoTOptions.ModelDirectory"/> until it is asked for.</param>
    /// <param name="options">How runs go.</param>
    public static ISciCoTBuilder AddDistillation(this ISciCoTBuilder builder, DistillationOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return builder.AddDistillation(_ => options);
    }

    /// <summary>Adds a <see cref="DistillationEngine"/> whose options are a section of the host's configuration.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="section">The section, with the names that <c>scicot distill --print-config</c> prints; it is read when the engine is first asked for.</param>
    /// <param name="annotation">How the teacher is asked; not needed with <c>UseChatTeacher</c> or without a teacher.</param>
    public static ISciCoTBuilder AddDistillation(this ISciCoTBuilder builder, IConfiguration section, AnnotationSettings? annotation = null)
    {
        ArgumentNullException.ThrowIfNull(section);
        return builder.AddDistillation(_ => DistillationSettings.From(section).ToOptions() with { Annotation = annotation });
    }

    /// <summary>Adds a <see cref="DistillationEngine"/> whose options are made of the host's services.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="factory">Makes the options.</param>
    public static ISciCoTBuilder AddDistillation(this ISciCoTBuilder builder, Func<IServiceProvider, DistillationOptions> factory)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(factory);
        OwnStudents.Of(builder.Services).AddDistillation(builder.Name);
        builder.Services.Replace(PipelineServices.Singleton(builder.Name, provider => EngineComposition.Compose(provider, builder.Name, factory(provider))));
        return builder;
    }

    private static ISciCoTBuilder Add<TService>(ISciCoTBuilder builder, Func<IServiceProvider, TService> factory)
        where TService : class
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(factory);
        builder.Services.Add(PipelineServices.Singleton(builder.Name, factory));
        return builder;
    }
}
