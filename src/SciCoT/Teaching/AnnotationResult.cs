namespace SciCoT.Teaching;

/// <summary>What an annotation came to.</summary>
/// <param name="Totals">The figures at the end.</param>
/// <param name="Failures">The units for which no reply was had; starting the same annotation again asks for them alone.</param>
/// <param name="IsStoppedEarly">Whether so many failed that the rest was not asked for.</param>
public sealed record AnnotationResult(AnnotationProgress Totals, IReadOnlyList<AnnotationFailure> Failures, bool IsStoppedEarly);

/// <summary>A unit for which no reply was had.</summary>
/// <param name="Request">What was asked.</param>
/// <param name="Exception">Why there is no reply.</param>
public sealed record AnnotationFailure(TeacherRequest Request, Exception Exception);
