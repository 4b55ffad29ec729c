using SciCoT.Compute;

namespace SciCoT.Models.T5;

/// <summary>The decoder in kernels: what it keeps from step to step. <see cref="DecoderStep"/> computes.</summary>
internal sealed unsafe class KernelDecoderState : IJoiningDecoder
{
    private const int FirstCapacity = 64;

    private readonly T5Weights _weights;
    private readonly int _members;
    private readonly int _maxLength;
    private readonly DecoderStep _step;
    private readonly Workspace _output = new(); // [rows, new, model], of the last step
    private int _positions; // in the output
    private int[] _lengths; // tokens that each row was given

    public KernelDecoderState(T5Weights weights, float* memory, int[] sourceLengths, int rowsPerSource, int maxLength, int members)
    {
        _weights = weights;
        _step = new DecoderStep(weights, this);
        _members = members;
        _maxLength = maxLength;
        RowsPerSource = rowsPerSource;
        SourceLengths = sourceLengths;
        var config = weights.Config;
        Biases = PositionBiasLine.Of(weights.Decoder, config, bidirectional: false, maxLength);
        // Where products round their inputs, keys and values are rounded too: reading them from memory is most of what attention costs.
        var kept = new KeyValueShape(config.DecoderLayers, config.Heads, config.HeadSize, weights.RoundsInputs ? NumberFormat.BFloat16 : NumberFormat.Float32);
        (Cache, Memory) = (new KeyValueCache(kept), new KeyValueCache(kept));
        foreach (int length in sourceLengths)
            Memory.Add(length);
        _lengths = new int[sourceLengths.Length * rowsPerSource];
        foreach (int _ in _lengths)
            Cache.Add(Math.Min(FirstCapacity, maxLength));
        Project(memory);
    }

    public int Rows => Cache.Rows;

    /// <summary>Tokens that the row was given which has most of them: rows that joined later have fewer.</summary>
    public int Length => _lengths.Max();

    public int RowsPerSource { get; }

    public int[] SourceLengths { get; private set; }

    public int LongestSource => SourceLengths.Max();

    public PositionBiasLine[] Biases { get; }

    /// <summary>Keys and values of the rows' tokens so far.</summary>
    public KeyValueCache Cache { get; }

    /// <summary>Keys and values of the sources.</summary>
    public KeyValueCache Memory { get; }

    /// <summary>Memory for a step, and for the logits after it.</summary>
    public Workspace Space { get; } = new();

    public void Advance(ReadOnlySpan<int> tokens)
    {
        int added = DecoderTokens.PerRow(tokens.Length, Rows, Length, _maxLength);
        using var use = _weights.Use();
        Cache.Reserve(_lengths, added, _maxLength, _members);
        float* output = _output.AtLeast((long)tokens.Length * _weights.Config.ModelSize);
        using var crew = ThreadTeam.Shared.Rent(_members, DecoderStep.LargestPhase(_weights.Config, this, added));
        fixed (int* ids = tokens)
            _step.Run(crew, ids, added, output);
        _positions = tokens.Length;
        for (int row = 0; row < Rows; row++)
            _lengths[row] += added;
    }

    /// <summary>Tokens that a row was given so far.</summary>
    public int LengthOf(int row) => _lengths[row];

    public void GetLogits(ReadOnlySpan<int> positions, Span<float> logits)
    {
        using var use = _weights.Use();
        DecoderHead.Multiply(_weights, _output.Pointer, _positions, positions, logits, _members, Space);
    }

    public void Select(ReadOnlySpan<int> rows)
    {
        if (DecoderTokens.AreInPlace(rows, Rows))
            return;

        bool stay = DecoderTokens.StayWithTheirSources(rows, Rows, RowsPerSource);
        Cache.Select(rows, _lengths, _members);
        int[] lengths = _lengths;
        _lengths = new int[rows.Length];
        for (int i = 0; i < rows.Length; i++)
            _lengths[i] = lengths[rows[i]];
        if (stay)
            return;

        int[] sources = DecoderTokens.SourcesOf(rows, RowsPerSource);
        if (DecoderTokens.AreInPlace(sources, SourceLengths.Length))
            return;
        Memory.Select(sources, SourceLengths, _members);
        SourceLengths = [.. sources.Select(source => SourceLengths[source])];
    }

