using SciCoT.IO;
using SciCoT.Teaching;

namespace SciCoT.Cli;

/// <summary>Says what goes wrong with a teacher when it happens first, and each thing once.</summary>
internal sealed class ProblemLines(ToolConsole console)
{
    private const int Shown = 5;
    private const int LongestLine = 4000;

    private readonly Lock _lock = new();
    private readonly HashSet<string> _messages = new(StringComparer.Ordinal);
    private AnnotationProblem? _last;

    /// <summary>A call is repeated.</summary>
    public void Repeating(TeacherRetry retry) =>
        Write(retry.Request, retry.Exception.Message, FormattableString.Invariant($" Asked again in {retry.Delay.TotalSeconds:0.#} s."));

    /// <summary>A question failed, or its reply was odd.</summary>
    public void Report(AnnotationProblem? problem)
    {
        if (problem is null || ReferenceEquals(Interlocked.Exchange(ref _last, problem), problem))
            return;
        Write(problem.Request, problem.Message, "");
    }

    /// <summary>A message on one line, whatever a service put into it.</summary>
    public static string Line(TeacherRequest request, string message) => ForeignText.OneLine($"{request.Question.Id}: {message}", LongestLine);

    private void Write(TeacherRequest request, string message, string then)
    {
        lock (_lock)
        {
            if (_messages.Count < Shown && _messages.Add(message))
                console.Notify(Line(request, message) + then);
        }
    }
}
