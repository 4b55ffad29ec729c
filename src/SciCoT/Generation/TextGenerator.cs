using SciCoT.Generation.Processors;
using SciCoT.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace SciCoT.Generation;

/// <summary>Writes sequences with a model: greedy search, beam search or sampling.</summary>
/// <remarks>
/// Safe for several threads at a time. The model must be in evaluation mode and its weights must not change during a call.
/// No native memory outlives a call.
/// </remarks>
/// <param name="model">The model; the generator does not own it.</param>
public sealed class TextGenerator(T5Model model)
{
    private readonly T5Model _model = model ?? throw new ArgumentNullException(nameof(model));

    /// <summary>Writes sequences for a batch of inputs.</summary>
    /// <param name="inputIds"><c>[batch, source]</c>, int64, padded on the right.</param>
    /// <param name="attentionMask"><c>[batch, source]</c>, int64, 1 for a token, 0 for padding.</param>
    /// <param name="options">How to search.</param>
    /// <param name="cancellationToken">Honoured between decoding steps.</param>
    /// <returns>
    /// <see cref="GenerationOptions.NumReturnSequences"/> sequences for each input, grouped by input; of beam search the
    /// best first.
    /// </returns>
    /// <exception cref="ArgumentException">The tensors do not fit together or hold unknown tokens, or an option is out of range.</exception>
    /// <exception cref="InvalidOperationException">The model is in training mode.</exception>
    /// <exception cref="OperationCanceledException">The call was cancelled.</exception>
    public IReadOnlyList<GeneratedSequence> Generate(Tensor inputIds, Tensor attentionMask, GenerationOptions options, CancellationToken cancellationToken = default) =>
        Run(inputIds, attentionMask, options, null, cancellationToken);

    /// <summary>Writes sequences by greedy search or sampling and tells each token as it is chosen.</summary>
    /// <param name="inputIds"><c>[batch, source]</c>, int64, padded on the right.</param>
    /// <param name="attentionMask"><c>[batch, source]</c>, int64, 1 for a token, 0 for padding.</param>
    /// <param name="options">How to search; <see cref="GenerationOptions.NumBeams"/> must be 1, as beams are rewritten until the end.</param>
    /// <param name="onToken">Called on the caller's thread with the place of the sequence in the result and its next token, the end token included. Tensors that it makes do not outlive the step.</param>
    /// <param name="cancellationToken">Honoured between decoding steps.</param>
    /// <inheritdoc cref="Generate(Tensor, Tensor, GenerationOptions, CancellationToken)"/>
    public IReadOnlyList<GeneratedSequence> Generate(Tensor inputIds, Tensor attentionMask, GenerationOptions options, Action<int, int> onToken, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(onToken);
        if (options is { NumBeams: > 1 })
            throw new ArgumentException($"{nameof(GenerationOptions.NumBeams)} must be 1 to be told of each token; got {options.NumBeams}.", nameof(options));
        return Run(inputIds, attentionMask, options, onToken, cancellationToken);
    }

    private IReadOnlyList<GeneratedSequence> Run(Tensor inputIds, Tensor attentionMask, GenerationOptions options, Action<int, int>? onToken, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        cancellationToken.ThrowIfCancellationRequested();

        using var inference = inference_mode();
        using var scope = NewDisposeScope();
        var source = EncodedSource.Encode(_model, inputIds, attentionMask);
        int[] prompt = [_model.Config.DecoderStartTokenId, .. EncodedSource.CheckTokens(_model, options.DecoderPrefix, nameof(options.DecoderPrefix))];
        var processors = new LogitsPipeline(options, _model.Config.EosTokenId);

        // The last token written is never fed back.
        using var state = DecoderState.Create(_model, source.Memory, source.AttentionMask, options.NumBeams, prompt.Length + options.MaxNewTokens - 1);
        return options.NumBeams > 1
            ? new BeamSearch(_model, options, processors, prompt).Run(state, cancellationToken)
            : new TokenSearch(_model, options, processors, prompt, onToken).Run(state, cancellationToken);
    }
}
