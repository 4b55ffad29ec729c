using static TorchSharp.torch;

namespace SciCoT.Checkpoints;

/// <summary>Writes the tensors of a checkpoint folder.</summary>
internal static class CheckpointWriter
{
    /// <summary>Writes tensors into one file, or into shards of at most <paramref name="maxShardBytes"/> where they are more.</summary>
    /// <remarks>
    /// What is read first is written last: the index after its shards. Files of an earlier layout are removed at the end, so
    /// that a folder never holds two checkpoints.
    /// </remarks>
    public static void Write(string directory, IReadOnlyList<KeyValuePair<string, Tensor>> tensors, ScalarType precision, long maxShardBytes)
    {
        var shards = Split(tensors, precision, maxShardBytes);
        var names = shards.Count == 1
            ? [CheckpointFiles.SingleFileName]
            : Enumerable.Range(1, shards.Count).Select(i => $"model-{i:00000}-of-{shards.Count:00000}.safetensors").ToArray();
        for (int i = 0; i < shards.Count; i++)
            SafetensorsWriter.Write(Path.Combine(directory, names[i]), shards[i], precision);
        var index = Path.Combine(directory, ShardIndex.FileName);
        if (shards.Count > 1)
            ShardIndex.Write(index, shards.SelectMany((shard, i) => shard.Select(t => (t.Key, names[i]))), tensors.Sum(t => SafetensorsWriter.ByteCount(t.Value, precision)));
        else
            File.Delete(index);

        foreach (var old in Directory.EnumerateFiles(directory, "model-*-of-*.safetensors").Append(Path.Combine(directory, CheckpointFiles.SingleFileName)))
        {
            if (!names.Contains(Path.GetFileName(old)))
                File.Delete(old);
        }
    }

    private static List<List<KeyValuePair<string, Tensor>>> Split(IReadOnlyList<KeyValuePair<string, Tensor>> tensors, ScalarType precision, long maxShardBytes)
    {
        List<List<KeyValuePair<string, Tensor>>> shards = [[]];
        long size = 0;
        foreach (var tensor in tensors)
        {
            long bytes = SafetensorsWriter.ByteCount(tensor.Value, precision);
            if (size + bytes > maxShardBytes && shards[^1].Count > 0)
            {
                shards.Add([]);
                size = 0;
            }

            shards[^1].Add(tensor);
            size += bytes;
        }

        return shards;
    }
}
