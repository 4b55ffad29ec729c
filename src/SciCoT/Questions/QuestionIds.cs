using System.Globalization;

namespace SciCoT.Questions;

/// <summary>Identifiers of questions that a report or a run tells apart by them.</summary>
internal static class QuestionIds
{
    /// <summary>Refuses a file in which two questions have one identifier, before anything is computed.</summary>
    /// <param name="path">The file.</param>
    /// <param name="rows">Its questions.</param>
    /// <exception cref="InvalidFileException">Two questions have one identifier; the message names both lines.</exception>
    public static void RequireUnique(string path, IReadOnlyList<QuestionRow> rows)
    {
        var lines = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var row in rows)
        {
            if (!lines.TryAdd(row.Question.Id, row.Line))
                throw new InvalidFileException($"{path}: two questions have the identifier '{row.Question.Id}', on lines {lines[row.Question.Id]} and {row.Line}. Give each question an identifier of its own, or leave the column or field out to have them made from the content.");
        }
    }

    /// <summary>
    /// Makes identifiers unique among several files, as where two files are numbered from 1: those of a file that repeats some of an
    /// earlier one's get the file's name before them.
    /// </summary>
    /// <param name="files">The files with their questions, each with unique identifiers.</param>
    /// <param name="log">Takes a line about each file whose identifiers change.</param>
    /// <returns>The questions of each file.</returns>
    /// <exception cref="InvalidFileException">Two files have the same question, or one has an identifier twice.</exception>
    public static IReadOnlyList<IReadOnlyList<ScienceQuestion>> MakeUnique(IReadOnlyList<(string Path, IReadOnlyList<QuestionRow> Rows)> files, TextWriter log)
    {
        var known = new Dictionary<string, (string Place, string Content)>(StringComparer.Ordinal);
        var unique = new List<IReadOnlyList<ScienceQuestion>>();
        foreach (var (path, rows) in files)
        {
            RequireUnique(path, rows);
            var clash = rows.FirstOrDefault(row => known.ContainsKey(row.Question.Id));
            // Not numbered alike but the same: what is learned from must not be measured on.
            if (rows.FirstOrDefault(row => known.TryGetValue(row.Question.Id, out var other) && other.Content == row.Question.ContentHash) is { } same)
                throw new InvalidFileException($"{path}, line {same.Line}: the question '{same.Question.Id}' also stands in {known[same.Question.Id].Place}; a question belongs to one of training, validation and test.");
            var prefix = clash is null ? "" : Prefix(path, rows, known);
            if (clash is not null)
                log.WriteLine($"{path}, line {clash.Line}: the identifier '{clash.Question.Id}' also stands in {known[clash.Question.Id].Place}; this file's questions are called '{prefix}{clash.Question.Id}' and so on.");
            unique.Add([.. rows.Select(row => prefix.Length == 0 ? row.Question : row.Question with { Id = prefix + row.Question.Id })]);
            foreach (var (question, row) in unique[^1].Zip(rows))
                known[question.Id] = (string.Create(CultureInfo.InvariantCulture, $"{path}, line {row.Line}"), question.ContentHash);
        }

        return unique;
    }

    private static string Prefix(string path, IReadOnlyList<QuestionRow> rows, Dictionary<string, (string Place, string Content)> known)
    {
        var name = Path.GetFileName(path).Split('.')[0];
        var folder = Path.GetFileName(Path.GetDirectoryName(Path.GetFullPath(path)));
        string[] candidates = [$"{name}-", $"{folder}-{name}-", .. Enumerable.Range(2, 100).Select(i => string.Create(CultureInfo.InvariantCulture, $"{name}-{i}-"))];
        return candidates.First(prefix => rows.All(row => !known.ContainsKey(prefix + row.Question.Id)));
    }
}
