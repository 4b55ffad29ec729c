using SciCoT.Hub;
using SciCoT.IO;

namespace SciCoT.Cli;

/// <summary>The checkpoint that <c>--base</c> names.</summary>
internal static class BaseCheckpoint
{
    /// <summary>The folder that is named, or the one into which the Hub's checkpoint of that name is fetched.</summary>
    /// <exception cref="SciCoTException">It is neither.</exception>
    public static async Task<string> FindAsync(string start, bool allowPickle, ToolConsole console, CancellationToken cancellationToken)
    {
        if (Directory.Exists(start))
            return start;
        try
        {
            using var hub = new HubClient();
            var snapshot = await console.WithProgressAsync(report => hub.DownloadAsync(
                start,
                allowPickle: allowPickle,
                progress: new SynchronousProgress<HubProgress>(p => report(p.File, p.FileBytes, p.FileLength ?? p.FileBytes)),
                cancellationToken: cancellationToken)).ConfigureAwait(false);
            return snapshot.Directory;
        }
        catch (HubException e)
        {
            throw new SciCoTException($"--base: there is no folder {Path.GetFullPath(start)}, and no checkpoint of this name came from the Hub. {e.Message}", e);
        }
    }
}
