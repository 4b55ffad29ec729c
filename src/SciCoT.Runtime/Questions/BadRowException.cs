namespace SciCoT.Questions;

/// <summary>A row of a data file is not what its format asks for. The message names the file, the line and the field.</summary>
public sealed class BadRowException : SciCoTException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="path">The file.</param>
    /// <param name="line">The line's number, from 1.</param>
    /// <param name="field">The field; <see langword="null"/> for the whole row.</param>
    /// <param name="problem">What is wrong and what was expected.</param>
    /// <param name="innerException">The cause, where there is one.</param>
    public BadRowException(string path, long line, string? field, string problem, Exception? innerException = null)
        : base($"{path}, line {line}{(string.IsNullOrEmpty(field) ? "" : $", field '{field}'")}: {problem}", innerException)
    {
        Path = path;
        Problem = problem;
        Line = line;
        Field = string.IsNullOrEmpty(field) ? null : field;
    }

    /// <summary>What is wrong and what was expected, without the place.</summary>
    internal string Problem { get; }

    /// <summary>The file, as it was given.</summary>
    public string Path { get; }

    /// <summary>The line's number, from 1.</summary>
    public long Line { get; }

    /// <summary>The field, for example <c>question.choices[2].label</c>; <see langword="null"/> when the whole row is bad.</summary>
    public string? Field { get; }
}
