namespace SciCoT.Tests.Campaign;

/// <summary>A reader of something from outside, with sound inputs that are damaged.</summary>
/// <param name="Name">What is read.</param>
/// <param name="FileName">The name that the file has on disk.</param>
/// <param name="Seeds">Sound inputs.</param>
/// <param name="Read">Reads the file, given its path.</param>
/// <param name="Share">The share of inputs, in parts; readers of large files get a small one.</param>
internal sealed record FuzzTarget(string Name, string FileName, IReadOnlyList<byte[]> Seeds, Action<string> Read, int Share = 10)
{
    public override string ToString() => Name;
}
