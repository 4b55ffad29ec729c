using System.Text.Json;
using System.Text.Json.Serialization;
using SciCoT.IO;
using SciCoT.Models;
using SciCoT.Prompting;

namespace SciCoT.Students;

/// <summary>
/// A folder that a pipeline loads: <c>rationale-student/</c> and <c>answer-student/</c> in Hugging Face's layout, and
/// <c>scicot.json</c>, which says what they were trained for.
/// </summary>
/// <include file="Examples.xml" path="examples/SciCoTModelFolder/example"/>
public static class SciCoTModelFolder
{
    /// <summary>The name of the rationale student's folder.</summary>
    public const string RationaleStudent = StudentFolders.RationaleStudent;

    /// <summary>The name of the answer student's folder.</summary>
    public const string AnswerStudent = StudentFolders.AnswerStudent;

    /// <summary>The name of the manifest.</summary>
    public const string Manifest = StudentFolders.Manifest;

    private const int MaxManifestBytes = 1 << 20;

    /// <summary>Loads the rationale student.</summary>
    /// <param name="directory">The model folder.</param>
    /// <param name="maxRationaleTokens">Limit of a rationale's length; by default the length it was trained with.</param>
    /// <param name="options">Device, weights, batches and queue; by default those of <see cref="ModelLoadOptions"/>.</param>
    /// <exception cref="MissingFileException">There is no such folder, or a file of it is missing.</exception>
    /// <exception cref="InvalidFileException">A file is damaged, or the student was trained with another layout.</exception>
    public static T5RationaleStudent LoadRationaleStudent(string directory, int? maxRationaleTokens = null, ModelLoadOptions? options = null)
    {
        var manifest = ReadManifest(directory);
        return new T5RationaleStudent(Load(directory, RationaleStudent, manifest, options), new() { MaxNewTokens = maxRationaleTokens ?? manifest.MaxRationaleTokens });
    }

    /// <summary>Loads the answer student.</summary>
    /// <param name="directory">The model folder.</param>
    /// <param name="options">Device, weights, batches and queue; by default those of <see cref="ModelLoadOptions"/>.</param>
    /// <exception cref="MissingFileException">There is no such folder, or a file of it is missing.</exception>
    /// <exception cref="InvalidFileException">A file is damaged, or the student was trained with another layout.</exception>
    public static T5AnswerStudent LoadAnswerStudent(string directory, ModelLoadOptions? options = null) =>
        new(Load(directory, AnswerStudent, ReadManifest(directory), options));

