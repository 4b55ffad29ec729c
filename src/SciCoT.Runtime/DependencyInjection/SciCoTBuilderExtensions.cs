using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using SciCoT;
using SciCoT.DependencyInjection;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Replaces the students of a pipeline, or loads them before the host serves.</summary>
/// <include file="Examples.xml" path="examples/SciCoTBuilderExtensions/example"/>
public static class SciCoTBuilderExtensions
{
    /// <summary>Takes the host's own rationale student for stage one.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="factory">Makes the student; it must be safe for concurrent callers. The container disposes of it.</param>
    public static ISciCoTBuilder UseRationaleStudent(this ISciCoTBuilder builder, Func<IServiceProvider, IRationaleStudent> factory)
    {
        Own(builder, typeof(IRationaleStudent));
        return Replace(builder, factory);
    }

    /// <summary>Takes the host's own answer student for stage two.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="factory">Makes the student; it must be safe for concurrent callers. The container disposes of it.</param>
    public static ISciCoTBuilder UseAnswerStudent(this ISciCoTBuilder builder, Func<IServiceProvider, IAnswerStudent> factory)
    {
        Own(builder, typeof(IAnswerStudent));
        return Replace(builder, factory);
    }

    /// <summary>
    /// Loads the models and answers once before the host serves: the first caller waits for nothing, and a host whose models
    /// are damaged does not start. Without it models load at the first question.
    /// </summary>
    /// <param name="builder">The builder.</param>
    public static ISciCoTBuilder WarmUp(this ISciCoTBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddSingleton<IHostedService>(provider => new PipelineWarmUp(provider, builder.Name));
        return builder;
    }

    internal static ISciCoTBuilder Replace<TService>(ISciCoTBuilder builder, Func<IServiceProvider, TService> factory)
        where TService : class
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(factory);
        builder.Services.Replace(PipelineServices.Singleton(builder.Name, factory));
        return builder;
    }

    private static void Own(ISciCoTBuilder builder, Type student)
    {
        ArgumentNullException.ThrowIfNull(builder);
        OwnStudents.Of(builder.Services).Add(builder.Name, student);
    }
}
