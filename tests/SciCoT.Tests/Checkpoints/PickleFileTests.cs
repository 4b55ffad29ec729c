using System.IO.Compression;
using System.Text;
using SciCoT.Checkpoints;
using SciCoT.Models;
using SciCoT.Tests.Models;
using SciCoT.Tests.Support;

namespace SciCoT.Tests.Checkpoints;

/// <summary>Pickles as torch writes them, and pickles as an attacker writes them.</summary>
public sealed class PickleFileTests : IDisposable
{
    private const string Pickle = "pytorch_model.bin";
    private readonly TempFolder _folder = new();

    private static string GoldenPickle => Path.Combine(Golden.Folder(Golden.Gated), Pickle);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void GoldenPickle_HasTheSafetensorsValues()
    {
        Copy();
        using var model = T5Model.Load(_folder.Path, allowPickle: true);
        using var golden = T5Model.Load(Golden.Folder(Golden.Gated));
        Assert.Equal(TinyModel.Weights(golden), TinyModel.Weights(model));
    }

    [Fact]
    public void Pickle_IsReadOnlyWhenAsked()
    {
        Copy();
        var message = Assert.Throws<MissingFileException>(() => T5Model.Load(_folder.Path)).Message;
        Assert.Contains(Pickle, message);
        Assert.Contains("allowPickle", message);
    }

    [Fact]
    public void LoadedPickle_IsSavedAsSafetensors()
    {
        Copy();
        using (var model = T5Model.Load(_folder.Path, allowPickle: true))
            model.Save(_folder.Path);
        Assert.Equal(
            File.ReadAllBytes(Path.Combine(Golden.Folder(Golden.Gated), "model.safetensors")),
            File.ReadAllBytes(_folder.File("model.safetensors")));
    }

    [Fact]
    public void ShardedPickles_AreReadByTheirIndex()
    {
        Copy();
        File.Move(_folder.File(Pickle), _folder.File("pytorch_model-00001-of-00001.bin"));
        using (var file = new PickleFile(_folder.File("pytorch_model-00001-of-00001.bin")))
            ShardIndex.Write(_folder.File(ShardIndex.PickleFileName), file.Tensors.Select(t => (t.Key, "pytorch_model-00001-of-00001.bin")), 1);
        using var model = T5Model.Load(_folder.Path, allowPickle: true);
        using var golden = T5Model.Load(Golden.Folder(Golden.Gated));
        Assert.Equal(TinyModel.Weights(golden), TinyModel.Weights(model));
    }

    [Fact]
    public void TransposedView_IsReadInItsOwnOrder()
    {
        Write(Code("storage 0 6", "view 1 (2,2) (1,3)"), ("0", Floats(0, 1, 2, 3, 4, 5)));
        using var file = new PickleFile(_folder.File(Pickle));
        var (name, tensor) = Assert.Single(file.Tensors);
        Assert.Equal("w", name);
        using var read = file.Read(name, tensor, TorchSharp.torch.ScalarType.Float32);
        Assert.Equal([1f, 4f, 2f, 5f], read.data<float>().ToArray());
    }

    [Theory]
    [InlineData("os", "system")]
    [InlineData("builtins", "eval")]
    [InlineData("__builtin__", "exec")]
    [InlineData("subprocess", "Popen")]
    [InlineData("torch", "load")]
    [InlineData("torch._utils", "_rebuild_parameter")]
    [InlineData("torch._utils", "_rebuild_qtensor")]
    [InlineData("torch.storage", "_load_from_bytes")]
    [InlineData("collections", "Counter")]
    [InlineData("torch", "FloatStorage.__init__")]
    public void AnyOtherFunction_IsRefusedByName(string module, string name)
    {
        Write([0x80, 2, .. Encoding.ASCII.GetBytes($"c{module}\n{name}\n"), (byte)'X', 2, 0, 0, 0, .. "id"u8, 0x85, (byte)'R', (byte)'.']);
        Assert.Contains($"{module}.{name}", Refusal());
    }

    [Theory]
    [InlineData('i', "0x69")] // INST
    [InlineData('o', "0x6f")] // OBJ
    [InlineData('\u0081', "0x81")] // NEWOBJ
    [InlineData('\u0082', "0x82")] // EXT1
    [InlineData('P', "0x50")] // PERSID
    [InlineData('I', "0x49")] // INT
    public void OtherInstructions_AreRefused(char instruction, string shown)
    {
        Write([0x80, 2, (byte)instruction, (byte)'.']);
        Assert.Contains(shown, Refusal());
    }

