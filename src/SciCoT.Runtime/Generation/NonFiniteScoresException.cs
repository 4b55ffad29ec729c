namespace SciCoT.Generation;

/// <summary>A model's scores are NaN or infinite, so that neither a text nor a likelihood can be had from them.</summary>
/// <remarks>The weights are finite, or loading would have refused them; what is computed with them exceeds the range of float32 or bfloat16.</remarks>
public sealed class NonFiniteScoresException : SciCoTException
{
    internal NonFiniteScoresException(string? folder)
        : base(
            $"{folder ?? "The model"}: the scores of the next token are NaN or infinite: what the model computes exceeds the range of its numbers. "
            + "Its weights are too large, as after a training that diverged; take an earlier checkpoint, or load the model in float32 if it was loaded otherwise.")
    {
    }
}
