namespace SciCoT.Hub;

/// <summary>Options of an upload.</summary>
public sealed record HubUploadOptions
{
    /// <summary>The branch to commit to; it is made from the default branch where it is missing.</summary>
    /// <value>The default is <c>main</c>.</value>
    public string Revision { get; init; } = HubClient.DefaultRevision;

    /// <summary>Whether a repository that is made is private. One that is there stays as it is.</summary>
    /// <value>The default is <see langword="false"/>.</value>
    public bool Private { get; init; }

    /// <summary>The commit's message.</summary>
    /// <value>The default is <c>Upload student with SciCoT</c>.</value>
    public string Message { get; init; } = "Upload student with SciCoT";
}

/// <summary>The result of an upload.</summary>
/// <param name="Commit">The commit that has the student, 40 hexadecimal digits.</param>
/// <param name="Address">The repository's page.</param>
/// <param name="Uploaded">The files that the commit changed; empty where all were there already, and then no commit was made.</param>
/// <param name="Unchanged">The files that were there already.</param>
public sealed record HubCommit(string Commit, Uri Address, IReadOnlyList<string> Uploaded, IReadOnlyList<string> Unchanged);
