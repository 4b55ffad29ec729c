using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection.Extensions;
using SciCoT;
using SciCoT.DependencyInjection;
using SciCoT.Teaching;

namespace Microsoft.Extensions.DependencyInjection;

public static partial class DistillationBuilderExtensions
{
    /// <summary>Adds a teacher, for hosts that distil.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="factory">Makes the teacher; it must be safe for concurrent callers. The container disposes of it.</param>
    public static ISciCoTBuilder UseTeacher(this ISciCoTBuilder builder, Func<IServiceProvider, ITeacherPrompter> factory) =>
        SciCoTBuilderExtensions.Replace(builder, factory);

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
}
