namespace SciCoT.Models;

/// <summary>A decoder whose rows need not have begun together, and for which leaving rows out costs nothing.</summary>
internal interface IJoiningDecoder : IDecoder
{
    /// <summary>Takes over the rows of another decoder of the same model; they come last. The other has none afterwards.</summary>
    /// <param name="other">It was begun with as many rows for each source and for as many tokens.</param>
    void Join(IJoiningDecoder other);
}
