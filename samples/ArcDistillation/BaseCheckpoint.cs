using SciCoT.Hub;

namespace ArcDistillation;

/// <summary>The checkpoint that students start from.</summary>
internal static class BaseCheckpoint
{
    /// <summary>The checkpoint's folder: the one that is named, or the one into which the Hub's checkpoint of that name is fetched.</summary>
    /// <param name="name">A folder, or a name on the Hub.</param>
    /// <param name="options">Where the Hub is; by default what the environment says.</param>
    /// <param name="progress">Told of every piece that arrives.</param>
    /// <param name="cancellationToken">Stops at once; a later call continues.</param>
    public static async Task<string> FindAsync(string name, HubOptions? options = null, IProgress<HubProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        if (Directory.Exists(name))
            return Path.GetFullPath(name);
        using var hub = new HubClient(options ?? HubOptions.FromEnvironment());
        return (await hub.DownloadAsync(name, progress: progress, cancellationToken: cancellationToken)).Directory;
    }

    /// <summary>What a report calls it: a name on the Hub as it is, a folder by its last part.</summary>
    public static string Name(string name) => Directory.Exists(name) ? new DirectoryInfo(name).Name : name;
}
