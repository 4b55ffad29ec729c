namespace SciCoT.Models;

/// <summary>A model that reads token sequences and writes others: what searches, students and pipelines need of it.</summary>
/// <remarks>
/// Safe for concurrent callers. Whoever made or loaded a model owns it, until it is handed over to a
/// <see cref="Students.T5TextModel"/>. Disposing waits for steps under way; later calls end with an <see cref="ObjectDisposedException"/>.
/// </remarks>
public interface ISequenceModel : IDisposable
{
    /// <summary>Number of tokens; ids are from 0 to below it.</summary>
    int VocabularySize { get; }

    /// <summary>The token that ends a sequence.</summary>
    int EosTokenId { get; }

    /// <summary>The token that each decoder row begins with.</summary>
    int DecoderStartTokenId { get; }

    /// <summary>The model's name in messages, such as the folder that it was loaded from.</summary>
    /// <value>The default is <see langword="null"/>.</value>
    string? Name => null;

    /// <summary>Numbers that the widest layer computes for one position; batches of scored choices are sized by it.</summary>
    /// <value>The default is 1024.</value>
    int Width => 1024;

    /// <summary>Whether the model computes on the CPU; batches of such models take turns.</summary>
    /// <value>The default is <see langword="true"/>.</value>
    bool ComputesOnCpu => true;

    /// <summary>Called once before the model answers, for instance to turn dropout off.</summary>
    void PrepareForInference()
    {
    }

    /// <summary>Runs the encoder.</summary>
    /// <param name="sources">Each source's tokens: at least one source, at least one token each, all of the vocabulary.</param>
    /// <returns>The encoded sources; the caller disposes of them.</returns>
    /// <exception cref="ObjectDisposedException">The model is disposed of.</exception>
    IEncodedSources Encode(IReadOnlyList<IReadOnlyList<int>> sources);
}