    [Theory]
    [InlineData("storage 0 4", "view 0 (5,) (1,)")] // past the end
    [InlineData("storage 0 4", "view 3 (2,) (1,)")]
    [InlineData("storage 0 4", "view 0 (2,2) (4,1)")]
    [InlineData("storage 0 4", "view 0 (100000,100000) (0,0)")] // a bomb of zero strides
    [InlineData("storage 0 4", "view -1 (1,) (1,)")]
    [InlineData("storage 0 4", "view 0 (-1,) (1,)")]
    [InlineData("storage 0 4", "view 0 (1,) (-1,)")]
    [InlineData("storage 0 4", "view 0 (2,) (9223372036854775807,)")]
    [InlineData("storage 0 4", "view 0 (2,2) (1,)")]
    [InlineData("storage 0 9223372036854775807", "view 0 (1,) (1,)")] // larger than its member
    [InlineData("storage 1 4", "view 0 (1,) (1,)")] // no such member
    [InlineData("storage ../0 4", "view 0 (1,) (1,)")]
    public void ViewOutsideItsStorage_IsRefused(string storage, string view)
    {
        Write(Code(storage, view), ("0", Floats(0, 1, 2, 3)));
        Assert.Contains("storage", Refusal());
    }

    [Fact]
    public void CompressedStorage_IsRefused()
    {
        using (var archive = ZipFile.Open(_folder.File(Pickle), ZipArchiveMode.Create))
        {
            Add(archive, "m/data.pkl", Code("storage 0 100000", "view 0 (1,) (1,)"), CompressionLevel.NoCompression);
            Add(archive, "m/data/0", new byte[400_000], CompressionLevel.Optimal);
        }

        Assert.Contains("not compressed", Refusal());
    }

    [Fact]
    public void EveryCutOffPickle_IsRefusedNeatly()
    {
        byte[] whole;
        using (var archive = ZipFile.OpenRead(GoldenPickle))
        using (var stream = archive.Entries.Single(e => e.Name == "data.pkl").Open())
        using (var copy = new MemoryStream())
        {
            stream.CopyTo(copy);
            whole = copy.ToArray();
        }

        Assert.NotEmpty(TensorPickle.Read(whole));
        for (int length = 0; length < whole.Length; length += 7)
            Assert.Throws<InvalidFileException>(() => TensorPickle.Read(whole.AsSpan(0, length)));
    }

    [Fact]
    public void FlippedBytes_NeverEscapeTheReader()
    {
        byte[] whole = Code("storage 0 4", "view 0 (2,2) (2,1)");
        for (int i = 0; i < whole.Length; i++)
        {
            for (int bit = 0; bit < 8; bit++)
            {
                var damaged = whole.ToArray();
                damaged[i] ^= (byte)(1 << bit);
                var error = Record.Exception(() => TensorPickle.Read(damaged));
                Assert.True(error is null or InvalidFileException, $"byte {i}, bit {bit}: {error}");
            }
        }
    }

    [Fact]
    public void FileThatIsNoArchive_IsNamed()
    {
        File.WriteAllBytes(_folder.File(Pickle), [0x80, 2, .. "not a zip"u8]);
        Assert.Contains("no zip archive", Refusal());
    }

    [Fact]
    public void FormatBeforeTorch16_IsNamedWithTheRemedy()
    {
        File.WriteAllBytes(_folder.File(Pickle), [0x80, 0x02, 0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, 0x2e, 0x80, 0x02]);
        var message = Refusal();
        Assert.Contains("before version 1.6", message);
        Assert.Contains("weights_only=True", message);
    }

