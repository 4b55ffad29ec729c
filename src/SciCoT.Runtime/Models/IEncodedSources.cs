namespace SciCoT.Models;

/// <summary>Sources after the encoder, from which decoders begin.</summary>
/// <remarks>Used by one thread. A decoder may outlive the sources that it was begun from.</remarks>
public interface IEncodedSources : IDisposable
{
    /// <summary>Number of sources.</summary>
    int Count { get; }

    /// <summary>Begins a decoder.</summary>
    /// <param name="rowsPerSource">Rows that attend to each source; they lie side by side.</param>
    /// <param name="maxLength">Upper bound of the tokens that each row will be given.</param>
    /// <returns>The decoder; the caller disposes of it.</returns>
    /// <exception cref="ObjectDisposedException">The model is disposed of.</exception>
    IDecoder StartDecoder(int rowsPerSource, int maxLength);
}
