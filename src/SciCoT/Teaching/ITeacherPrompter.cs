namespace SciCoT;

/// <summary>A teacher: it replies to a science question with a rationale and an answer.</summary>
/// <remarks>
/// Implementations are safe for concurrent callers. They throw when no reply was had (the annotator states the failure
/// and goes on); a reply that was had but is of no use is returned with its <see cref="TeacherReply.FinishReason"/>.
/// </remarks>
/// <include file="Examples.xml" path="examples/ITeacherPrompter/example"/>
public interface ITeacherPrompter
{
    /// <summary>Asks for one rationale.</summary>
    /// <param name="request">The question, and which sample of its rationales is wanted.</param>
    /// <param name="cancellationToken">Stops waiting for the reply.</param>
    Task<TeacherReply> ExplainAsync(TeacherRequest request, CancellationToken cancellationToken = default);
}
