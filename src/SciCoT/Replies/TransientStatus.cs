namespace SciCoT.Replies;

/// <summary>HTTP states after which the same call may succeed.</summary>
internal static class TransientStatus
{
    /// <summary>Whether a call that ended in a state is worth repeating.</summary>
    public static bool Is(int status) => status is 408 or 409 or 425 or 429 or >= 500;
}
