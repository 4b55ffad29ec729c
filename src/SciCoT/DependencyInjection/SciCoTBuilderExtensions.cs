using Microsoft.Extensions.DependencyInjection.Extensions;
using SciCoT;
using SciCoT.DependencyInjection;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Replaces a stage of the pipeline or adds a teacher.</summary>
public static class SciCoTBuilderExtensions
{
    /// <summary>Takes the host's own rationale student for stage one.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="factory">Makes the student; it must be safe for concurrent callers. The container disposes of it.</param>
    public static ISciCoTBuilder UseRationaleStudent(this ISciCoTBuilder builder, Func<IServiceProvider, IRationaleStudent> factory)
    {
        Registration(builder).OwnRationaleStudent = true;
        return Replace(builder, factory);
    }

    /// <summary>Takes the host's own answer student for stage two.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="factory">Makes the student; it must be safe for concurrent callers. The container disposes of it.</param>
    public static ISciCoTBuilder UseAnswerStudent(this ISciCoTBuilder builder, Func<IServiceProvider, IAnswerStudent> factory)
    {
        Registration(builder).OwnAnswerStudent = true;
        return Replace(builder, factory);
    }

    /// <summary>Adds a teacher, for hosts that distil.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="factory">Makes the teacher; it must be safe for concurrent callers. The container disposes of it.</param>
    public static ISciCoTBuilder UseTeacher(this ISciCoTBuilder builder, Func<IServiceProvider, ITeacherPrompter> factory) =>
        Replace(builder, factory);

    private static ISciCoTBuilder Replace<TService>(ISciCoTBuilder builder, Func<IServiceProvider, TService> factory)
        where TService : class
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(factory);
        builder.Services.Replace(ServiceDescriptor.Singleton(factory));
        return builder;
    }

    private static StudentRegistration Registration(ISciCoTBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.Services.Select(service => service.ImplementationInstance).OfType<StudentRegistration>().Single();
    }
}
