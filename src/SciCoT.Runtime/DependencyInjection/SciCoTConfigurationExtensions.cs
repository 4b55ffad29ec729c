using Microsoft.Extensions.Configuration;
using SciCoT;
using SciCoT.DependencyInjection;
using SciCoT.IO;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds a pipeline to a host, with options from its configuration.</summary>
public static class SciCoTConfigurationExtensions
{
    /// <summary>Adds an <see cref="ISciCoTPipeline"/> whose options are a section of the host's configuration.</summary>
    /// <param name="services">The host's services.</param>
    /// <param name="section">The section, with the names of <see cref="SciCoTOptions"/>. A name that is none of them stops the host at its start; the message suggests the nearest.</param>
    public static ISciCoTBuilder AddSciCoT(this IServiceCollection services, IConfiguration section)
    {
        ArgumentNullException.ThrowIfNull(section);
        return SciCoTServiceCollectionExtensions.Add(services, Options.Options.DefaultName, options => SettingsBinder.Bind(options, section));
    }

    /// <summary>Adds one of several pipelines under a name, whose options are a section of the host's configuration.</summary>
    /// <param name="services">The host's services.</param>
    /// <param name="name">The pipeline's name, and the key of its services.</param>
    /// <param name="section">The section, with the names of <see cref="SciCoTOptions"/>.</param>
    public static ISciCoTBuilder AddSciCoT(this IServiceCollection services, string name, IConfiguration section)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(section);
        return SciCoTServiceCollectionExtensions.Add(services, name, options => SettingsBinder.Bind(options, section));
    }
}
