using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using SciCoT;
using SciCoT.DependencyInjection;
using SciCoT.Models;
using SciCoT.Students;
using TorchSharp;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds SciCoT to a host.</summary>
public static class SciCoTServiceCollectionExtensions
{
    /// <summary>
    /// Adds an <see cref="ISciCoTPipeline"/> over the two students of <see cref="SciCoTOptions.ModelDirectory"/>. Everything is a
    /// singleton; models load when they are first asked for, options are checked when the host starts.
    /// </summary>
    /// <param name="services">The host's services.</param>
    /// <param name="configure">Sets the options.</param>
    /// <returns>A builder with which stages can be replaced and a teacher added.</returns>
    public static ISciCoTBuilder AddSciCoT(this IServiceCollection services, Action<SciCoTOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        var students = new StudentRegistration();
        services.TryAddSingleton(students);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<SciCoTOptions>, SciCoTOptionsValidator>());
        var options = services.AddOptions<SciCoTOptions>().ValidateOnStart();
        if (configure is not null)
            options.Configure(configure);

        services.TryAddSingleton<IRationaleStudent>(provider =>
        {
            var settings = Settings(provider);
            return SciCoTModelFolder.LoadRationaleStudent(settings.ModelDirectory!, settings.MaxRationaleTokens, settings.BatchSize, Device(settings), settings.QueueCapacity, settings.MaxBatchWait);
        });
        services.TryAddSingleton<IAnswerStudent>(provider =>
        {
            var settings = Settings(provider);
            return SciCoTModelFolder.LoadAnswerStudent(settings.ModelDirectory!, settings.BatchSize, Device(settings), settings.QueueCapacity, settings.MaxBatchWait);
        });
        services.TryAddSingleton<ISciCoTPipeline>(provider =>
        {
            var settings = Settings(provider);
            return new SciCoTPipeline(
                provider.GetRequiredService<IRationaleStudent>(),
                provider.GetRequiredService<IAnswerStudent>(),
                settings.BatchSize,
                settings.RationaleSamples > 1 ? new RationaleSampling(settings.RationaleSamples, settings.SamplingTemperature, settings.SamplingSeed) : null,
                settings.EnableSensitiveData);
        });
        return new SciCoTBuilder(services);
    }

    private static torch.Device Device(SciCoTOptions settings)
    {
        TorchBackend.EnsureLoaded(); // its message helps; TorchSharp's own search does not
        return torch.device(settings.Device);
    }

    private static SciCoTOptions Settings(IServiceProvider provider) => provider.GetRequiredService<IOptions<SciCoTOptions>>().Value;

    private sealed record SciCoTBuilder(IServiceCollection Services) : ISciCoTBuilder;
}
