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
}
