namespace SciCoT.Teaching;

/// <summary>A teacher has nothing for a question, and never will: asking again is of no use, asking another teacher may be.</summary>
/// <remarks><see cref="TeacherMixture"/> then asks another teacher. The annotator counts the question as failed.</remarks>
public sealed class NoRationaleException : SciCoTException
{
    /// <summary>Makes the exception of a teacher of your own.</summary>
    /// <param name="request">What was asked for.</param>
    /// <param name="message">Why there is nothing, and what to do.</param>
    public NoRationaleException(TeacherRequest request, string message)
        : base(message)
    {
        ArgumentNullException.ThrowIfNull(request);
        Request = request;
    }

    internal NoRationaleException(TeacherRequest request)
        : base($"There is no rationale for question '{request.Question.Id}', sample {request.SampleIndex}, {(request.RevealAnswer ? "with" : "without")} the answer in the teacher's view. "
            + "Records are found by the question's content and by whether the answer was shown.") =>
        Request = request;

    /// <summary>What was asked for.</summary>
    public TeacherRequest Request { get; }
}
