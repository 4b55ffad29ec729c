using Microsoft.Extensions.DependencyInjection;

namespace SciCoT.DependencyInjection;

/// <summary>Services of one pipeline of a host: those of the unnamed one have no key, those of others the pipeline's name.</summary>
internal static class PipelineServices
{
    public static ServiceDescriptor Singleton<TService>(string pipeline, Func<IServiceProvider, TService> factory)
        where TService : class =>
        pipeline.Length == 0
            ? ServiceDescriptor.Singleton(factory)
            : ServiceDescriptor.KeyedSingleton(pipeline, (provider, _) => factory(provider));

    /// <summary>The pipeline's service, or the host's without a key.</summary>
    public static TService? Find<TService>(IServiceProvider provider, string pipeline)
        where TService : class =>
        (pipeline.Length == 0 ? null : provider.GetKeyedService<TService>(pipeline)) ?? provider.GetService<TService>();

    /// <summary>All of the pipeline's services; where it has none, the host's without a key.</summary>
    public static IReadOnlyList<TService> All<TService>(IServiceProvider provider, string pipeline)
        where TService : class =>
        pipeline.Length > 0 && provider.GetKeyedServices<TService>(pipeline).ToArray() is { Length: > 0 } own ? own : [.. provider.GetServices<TService>()];

    public static TService Get<TService>(IServiceProvider provider, string pipeline)
        where TService : class =>
        pipeline.Length == 0 ? provider.GetRequiredService<TService>() : provider.GetRequiredKeyedService<TService>(pipeline);
}
