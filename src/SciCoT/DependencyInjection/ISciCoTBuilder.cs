namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Composes SciCoT in a host; returned by <see cref="SciCoTServiceCollectionExtensions.AddSciCoT"/>.</summary>
public interface ISciCoTBuilder
{
    /// <summary>The host's services.</summary>
    IServiceCollection Services { get; }
}