    /// <summary>Reads <c>scicot.json</c> and checks that this version of the library understands its students.</summary>
    /// <param name="directory">The model folder.</param>
    public static SciCoTManifest ReadManifest(string directory)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(directory);
        var file = Path.GetFullPath(Path.Combine(directory, Manifest));
        if (!Path.Exists(file))
            throw new MissingFileException(WhyNone(directory));
        var manifest = OutsideJson.Deserialize(
            OutsideJson.ReadBytes(file, MaxManifestBytes, $"the folder has no {Manifest}; a distillation run writes it when its students are trained."),
            ManifestJson.Default.SciCoTManifest,
            file);
        if (manifest.Layout != StudentLayout.Version)
            throw new InvalidFileException($"{file}: the students were trained with the text layout '{manifest.Layout}', this library writes '{StudentLayout.Version}'; train them again or use the library version they were trained with.");
        if (manifest.MaxSourceTokens < 2 || manifest.MaxRationaleTokens < 1)
            throw new InvalidFileException($"{file}: maxSourceTokens must be at least 2 and maxRationaleTokens at least 1; got {manifest.MaxSourceTokens} and {manifest.MaxRationaleTokens}.");
        return manifest;
    }

    /// <summary>Why a folder without a manifest is no model folder, and which one near it is.</summary>
    internal static string WhyNone(string directory)
    {
        var folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory));
        if (!Directory.Exists(folder))
            return $"{folder}{(File.Exists(folder) ? " is a file" : ": there is no such model folder")}; expected a folder with {RationaleStudent}/, {AnswerStudent}/ and {Manifest}, as a distillation run leaves it.";
        var near = Directory.EnumerateDirectories(folder).Prepend(Path.GetDirectoryName(folder) ?? folder).FirstOrDefault(other => File.Exists(Path.Combine(other, Manifest)));
        return $"{folder} has no {Manifest}; a distillation run writes it when its students are trained.{(near is null ? "" : $" Did you mean {near}?")}";
    }

    /// <summary>Writes a model folder once more with the weights of both students in another format, so that a start rounds nothing and reads less.</summary>
    /// <remarks>Answers are those of the original folder loaded in that format, bit for bit. The manifest is written last.</remarks>
    /// <param name="directory">The model folder.</param>
    /// <param name="target">The new folder; it is made, and must be empty where it is there.</param>
    /// <param name="format">How the weights are stored; see <see cref="T5InferenceModel.Save"/>.</param>
    /// <param name="allowPickle">Whether <c>pytorch_model.bin</c> is read where there are no safetensors.</param>
    /// <exception cref="MissingFileException">A file of the folder is missing.</exception>
    /// <exception cref="InvalidFileException">A file is damaged.</exception>
    /// <exception cref="SciCoTException">The target is not empty, or the weights are stored in a narrower format already.</exception>
    public static void Export(string directory, string target, WeightFormat format, bool allowPickle = false)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(target);
        var manifest = ReadManifest(directory);
        StudentModels.WriteNew(target, () =>
        {
            foreach (var student in (ReadOnlySpan<string>)[RationaleStudent, AnswerStudent])
                StudentModels.Export(Path.Combine(directory, student), Path.Combine(target, student), format, allowPickle);
            CopyCard(directory, target);
            WriteManifest(target, manifest);
        });
    }

    /// <summary>Takes the card over. The run's files, which it was made of, stay behind: it is not to be made anew, so its mark is left out.</summary>
    private static void CopyCard(string directory, string target)
    {
        var card = Path.Combine(directory, StudentFolders.Card);
        if (!File.Exists(card))
            return;
        var text = File.ReadAllText(card);
        int mark = text.LastIndexOf(StudentFolders.CardMark, StringComparison.Ordinal);
        AtomicFile.WriteAllText(Path.Combine(target, StudentFolders.Card), mark < 0 ? text : text[..mark]);
    }

    /// <summary>Two folders' students have the same names: the folder's tells them apart in metrics.</summary>
    private static T5TextModel Load(string directory, string student, SciCoTManifest manifest, ModelLoadOptions? options)
    {
        options ??= new();
        var folder = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory)));
        return T5TextModel.Load(Path.Combine(directory, student), manifest.MaxSourceTokens, options with { Name = options.Name ?? $"{folder}/{student}" });
    }

    /// <summary>Writes <c>scicot.json</c>; done last, so that a folder with a manifest is complete.</summary>
    /// <param name="directory">The model folder.</param>
    /// <param name="manifest">What to write.</param>
    public static void WriteManifest(string directory, SciCoTManifest manifest) =>
        AtomicFile.WriteAllBytes(Path.Combine(directory, Manifest), JsonSerializer.SerializeToUtf8Bytes(manifest, ManifestJson.Default.SciCoTManifest));
}

/// <summary>The contents of <c>scicot.json</c>.</summary>
public sealed record SciCoTManifest
{
    /// <summary>The layout of the texts that the students were trained on.</summary>
    /// <value>The default is <see cref="StudentLayout.Version"/>.</value>
    public string Layout { get; init; } = StudentLayout.Version;

    /// <summary>What the students started from: a checkpoint's name or a shape.</summary>
    public required string Base { get; init; }

    /// <summary>The source length that the students were trained with, in tokens.</summary>
    public required int MaxSourceTokens { get; init; }

    /// <summary>The rationale length that the students were trained with, in tokens.</summary>
    public required int MaxRationaleTokens { get; init; }

    /// <summary>The labels of the choices in the training questions.</summary>
    public IReadOnlyList<string> AnswerLabels { get; init; } = [];

    /// <summary>Measured accuracies, by the name of what was measured.</summary>
    public IReadOnlyDictionary<string, double> Scores { get; init; } = new Dictionary<string, double>();
}

[JsonSourceGenerationOptions(WriteIndented = true, NewLine = "\n", PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, Converters = [typeof(JsonNumber)], RespectRequiredConstructorParameters = true, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(SciCoTManifest))]
internal sealed partial class ManifestJson : JsonSerializerContext;
