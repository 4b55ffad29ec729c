using System.Runtime.InteropServices;
using System.Text;
using SciCoT.Checkpoints;
using SciCoT.Models;

namespace SciCoT.Benchmarks.Llama;

/// <summary>Writes a T5 checkpoint as a GGUF file (version 3), which llama.cpp reads: float32, or Q8_0 for matrices.</summary>
/// <remarks>There is no vocabulary in it: tokens go in and come out as numbers.</remarks>
internal static class GgufFile
{
    private const int Alignment = 32;

    /// <summary>Weights of a row that share a scale in Q8_0.</summary>
    private const int BlockSize = 32;

    private const int BlockBytes = sizeof(ushort) + BlockSize;

    private const uint Float32 = 0;
    private const uint Rounded = 8;

    private enum ValueType : uint
    {
        UInt32 = 4,
        Float32 = 6,
        String = 8,
    }

    /// <param name="Name">The name that llama.cpp looks for.</param>
    /// <param name="Stored">The name in the checkpoint.</param>
    /// <param name="Shape">Outputs and inputs, or the numbers of a norm.</param>
    /// <param name="Type">Float32 or Rounded.</param>
    private sealed record Tensor(string Name, string Stored, long[] Shape, uint Type)
    {
        public long Count => Shape.Aggregate(1L, (product, size) => product * size);

        public long Bytes => Type == Rounded ? Count / BlockSize * BlockBytes : Count * sizeof(float);
    }

    /// <param name="checkpoint">A folder with float32 weights.</param>
    /// <param name="config">Its shape.</param>
    /// <param name="isRounded">Whether matrices are Q8_0. Norms and position biases are always float32.</param>
    /// <param name="path">The file to write.</param>
    public static void Write(string checkpoint, T5Config config, bool isRounded, string path)
    {
        if (config.TieWordEmbeddings || config.FeedForwardProjection != "gated-gelu")
            throw new ArgumentException("llama.cpp computes gated GELU and a head without scaling: take a shape of the v1.1 kind.", nameof(config));
        using var files = CheckpointFiles.Open(checkpoint);
        Tensor[] tensors = [.. files.Names.Select(name => (Name: NameOf(name), Stored: name, Shape: files.Shape(name)))
            .Select(tensor => new Tensor(tensor.Name, tensor.Stored, tensor.Shape, isRounded && tensor.Shape is [_, var inputs] && inputs % BlockSize == 0 && !tensor.Name.Contains("attn_rel_b", StringComparison.Ordinal) ? Rounded : Float32))];
        using var writer = new BinaryWriter(File.Create(path));
        (string Key, object Value)[] settings =
        [
            ("general.architecture", "t5"),
            ("general.alignment", (uint)Alignment),
            ("t5.context_length", 512u),
            ("t5.vocab_size", (uint)config.VocabularySize),
            ("t5.embedding_length", (uint)config.ModelSize),
            ("t5.feed_forward_length", (uint)config.FeedForwardSize),
            ("t5.block_count", (uint)config.EncoderLayers),
            ("t5.decoder_block_count", (uint)config.DecoderLayers),
            ("t5.decoder_start_token_id", (uint)config.DecoderStartTokenId),
            ("t5.attention.head_count", (uint)config.Heads),
            ("t5.attention.key_length", (uint)config.HeadSize),
            ("t5.attention.value_length", (uint)config.HeadSize),
            ("t5.attention.relative_buckets_count", (uint)config.RelativeAttentionBuckets),
            ("t5.attention.layer_norm_rms_epsilon", (float)config.LayerNormEpsilon),
            ("tokenizer.ggml.model", "none"),
        ];
        writer.Write("GGUF"u8);
        writer.Write(3u);
        writer.Write((ulong)tensors.Length);
        writer.Write((ulong)settings.Length);
        foreach (var (key, value) in settings)
        {
            Write(writer, key);
            Write(writer, value);
        }

        long place = 0;
        foreach (var tensor in tensors)
        {
            Write(writer, tensor.Name);
            writer.Write((uint)tensor.Shape.Length);
            foreach (long size in tensor.Shape.Reverse()) // the fastest dimension first
                writer.Write((ulong)size);
            writer.Write(tensor.Type);
            writer.Write((ulong)place);
            place += Aligned(tensor.Bytes);
        }

        foreach (var tensor in tensors)
        {
            writer.Write(new byte[Aligned(writer.BaseStream.Position) - writer.BaseStream.Position]);
            using var values = files.Read(tensor.Stored);
            Write(writer, tensor, values);
        }

        writer.Write(new byte[Aligned(writer.BaseStream.Position) - writer.BaseStream.Position]);
    }

