using SciCoT.IO;

namespace SciCoT.Hub;

/// <summary>
/// One repository's part of the Hugging Face cache: <c>blobs/</c> holds contents under their hashes, <c>snapshots/&lt;commit&gt;/</c>
/// links to them under their names, <c>refs/</c> says at which commit a branch was last seen.
/// </summary>
internal sealed class HubCache
{
    private const string PartEnding = ".incomplete";
    private const int LinuxWouldBlock = 11;
    private const int MacWouldBlock = 35;
    private const int WindowsSharingViolation = unchecked((int)0x80070020);
    private static readonly TimeSpan LockPoll = TimeSpan.FromMilliseconds(100);

    private readonly string _root;
    private readonly string _locks;

    public HubCache(string cacheDirectory, HubRepository repository)
    {
        var folder = repository.CacheFolder;
        var cache = Path.GetFullPath(cacheDirectory);
        _root = Path.Combine(cache, folder);
        _locks = Path.Combine(cache, ".locks", folder);
    }

    /// <summary>Whether snapshots may link to blobs; where not, or where the system refuses, they hold copies.</summary>
    public bool Links { get; init; } = true;

    public string Snapshot(string commit) => Path.Combine(_root, "snapshots", commit);

    /// <summary>Where a file of a snapshot lies.</summary>
    public string PathOf(string commit, string name) => Path.Combine([Snapshot(commit), .. name.Split('/')]);

    public string Blob(string etag) => Path.Combine(_root, "blobs", etag);

    public string Part(string etag) => Blob(etag) + PartEnding;

    /// <summary>The commit of a revision as it was last seen; <see langword="null"/> where it never was.</summary>
    public string? CommitOf(string revision)
    {
        if (HubNames.IsCommit(revision))
            return revision;
        var file = Ref(revision);
        return File.Exists(file) && File.ReadAllText(file).Trim() is var commit && HubNames.IsCommit(commit) ? commit : null;
    }

    public void WriteRef(string revision, string commit)
    {
        if (!HubNames.IsCommit(revision))
            AtomicFile.WriteAllText(Ref(revision), commit);
    }

    public bool HasBlob(HubFile file) =>
        new FileInfo(Blob(file.Etag)) is { Exists: true } blob && (file.Length is null || blob.Length == file.Length);

    /// <summary>Whether a file is there, and not just a link to what is gone.</summary>
    public static bool IsThere(string path) => File.Exists(path) && (File.ResolveLinkTarget(path, returnFinalTarget: true)?.Exists ?? true);

    /// <summary>Gives a blob its name in a snapshot.</summary>
    public void Place(string commit, HubFile file)
    {
        var path = PathOf(commit, file.Name);
        if (IsThere(path))
            return;
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.Delete(path);
        if (!TryLink(path, Path.Combine(["..", "..", .. file.Name.Split('/').Skip(1).Select(_ => ".."), "blobs", file.Etag])))
            Copy(Blob(file.Etag), path);
    }

    /// <summary>The names of all files of a commit as the server listed them; <see langword="null"/> where only other tools filled the cache.</summary>
    public IReadOnlySet<string>? Listing(string commit) =>
        File.Exists(ListingFile(commit)) ? File.ReadLines(ListingFile(commit)).ToHashSet(StringComparer.Ordinal) : null;

    /// <summary>The names of a commit's files: as the server listed them, else those that are there.</summary>
    public IReadOnlySet<string> Names(string commit) =>
        (Listing(commit) ?? Directory.EnumerateFiles(Snapshot(commit), "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(Snapshot(commit), file).Replace('\\', '/')))
            .Where(HubNames.IsFileName).ToHashSet(StringComparer.Ordinal);

    /// <summary>Keeps the names, so that a cache without a network knows what it lacks.</summary>
    public void WriteListing(string commit, IEnumerable<string> names)
    {
        if (!File.Exists(ListingFile(commit)))
            AtomicFile.WriteAllText(ListingFile(commit), string.Join('\n', names));
    }

    /// <summary>Waits until no other process fetches the same blob; Python's tools take the same lock.</summary>
    public async Task<IDisposable> LockAsync(string etag, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(_locks);
        var path = Path.Combine(_locks, etag + ".lock");
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException e) when (e.HResult is LinuxWouldBlock or MacWouldBlock or WindowsSharingViolation)
            {
                await Task.Delay(LockPoll, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private string ListingFile(string commit) => Path.Combine(_root, ".scicot", commit + ".txt");

    private string Ref(string revision) => Path.Combine([_root, "refs", .. revision.Split('/')]);

    private bool TryLink(string path, string target)
    {
        if (!Links)
            return false;
        try
        {
            File.CreateSymbolicLink(path, target);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or PlatformNotSupportedException)
        {
            return IsThere(path); // another process was first; where not, the system makes no links
        }
    }

    private static void Copy(string blob, string path)
    {
        using var source = File.OpenRead(blob);
        using var copy = new AtomicFile.Pending(path);
        source.CopyTo(copy.Stream);
        copy.Commit();
    }
}
