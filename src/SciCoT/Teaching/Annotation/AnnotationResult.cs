namespace SciCoT.Teaching;

/// <summary>The result of an annotation.</summary>
/// <param name="Totals">The figures at the end.</param>
/// <param name="Failures">The units for which no reply was had; starting the same annotation again asks for them alone.</param>
/// <param name="IsStoppedEarly">
/// Whether the rest was not asked for: too many units failed, the service never answered, or <see cref="StoppedBy"/> says why. Starting the same
/// annotation again continues.
/// </param>
public sealed record AnnotationResult(AnnotationProgress Totals, IReadOnlyList<AnnotationFailure> Failures, bool IsStoppedEarly)
{
    /// <summary>Why the teacher was not to be asked further, a spent budget for example; <see langword="null"/> where it was.</summary>
    public TeacherStoppedException? StoppedBy { get; init; }
}

/// <summary>A unit without a reply.</summary>
/// <param name="Request">What was asked.</param>
/// <param name="Exception">Why there is no reply.</param>
public sealed record AnnotationFailure(TeacherRequest Request, Exception Exception);
