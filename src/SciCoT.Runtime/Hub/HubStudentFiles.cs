using SciCoT.IO;
using SciCoT.Models;

namespace SciCoT.Hub;

/// <summary>A file that goes up.</summary>
/// <param name="Name">Its name in the repository.</param>
/// <param name="Path">Where it lies.</param>
/// <param name="Length">Its size in bytes.</param>
internal sealed record HubLocalFile(string Name, string Path, long Length);

/// <summary>Which of a folder's files are a student: what a run keeps beside it, the teacher's replies above all, stays at home.</summary>
internal static class HubStudentFiles
{
    private static readonly string[] Records = ["plan.json", "training.json", StudentFolders.Card];

    /// <exception cref="MissingFileException">There is no such folder, or it lacks a file.</exception>
    /// <exception cref="InvalidFileException">It holds no student.</exception>
    public static IReadOnlyList<HubLocalFile> In(string directory)
    {
        var root = Path.GetFullPath(directory);
        bool hasTwo = StudentFolders.HasTwo(directory);
        if (HubModelFiles.Missing(root, allowPickle: true) is { } missing)
            throw new MissingFileException($"{directory}: lacks {missing}. Run the same distillation again: it does what is left.", Path.Combine(directory, missing));

        var files = hasTwo
            ? new[] { StudentFolders.RationaleStudent, StudentFolders.AnswerStudent }.SelectMany(student => Student(root, student + "/")).Concat(Root(root)).Append(StudentFolders.Manifest)
            : Student(root, "").Concat(Root(root)).Distinct(StringComparer.Ordinal);
        return [.. files.Select(name => Local(root, name))];
    }

    /// <summary>The names of a student's files below a folder, each with the folder in front.</summary>
    private static IEnumerable<string> Student(string root, string folder)
    {
        var names = Names(Path.Combine(root, folder)).Where(name => HubModelFiles.IsOne(name) || Records.Contains(name) || IsLicense(name)).Select(name => folder + name);
        var adapter = Path.Combine(root, folder, "adapter");
        return Directory.Exists(adapter)
            ? names.Concat(Names(adapter).Where(name => name is "adapter_config.json" or "adapter_model.safetensors").Select(name => $"{folder}adapter/{name}"))
            : names;
    }

    private static IEnumerable<string> Root(string root) => Names(root).Where(name => name == StudentFolders.Card || IsLicense(name));

    private static bool IsLicense(string name) => Path.GetFileNameWithoutExtension(name) is "LICENSE" or "NOTICE";

    private static IEnumerable<string> Names(string folder) => Directory.EnumerateFiles(folder).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal);

    private static HubLocalFile Local(string root, string name)
    {
        if (!HubNames.IsFileName(name))
            throw new InvalidFileException($"{Path.Combine(root, name)}: a file of this name cannot be uploaded; rename it.");
        var path = Path.Combine([root, .. name.Split('/')]);
        using var file = File.OpenHandle(path); // of a link, what it leads to
        return new HubLocalFile(name, path, RandomAccess.GetLength(file));
    }
}
