namespace SciCoT.Generation;

/// <summary>Sources that come and go while others are continued.</summary>
/// <remarks>Sources are numbered as they come, those of the call first. Called on the thread that searches.</remarks>
internal interface ISourceFlow
{
    /// <summary>Asked after each step for further sources.</summary>
    /// <param name="rows">Rows that are still being written.</param>
    /// <returns>Their tokens; none where nobody waits.</returns>
    IReadOnlyList<IReadOnlyList<int>> Next(int rows);

    /// <summary>Told each source's sequences as soon as all of them are written.</summary>
    void Done(int source, IReadOnlyList<GeneratedSequence> sequences);
}
