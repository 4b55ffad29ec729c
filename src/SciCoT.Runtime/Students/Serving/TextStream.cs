using System.Runtime.CompilerServices;
using System.Threading.Channels;
using SciCoT.Generation;

namespace SciCoT.Students.Serving;

/// <summary>A text that is handed out as the model writes it.</summary>
internal static class TextStream
{
    /// <summary>Continues one source and yields the text as it grows.</summary>
    /// <param name="scheduler">The model's scheduler.</param>
    /// <param name="codec">The model's text and tokens.</param>
    /// <param name="source">The input.</param>
    /// <param name="options">How to search; one beam, one sequence.</param>
    /// <param name="cancellationToken">Stops within one decoding step.</param>
    public static async IAsyncEnumerable<string> ReadAsync(BatchScheduler scheduler, TextCodec codec, string source, GenerationOptions options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var tokens = Channel.CreateUnbounded<int>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });
        var item = new GenerationItem(codec.Encode(source), options with { AllowedContinuations = null }, options.AllowedContinuations?[0], token => tokens.Writer.TryWrite(token));
        // A reader that stops early must not leave the model writing for nobody.
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var writing = scheduler.RunAsync(item, stop.Token);
        _ = writing.ContinueWith(_ => tokens.Writer.TryComplete(), TaskScheduler.Default);
        try
        {
            var text = new StreamingTextDecoder(codec.Decode);
            await foreach (int token in tokens.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                if (text.Append(token) is { Length: > 0 } piece)
                    yield return piece;
            }

            var sequences = await writing.ConfigureAwait(false);
            TokenTally.Count(item.Length, sequences[0].TokenIds.Count);
            if (text.Complete() is { Length: > 0 } rest)
                yield return rest;
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
        }
    }
}
