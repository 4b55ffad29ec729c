namespace SciCoT.Rationales;

/// <summary>What a filter decided about a rationale.</summary>
/// <param name="Kind">The decision.</param>
/// <param name="Reason">Why; <see langword="null"/> when it was accepted.</param>
public sealed record Verdict(VerdictKind Kind, string? Reason)
{
    /// <summary>The rationale may be taught.</summary>
    public static Verdict Accepted { get; } = new(VerdictKind.Accepted, null);

    /// <summary>The rationale may not be taught.</summary>
    /// <param name="reason">Why not, for people.</param>
    public static Verdict Refused(string reason) => new(VerdictKind.Refused, reason);

    /// <summary>The filter's question does not arise for this rationale; it stands in nobody's way.</summary>
    /// <param name="reason">Why not, for people.</param>
    public static Verdict NotApplicable(string reason) => new(VerdictKind.NotApplicable, reason);
}

/// <summary>The kinds of a <see cref="Verdict"/>.</summary>
public enum VerdictKind
{
    /// <summary>The rationale may be taught.</summary>
    Accepted,

    /// <summary>The rationale may not be taught.</summary>
    Refused,

    /// <summary>The filter's question does not arise.</summary>
    NotApplicable,
}
