using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using SciCoT.IO;
using SciCoT.Tests.Support;

namespace SciCoT.Tests.IO;

public sealed class OutsideJsonTests : IDisposable
{
    private static readonly JsonTypeInfo<Named> Type = (JsonTypeInfo<Named>)JsonSerializerOptions.Default.GetTypeInfo(typeof(Named));

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>Texts that no reader may let pass, and what the message says of them.</summary>
    public static TheoryData<byte[], string> Unsound => new()
    {
        { "{\"Name\": \"\\ud800\"}"u8.ToArray(), "field 'Name': not valid JSON: a text is not valid Unicode" },
        { "{\"Name\": \"\\uDC00 x\"}"u8.ToArray(), "not valid Unicode" },
        { "{\n\"Name\":\n\"\\ud83d\"}"u8.ToArray(), "line 3" },
        { "{\"\\ud800\": 1}"u8.ToArray(), "not valid Unicode" },
        { "{\"a\": {\"\\ud800\": 1}}"u8.ToArray(), "not valid Unicode" },
        { "not json\nat all"u8.ToArray(), "not valid JSON: 'not json at all'" },
        { [.. "{\"Name\": \""u8, 0xE9, .. "\"}"u8], "not valid UTF-8" },
        { [.. "{\n\"a\": 1,\n\"Name\": \""u8, 0xFF, .. "\"}"u8], "line 3" },
        { [.. "{\""u8, 0xC0, 0x80, .. "\": 1}"u8], "not valid UTF-8" },
        { [0xFF, 0xFE, .. Encoding.Unicode.GetBytes("{}")], "UTF-16" },
        { "{\"Name\": }"u8.ToArray(), "not valid JSON" },
        { "{\"Name\": \"x\""u8.ToArray(), "not valid JSON" },
        { ""u8.ToArray(), "not valid JSON" },
        { Encoding.UTF8.GetBytes(new string('[', 500)), "not valid JSON" },
    };

    [Fact]
    public void ObjectWithoutItsFields_IsRefusedByTheirNamesAndNotByTypes()
    {
        var message = Assert.Throws<InvalidFileException>(() => SciCoT.Rationales.RationaleJson.Record("""{"questionId":"q"}"""u8)).Message;
        Assert.Contains("the object lacks", message);
        Assert.Contains("questionHash", message);
        Assert.DoesNotContain("RationaleRecord", message);
        Assert.DoesNotContain("JSON deserialization", message);
    }

    [Theory]
    [MemberData(nameof(Unsound))]
    public void UnsoundText_IsRefusedWithThePlace(byte[] json, string says)
    {
        var path = _folder.File("x.json");
        File.WriteAllBytes(path, json);
        var refusals = new[]
        {
            Assert.Throws<InvalidFileException>(() => OutsideJson.ReadObject(path, 1000)),
            Assert.Throws<InvalidFileException>(() => OutsideJson.Parse(json, path)),
            Assert.Throws<InvalidFileException>(() => OutsideJson.Deserialize(json, Type, path, "Mend it.")),
        };

        Assert.All(refusals, refusal => Assert.StartsWith(path, refusal.Message));
        Assert.All(refusals, refusal => Assert.Contains(says, refusal.Message));
        Assert.EndsWith("Mend it.", refusals[2].Message);
    }

    [Theory]
    [InlineData("{\"a\": 1, \"a\": 2}", "'a'")]
    [InlineData("{\"b\": 1, \"a\": {\"b\": 1, \"c\": 2, \"b\": 3}}", "'b'")]
    [InlineData("[{\"a\": {}}, {\"a\": 1, \"b\": [{\"x\": 1}, 2], \"a\": 2}]", "'a'")]
    [InlineData("{\n\"a\": {\"x\": {}},\n\"\\u0061\": 2}", "line 3: not valid JSON: the name 'a'")]
    [InlineData("{\"\": 1, \"\": 2}", "''")]
    public void NameThatStandsTwice_IsRefusedWithThePlace(string json, string says)
    {
        var bytes = Encoding.UTF8.GetBytes(json);
        Assert.Contains($"{says}{(says.EndsWith('\'') ? " stands twice" : "")}", Assert.Throws<InvalidFileException>(() => OutsideJson.Parse(bytes, "x")).Message);
        if (json[0] == '{')
            Assert.Contains("stands twice", Assert.Throws<InvalidFileException>(() => OutsideJson.Deserialize(bytes, Type, "x")).Message);
    }

    [Fact]
    public void NamesOfSeveralObjects_MayBeTheSame()
    {
        using var document = OutsideJson.Parse("""[{"a": {"a": [{"a": 1}, {"a": 2}]}, "A": 3}, {"a": 1}, {"b": {}, "a": {"b": {}}}]"""u8.ToArray());
        Assert.Equal(3, document.RootElement.GetArrayLength());
    }

    [Fact]
    public void SmallObjectsAfterALargeOne_TakeTimeInProportionToTheText()
    {
        ThreadTime.AssertLinear(Text(8_000), Text(64_000), text => OutsideJson.Parse(Encoding.UTF8.GetBytes(text)).Dispose(), "small objects after a large one");

        static string Text(int count) =>
            $"[{{{string.Join(',', Enumerable.Range(0, count).Select(i => $"\"{i:00000}\":0"))}}}{string.Concat(Enumerable.Repeat(",{\"a\":0}", count))}]";
    }

    [Theory]
    [InlineData("17")]
    [InlineData("null")]
    [InlineData("{\"Name\": 7}")]
    public void OtherType_IsRefusedWithTheFile(string json)
    {
        Assert.StartsWith("x.json", Assert.Throws<InvalidFileException>(() => OutsideJson.Deserialize(Encoding.UTF8.GetBytes(json), Type, "x.json")).Message);
    }

    [Fact]
    public void SoundText_IsRead()
    {
        var json = "\uFEFF{\"Name\": \"\\ud83d\\ude00 é\"}"u8.ToArray();
        Assert.Equal("😀 é", OutsideJson.Deserialize(json, Type).Name);
        using var document = OutsideJson.Parse(json);
        Assert.Equal("😀 é", document.RootElement.GetProperty("Name").GetString());
    }

    [Fact]
    public void LongFile_IsRefusedUnread()
    {
        var path = _folder.File("x.json");
        File.WriteAllText(path, "{\"a\": \"" + new string('x', 1000) + "\"}");
        Assert.Contains("at most 100", Assert.Throws<InvalidFileException>(() => OutsideJson.ReadObject(path, 100)).Message);
        Assert.Throws<MissingFileException>(() => OutsideJson.ReadObject(_folder.File("absent.json"), 100));
        Assert.Contains("folder", Assert.Throws<InvalidFileException>(() => OutsideJson.ReadObject(_folder.Path, 100)).Message);
    }

    [Theory]
    [InlineData("""{"a":NaN,"b":[Infinity,-Infinity],"c":"NaN \" -Infinity"}""", """{"a":null,"b":[null,null],"c":"NaN \" -Infinity"}""")]
    [InlineData("""{"N":"I","x":NaN}""", """{"N":"I","x":null}""")]
    [InlineData("""{"a":1}""", null)]
    [InlineData("""{"a":"NaN"}""", null)]
    public void PythonsNumbers_BecomeNullOutsideOfTexts(string json, string? expected)
    {
        var mended = PythonNumbers.Replace(Encoding.UTF8.GetBytes(json));
        Assert.Equal(expected, mended is null ? null : Encoding.UTF8.GetString(mended));
    }

    private sealed record Named(string Name);
}
