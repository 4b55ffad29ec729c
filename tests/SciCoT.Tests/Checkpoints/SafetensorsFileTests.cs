using System.Buffers.Binary;
using System.Text;
using SciCoT.Checkpoints;
using SciCoT.Tests.Models;
using SciCoT.Tests.Support;
using static TorchSharp.torch;

namespace SciCoT.Tests.Checkpoints;

/// <summary>Sound and hostile safetensors files, written byte by byte.</summary>
public sealed class SafetensorsFileTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private string FilePath => _folder.File("model.safetensors");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void SoundFile_IsReadInAnyOrderAlignmentAndDtype()
    {
        using var scope = NewDisposeScope();
        // One odd byte in front, so that nothing behind it can be mapped.
        Write("""{"b":{"dtype":"F32","shape":[2],"data_offsets":[1,9]},"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"z":{"dtype":"F32","shape":[0,7],"data_offsets":[9,9]},"s":{"dtype":"BF16","shape":[],"data_offsets":[9,11]},"__metadata__":{"format":"pt"}}""",
            [7, .. BitConverter.GetBytes(1.5f), .. BitConverter.GetBytes(-2f), 0x40, 0xC0]);
        using var file = new SafetensorsFile(FilePath);
        Assert.Equal(["a", "b", "z", "s"], file.Header.Entries.Select(e => e.Name)); // in the order of their data
        Assert.Equal("pt", file.Header.Metadata["format"]);
        Assert.Equal([1.5, -2], Golden.Numbers(Read("b")));
        Assert.Equal([0, 7], Read("z").shape);
        Assert.Equal([-3.0], Golden.Numbers(Read("s")));
        Assert.Throws<InvalidFileException>(() => Read("a"));

        Tensor Read(string name) => file.Read(file.Header.Entries.Single(e => e.Name == name), ScalarType.Float32);
    }

    [Theory]
    [InlineData("GGUF\u0003\0\0\0\u0010\0\0\0\0\0\0\0", "GGUF")]
    [InlineData("PK\u0003\u0004\u0014\0\0\0\0\0", "pytorch_model.bin")]
    [InlineData("\u0080\u0002}q\0X\u0006\0\0\0shared", "pytorch_model.bin")]
    [InlineData("\u0089HDF\r\n\u001a\n\0\0\0\0", "from_tf=True")]
    [InlineData("\u001f\u008b\b\0\u0001\u0002\u0003i\u0002\u00ff", "gzip")]
    [InlineData("{\"error\":\"Repository not found\"}", "Repository not found")]
    public void OtherFormat_IsNamedWithTheRemedy(string content, string expected)
    {
        File.WriteAllBytes(FilePath, Encoding.Latin1.GetBytes(content));
        var message = Assert.Throws<InvalidFileException>(() => new SafetensorsFile(FilePath)).Message;
        Assert.StartsWith(FilePath, message);
        Assert.Contains(expected, message);
    }

    [Fact]
    public void WriterAndReader_Agree()
    {
        using var scope = NewDisposeScope();
        Dictionary<string, Tensor> tensors = new()
        {
            ["matrix"] = arange(0, 6, ScalarType.Float32).view(2, 3).t(), // not contiguous
            ["scalar"] = tensor(2.5f),
            ["empty"] = zeros(0, 3),
            ["na\"me ü"] = tensor(new float[] { float.NaN, float.PositiveInfinity, -0f }),
        };
        SafetensorsWriter.Write(FilePath, [.. tensors], ScalarType.Float32);
        using var file = new SafetensorsFile(FilePath);
        Assert.Equal(0, file.Header.DataStart % 8);
        Assert.Equal(tensors.Keys.Order(), file.Header.Entries.Select(e => e.Name).Order());
        foreach (var entry in file.Header.Entries)
        {
            Assert.Equal(tensors[entry.Name].shape, entry.Shape);
            Assert.Equal(Golden.Numbers(tensors[entry.Name]), Golden.Numbers(file.Read(entry, ScalarType.Float32)));
        }
    }

    [Theory]
    [InlineData("[]", "{")]
    [InlineData("", "{")]
    [InlineData(" []", "{")]
    [InlineData("{} {}", "JSON")]
    [InlineData("{\"a\":", "JSON")]
    [InlineData("{\"a\":1}", "'a'")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[2]}}", "data_offsets")]
    [InlineData("{\"a\":{\"dtype\":\"F31\",\"shape\":[2],\"data_offsets\":[0,8]}}", "F31")]
    [InlineData("{\"a\":{\"dtype\":4,\"shape\":[2],\"data_offsets\":[0,8]}}", "dtype")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":2,\"data_offsets\":[0,8]}}", "shape")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[-2],\"data_offsets\":[0,8]}}", "shape")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[2.5],\"data_offsets\":[0,8]}}", "shape")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[99999999999999999999],\"data_offsets\":[0,8]}}", "shape")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,8]}}", "does not fill")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[4611686018427387904,4],\"data_offsets\":[0,0]}}", "does not fill")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[9223372036854775807,9223372036854775807,9223372036854775807],\"data_offsets\":[0,8]}}", "does not fill")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[8,0]}}", "begin")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8,8]}}", "data_offsets")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}", "holes")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}", "overlap")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}", "cut off or has bytes")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[0,16]}}", "cut off or has bytes")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}", "JSON")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}", "JSON")]
    [InlineData("{\"\\ud800\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}", "JSON")]
    [InlineData("{\"__metadata__\":[]}", "__metadata__")]
    [InlineData("{\"__metadata__\":{\"format\":1}}", "format")]
    public void UnsoundHeader_IsRefusedWithTheFileAndThePlace(string header, string place)
    {
        Write(header, new byte[8]);
        var message = Refuse();
        Assert.Contains(place, message);
    }

    [Fact]
    public void DeeplyNestedOrNonUtf8Header_IsRefused()
    {
        Write("{\"a\":" + new string('[', 100_000) + new string(']', 100_000) + "}", []);
        Assert.Contains("JSON", Refuse());

        var header = Encoding.Latin1.GetBytes("{\"\u00fc\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}");
        File.WriteAllBytes(FilePath, [.. BitConverter.GetBytes((long)header.Length), .. header, .. new byte[8]]);
        Assert.Contains("UTF-8", Refuse());
    }

    [Theory]
    [InlineData(1UL << 63)]
    [InlineData(ulong.MaxValue)]
    [InlineData(100_000_001UL)]
    [InlineData(100_000_000UL)]
    [InlineData(3UL)]
    public void HeaderLengthThatTheFileDoesNotHave_IsRefused(ulong length)
    {
        var bytes = new byte[10];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, length);
        File.WriteAllBytes(FilePath, bytes);
        Assert.Contains(length.ToString(System.Globalization.CultureInfo.InvariantCulture), Refuse());
    }

    [Fact]
    public void HeaderThatIsCutOff_IsRefusedWithTheRemedy()
    {
        File.WriteAllBytes(FilePath, File.ReadAllBytes(Path.Combine(Golden.Folder(Golden.Original), "model.safetensors"))[..100]);
        var message = Refuse();
        Assert.Contains("but only 92 follow", message);
        Assert.Contains("download it again", message);
    }

    [Fact]
    public void TruncatedFile_IsRefusedWhereverItIsCut()
    {
        var whole = File.ReadAllBytes(Path.Combine(Golden.Folder(Golden.Original), "model.safetensors"));
        int dataStart = 8 + (int)BitConverter.ToInt64(whole);
        foreach (int length in Enumerable.Range(0, 40).Concat(Enumerable.Range(1, 40).Select(i => i * dataStart / 40)).Concat(Enumerable.Range(1, 20).Select(i => whole.Length - i * i * i)))
        {
            File.WriteAllBytes(FilePath, whole[..length]);
            Refuse();
        }
    }

    [Fact]
    public void FlippedHeaderBytes_EitherReadOrAreRefused()
    {
        using var scope = NewDisposeScope();
        SafetensorsWriter.Write(FilePath, [new("first", zeros(3, 4)), new("second", ones(5)), new("third", zeros(0, 2))], ScalarType.Float32);
        var sound = File.ReadAllBytes(FilePath);
        int dataStart = 8 + (int)BitConverter.ToInt64(sound);
        var chance = new Random(4);
        int refused = 0;
        for (int round = 0; round < 2000; round++)
        {
            var bytes = (byte[])sound.Clone();
            for (int flips = chance.Next(1, 4); flips > 0; flips--)
                bytes[chance.Next(dataStart)] ^= (byte)(1 << chance.Next(8));
            File.WriteAllBytes(FilePath, bytes);
            try
            {
                using var inner = NewDisposeScope();
                using var file = new SafetensorsFile(FilePath);
                foreach (var entry in file.Header.Entries)
                    Assert.Equal(entry.Shape, file.Read(entry, ScalarType.Float32).shape);
            }
            catch (InvalidFileException e)
            {
                Assert.StartsWith(FilePath, e.Message);
                refused++;
            }
        }

        Assert.InRange(refused, 1000, 1999); // some flips only rename a tensor
    }

    private string Refuse()
    {
        var message = Assert.Throws<InvalidFileException>(() => new SafetensorsFile(FilePath).Dispose()).Message;
        Assert.StartsWith(FilePath, message);
        return message;
    }

    private void Write(string header, byte[] data)
    {
        var json = Encoding.UTF8.GetBytes(header);
        File.WriteAllBytes(FilePath, [.. BitConverter.GetBytes((long)json.Length), .. json, .. data]);
    }
}
