using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using SciCoT;
using SciCoT.DependencyInjection;
using SciCoT.Teaching;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Replaces a stage of the pipeline or adds a teacher.</summary>
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

    /// <summary>Adds a teacher, for hosts that distil.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="factory">Makes the teacher; it must be safe for concurrent callers. The container disposes of it.</param>
    public static ISciCoTBuilder UseTeacher(this ISciCoTBuilder builder, Func<IServiceProvider, ITeacherPrompter> factory) =>
        Replace(builder, factory);

    /// <summary>Adds a teacher with what is to be put around it.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="factory">Makes the innermost teacher.</param>
    /// <param name="configure">Adds retry, limits, a budget; what is added first is outermost. Clocks are the host's <see cref="TimeProvider"/> where it has one.</param>
    public static ISciCoTBuilder UseTeacher(this ISciCoTBuilder builder, Func<IServiceProvider, ITeacherPrompter> factory, Action<TeacherBuilder> configure)
    {
        ArgumentNullException.ThrowIfNull(factory);
        ArgumentNullException.ThrowIfNull(configure);
        return builder.UseTeacher(provider =>
        {
            var teacher = new TeacherBuilder(factory(provider), provider.GetService<TimeProvider>());
            configure(teacher);
            return teacher.Build();
        });
    }

    /// <summary>Adds the language model behind the host's <see cref="IChatClient"/> as the teacher: the one keyed by the pipeline's name, or the one without a key.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="options">How the model is asked.</param>
    /// <param name="configure">Adds retry, limits, a budget; what is added first is outermost.</param>
    public static ISciCoTBuilder UseChatTeacher(this ISciCoTBuilder builder, ChatClientTeacherOptions? options = null, Action<TeacherBuilder>? configure = null) =>
        UseChatTeacher(builder, provider => PipelineServices.Find<IChatClient>(provider, builder.Name) ?? provider.GetRequiredService<IChatClient>(), options, configure);

    /// <summary>Adds the language model behind one of the host's keyed <see cref="IChatClient"/>s as the teacher.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="clientKey">The client's key.</param>
    /// <param name="options">How the model is asked.</param>
    /// <param name="configure">Adds retry, limits, a budget; what is added first is outermost.</param>
    public static ISciCoTBuilder UseChatTeacher(this ISciCoTBuilder builder, string clientKey, ChatClientTeacherOptions? options = null, Action<TeacherBuilder>? configure = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(clientKey);
        return UseChatTeacher(builder, provider => provider.GetRequiredKeyedService<IChatClient>(clientKey), options, configure);
    }

    private static ISciCoTBuilder UseChatTeacher(ISciCoTBuilder builder, Func<IServiceProvider, IChatClient> client, ChatClientTeacherOptions? options, Action<TeacherBuilder>? configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.Replace(PipelineServices.Singleton(builder.Name, provider => new ChatClientTeacher(client(provider), options)));
        return builder.UseTeacher(provider => PipelineServices.Get<ChatClientTeacher>(provider, builder.Name), configure ?? (_ => { }));
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

    private static ISciCoTBuilder Replace<TService>(ISciCoTBuilder builder, Func<IServiceProvider, TService> factory)
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
