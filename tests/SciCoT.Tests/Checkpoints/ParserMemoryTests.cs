using System.Text;
using SciCoT.Checkpoints;
using SciCoT.Models;
using SciCoT.Tests.Campaign;
using SciCoT.Tests.Support;
using SciCoT.Tokenization;

namespace SciCoT.Tests.Checkpoints;

/// <summary>Files made to cost memory: no reader takes more than four times the file and 64 MB, accepted or refused.</summary>
[Trait(CampaignSettings.Category, CampaignSettings.Campaign)]
public sealed class ParserMemoryTests(ITestOutputHelper output) : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("tensors", 4 << 20)]
    [InlineData("tensors", 6_290_000)]
    [InlineData("tensors", 40 << 20)]
    [InlineData("metadata", 6_290_000)]
    [InlineData("numbers", 6_000_000)]
    [InlineData("fields", 6_000_000)]
    public void SafetensorsHeader(string kind, int size)
    {
        var json = Fill("{", "}", size, i => kind switch
        {
            "tensors" => $"\"{i:x}\":{{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[{4 * i},{4 * i + 4}]}}",
            "metadata" => i == 0 ? "\"__metadata__\":{\"a\":\"b\"}" : $"\"{i:x}\":{{}}",
            "numbers" => i == 0 ? "\"a\":{\"dtype\":\"F32\",\"data_offsets\":[0,0],\"shape\":[" + string.Join(',', Enumerable.Repeat("1", (size / 2) - 100)) + "]}" : null,
            _ => i == 0 ? "\"a\":{" + string.Join(',', Enumerable.Range(0, size / 10).Select(n => $"\"{n:x5}\":1")) + "}" : null,
        });
        var path = _folder.File("model.safetensors");
        File.WriteAllBytes(path, [.. BitConverter.GetBytes((long)json.Length), .. json, .. new byte[64]]);
        Check(path, () => new SafetensorsFile(path).Dispose());
    }

    [Theory]
    [InlineData("\"{0:x}\":\"a.safetensors\"", 15 << 20)]
    [InlineData("\"{0:x}\":1", 15 << 20)]
    [InlineData("\"{0:x}\":[[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[]]", 15 << 20)]
    [InlineData("\"{0:x}\":\"a.safetensors\"", 40 << 20)]
    public void ShardIndexFile(string item, int size)
    {
        var path = _folder.File("model.safetensors.index.json");
        File.WriteAllBytes(path, Fill("{\"weight_map\":{", "}}", size, i => string.Format(System.Globalization.CultureInfo.InvariantCulture, item, i)));
        Check(path, () => ShardIndex.Read(path));
    }

    [Theory]
    [InlineData("[\"{0:x}\",-1]")]
    [InlineData("[\"\",0]")]
    [InlineData("[]")]
    [InlineData("1")]
    [InlineData("[[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[]]")]
    public void TokenizerJson(string piece)
    {
        var path = _folder.File("tokenizer.json");
        File.WriteAllBytes(path, Fill("{\"model\":{\"type\":\"Unigram\",\"unk_id\":0,\"vocab\":[", "]}}", 15 << 20, i => string.Format(System.Globalization.CultureInfo.InvariantCulture, piece, i)));
        Check(path, () => T5Tokenizer.Load(path));
    }

    [Theory]
    [InlineData("pieces")]
    [InlineData("empty")]
    [InlineData("map")]
    public void SentencePiece(string kind)
    {
        const int Size = 15 << 20;
        using var file = new MemoryStream();
        if (kind == "map")
        {
            byte[] map = [.. BitConverter.GetBytes(Size / 2), .. new byte[Size]];
            Field(3, [(byte)((2 << 3) | 2), .. Length(map.Length), .. map]);
        }
        else
        {
            for (int i = 0; file.Length < Size; i++)
                Field(1, kind == "empty" ? [] : [(1 << 3) | 2, 5, .. Encoding.ASCII.GetBytes($"{i:x5}"[..5])]);
            Field(3, []);
        }

        var path = _folder.File("spiece.model");
        File.WriteAllBytes(path, file.ToArray());
        Check(path, () => T5Tokenizer.Load(path));

        void Field(int number, byte[] content) => file.Write([(byte)((number << 3) | 2), .. Length(content.Length), .. content]);

        static byte[] Length(int length)
        {
            var bytes = new List<byte>();
            for (; length >= 0x80; length >>= 7)
                bytes.Add((byte)(length | 0x80));
            bytes.Add((byte)length);
            return [.. bytes];
        }
    }

    [Fact]
    public void AdapterAndConfiguration()
    {
        foreach (var name in new[] { "adapter_config.json", "config.json" })
        {
            var path = _folder.File(name);
            File.WriteAllBytes(path, Fill("{", "}", 1_000_000, i => $"\"{i:x}\":[[]]"));
            Check(path, () => _ = name == "config.json" ? (object)T5Config.Load(path) : LoraConfig.Load(path));
        }
    }

    private void Check(string path, Action read)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        var error = Record.Exception(read);
        long taken = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(error is null or InvalidFileException, $"{error}");
        long size = new FileInfo(path).Length;
        output.WriteLine($"{size >> 10} KB: {taken >> 10} KB, {error?.Message}");
        Assert.InRange(taken, 0, (4 * size) + (64 << 20));
        if (error is not null)
            Assert.InRange(error.Message.Length, 1, 2000);
    }

    private static byte[] Fill(string start, string end, int size, Func<int, string?> item)
    {
        var text = new StringBuilder(start);
        for (int i = 0; text.Length < size && item(i) is { } next; i++)
            text.Append(i == 0 ? "" : ",").Append(next);
        return Encoding.ASCII.GetBytes(text.Append(end).ToString());
    }
}
