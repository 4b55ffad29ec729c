namespace SciCoT.Hub;

/// <summary>What the server says of a file before it is fetched.</summary>
/// <param name="Name">The file's name in the repository.</param>
/// <param name="Address">Where it is asked for.</param>
/// <param name="Etag">The name of its content: sha256 for large files, git's sha1 for small ones.</param>
/// <param name="Length">Its size in bytes, where the server says so.</param>
internal sealed record HubFile(string Name, Uri Address, string Etag, long? Length);