    private static unsafe void Write(BinaryWriter writer, Tensor tensor, WeightBlock values)
    {
        if (values.Type != WeightType.Float32)
            throw new ArgumentException($"{tensor.Stored} is stored as {values.Type}; expected float32.");
        for (long start = 0; start < values.Count; start += tensor.Shape[^1])
        {
            var row = new ReadOnlySpan<float>((float*)values.Pointer + start, (int)tensor.Shape[^1]);
            if (tensor.Type == Float32)
            {
                writer.Write(MemoryMarshal.AsBytes(row));
                continue;
            }

            for (int block = 0; block < row.Length; block += BlockSize)
                WriteBlock(writer, row.Slice(block, BlockSize));
        }
    }

    /// <summary>A scale in half precision, and whole numbers from −127 to 127.</summary>
    private static void WriteBlock(BinaryWriter writer, ReadOnlySpan<float> values)
    {
        float largest = 0;
        foreach (float value in values)
            largest = MathF.Max(largest, MathF.Abs(value));
        float scale = largest / sbyte.MaxValue;
        writer.Write((Half)scale);
        foreach (float value in values)
            writer.Write((sbyte)(scale == 0 ? 0 : MathF.Round(value / scale, MidpointRounding.AwayFromZero)));
    }

    private static void Write(BinaryWriter writer, object value)
    {
        switch (value)
        {
            case uint number:
                writer.Write((uint)ValueType.UInt32);
                writer.Write(number);
                break;
            case float number:
                writer.Write((uint)ValueType.Float32);
                writer.Write(number);
                break;
            default:
                writer.Write((uint)ValueType.String);
                Write(writer, (string)value);
                break;
        }
    }

    private static void Write(BinaryWriter writer, string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        writer.Write((ulong)bytes.Length);
        writer.Write(bytes);
    }

    private static long Aligned(long place) => (place + Alignment - 1) / Alignment * Alignment;

    /// <summary>llama.cpp's name of a Hugging Face parameter, such as <c>dec.blk.3.cross_attn_q.weight</c>.</summary>
    private static string NameOf(string stored)
    {
        switch (stored)
        {
            case "shared.weight":
                return "token_embd.weight";
            case "lm_head.weight":
                return "output.weight";
            case "encoder.final_layer_norm.weight":
                return "enc.output_norm.weight";
            case "decoder.final_layer_norm.weight":
                return "dec.output_norm.weight";
        }

        string[] parts = stored.Split('.'); // stack.block.number.layer.number.module.matrix.weight, or …layer_norm.weight
        bool isDecoder = parts[0] == "decoder";
        int layer = int.Parse(parts[4]);
        string block = FormattableString.Invariant($"{(isDecoder ? "dec" : "enc")}.blk.{parts[2]}.");
        string kind = layer == 0 ? "attn" : layer == (isDecoder ? 2 : 1) ? "ffn" : "cross_attn";
        return block + parts[^2] switch
        {
            "layer_norm" => $"{kind}_norm",
            "q" or "k" or "v" or "o" => $"{kind}_{parts[^2]}",
            "relative_attention_bias" => "attn_rel_b",
            "wi_0" => "ffn_gate",
            "wi_1" => "ffn_up",
            "wo" => "ffn_down",
            _ => throw new ArgumentException($"No name in GGUF is known for {stored}."),
        } + ".weight";
    }
}
