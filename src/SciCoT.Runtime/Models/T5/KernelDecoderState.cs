using SciCoT.Compute;

namespace SciCoT.Models.T5;

/// <summary>The decoder in kernels: what it keeps from step to step. <see cref="DecoderStep"/> computes.</summary>
internal sealed unsafe class KernelDecoderState : IDecoder
{
    private const int FirstCapacity = 32;

    private readonly T5Weights _weights;
    private readonly int _members;
    private readonly int _maxLength;
    private readonly Workspace _moved = new(); // rows on their way to another place
    private readonly Workspace _output = new(); // [rows, new, model], of the last step
    private int _positions; // in the output

    public KernelDecoderState(T5Weights weights, float* memory, int[] sourceLengths, int rowsPerSource, int maxLength, int members)
    {
        _weights = weights;
        _members = members;
        _maxLength = maxLength;
        RowsPerSource = rowsPerSource;
        SourceLengths = sourceLengths;
        var config = weights.Config;
        Biases = PositionBiasLine.Of(weights.Decoder, config, bidirectional: false, maxLength);
        Cache = new KeyValueCache(config.DecoderLayers, sourceLengths.Length * rowsPerSource, Math.Min(FirstCapacity, maxLength), config.InnerSize);
        Memory = new KeyValueCache(config.DecoderLayers, sourceLengths.Length, sourceLengths.Max(), config.InnerSize);
        Project(memory);
    }

    public int Rows => Cache.Rows;

    public int Length { get; private set; }

    public int RowsPerSource { get; }

    public int[] SourceLengths { get; private set; }

    /// <summary>Room for the longest source.</summary>
    public int LongestSource => Memory.Capacity;

    public PositionBiasLine[] Biases { get; }

    /// <summary>Keys and values of the rows' tokens so far.</summary>
    public KeyValueCache Cache { get; private set; }

    /// <summary>Keys and values of the sources.</summary>
    public KeyValueCache Memory { get; private set; }

    /// <summary>Memory for a step.</summary>
    public Workspace Space { get; } = new();

    public void Advance(ReadOnlySpan<int> tokens)
    {
        int added = DecoderTokens.PerRow(tokens.Length, Rows, Length, _maxLength);
        using var use = _weights.Use();
        EnsureCapacity(Length + added);
        float* output = _output.AtLeast((long)tokens.Length * _weights.Config.ModelSize);
        using var crew = ThreadTeam.Shared.Rent(_members, DecoderStep.LargestPhase(_weights.Config, this, added));
        var step = new DecoderStep(_weights, this, crew, added);
        fixed (int* ids = tokens)
            step.Run(ids, output);
        _positions = tokens.Length;
        Length += added;
    }

    public void GetLogits(ReadOnlySpan<int> positions, Span<float> logits)
    {
        using var use = _weights.Use();
        DecoderHead.Multiply(_weights, _output.Pointer, _positions, positions, logits, _members);
    }

    public void Select(ReadOnlySpan<int> rows)
    {
        if (DecoderTokens.AreInPlace(rows, Rows))
            return;

        if (DecoderTokens.StayWithTheirSources(rows, Rows, RowsPerSource))
        {
            Cache.Rearrange(rows.ToArray(), RowsPerSource, Length, _moved, _members);
            return;
        }

        Cache = Replaced(Cache, Cache.Choose(rows.ToArray(), Cache.Capacity, Length, _members));
        int[] sources = DecoderTokens.SourcesOf(rows, RowsPerSource);
        if (DecoderTokens.AreInPlace(sources, SourceLengths.Length))
            return;
        Memory = Replaced(Memory, Memory.Choose(sources, LongestSource, LongestSource, _members));
        SourceLengths = [.. sources.Select(source => SourceLengths[source])];
    }

    public void Dispose()
    {
        PositionBiasLine.Dispose(Biases);
        _output.Dispose();
        _moved.Dispose();
        Memory.Dispose();
        Cache.Dispose();
        Space.Dispose();
    }

    /// <summary>Keys and values of all sources for all layers.</summary>
    private void Project(float* memory)
    {
        const int Chunk = 256;
        var (kernels, inner, model) = (_weights.Kernels, _weights.Config.InnerSize, _weights.Config.ModelSize);
        var offsets = new long[SourceLengths.Length];
        for (int source = 1; source < offsets.Length; source++)
            offsets[source] = offsets[source - 1] + SourceLengths[source - 1];
        var parts = (from layer in Enumerable.Range(0, _weights.Config.DecoderLayers)
                     from source in Enumerable.Range(0, SourceLengths.Length)
                     from first in Enumerable.Range(0, (SourceLengths[source] + Chunk - 1) / Chunk)
                     select (Layer: layer, Source: source, First: first * Chunk)).ToArray();
        using var crew = ThreadTeam.Shared.Rent(_members, 2L * inner * model * SourceLengths.Sum() * _weights.Config.DecoderLayers);
        int tokens = SourceLengths.Sum();
        using var rounded = new NativeBuffer(InputRows.RoundedSize(_weights.Decoder.Blocks[0].Cross!.Key.Format, tokens, model));
        var sources = new InputRows(memory, model, tokens, (byte*)rounded.Pointer);
        crew.For(tokens, crew.Grain(tokens, model), (_, from, to) => sources.RoundFor(_weights.Decoder.Blocks[0].Cross!.Key, from, to));
        using var scratches = new NativeBuffer((long)crew.Size * kernels.ScratchSize(model));
        float* scratch = scratches.Pointer;
        crew.For(parts.Length, 1, (member, from, to) =>
        {
            float* own = scratch + ((long)member * kernels.ScratchSize(model));
            for (; from < to; from++)
            {
                var (layer, source, first) = parts[from];
                int count = Math.Min(Chunk, SourceLengths[source] - first);
                long place = (long)first * inner;
                var attention = _weights.Decoder.Blocks[layer].Cross!;
                var rows = sources.Part(attention.Key, offsets[source] + first, count);
                kernels.MultiplyMany(attention.Key, rows, Memory.Keys(layer, source) + place, inner, false, own);
                kernels.MultiplyMany(attention.Value, rows, Memory.Values(layer, source) + place, inner, false, own);
            }
        });
    }

    private void EnsureCapacity(int length)
    {
        if (length <= Cache.Capacity)
            return;
        int capacity = (int)Math.Min(_maxLength, Math.Max(length, 2L * Cache.Capacity));
        Cache = Replaced(Cache, Cache.Choose([.. Enumerable.Range(0, Rows)], capacity, Length, _members));
    }

    private static KeyValueCache Replaced(KeyValueCache old, KeyValueCache value)
    {
        old.Dispose();
        return value;
    }
}
