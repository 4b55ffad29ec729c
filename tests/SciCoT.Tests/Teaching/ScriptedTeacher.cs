namespace SciCoT.Tests.Teaching;

/// <summary>A teacher that does what a test says and remembers what it was asked.</summary>
internal sealed class ScriptedTeacher(Func<TeacherRequest, CancellationToken, Task<TeacherReply>> explain) : ITeacherPrompter
{
    private readonly List<TeacherRequest> _requests = [];
    private int _present;

    public ScriptedTeacher(Func<TeacherRequest, TeacherReply> explain)
        : this((request, _) => Task.FromResult(explain(request)))
    {
    }

    public IReadOnlyList<TeacherRequest> Requests
    {
        get
        {
            lock (_requests)
                return [.. _requests];
        }
    }

    public int MostAtOnce { get; private set; }

    public static TeacherReply Reply(string? label = "A") =>
        new("Because it is so.", label) { Teacher = "scripted", PromptHash = "p1", InputTokens = 10, OutputTokens = 5 };

    public async Task<TeacherReply> ExplainAsync(TeacherRequest request, CancellationToken cancellationToken = default)
    {
        lock (_requests)
        {
            _requests.Add(request);
            MostAtOnce = Math.Max(MostAtOnce, ++_present);
        }

        try
        {
            return await explain(request, cancellationToken);
        }
        finally
        {
            Interlocked.Decrement(ref _present);
        }
    }
}
