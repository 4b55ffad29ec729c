using System.Buffers.Binary;
using Google.Protobuf;
using SciCoT.Tests.Support;
using SciCoT.Tokenization;

namespace SciCoT.Tests.Tokenization;

/// <summary>A damaged model is refused with <see cref="InvalidFileException"/>, or works; nothing else ever happens.</summary>
public class DamagedModelTests
{
    private const string Text = "Water boils (A) ﬁ Ａ１ e\u0301 日本 abc \u2581 <sep>\u0001 then";

    [Theory]
    [InlineData("tiny-identity", 700)]
    [InlineData("tiny-spiece", 150)]
    [InlineData("variants/user-defined", 1500)]
    [InlineData("variants/byte-fallback", 1000)]
    [InlineData("variants/rules", 1500)]
    public void FlippedBytes_AreRefusedOrHarmless(string name, int rounds)
    {
        byte[] original = Read(name);
        var random = new Random(rounds);
        int refused = 0;
        for (int round = 0; round < rounds; round++)
        {
            byte[] damaged = [.. original];
            for (int flips = random.Next(1, 5); flips > 0; flips--)
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            if (!TryUse(damaged))
                refused++;
        }

        Assert.InRange(refused, 1, rounds);
    }

    [Theory]
    [InlineData("variants/rules", 1)]
    [InlineData("variants/user-defined", 1)]
    [InlineData("tiny-spiece", 997)]
    public void TruncatedModel_IsRefusedOrHarmless(string name, int step)
    {
        byte[] original = Read(name);

        for (int length = 0; length < original.Length; length += step)
            TryUse(original[..length]);
    }

    [Fact]
    public void ModelCutOffBetweenTwoPieces_IsRefused()
    {
        byte[] whole = [.. Special().SelectMany(piece => Message(1, piece)), .. Message(1, P("a"))];

        Assert.Contains("cut off", Assert.Throws<InvalidFileException>(() => Load(whole)).Message);
        Assert.Equal(4, Load([.. whole, .. Message(3, [])]).VocabularySize - 100);
    }

    [Fact]
    public void HalfAModel_IsRefusedWithFileAndPlace()
    {
        byte[] original = Read("tiny-spiece");

        string message = Assert.Throws<InvalidFileException>(() => Load(original[..(original.Length / 2)])).Message;

        Assert.Contains("folder/test.model", message);
        Assert.Contains("byte", message);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(100_000)]
    public void RandomBytes_AreRefused(int length)
    {
        byte[] bytes = new byte[length];
        new Random(length).NextBytes(bytes);

        Assert.Throws<InvalidFileException>(() => Load(bytes));
    }

