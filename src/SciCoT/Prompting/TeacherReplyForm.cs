namespace SciCoT.Prompting;

/// <summary>The form of a teacher's reply.</summary>
public enum TeacherReplyForm
{
    /// <summary>The rationale, then a sentence with the answer.</summary>
    Text,

    /// <summary>One JSON object with <c>rationale</c> and <c>answer</c>, for services that can be held to a schema.</summary>
    Json,

    /// <summary>
    /// The rationale alone; the answer is asked for in a second call (zero-shot chain of thought, arXiv 2205.11916). The
    /// teacher needs <c>UseTwoSteps</c>.
    /// </summary>
    TwoSteps,
}
