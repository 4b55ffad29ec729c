namespace SciCoT.Students.Serving;

/// <summary>Counts the tokens that models read and write for a call, however many layers lie between, and knows the pipeline that was called.</summary>
/// <remarks>It flows with the call, as an activity does; a student that uses no model of ours counts nothing.</remarks>
internal sealed class TokenTally : IDisposable
{
    private static readonly AsyncLocal<TokenTally?> Ambient = new();

    private readonly TokenTally? _outer = Ambient.Value;
    private long _input;
    private long _output;

    private readonly string? _pipeline;

    /// <param name="pipeline">The name of the pipeline that is called; by default that of the call around this one.</param>
    public TokenTally(string? pipeline = null)
    {
        _pipeline = pipeline ?? _outer?._pipeline;
        Ambient.Value = this;
    }

    /// <summary>The name of the pipeline that the current call goes through; <see langword="null"/> where it has none.</summary>
    public static string? Pipeline => Ambient.Value?._pipeline;

    public long Input => Volatile.Read(ref _input);

    public long Output => Volatile.Read(ref _output);

    public static void Count(int input, int output)
    {
        for (var tally = Ambient.Value; tally is not null; tally = tally._outer)
        {
            Interlocked.Add(ref tally._input, input);
            Interlocked.Add(ref tally._output, output);
        }
    }

    public void Dispose() => Ambient.Value = _outer;
}