    [Theory]
    [InlineData("parameter")]
    [InlineData("state_dict")]
    [InlineData("model")]
    [InlineData("module")]
    [InlineData("model_state_dict")]
    public void ParametersAndWrappedDictionaries_AreRead(string form)
    {
        byte[] state = [.. OrderedDict, (byte)'(', .. Text("a.w"), .. form == "parameter" ? Parameter(Tensor("0", 4)) : Tensor("0", 4), (byte)'u'];
        byte[] code = form == "parameter"
            ? [0x80, 2, .. state, (byte)'.']
            : [0x80, 2, (byte)'}', (byte)'(', .. Text("epoch"), (byte)'K', 3, .. Text("lr"), (byte)'G', .. new byte[8], .. Text("milestones"), (byte)']', (byte)'(', (byte)'K', 1, (byte)'K', 2, (byte)'e',
                .. Text("optimizer"), (byte)'}', (byte)'(', .. Text("state"), (byte)'}', (byte)'K', 0, .. Tensor("1", 2), (byte)'s', (byte)'u',
                .. Text(form), .. state, (byte)'u', (byte)'.'];
        Write(code, ("0", Floats(1, 2, 3, 4)), ("1", Floats(5, 6)));
        using var file = new PickleFile(_folder.File(Pickle));
        var (name, tensor) = Assert.Single(file.Tensors);
        Assert.Equal("a.w", name);
        using var read = file.Read(name, tensor, TorchSharp.torch.ScalarType.Float32);
        Assert.Equal([1f, 2f, 3f, 4f], read.data<float>().ToArray());
    }

    [Theory]
    [InlineData("student", true)]
    [InlineData("ema_weights", true)]
    [InlineData("student,teacher", false)] // which of the two is meant is the user's to say
    public void DictionaryUnderANameOfTheProgramsOwn_IsReadWhereItIsTheOnlyOne(string names, bool read)
    {
        byte[] State(byte elements) => [.. OrderedDict, (byte)'(', .. Text("a.w"), .. Tensor("0", elements), (byte)'u'];
        byte[] optimizer = [(byte)'}', (byte)'(', .. Text("state"), (byte)'}', (byte)'(', .. Text("a.w"), (byte)'}', .. Text("exp_avg"), .. Tensor("1", 2), (byte)'s', (byte)'u', (byte)'u'];
        Write([0x80, 2, (byte)'}', (byte)'(', .. Text("epoch"), (byte)'K', 3, .. Text("optimizer"), .. optimizer, .. names.Split(',').SelectMany(name => (byte[])[.. Text(name), .. State(4)]), (byte)'u', (byte)'.'],
            ("0", Floats(1, 2, 3, 4)), ("1", Floats(5, 6)));
        if (!read)
        {
            Assert.Contains("A training state is no model", Refusal());
            return;
        }

        using var file = new PickleFile(_folder.File(Pickle));
        Assert.Equal("a.w", Assert.Single(file.Tensors).Key);
    }

    /// <summary>One dictionary in very many places, in dictionaries of which each is in very many: looked into once.</summary>
    [Fact]
    public void DictionaryInManyPlaces_IsLookedIntoOnce()
    {
        using var code = new MemoryStream();
        code.Write([0x80, 2, (byte)'}', (byte)'q', 0]);
        for (byte level = 1; level <= 3; level++)
        {
            code.Write([(byte)'}', (byte)'q', level, (byte)'(']);
            for (int i = 0; i < 20_000; i++)
                code.Write([.. Text($"{i}"), (byte)'h', (byte)(level - 1)]);
            code.WriteByte((byte)'u');
        }

        code.WriteByte((byte)'.');
        Assert.Throws<InvalidFileException>(() => TensorPickle.Read(code.ToArray()));
    }

    /// <summary>Each value is 1.5, or 1 where the type has none between.</summary>
    [Theory]
    [InlineData("FloatStorage", "0000C03F", 1.5f)]
    [InlineData("HalfStorage", "003E", 1.5f)]
    [InlineData("BFloat16Storage", "C03F", 1.5f)]
    [InlineData("DoubleStorage", "000000000000F83F", 1.5f)]
    public void EveryTypeOfWeights_IsRead(string storage, string value, float expected)
    {
        var code = Encoding.Latin1.GetBytes(Encoding.Latin1.GetString([0x80, 2, (byte)'}', (byte)'(', .. Text("w"), .. Tensor("0", 2), (byte)'u', (byte)'.']).Replace("FloatStorage", storage, StringComparison.Ordinal));
        Write(code, ("0", [.. Convert.FromHexString(value), .. Convert.FromHexString(value)]));
        using var file = new PickleFile(_folder.File(Pickle));
        using var read = file.Read("w", Assert.Single(file.Tensors).Value, TorchSharp.torch.ScalarType.Float32);
        Assert.Equal([expected, expected], read.data<float>().ToArray());
    }

