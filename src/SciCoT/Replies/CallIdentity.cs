namespace SciCoT.Replies;

/// <summary>
/// The identity of a teacher's call, set by the teacher for the handlers below its client. It is the same in every process that
/// makes the call, and another one for each sample and attempt of a question, whose requests may be equal.
/// </summary>
internal static class CallIdentity
{
    private static readonly AsyncLocal<string?> Ambient = new();

    /// <summary>The identity of the call under way; <see langword="null"/> outside of a teacher.</summary>
    public static string? Current
    {
        get => Ambient.Value;
        set => Ambient.Value = value;
    }
}
