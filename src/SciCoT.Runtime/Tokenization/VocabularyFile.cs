using System.Text.Json;
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

    /// <summary>The sibling <see cref="DeclaredTokens.FileName"/>, if there is one.</summary>
    public byte[]? Added { get; init; }

    /// <summary>The sibling <see cref="DeclaredTokens.SpecialsName"/>, if there is one.</summary>
    public byte[]? Specials { get; init; }

    /// <summary>The vocabulary's other format in the same folder, where both are there.</summary>
    public byte[]? Other { get; init; }

    public bool IsJson => Name == JsonName;

    public string ConfigPath => Sibling(TokenizerConfig.FileName);

    /// <param name="path">A vocabulary file, or a folder with <c>spiece.model</c> or else <c>tokenizer.json</c>.</param>
    public static VocabularyFile Read(string path)
    {
        string file = Locate(path);
        string name = System.IO.Path.GetExtension(file).Equals(".json", StringComparison.OrdinalIgnoreCase) ? JsonName : SentencePieceName;
        string folder = System.IO.Path.GetDirectoryName(file) ?? "";
        return new VocabularyFile(name, file, ReadBounded(file), ReadSibling(folder, TokenizerConfig.FileName))
        {
            Added = ReadSibling(folder, DeclaredTokens.FileName),
            Specials = ReadSibling(folder, DeclaredTokens.SpecialsName),
            Other = name == SentencePieceName ? ReadUsable(System.IO.Path.Combine(folder, JsonName)) : null,
        };
    }

    /// <summary>Whether a tokenizer of other files is the same, wherever they lie.</summary>
    public bool HasSameContent(VocabularyFile other)
    {
        return Name == other.Name && AreSame(Content, other.Content) && AreSame(Config, other.Config) && AreSame(Added, other.Added) && AreSame(Specials, other.Specials) && AreSame(Other, other.Other);

        static bool AreSame(byte[]? one, byte[]? two) => one is null ? two is null : two is not null && one.AsSpan().SequenceEqual(two);
    }

    /// <summary>The <c>tokenizer.json</c> beside a SentencePiece model, in the model's place.</summary>
    public VocabularyFile WithJson() => this with { Name = JsonName, Path = Sibling(JsonName), Content = Other!, Other = Content };

    /// <summary>Parses a sibling file and names it where it is wrong.</summary>
    /// <returns>What <paramref name="read"/> makes of it; the default where there is no such file.</returns>
    public T? Read<T>(byte[]? content, string name, Func<JsonElement, T> read)
    {
        if (content is null)
            return default;
        try
        {
            using var document = OutsideJson.Parse(content);
            return document.RootElement.ValueKind == JsonValueKind.Object ? read(document.RootElement) : throw new InvalidFileException("it holds no JSON object.");
        }
        catch (Exception e) when (e is InvalidFileException or InvalidOperationException or FormatException or KeyNotFoundException)
        {
            throw new InvalidFileException($"'{Sibling(name)}' cannot be used: {e.Message} Copy the file again from where it came.", e);
        }
    }

    /// <param name="directory">Is created where needed.</param>
    /// <param name="withSiblings">Whether to write the files that name added tokens, and the vocabulary's other format.</param>
    public void Write(string directory, bool withSiblings)
    {
        Directory.CreateDirectory(directory);
        WriteFile(directory, Name, Content);
        WriteFile(directory, TokenizerConfig.FileName, Config);
        if (!withSiblings)
            return;
        WriteFile(directory, DeclaredTokens.FileName, Added);
        WriteFile(directory, DeclaredTokens.SpecialsName, Specials);
        WriteFile(directory, IsJson ? SentencePieceName : JsonName, Other);
    }

    private static void WriteFile(string directory, string name, byte[]? content)
    {
        if (content is not null)
            AtomicFile.WriteAllBytes(System.IO.Path.Combine(directory, name), content);
    }

    private string Sibling(string name) => System.IO.Path.Combine(System.IO.Path.GetDirectoryName(Path) ?? "", name);

    private static byte[]? ReadSibling(string folder, string name)
    {
        string path = System.IO.Path.Combine(folder, name);
        return File.Exists(path) ? ReadBounded(path) : null;
    }

    private static byte[]? ReadUsable(string path)
    {
        var file = new FileInfo(path);
        return file.Exists && file.Length is > 0 and <= MaxBytes ? File.ReadAllBytes(path) : null;
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
