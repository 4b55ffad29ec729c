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

    public static TService Get<TService>(IServiceProvider provider, string pipeline)
        where TService : class =>
        pipeline.Length == 0 ? provider.GetRequiredService<TService>() : provider.GetRequiredKeyedService<TService>(pipeline);
}