    [Fact]
    public void Protocol4_IsRead()
    {
        byte[] tensor = [
            .. Short("torch._utils"), 0x94, .. Short("_rebuild_tensor_v2"), 0x94, 0x93, 0x94, (byte)'(',
            (byte)'(', .. Short("storage"), .. Short("torch"), .. Short("FloatStorage"), 0x93, .. Short("0"), .. Short("cpu"), (byte)'K', 2, (byte)'t', (byte)'Q',
            (byte)'K', 0, (byte)'K', 2, 0x85, (byte)'K', 1, 0x85, 0x89, .. Short("collections"), .. Short("OrderedDict"), 0x93, (byte)')', (byte)'R', (byte)'t', 0x94, (byte)'R'];
        Write([0x80, 4, 0x95, .. BitConverter.GetBytes((long)tensor.Length), (byte)'}', 0x94, .. Short("w"), .. tensor, (byte)'s', (byte)'.'], ("0", Floats(7, 8)));
        using var file = new PickleFile(_folder.File(Pickle));
        using var read = file.Read("w", Assert.Single(file.Tensors).Value, TorchSharp.torch.ScalarType.Float32);
        Assert.Equal([7f, 8f], read.data<float>().ToArray());

        static byte[] Short(string text) => [0x8c, (byte)text.Length, .. Encoding.ASCII.GetBytes(text)];
    }

    [Fact]
    public void FlippedBitOfAStoredValue_IsNoticed()
    {
        Copy();
        var bytes = File.ReadAllBytes(_folder.File(Pickle));
        var random = new Random(1);
        for (int i = 0; i < 40; i++)
        {
            var damaged = bytes.ToArray();
            damaged[random.Next(20_000, bytes.Length - 20_000)] ^= (byte)(1 << random.Next(8));
            File.WriteAllBytes(_folder.File(Pickle), damaged);
            var error = Assert.Throws<InvalidFileException>(() => T5Model.Load(_folder.Path, allowPickle: true));
            Assert.StartsWith(_folder.File(Pickle), error.Message);
        }
    }

