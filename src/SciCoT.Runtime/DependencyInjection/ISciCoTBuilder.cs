namespace Microsoft.Extensions.DependencyInjection;

/// <summary>
/// Composes SciCoT in a host; returned by <see cref="SciCoTServiceCollectionExtensions.AddSciCoT(IServiceCollection, Action{SciCoT.DependencyInjection.SciCoTOptions})"/>.
/// </summary>
/// <include file="Examples.xml" path="examples/ISciCoTBuilder/example"/>
public interface ISciCoTBuilder
{
    /// <summary>The host's services.</summary>
    IServiceCollection Services { get; }

    /// <summary>The pipeline's name, which is the key of its services; empty for the one without.</summary>
    string Name { get; }
}
