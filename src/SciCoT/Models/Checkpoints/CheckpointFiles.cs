using static TorchSharp.torch;

namespace SciCoT.Models.Checkpoints;

/// <summary>All tensors of a checkpoint folder, whether in one file or in shards.</summary>
internal sealed class CheckpointFiles : IDisposable
{
    public const string SingleFileName = "model.safetensors";

    private readonly List<SafetensorsFile> _files = [];
    private readonly Dictionary<string, (SafetensorsFile File, SafetensorsEntry Entry)> _tensors = new(StringComparer.Ordinal);

    private CheckpointFiles()
    {
    }

    public IReadOnlyCollection<string> Names => _tensors.Keys;

    /// <exception cref="FileNotFoundException">The folder has no weights in this format, or a shard is missing.</exception>
    /// <exception cref="InvalidDataException">A file is damaged, or the index and the shards do not agree.</exception>
    public static CheckpointFiles Open(string directory)
    {
        var single = Path.Combine(directory, SingleFileName);
        var index = Path.Combine(directory, ShardIndex.FileName);
        var files = new CheckpointFiles();
        try
        {
            if (File.Exists(single))
                files.Add(single);
            else if (File.Exists(index))
                files.AddShards(directory, index);
            else
                throw new FileNotFoundException(
                    $"{directory}: there is neither {SingleFileName} nor {ShardIndex.FileName} here. "
                    + "Weights in other formats (pytorch_model.bin) must be converted first, for example with save_pretrained(safe_serialization=True).", single);
            return files;
        }
        catch
        {
            files.Dispose();
            throw;
        }
    }

    public long[] Shape(string name) => _tensors[name].Entry.Shape;

    public Tensor Read(string name, ScalarType precision)
    {
        var (file, entry) = _tensors[name];
        return file.Read(entry, precision);
    }

    public void Dispose() => _files.ForEach(file => file.Dispose());

    private void Add(string path)
    {
        var file = new SafetensorsFile(path);
        _files.Add(file);
        foreach (var entry in file.Header.Entries)
        {
            if (!_tensors.TryAdd(entry.Name, (file, entry)))
                throw new InvalidDataException($"{path}: tensor '{entry.Name}' is also in {_tensors[entry.Name].File.Path}.");
        }
    }

    private void AddShards(string directory, string index)
    {
        var map = ShardIndex.Read(index);
        foreach (var shard in map.Values.Distinct().Order(StringComparer.Ordinal))
        {
            var path = Path.Combine(directory, shard);
            if (!File.Exists(path))
                throw new FileNotFoundException($"{path}: this shard is missing; {ShardIndex.FileName} gives it {map.Values.Count(s => s == shard)} tensors.", path);
            Add(path);
        }

        foreach (var (name, shard) in map)
        {
            if (!_tensors.TryGetValue(name, out var found) || Path.GetFileName(found.File.Path) != shard)
                throw new InvalidDataException($"{Path.Combine(directory, shard)}: tensor '{name}' should be here by {ShardIndex.FileName}, but is not.");
        }

        if (_tensors.Keys.FirstOrDefault(name => !map.ContainsKey(name)) is { } extra)
            throw new InvalidDataException($"{_tensors[extra].File.Path}: tensor '{extra}' is not in {ShardIndex.FileName}.");
    }
}