    public void Join(IJoiningDecoder other)
    {
        if (other is not KernelDecoderState joining || !joining._weights.Config.Equals(_weights.Config) || joining.RowsPerSource != RowsPerSource || joining._maxLength != _maxLength)
            throw new ArgumentException("Only a decoder of the same model that was begun for as many tokens and rows a source can join.", nameof(other));
        Cache.Take(joining.Cache);
        Memory.Take(joining.Memory);
        _lengths = [.. _lengths, .. joining._lengths];
        SourceLengths = [.. SourceLengths, .. joining.SourceLengths];
    }

    public void Dispose()
    {
        PositionBiasLine.Dispose(Biases);
        _output.Dispose();
        Memory.Dispose();
        Cache.Dispose();
        Space.Dispose();
    }

    /// <summary>Keys and values of all sources for all layers.</summary>
    private void Project(float* memory)
    {
        const int Chunk = 128;
        var (kernels, inner, model) = (_weights.Kernels, _weights.Config.InnerSize, _weights.Config.ModelSize);
        int heads = _weights.Config.Heads, size = _weights.Config.HeadSize;
        var offsets = new long[SourceLengths.Length];
        for (int source = 1; source < offsets.Length; source++)
            offsets[source] = offsets[source - 1] + SourceLengths[source - 1];
        var parts = (from layer in Enumerable.Range(0, _weights.Config.DecoderLayers)
                     from source in Enumerable.Range(0, SourceLengths.Length)
                     from part in Enumerable.Range(0, (SourceLengths[source] + Chunk - 1) / Chunk)
                     select (Layer: layer, Source: source, First: part * Chunk)).ToArray();
        using var crew = ThreadTeam.Shared.Rent(_members, 2L * inner * model * SourceLengths.Sum() * _weights.Config.DecoderLayers);
        int tokens = SourceLengths.Sum();
        using var rounded = new NativeBuffer(InputRows.RoundedSize(_weights.Decoder.Blocks[0].Cross!.Key.Format, tokens, model), isReturned: true);
        var sources = new InputRows(memory, model, tokens, (byte*)rounded.Pointer);
        crew.For(tokens, crew.Grain(tokens, model), (_, from, to) => sources.RoundFor(_weights.Decoder.Blocks[0].Cross!.Key, from, to));
        int products = NativeBuffer.Aligned(2 * Chunk * inner), space = products + NativeBuffer.Aligned(kernels.ScratchSize(model)); // of a member
        using var spaces = new NativeBuffer((long)crew.Size * space);
        float* first = spaces.Pointer;
        crew.For(parts.Length, 1, (member, from, to) =>
        {
            float* keys = first + ((long)member * space), values = keys + (Chunk * inner), scratch = keys + products;
            for (; from < to; from++)
            {
                var (layer, source, position) = parts[from];
                int count = Math.Min(Chunk, SourceLengths[source] - position);
                var attention = _weights.Decoder.Blocks[layer].Cross!;
                var rows = sources.Part(attention.Key, offsets[source] + position, count);
                kernels.MultiplyMany(attention.Key, rows, keys, inner, false, scratch);
                kernels.MultiplyMany(attention.Value, rows, values, inner, false, scratch);
                for (int head = 0; head < heads; head++)
                {
                    var kept = Memory.Head(layer, source, head);
                    for (int i = 0; i < count; i++)
                        kept.Keep(position + i, keys + ((long)i * inner) + (head * size), values + ((long)i * inner) + (head * size));
                }
            }
        });
    }
}
