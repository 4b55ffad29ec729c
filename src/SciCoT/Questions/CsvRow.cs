namespace SciCoT.Questions;

/// <summary>A row of a CSV file with its place.</summary>
/// <param name="Path">The file.</param>
/// <param name="Line">The line on which the row begins, from 1.</param>
/// <param name="Cells">Its cells.</param>
internal sealed record CsvRow(string Path, long Line, string[] Cells)
{
    /// <summary>An exception that names this row.</summary>
    public BadRowException Bad(string? field, string problem) => new(Path, Line, field, problem);
}
