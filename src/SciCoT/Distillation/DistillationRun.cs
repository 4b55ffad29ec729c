using System.Text.Json.Nodes;
using SciCoT.IO;
using SciCoT.Models;
using SciCoT.Models.T5;
using SciCoT.Students;

namespace SciCoT.Distillation;

/// <summary>A run folder: its finished stages and their files.</summary>
public sealed class DistillationRun
{
    /// <summary>A plan and a report are small; what is larger is something else.</summary>
    private const long MaxFileBytes = 1 << 28;

    private readonly RunFolder _folder;

    private DistillationRun(RunFolder folder) => _folder = folder;

    /// <summary>The folder.</summary>
    public string Directory => _folder.Root;

    /// <summary>The stages in their order. A stage is done when its file is there.</summary>
    public IReadOnlyList<(string Name, bool IsDone)> Stages =>
    [
        ("annotate and filter", File.Exists(_folder.AcceptedRationales)),
        ("train rationale student", File.Exists(Path.Combine(_folder.RationaleStudent, T5Layout.ConfigFileName))),
        ("train answer student", File.Exists(Path.Combine(_folder.AnswerStudent, T5Layout.ConfigFileName))),
        ("manifest", IsModel),
        ("report", File.Exists(_folder.Report)),
    ];

    /// <summary>Whether the folder is a model folder, which a pipeline loads.</summary>
    public bool IsModel => File.Exists(Path.Combine(Directory, SciCoTModelFolder.Manifest));

    /// <summary>The rationales that the run keeps; <see langword="null"/> where it has none yet.</summary>
    public string? Rationales => File.Exists(_folder.Rationales) ? _folder.Rationales : null;

    /// <summary>Finds the run in a folder.</summary>
    /// <param name="directory">The folder.</param>
    /// <returns>The run; <see langword="null"/> where the folder holds none.</returns>
    public static DistillationRun? Find(string directory)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(directory);
        return System.IO.Directory.Exists(directory) && new RunFolder(directory) is var folder && File.Exists(folder.Run) ? new(folder) : null;
    }

    /// <summary>The plan under which the run was begun.</summary>
    /// <exception cref="InvalidFileException">The file is damaged.</exception>
    public JsonObject ReadPlan() => OutsideJson.ReadObject(_folder.Run, MaxFileBytes);

    /// <summary>The report; <see langword="null"/> where the run is not finished.</summary>
    /// <exception cref="InvalidFileException">The file is damaged.</exception>
    public JsonObject? ReadReport() => File.Exists(_folder.Report) ? OutsideJson.ReadObject(_folder.Report, MaxFileBytes) : null;
}
