namespace QuickStart;

/// <summary>The folder that a run makes anew.</summary>
internal static class OutputFolder
{
    /// <summary>All that a run leaves.</summary>
    private static readonly HashSet<string> Own =
        ["tokenizer", "model", "direct-student", "one-stage-student", "study", "report", "report.json", "report.md", "report.html", "predictions.jsonl"];

    /// <summary>Empties a folder in which there is nothing but an earlier run.</summary>
    /// <exception cref="IOException">It holds something else, or is a file.</exception>
    public static void MakeAnew(string folder)
    {
        if (File.Exists(folder))
            throw new IOException($"{folder} is a file; name a folder with --output.");
        if (!Directory.Exists(folder))
            return;
        if (Directory.EnumerateFileSystemEntries(folder).Select(Path.GetFileName).FirstOrDefault(name => !Own.Contains(name!)) is { } other)
            throw new IOException($"{folder} holds '{other}', which no quick start wrote. The folder would be emptied: name a new one with --output.");
        Directory.Delete(folder, recursive: true);
    }
}
