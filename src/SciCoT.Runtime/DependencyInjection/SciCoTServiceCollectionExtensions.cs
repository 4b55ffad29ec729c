using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using SciCoT;
using SciCoT.DependencyInjection;
using SciCoT.Hub;
using SciCoT.Students;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds a pipeline to a host.</summary>
/// <include file="Examples.xml" path="examples/SciCoTServiceCollectionExtensions/example"/>
public static class SciCoTServiceCollectionExtensions
{
    /// <summary>
    /// Adds an <see cref="ISciCoTPipeline"/> over the two students of <see cref="SciCoTOptions.ModelDirectory"/>. Everything is a
    /// singleton; models load when they are first asked for, options are checked when the host starts.
    /// </summary>
    /// <remarks>
    /// A <see cref="HubClient"/> is added too. It takes its connections from a <c>Func&lt;HttpClient&gt;</c> of the host where one is
    /// registered, for example <c>() => factory.CreateClient("hub")</c> of an <c>IHttpClientFactory</c>; what that gives stays the host's.
    /// </remarks>
    /// <param name="services">The host's services.</param>
    /// <param name="configure">Sets the options.</param>
    /// <returns>A builder with which stages can be replaced and a teacher added.</returns>
    public static ISciCoTBuilder AddSciCoT(this IServiceCollection services, Action<SciCoTOptions>? configure = null) =>
        Add(services, Options.Options.DefaultName, configure);

    /// <summary>
    /// Adds one of several pipelines under a name: its services are keyed by it, and its options named by it. A consumer
    /// takes it with <c>[FromKeyedServices("small")] ISciCoTPipeline pipeline</c>.
    /// </summary>
    /// <param name="services">The host's services.</param>
    /// <param name="name">The pipeline's name, and the key of its services.</param>
    /// <param name="configure">Sets the options.</param>
    /// <returns>A builder with which this pipeline's stages can be replaced.</returns>
    public static ISciCoTBuilder AddSciCoT(this IServiceCollection services, string name, Action<SciCoTOptions>? configure = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        return Add(services, name, configure);
    }

    internal static ISciCoTBuilder Add(IServiceCollection services, string name, Action<SciCoTOptions>? configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.TryAddSingleton(new OwnStudents());
        services.TryAddSingleton(static provider => provider.GetService<Func<HttpClient>>() is { } http ? new HubClient(HubOptions.FromEnvironment(), http) : new HubClient());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<SciCoTOptions>, SciCoTOptionsValidator>());
        var options = services.AddOptions<SciCoTOptions>(name).ValidateOnStart();
        if (configure is not null)
            options.Configure(configure);

        services.TryAdd(PipelineServices.Singleton<IRationaleStudent>(name, provider => Load(provider, name, SciCoTModelFolder.RationaleStudent, settings =>
            SciCoTModelFolder.LoadRationaleStudent(settings.ModelDirectory!, settings.MaxRationaleTokens, LoadOptions(settings)))));
        services.TryAdd(PipelineServices.Singleton<IAnswerStudent>(name, provider => Load(provider, name, SciCoTModelFolder.AnswerStudent, settings =>
            SciCoTModelFolder.LoadAnswerStudent(settings.ModelDirectory!, LoadOptions(settings)))));
        services.TryAdd(PipelineServices.Singleton<ISciCoTPipeline>(name, provider =>
        {
            var settings = Settings(provider, name);
            var pipeline = new SciCoTPipeline(
                PipelineServices.Get<IRationaleStudent>(provider, name),
                PipelineServices.Get<IAnswerStudent>(provider, name),
                settings.BatchSize,
                settings.RationaleSamples > 1 ? new RationaleSampling(settings.RationaleSamples, settings.SamplingTemperature, settings.SamplingSeed) : null,
                settings.EnableSensitiveData,
                name.Length > 0 ? name : null);
            PipelineServices.Get<PipelineHealth>(provider, name).Loaded(pipeline);
            return pipeline;
        }));
        services.TryAdd(PipelineServices.Singleton(name, provider =>
            new PipelineHealth(() => PipelineServices.Get<ISciCoTPipeline>(provider, name), provider.GetService<TimeProvider>() ?? TimeProvider.System)));
        services.TryAdd(PipelineServices.Singleton(name, provider => new SciCoTHealthCheck(PipelineServices.Get<PipelineHealth>(provider, name))));
        services.TryAdd(PipelineServices.Singleton(name, provider => new SciCoTLivenessCheck(PipelineServices.Get<PipelineHealth>(provider, name))));
        return new SciCoTBuilder(services, name);
    }

    private static TStudent Load<TStudent>(IServiceProvider provider, string name, string student, Func<SciCoTOptions, TStudent> load)
    {
        var settings = Settings(provider, name);
        if (settings.ModelDirectory is null)
            throw new SciCoTException($"{nameof(SciCoTOptions.ModelDirectory)} is not set{(name.Length == 0 ? "" : $" (pipeline '{name}')")}; set it to a folder that a distillation run left, or register students of your own for both stages.");
        long start = Stopwatch.GetTimestamp();
        var loaded = load(settings);
        HostLog.Of(provider).StudentLoaded(student, HostLog.NameOf(name), settings.ModelDirectory!, settings.Device, Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        return loaded;
    }

    private static ModelLoadOptions LoadOptions(SciCoTOptions settings) => new()
    {
        BatchSize = settings.BatchSize,
        Device = settings.Device,
        QueueCapacity = settings.QueueCapacity,
        MaxWait = settings.MaxBatchWait,
        WeightFormat = settings.WeightFormat,
        AllowPickle = settings.AllowPickle,
    };

    private static SciCoTOptions Settings(IServiceProvider provider, string name) => provider.GetRequiredService<IOptionsMonitor<SciCoTOptions>>().Get(name);

    private sealed record SciCoTBuilder(IServiceCollection Services, string Name) : ISciCoTBuilder;
}
