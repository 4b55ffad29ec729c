using Microsoft.Extensions.DependencyInjection;
using SciCoT.Server.Requests;
using SciCoT.Students;

namespace SciCoT.Server.Pipelines;

/// <summary>The models by name. Safe for concurrent callers.</summary>
internal sealed class ServedModels(SciCoTServerOptions options, IServiceProvider provider, TimeProvider time)
{
    private readonly long _started = time.GetUtcNow().ToUnixTimeSeconds();

    /// <summary>All of them, in the order of the options.</summary>
    public IEnumerable<ServedModel> All => options.Names.Select(Get);

    /// <summary>The model that a client named, or the first where it named none.</summary>
    /// <exception cref="ApiException">There is none of that name.</exception>
    public ServedModel Find(string? name)
    {
        name ??= options.Names[0];
        return options.Names.Contains(name)
            ? Get(name)
            : throw new ApiException(ApiError.UnknownModel($"The model '{name}' is not served here. Served: {string.Join(", ", options.Names)}."));
    }

    private ServedModel Get(string name) => new(name, Created(name), provider.GetRequiredKeyedService<ISciCoTPipeline>(name));

    private long Created(string name)
    {
        if (!options.Models.TryGetValue(name, out var folder))
            return _started;
        var manifest = new FileInfo(Path.Combine(folder, SciCoTModelFolder.Manifest));
        return manifest.Exists ? new DateTimeOffset(manifest.LastWriteTimeUtc).ToUnixTimeSeconds() : _started;
    }
}
