using System.Text.Json;
using System.Text.Json.Serialization;
using SciCoT.IO;
using SciCoT.Questions;
using SciCoT.Rationales;
using SciCoT.Students;
using SciCoT.Teaching.Filters;

namespace SciCoT.Distillation;

/// <summary>The files of a run. Each is there whole or not at all, and a stage whose file is there is done.</summary>
internal sealed class RunFolder
{
    /// <summary>The file that makes a folder a run.</summary>
    public const string RunFile = "run.json";

    private const string PreviousPrefix = "previous-";
    private const string Remedy = "Delete the file to have its stage done again.";

    public RunFolder(string directory)
    {
        Root = Path.GetFullPath(directory);
        Directory.CreateDirectory(Root);
    }

    public string Root { get; }

    /// <summary>Moves what was done into a folder <c>previous-1</c>, <c>previous-2</c> and so on. Stored rationales stay: they may be what a teacher was paid for.</summary>
    public void MoveAside()
    {
        int number = 1;
        while (Directory.Exists(Previous(number)))
            number++;
        Directory.CreateDirectory(Previous(number));
        foreach (var entry in Directory.GetFileSystemEntries(Root))
        {
            var name = Path.GetFileName(entry);
            if (name is FolderLock.FileName || entry == Rationales || name.StartsWith(PreviousPrefix, StringComparison.Ordinal))
                continue;
            Directory.Move(entry, Path.Combine(Previous(number), name));
        }
    }

    /// <summary>Removes what a killed process left aside of files that it was writing. The run's lock must be held.</summary>
    public void RemoveLeftovers()
    {
        foreach (var file in Directory.EnumerateFiles(Root, "*.tmp", SearchOption.AllDirectories).Where(AtomicFile.IsAside).ToArray())
            File.Delete(file);
    }

    private string Previous(int number) => Path.Combine(Root, FormattableString.Invariant($"{PreviousPrefix}{number}"));

    public string Run => Path.Combine(Root, RunFile);

    public string Study => Path.Combine(Root, "study.json");

    public string Rationales => Path.Combine(Root, "rationales.jsonl");

    public string AcceptedRationales => Path.Combine(Root, "accepted-rationales.jsonl");

    public string Verdicts => Path.Combine(Root, StoredVerdicts.FileName);

    public string FilterReport => Path.Combine(Root, "filters.json");

    public string Selection => Path.Combine(Root, "selection.json");

    public string RationaleStudent => Path.Combine(Root, SciCoTModelFolder.RationaleStudent);

    /// <summary>What the rationale student wrote for the training questions.</summary>
    public string StudentRationales(RationaleSource source) => Path.Combine(Root, $"student-rationales{Suffix(source)}.jsonl");

    /// <summary>What the rationale student wrote for the validation questions, from which it did not learn.</summary>
    public string ValidationRationales(RationaleSource source) => Path.Combine(Root, $"validation-rationales{Suffix(source)}.jsonl");

    /// <summary>The folder of one fold of cross-fitting: its rationale student, and what that wrote for the fold's questions.</summary>
    public RunFolder Fold(RationaleSource source, int fold) =>
        new(Path.Combine(Root, FormattableString.Invariant($"folds-{source.Folds}{(source.Seed == 1 ? "" : $"-seed-{source.Seed}")}"), FormattableString.Invariant($"fold-{fold + 1}")));

    public string AnswerStudent => Path.Combine(Root, SciCoTModelFolder.AnswerStudent);

    public string Predictions => Path.Combine(Root, "predictions.jsonl");

    public string Report => Path.Combine(Root, "report.json");

    /// <summary>Reads rationales by the identifier of their question.</summary>
    public static ILookup<string, string> ReadRationales(string path) =>
        ReadLines(path).ToLookup(line => line.QuestionId, line => line.Rationale, StringComparer.Ordinal);

    public static IEnumerable<RationaleLine> ReadLines(string path)
    {
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read, FileOptions.SequentialScan);
        foreach (var line in FileLine.ReadAll(file))
            yield return Parse(path, line.Number, line.Bytes, RunJson.Default.RationaleLine);
    }

    public static void WriteRationales(string path, IEnumerable<RationaleLine> lines) =>
        WriteLines(path, lines, RunJson.Default.RationaleLine);

    public static T Read<T>(string path, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type) =>
        OutsideJson.Deserialize(File.ReadAllBytes(path), type, path, Remedy);

    /// <summary>Tells apart what is written under different sources in one folder.</summary>
    private static string Suffix(RationaleSource source) => source.PerQuestion == 1
        ? ""
        : FormattableString.Invariant($"-x{source.PerQuestion}-t{source.Temperature}{(source.Seed == 1 ? "" : $"-seed-{source.Seed}")}");

    private static void WriteLines<T>(string path, IEnumerable<T> lines, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type)
    {
        using var file = new AtomicFile.Pending(path);
        foreach (var line in lines)
        {
            // Indentation is for whole files; a line holds one record.
            using (var writer = new Utf8JsonWriter(file.Stream))
                JsonSerializer.Serialize(writer, line, type);
            file.Stream.WriteByte((byte)'\n');
        }

        file.Commit();
    }

    private static T Parse<T>(string path, long number, ReadOnlyMemory<byte> line, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type) =>
        OutsideJson.Deserialize(line.Span, type, FormattableString.Invariant($"{path}: line {number}"), Remedy);
}

/// <summary>A rationale on its way between stages.</summary>
internal sealed record RationaleLine(string QuestionId, string Rationale);

[JsonSourceGenerationOptions(WriteIndented = true, NewLine = "\n", PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, Converters = [typeof(JsonNumber)], RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(RationaleLine))]
[JsonSerializable(typeof(RationaleFilterReport))]
[JsonSerializable(typeof(LearnedRationales))]
[JsonSerializable(typeof(DistillationReport))]
[JsonSerializable(typeof(System.Text.Json.Nodes.JsonObject))]
[JsonSerializable(typeof(RationaleSelection))]
[JsonSerializable(typeof(RationaleSource))]
internal sealed partial class RunJson : JsonSerializerContext
{
    public static System.Text.Json.Nodes.JsonNode? Node(RationaleSource source) => JsonSerializer.SerializeToNode(source, Default.RationaleSource);
}
