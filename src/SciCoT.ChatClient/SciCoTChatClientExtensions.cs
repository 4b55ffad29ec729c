using Microsoft.Extensions.AI;

namespace SciCoT;

/// <summary>Makes an <c>IChatClient</c> of a pipeline.</summary>
/// <include file="Examples.xml" path="examples/SciCoTChatClientExtensions/example"/>
public static class SciCoTChatClientExtensions
{
    /// <summary>
    /// The pipeline as a chat client, so that the middleware of Microsoft.Extensions.AI (caching, logging, telemetry) can wrap
    /// it: the last user message is the question, read as <see cref="ScienceQuestion.Parse"/> does; the reply is the rationale
    /// as <see cref="TextReasoningContent"/> and the answer as text.
    /// </summary>
    /// <remarks>
    /// Other messages and <see cref="ChatOptions"/> are not read. The <see cref="Answer"/> itself is the response's raw
    /// representation; its label, confidence and probabilities are additional properties too. A message that is no question
    /// ends in an <see cref="ArgumentException"/>. Disposing of the client leaves the pipeline as it is.
    /// </remarks>
    /// <param name="pipeline">The pipeline.</param>
    /// <param name="modelId">The model's name in responses and metadata; none by default.</param>
    public static IChatClient AsChatClient(this ISciCoTPipeline pipeline, string? modelId = null)
    {
        ArgumentNullException.ThrowIfNull(pipeline);
        return new SciCoTChatClient(pipeline, modelId);
    }
}
