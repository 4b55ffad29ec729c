namespace SciCoT.Datasets;

/// <summary>A split of a data set.</summary>
/// <param name="Configuration">The configuration that it belongs to; <c>default</c> where the data set has one only and does not name it.</param>
/// <param name="Name">Its name, for example <c>test</c>.</param>
/// <param name="Files">Its files in order; shards of one split follow each other.</param>
internal sealed record DatasetSplit(string Configuration, string Name, IReadOnlyList<string> Files);