    [Fact]
    public void LyingLength_TakesNoMemory()
    {
        long before = GC.GetAllocatedBytesForCurrentThread();

        Assert.Throws<InvalidFileException>(() => Load([0x0A, 0xFF, 0xFF, 0xFF, 0xFF, 0x07, 0x0A, 0xFF, 0xFF, 0xFF, 0xFF, 0x07]));

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    public static TheoryData<string, byte[], string> Vocabularies => new()
    {
        { "no unknown piece", Model(P("<pad>", kind: 3), P("</s>", kind: 3), P("a")), "UNKNOWN" },
        { "two unknown pieces", Model([.. Special(), P("a", kind: 2)]), "both of the kind UNKNOWN" },
        { "no pad", Model(P("</s>", kind: 3), P("<unk>", kind: 2)), "--pad_id" },
        { "no eos", Model(P("<pad>", kind: 3), P("<unk>", kind: 2)), "--eos_id" },
        { "same piece twice", Model([.. Special(), P("a"), P("a")]), "pieces 3 and 4" },
        { "no number", Model([.. Special(), P("a", float.NaN)]), "piece 3" },
        { "infinity", Model([.. Special(), P("a", float.NegativeInfinity)]), "piece 3" },
        { "empty piece", Model([.. Special(), P("")]), "piece 3 is empty" },
        { "NUL", Model([.. Special(), P("a\0b")]), "piece 3" },
        { "long piece", Model([.. Special(), P(new string('a', 2000))]), "piece 3" },
        { "unknown kind", Model([.. Special(), P("a", kind: 9)]), "kind 9" },
        { "byte without fallback", Model([.. Special(), P("<0x41>", kind: 6)]), "byte" },
        { "not UTF-8", Model([.. Special(), [0x0A, 0x02, 0xC3, 0x28]]), "UTF-8" },
        { "BPE", [.. Model(Special()), .. Message(2, [0x18, 0x02])], "BPE" },
        { "fallback without bytes", [.. Model(Special()), .. Message(2, [0x98, 0x02, 0x01])], "<0x00>" },
        { "trie runs over the map", WithMap(400, [1, 2], "x\0"), "says that its trie has 400 bytes" },
        { "leaf outside the trie", WithMap(4, [1 << 8 | 5000 << 10], "x\0"), "leaf at 5000" },
        { "value outside the map", WithMap(4, [1u << 31 | 99], "x\0"), "replacement at 99" },
        { "replacement without end", WithMap(4, [1u << 31], "xyz"), "does not end" },
    };

    [Theory]
    [MemberData(nameof(Vocabularies))]
    public void WrongVocabulary_IsRefusedByName(string what, byte[] file, string named)
    {
        var error = Assert.Throws<InvalidFileException>(() => Load(file));

        Assert.True(error.Message.Contains(named, StringComparison.Ordinal), $"{what}: {error.Message}");
        Assert.Contains("folder/test.model", error.Message);
    }

    [Fact]
    public void CycleInTheMapsTrie_TakesTimeByTheTextsLength()
    {
        // The child of unit 0 under 'a' is unit 97, whose offset leads back to itself under 'a'.
        var units = new uint[128];
        units['a'] = 'a' | ('a' << 10);
        var tokenizer = Load(WithMap(4 * 128, units, "x\0"));

        Assert.Equal([2], tokenizer.EncodeToIds(new string('a', 100_000)));
        ThreadTime.AssertLinear(new string('a', 12_500), new string('a', 100_000), text => tokenizer.EncodeToIds(text), "a trie that leads back to itself");
    }

    [Fact]
    public void VocabularyWithoutNormalPieces_MakesUnknownsOnly() =>
        Assert.Equal([2], Load(Model(Special())).EncodeToIds("abc"));

    [Fact]
    public void EmptyFile_IsRefused()
    {
        using var folder = new TempFolder();
        File.WriteAllBytes(folder.File("spiece.model"), []);

        Assert.Contains("0 bytes", Assert.Throws<InvalidFileException>(() => T5Tokenizer.Load(folder.Path)).Message);
    }

    private static bool TryUse(byte[] file)
    {
        T5Tokenizer tokenizer;
        try
        {
            tokenizer = Load(file);
        }
        catch (InvalidFileException)
        {
            return false;
        }

        var ids = tokenizer.EncodeToIds(Text);
        tokenizer.EncodeToTokens(Text, out _);
        tokenizer.Decode(ids);
        return true;
    }

    private static T5Tokenizer Load(byte[] file) => T5Tokenizer.Load(new VocabularyFile(VocabularyFile.SentencePieceName, "folder/test.model", file, null));

    private static byte[] Read(string name) => File.ReadAllBytes(TestFiles.Data("Tokenizer", name + ".model"));

    private static byte[][] Special() => [P("<pad>", kind: 3), P("</s>", kind: 3), P("<unk>", kind: 2)];

    private static byte[] Model(params byte[][] pieces) => [.. pieces.SelectMany(p => Message(1, p)), .. Message(3, [])];

    private static byte[] P(string text, float score = -1, int kind = 1)
    {
        byte[] number = new byte[4];
        BinaryPrimitives.WriteSingleLittleEndian(number, score);
        return [.. Message(1, System.Text.Encoding.UTF8.GetBytes(text)), 0x15, .. number, 0x18, (byte)kind];
    }

    private static byte[] WithMap(uint trieSize, uint[] units, string replacements)
    {
        byte[] blob = [.. BitConverter.GetBytes(trieSize), .. units.SelectMany(BitConverter.GetBytes), .. System.Text.Encoding.UTF8.GetBytes(replacements)];
        return [.. Model(Special()), .. Message(3, Message(2, blob))];
    }

    private static byte[] Message(int field, byte[] content)
    {
        using var stream = new MemoryStream();
        using (var output = new CodedOutputStream(stream))
        {
            output.WriteTag(field, WireFormat.WireType.LengthDelimited);
            output.WriteBytes(ByteString.CopyFrom(content));
        }

        return stream.ToArray();
    }
}
