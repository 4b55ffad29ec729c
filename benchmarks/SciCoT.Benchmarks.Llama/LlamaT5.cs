using System.Numerics.Tensors;
using LLama;
using LLama.Common;
using LLama.Native;
using SciCoT.Models;

namespace SciCoT.Benchmarks.Llama;

/// <summary>T5 in llama.cpp: encodes all sources in one batch, then writes a token of each sequence at a time.</summary>
internal sealed class LlamaT5 : IDisposable
{
    private readonly T5Config _config;
    private readonly LLamaWeights _weights;
    private readonly LLamaContext _context;

    /// <param name="path">A GGUF file.</param>
    /// <param name="config">Its shape.</param>
    /// <param name="batch">Sequences at most.</param>
    /// <param name="source">Tokens of a source at most.</param>
    /// <param name="newTokens">Tokens written for each at most.</param>
    /// <param name="threads">Threads that compute.</param>
    public LlamaT5(string path, T5Config config, int batch, int source, int newTokens, int threads)
    {
        _config = config;
        var parameters = new ModelParams(path)
        {
            ContextSize = (uint)(batch * Math.Max(source, newTokens)), // a batch may not be larger
            SeqMax = (uint)batch,
            BatchSize = (uint)(batch * source), // an encoder takes its input whole
            UBatchSize = (uint)(batch * source),
            Threads = threads,
            BatchThreads = threads,
            GpuLayerCount = 0,
            TypeK = GGMLType.GGML_TYPE_F32, // as ours
            TypeV = GGMLType.GGML_TYPE_F32,
            FlashAttention = false,
        };
        _weights = LLamaWeights.LoadFromFile(parameters);
        _context = new LLamaContext(_weights, parameters);
    }

    /// <summary>Encodes sources.</summary>
    public void Encode(int[][] sources)
    {
        _context.NativeHandle.MemoryClear();
        var batch = new LLamaBatch();
        for (int i = 0; i < sources.Length; i++)
        {
            for (int position = 0; position < sources[i].Length; position++)
                batch.Add(sources[i][position], position, (LLamaSeqId)i, logits: false);
        }

        var result = _context.Encode(batch);
        if (result != EncodeResult.Ok)
            throw new InvalidOperationException($"llama.cpp encoded nothing: {result}.");
    }

    /// <summary>Writes the most likely token of each sequence, so many times; the end token is never chosen.</summary>
    public int[][] Generate(int[][] sources, int newTokens)
    {
        Encode(sources);
        int[][] written = [.. sources.Select(_ => new int[newTokens])];
        var batch = new LLamaBatch();
        for (int step = 0; step < newTokens; step++)
        {
            batch.Clear();
            for (int i = 0; i < sources.Length; i++)
                batch.Add(step == 0 ? _config.DecoderStartTokenId : written[i][step - 1], step, (LLamaSeqId)i, logits: true);
            var result = _context.Decode(batch);
            if (result != DecodeResult.Ok)
                throw new InvalidOperationException($"llama.cpp wrote no token: {result}.");
            for (int i = 0; i < sources.Length; i++)
            {
                var logits = _context.NativeHandle.GetLogitsIth(i);
                logits[_config.EosTokenId] = float.NegativeInfinity;
                written[i][step] = TensorPrimitives.IndexOfMax<float>(logits);
            }
        }

        return written;
    }

    public void Dispose()
    {
        _context.Dispose();
        _weights.Dispose();
    }
}
