using System.Text.RegularExpressions;

namespace SciCoT.Hub;

/// <summary>Which names may become parts of addresses and paths. Everything that a server or a user says passes here first.</summary>
internal static partial class HubNames
{
    /// <exception cref="ArgumentException">The name is no repository.</exception>
    public static void CheckRepository(string repository)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(repository);
        if (!IsRepository(repository))
            throw new ArgumentException($"'{repository}' is no model's name; expected organisation/name, for example google/flan-t5-small.", nameof(repository));
    }

    /// <exception cref="ArgumentException">The name is no revision.</exception>
    public static void CheckRevision(string revision)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(revision);
        if (!IsRevision(revision))
            throw new ArgumentException($"'{revision}' is no revision; expected a branch, a tag or a commit, for example main.", nameof(revision));
    }

    public static bool IsRepository(string text) =>
        Repository().IsMatch(text) && !text.Contains("..", StringComparison.Ordinal) && !text.Contains("--", StringComparison.Ordinal) && !text.EndsWith(".git", StringComparison.Ordinal);

    /// <summary>The model whose snapshot in the cache a folder is; <see langword="null"/> for other folders.</summary>
    public static string? OfSnapshot(string directory)
    {
        var parts = Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory)).Split(Path.DirectorySeparatorChar);
        return parts is [.., var folder, "snapshots", var commit] && IsCommit(commit) && folder.StartsWith("models--", StringComparison.Ordinal) && folder["models--".Length..].Replace("--", "/", StringComparison.Ordinal) is var name && IsRepository(name)
            ? name
            : null;
    }

    public static bool IsRevision(string text) => Revision().IsMatch(text) && !text.Contains("..", StringComparison.Ordinal);

    /// <summary>Whether a name of a server's list may become a path below the snapshot: relative, without steps upwards, and valid on every system.</summary>
    public static bool IsFileName(string name) => FileName().IsMatch(name) && name.Split('/').All(part => part.Trim('.').Length > 0 && !part.EndsWith(' ') && !part.EndsWith('.'));

    public static bool IsCommit(string text) => Commit().IsMatch(text);

    /// <summary>Whether an etag may name a blob: the hashes that the server gives do, a path does not.</summary>
    public static bool IsBlobName(string text) => BlobName().IsMatch(text);

    [GeneratedRegex(@"\A[A-Za-z0-9_][\w.-]{0,95}(/[A-Za-z0-9_][\w.-]{0,95})?\z", RegexOptions.ECMAScript)]
    private static partial Regex Repository();

    [GeneratedRegex(@"\A[A-Za-z0-9_][\w.-]{0,127}(/[A-Za-z0-9_][\w.-]{0,127}){0,4}\z", RegexOptions.ECMAScript)]
    private static partial Regex Revision();

    [GeneratedRegex(@"\A[0-9a-f]{40}\z")]
    private static partial Regex Commit();

    [GeneratedRegex(@"\A[^\\/:*?""<>|\p{C}]{1,200}(/[^\\/:*?""<>|\p{C}]{1,200}){0,15}\z")]
    private static partial Regex FileName();

    [GeneratedRegex(@"\A[A-Za-z0-9_-]{4,128}\z")]
    private static partial Regex BlobName();
}
