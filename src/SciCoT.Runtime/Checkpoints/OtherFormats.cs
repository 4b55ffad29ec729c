using SciCoT.IO;

namespace SciCoT.Checkpoints;

/// <summary>Weights in formats that are not read here: what they are, and how to get from them to safetensors.</summary>
internal static class OtherFormats
{
    private const int MaxNames = 20;
    private const string Load = "T5ForConditionalGeneration.from_pretrained(folder";

    private static readonly (Func<string, bool> Is, string Remedy)[] Kinds =
    [
        (name => name is "adapter_config.json" or "adapter_model.safetensors" or "adapter_model.bin",
            "This is an adapter, not a model: load its base model and put the adapter on it with LoraAdapter.Load, or merge them in PEFT (merge_and_unload) and save the merged model."),
        (name => name.StartsWith("model-", StringComparison.Ordinal) && name.EndsWith(".safetensors", StringComparison.Ordinal),
            $"These are shards without their index: get {ShardIndex.FileName} too."),
        (name => name.EndsWith(".safetensors", StringComparison.Ordinal), $"If that file holds the whole model, rename it to {CheckpointFiles.SingleFileName}."),
        (name => name.EndsWith(".h5", StringComparison.Ordinal), $"These are TensorFlow weights: in Python with transformers 4 (5 reads no TensorFlow), {Load}, from_tf=True).save_pretrained(folder)."),
        (name => name.Contains(".ckpt", StringComparison.Ordinal) && (name.EndsWith(".index", StringComparison.Ordinal) || name.EndsWith(".meta", StringComparison.Ordinal) || name.Contains(".data-", StringComparison.Ordinal)),
            "This is a TensorFlow checkpoint of the original code: convert it with convert_t5_original_tf_checkpoint_to_pytorch.py of transformers 4."),
        (name => name.EndsWith(".msgpack", StringComparison.Ordinal) || name.StartsWith("flax_model", StringComparison.Ordinal),
            $"These are Flax weights: in Python with transformers 4 (5 reads no Flax), {Load}, from_flax=True).save_pretrained(folder)."),
        (name => name.EndsWith(".gguf", StringComparison.Ordinal), $"This is a GGUF file: take the checkpoint that it was made from, or in Python {Load}, gguf_file=\"the file\").save_pretrained(folder)."),
        (name => name.EndsWith(".onnx", StringComparison.Ordinal) || name.EndsWith(".onnx_data", StringComparison.Ordinal) || name == "onnx", "This is an ONNX export, which holds a graph: take the checkpoint that it was exported from."),
        (name => name.StartsWith("openvino_", StringComparison.Ordinal) || name.EndsWith(".tflite", StringComparison.Ordinal) || name.EndsWith(".mlmodel", StringComparison.Ordinal) || name.EndsWith(".mlpackage", StringComparison.Ordinal),
            "This is an export for another runtime: take the checkpoint that it was made from."),
        (name => name.EndsWith(".ot", StringComparison.Ordinal), "These are weights for rust-bert: take the checkpoint that they were made from."),
        (name => name == "model.bin", "This may be a model of CTranslate2: take the checkpoint that it was made from."),
        (name => name.EndsWith(".pt", StringComparison.Ordinal) || name.EndsWith(".pth", StringComparison.Ordinal) || name.EndsWith(".ckpt", StringComparison.Ordinal) || name.EndsWith(".bin", StringComparison.Ordinal),
            $"If that is a file of torch.save with the model's state dictionary, rename it to {CheckpointFiles.PickleFileName} and allow pickles (allowPickle, --allow-pickle)."),
    ];

    /// <summary>What a folder or repository holds in place of weights that are read, with the remedy; <see langword="null"/> where nothing is known.</summary>
    /// <param name="files">The names of its files, and of its folders.</param>
    public static string? Describe(IEnumerable<string> files)
    {
        var names = files.Order(StringComparer.Ordinal).ToArray();
        foreach (var (isKind, remedy) in Kinds)
        {
            var found = names.Where(isKind).ToArray();
            if (found.Length > 0)
                return $"There is {string.Join(", ", found.Take(MaxNames).Select(name => ForeignText.Shown(name)))}{(found.Length > MaxNames ? $" and {found.Length - MaxNames} more" : "")}. {remedy}";
        }

        return null;
    }

    /// <summary>The names of a folder's files and folders.</summary>
    public static IEnumerable<string> Names(string directory) =>
        Directory.Exists(directory) ? Directory.EnumerateFileSystemEntries(directory).Select(path => Path.GetFileName(path)!) : [];
}
