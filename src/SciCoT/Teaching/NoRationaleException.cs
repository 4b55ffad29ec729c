namespace SciCoT.Teaching;

/// <summary>A teacher that only repeats what is written down has nothing for a question.</summary>
public sealed class NoRationaleException : SciCoTException
{
    internal NoRationaleException(TeacherRequest request)
        : base($"There is no rationale for question '{request.Question.Id}', sample {request.SampleIndex}, {(request.RevealAnswer ? "with" : "without")} the answer in the teacher's view. "
            + "Records are found by the question's content and by whether the answer was shown.") =>
        Request = request;

    /// <summary>What was asked for.</summary>
    public TeacherRequest Request { get; }
}