    [Theory]
    [InlineData("}")]
    [InlineData(")")]
    [InlineData("(")]
    [InlineData("N")]
    [InlineData("]")]
    [InlineData("(}}}}}}}}}}}}}}}}t")]
    [InlineData("(NNNNNNNNNNNNNNNNt")]
    [InlineData("M\u0000\u0004K\u0007\u0085")]
    [InlineData("}q\u0001")]
    [InlineData("}0")]
    [InlineData("ccollections\nOrderedDict\n)R")]
    public void PickleOfOneInstructionOverAndOver_TakesBoundedMemory(string instructions)
    {
        const int Size = 4_000_000;
        var part = Encoding.Latin1.GetBytes(instructions);
        var code = new byte[Size];
        for (int i = 0; i < Size; i++)
            code[i] = part[i % part.Length];
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<InvalidFileException>(() => TensorPickle.Read(code));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, (3 * Size) + (64 << 20));
    }

    [Fact]
    public void PickleOfManyTensors_TakesTimeAndMemoryInProportion()
    {
        long small = Allocated(10_000), large = Allocated(40_000);
        Assert.InRange(large, 2 * small, 6 * small);
        Assert.InRange(large, 0, (4L * Code(40_000).Length) + (64 << 20));

        static long Allocated(int tensors)
        {
            var code = Code(tensors);
            long before = GC.GetAllocatedBytesForCurrentThread();
            Assert.Equal(tensors, TensorPickle.Read(code).Count);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        static byte[] Code(int tensors)
        {
            using var code = new MemoryStream();
            code.Write([0x80, 2, (byte)'}']);
            for (int i = 0; i < tensors; i++)
                code.Write([.. Text($"encoder.block.{i}.weight"), .. Tensor($"{i}", 4), (byte)'s']);
            code.WriteByte((byte)'.');
            return code.ToArray();
        }
    }

    [Fact]
    public void ArchiveOfVeryManyMembers_IsRefusedBeforeTheyTakeMemory()
    {
        using (var archive = ZipFile.Open(_folder.File(Pickle), ZipArchiveMode.Create))
        {
            for (int i = 0; i < 200_000; i++)
                archive.CreateEntry($"m/data/{i}");
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Contains("directory of members", Refusal());
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 16 << 20);
    }

    [Fact]
    public void NamesInMessages_AreShortAndPrintable()
    {
        Write([0x80, 2, (byte)'}', (byte)'(', .. Text(new string('x', 60_000) + "\u001b[31m"), (byte)'N', (byte)'u', (byte)'.']);
        Assert.InRange(Refusal().Length, 1, 1000);
        File.Delete(_folder.File(Pickle));
        Write([0x80, 2, (byte)'}', (byte)'(', .. Text("\u001b[31mred"), (byte)'N', (byte)'u', (byte)'.']);
        Assert.DoesNotContain('\u001b', Refusal());
    }

    private string Refusal()
    {
        var message = Assert.Throws<InvalidFileException>(() => new PickleFile(_folder.File(Pickle))).Message;
        Assert.StartsWith(_folder.File(Pickle), message);
        return message;
    }

    private void Copy()
    {
        File.Copy(GoldenPickle, _folder.File(Pickle));
        File.Copy(Path.Combine(Golden.Folder(Golden.Gated), "config.json"), _folder.File("config.json"));
    }

    private void Write(byte[] code, params (string Key, byte[] Content)[] storages)
    {
        using var archive = ZipFile.Open(_folder.File(Pickle), ZipArchiveMode.Create);
        Add(archive, "m/data.pkl", code, CompressionLevel.NoCompression);
        foreach (var (key, content) in storages)
            Add(archive, $"m/data/{key}", content, CompressionLevel.NoCompression);
    }

    private static void Add(ZipArchive archive, string name, byte[] content, CompressionLevel level)
    {
        using var stream = archive.CreateEntry(name, level).Open();
        stream.Write(content);
    }

    private static byte[] Floats(params float[] values) => [.. values.SelectMany(BitConverter.GetBytes)];

    private static byte[] OrderedDict => [.. "ccollections\nOrderedDict\n"u8, (byte)')', (byte)'R'];

    private static byte[] Text(string text) => [(byte)'X', .. BitConverter.GetBytes(text.Length), .. Encoding.ASCII.GetBytes(text)];

    /// <summary>A vector over a whole storage.</summary>
    private static byte[] Tensor(string key, byte elements) =>
    [
        .. "ctorch._utils\n_rebuild_tensor_v2\n"u8, (byte)'(',
        (byte)'(', .. Text("storage"), .. "ctorch\nFloatStorage\n"u8, .. Text(key), .. Text("cpu"), (byte)'K', elements, (byte)'t', (byte)'Q',
        (byte)'K', 0, (byte)'K', elements, 0x85, (byte)'K', 1, 0x85, 0x89, .. OrderedDict, (byte)'t', (byte)'R',
    ];

    private static byte[] Parameter(byte[] tensor) => [.. "ctorch._utils\n_rebuild_parameter\n"u8, (byte)'(', .. tensor, 0x88, .. OrderedDict, (byte)'t', (byte)'R'];

    /// <summary>The pickle of one tensor <c>w</c>, as torch lays it out.</summary>
    private static byte[] Code(string storage, string view)
    {
        var (key, elements) = (storage.Split(' ')[1], long.Parse(storage.Split(' ')[2]));
        var parts = view.Split(' ');
        return
        [
            0x80, 2, .. "ccollections\nOrderedDict\n"u8, (byte)')', (byte)'R', (byte)'(', .. Text("w"),
            .. "ctorch._utils\n_rebuild_tensor_v2\n"u8, (byte)'(',
            (byte)'(', .. Text("storage"), .. "ctorch\nFloatStorage\n"u8, .. Text(key), .. Text("cpu"), .. Number(elements), (byte)'t', (byte)'Q',
            .. Number(long.Parse(parts[1])), .. Tuple(parts[2]), .. Tuple(parts[3]), 0x89, .. "ccollections\nOrderedDict\n"u8, (byte)')', (byte)'R', (byte)'t', (byte)'R',
            (byte)'u', (byte)'.',
        ];

        static byte[] Number(long number) => [0x8a, 8, .. BitConverter.GetBytes(number)];

        static byte[] Tuple(string numbers) =>
            [(byte)'(', .. numbers.Trim('(', ')').Split(',', StringSplitOptions.RemoveEmptyEntries).SelectMany(n => Number(long.Parse(n))), (byte)'t'];
    }
}
