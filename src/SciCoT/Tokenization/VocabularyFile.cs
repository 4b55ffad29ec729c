using SciCoT.IO;

namespace SciCoT.Tokenization;

/// <summary>The files of a tokenizer as they were read, so that they can be written again byte for byte.</summary>
/// <param name="Name">The name it is saved under: <see cref="SentencePieceName"/> or <see cref="JsonName"/>.</param>
/// <param name="Path">Where it was read, for messages.</param>
/// <param name="Content">The vocabulary file.</param>
/// <param name="Config">The sibling <see cref="TokenizerConfig.FileName"/>, if there is one.</param>
internal sealed record VocabularyFile(string Name, string Path, byte[] Content, byte[]? Config)
{
    public const string SentencePieceName = "spiece.model";
    public const string JsonName = "tokenizer.json";

    /// <summary>Three times the largest T5 vocabulary in use.</summary>
    private const long MaxBytes = 64 << 20;

    public bool IsJson => Name == JsonName;

    public string ConfigPath => System.IO.Path.Combine(System.IO.Path.GetDirectoryName(Path) ?? "", TokenizerConfig.FileName);

    /// <param name="path">A vocabulary file, or a folder with <c>spiece.model</c> or else <c>tokenizer.json</c>.</param>
    public static VocabularyFile Read(string path)
    {
        string file = Locate(path);
        string name = System.IO.Path.GetExtension(file).Equals(".json", StringComparison.OrdinalIgnoreCase) ? JsonName : SentencePieceName;
        var vocabulary = new VocabularyFile(name, file, ReadBounded(file), null);
        return File.Exists(vocabulary.ConfigPath) ? vocabulary with { Config = ReadBounded(vocabulary.ConfigPath) } : vocabulary;
    }

    public void Write(string directory)
    {
        Directory.CreateDirectory(directory);
        AtomicFile.WriteAllBytes(System.IO.Path.Combine(directory, Name), Content);
        if (Config is not null)
            AtomicFile.WriteAllBytes(System.IO.Path.Combine(directory, TokenizerConfig.FileName), Config);
    }

    private static string Locate(string path)
    {
        if (!Directory.Exists(path))
            return path;
        var candidates = new[] { SentencePieceName, JsonName }.Select(name => System.IO.Path.Combine(path, name));
        return candidates.FirstOrDefault(File.Exists)
            ?? throw new MissingFileException($"The folder '{path}' holds neither {SentencePieceName} nor {JsonName}; a T5 checkpoint ships with one of them.", path);
    }

    private static byte[] ReadBounded(string path)
    {
        if (!File.Exists(path))
            throw new MissingFileException($"There is no tokenizer file '{path}'; expected {SentencePieceName}, {JsonName} or a folder with one of them.", path);
        long length = new FileInfo(path).Length;
        if (length is 0 or > MaxBytes)
            throw new InvalidFileException($"'{path}' has {length} bytes; expected 1 to {MaxBytes}.");
        ForeignFile.Refuse(path);
        return File.ReadAllBytes(path);
    }
}
