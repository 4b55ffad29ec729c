namespace SciCoT.Hub;

/// <summary>A repository of the Hub: a model's or a data set's. They differ in addresses, in the cache's folder and in what messages call them.</summary>
/// <param name="Name">Its name, <c>organisation/name</c>.</param>
/// <param name="IsDataset">Whether it is a data set.</param>
internal sealed record HubRepository(string Name, bool IsDataset = false)
{
    /// <summary>What it is called in messages.</summary>
    public string Kind => IsDataset ? "data set" : "model";

    /// <summary>Its folder in the cache, named as Python's tools name it.</summary>
    public string CacheFolder => (IsDataset ? "datasets--" : "models--") + Name.Replace("/", "--", StringComparison.Ordinal);

    /// <summary>Where the server describes a revision.</summary>
    public string Api(string revision) => $"api/{(IsDataset ? "datasets" : "models")}/{Name}/revision/{Uri.EscapeDataString(revision)}?blobs=true";

    /// <summary>Where the server has a file.</summary>
    public string File(string revision, string name) =>
        $"{(IsDataset ? "datasets/" : "")}{Name}/resolve/{Uri.EscapeDataString(revision)}/{string.Join('/', name.Split('/').Select(Uri.EscapeDataString))}";

    /// <inheritdoc/>
    public override string ToString() => Name;
}
