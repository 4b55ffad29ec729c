using System.IO.Compression;
using System.Text;
using SciCoT.Models;
using static TorchSharp.torch;

namespace SciCoT.Tests.Support;

/// <summary>Writes <c>pytorch_model.bin</c> as <c>torch.save</c> lays out a state dictionary.</summary>
internal static class TorchFile
{
    /// <summary>Puts a checkpoint's pickle in the place of its safetensors.</summary>
    public static void Replace(string directory)
    {
        using (var model = T5Model.Load(directory))
            Write(Path.Combine(directory, "pytorch_model.bin"), model.named_parameters().Select(p => (p.name, (Tensor)p.parameter)));
        File.Delete(Path.Combine(directory, "model.safetensors"));
    }

    public static void Write(string path, IEnumerable<(string Name, Tensor Tensor)> tensors)
    {
        using var archive = ZipFile.Open(path, ZipArchiveMode.Create);
        using var code = new MemoryStream();
        code.Write([0x80, 2, .. OrderedDict, (byte)'(']);
        foreach (var (name, tensor) in tensors)
        {
            var key = $"{code.Length}";
            code.Write([.. Text(name), .. View(key, tensor.shape)]);
            Add(archive, $"archive/data/{key}", tensor.detach().contiguous().bytes.ToArray());
        }

        code.Write([(byte)'u', (byte)'.']);
        Add(archive, "archive/data.pkl", code.ToArray());
    }

    public static byte[] OrderedDict => [.. "ccollections\nOrderedDict\n"u8, (byte)')', (byte)'R'];

    public static byte[] Text(string text) => [(byte)'X', .. BitConverter.GetBytes(text.Length), .. Encoding.ASCII.GetBytes(text)];

    /// <summary>A float32 tensor over a whole storage.</summary>
    public static byte[] View(string key, params long[] shape)
    {
        var strides = shape.Select((_, i) => shape[(i + 1)..].Aggregate(1L, (product, size) => product * size)).ToArray();
        return
        [
            .. "ctorch._utils\n_rebuild_tensor_v2\n"u8, (byte)'(',
            (byte)'(', .. Text("storage"), .. "ctorch\nFloatStorage\n"u8, .. Text(key), .. Text("cpu"), .. Number(shape.Aggregate(1L, (product, size) => product * size)), (byte)'t', (byte)'Q',
            (byte)'K', 0, .. Tuple(shape), .. Tuple(strides), 0x89, .. OrderedDict, (byte)'t', (byte)'R',
        ];
    }

    private static byte[] Tuple(long[] numbers) => [(byte)'(', .. numbers.SelectMany(Number), (byte)'t'];

    private static byte[] Number(long number) => [(byte)'J', .. BitConverter.GetBytes((int)number)];

    private static void Add(ZipArchive archive, string name, byte[] content)
    {
        using var stream = archive.CreateEntry(name, CompressionLevel.NoCompression).Open();
        stream.Write(content);
    }
}
