namespace SciCoT.Datasets;

/// <summary>A data set, or a part of one, that is in the cache.</summary>
/// <param name="Name">What was asked for.</param>
/// <param name="Commit">The commit, 40 hexadecimal digits.</param>
/// <param name="Directory">The snapshot's folder.</param>
/// <param name="Splits">The splits that were fetched, with the paths of their files.</param>
internal sealed record DatasetSnapshot(DatasetName Name, string Commit, string Directory, IReadOnlyList<DatasetSplit> Splits);
