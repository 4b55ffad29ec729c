using SciCoT.IO;

namespace SciCoT.Models;

/// <summary>The names in a folder of two students, for all that reads, writes or transfers one.</summary>
internal static class StudentFolders
{
    public const string Manifest = "scicot.json";

    public const string RationaleStudent = "rationale-student";

    public const string AnswerStudent = "answer-student";

    /// <summary>The description that people and the Hub read.</summary>
    public const string Card = "README.md";

    /// <summary>How the line of a card begins that says that nobody changed it.</summary>
    public const string CardMark = "<!-- scicot-card ";

    /// <summary>Whether a folder holds two students; otherwise it holds one.</summary>
    /// <exception cref="MissingFileException">There is no such folder.</exception>
    /// <exception cref="InvalidFileException">It holds no student.</exception>
    public static bool HasTwo(string directory)
    {
        if (!Directory.Exists(directory))
            throw new MissingFileException($"{directory}: there is no such folder; name the folder of a finished run, or that of one student.", directory);
        if (File.Exists(Path.Combine(directory, Manifest)))
            return true;
        return File.Exists(Path.Combine(directory, "config.json"))
            ? false
            : throw new InvalidFileException($"{directory}: holds no student: expected {Manifest} with {RationaleStudent}/ and {AnswerStudent}/, as a distillation run leaves them, or config.json with weights.");
    }
}
