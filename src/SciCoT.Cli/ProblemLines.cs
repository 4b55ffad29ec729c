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
    private volatile bool _hasNews;

    /// <summary>Something came from the service, or went wrong with it.</summary>
    public void Heard() => _hasNews = true;

    /// <summary>Says so where nothing has been heard of the service for a while: the first call may take minutes until it fails.</summary>
    /// <param name="message">The line.</param>
    /// <param name="after">How long a while is.</param>
    /// <param name="time">The clock.</param>
    /// <returns>What ends the waiting.</returns>
    public IDisposable WhenSilent(string message, TimeSpan after, TimeProvider time) => time.CreateTimer(
        _ =>
        {
            if (!_hasNews)
                console.Notify(ForeignText.OneLine(message, LongestLine));
        },
        null,
        after,
        Timeout.InfiniteTimeSpan);

    /// <summary>A call is repeated.</summary>
    public void Repeating(TeacherRetry retry) =>
        Write(retry.Request, retry.Exception.Message, FormattableString.Invariant($" Asked again in {retry.Delay.TotalSeconds:0.#} s, {retry.MaxRetries} {(retry.MaxRetries == 1 ? "time" : "times")} at most."));

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
        Heard();
        lock (_lock)
        {
            if (_messages.Count < Shown && _messages.Add(message))
                console.Notify(Line(request, message) + then);
        }
    }
}
