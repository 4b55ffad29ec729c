using System.Text.Json.Nodes;
using SciCoT.Tests.Support;
using SciCoT.Tokenization;

namespace SciCoT.Tests.Tokenization;

public class TokenizerJsonTests
{
    [Theory]
    [InlineData("tiny-identity", "of the three states 日本 日 Water  boils ")]
    [InlineData("variants/user-defined", "Therefore (A) not (B) abcab é <extra_id_1>")]
    [InlineData("variants/byte-fallback", "日本  water <sep> é")]
    public void ConvertedModel_GivesTheSameIds(string name, string text)
    {
        var original = T5Tokenizer.Load(TestFiles.Data("Tokenizer", name + ".model"));
        var converted = Load(Convert(name));

        Assert.Equal(original.EncodeToIds(text), converted.EncodeToIds(text));
        Assert.Equal(original.Decode(original.EncodeToIds(text)), converted.Decode(original.EncodeToIds(text)));
        Assert.Equal(original.SentinelCount % 100, converted.SentinelCount);
    }

    [Fact]
    public void Save_KeepsTheFile()
    {
        using var source = new TempFolder();
        using var target = new TempFolder();
        File.WriteAllText(source.File("tokenizer.json"), Convert("tiny-identity").ToJsonString());

        T5Tokenizer.Load(source.Path).Save(target.Path);

        Assert.Equal(File.ReadAllBytes(source.File("tokenizer.json")), File.ReadAllBytes(target.File("tokenizer.json")));
        Assert.Equal(2000, T5Tokenizer.Load(target.Path).VocabularySize);
    }

    [Fact]
    public void AddedTokensBehindTheVocabulary_AreTokens()
    {
        var json = Convert("tiny-identity");
        json["added_tokens"]!.AsArray().Add(Added(2000, "<extra_id_0>", special: true));
        json["added_tokens"]!.AsArray().Add(Added(2001, "<choice>", special: false));

        var tokenizer = Load(json);

        Assert.Equal((2002, 1, 2000), (tokenizer.VocabularySize, tokenizer.SentinelCount, tokenizer.GetSentinelId(0)));
        Assert.Contains(2001, tokenizer.EncodeToIds("water<choice>ice"));
        Assert.DoesNotContain(2000, tokenizer.EncodeToIds("water<extra_id_0>ice"));
    }

    /// <summary>As the Rust library does: it gives each token the next id, whatever the file states.</summary>
    [Fact]
    public void AddedTokensThatStateTheSameId_BothGetOne()
    {
        var json = Convert("tiny-identity");
        json["added_tokens"]!.AsArray().Add(Added(2001, "<first>", special: false));
        json["added_tokens"]!.AsArray().Add(Added(2001, "<second>", special: true));

        var tokenizer = Load(json);

        Assert.Contains(2000, tokenizer.EncodeToIds("water<first>ice"));
        Assert.Contains(2001, tokenizer.EncodeToIds("water<second>ice"));
    }

    [Theory]
    [InlineData("""{"type":"Sequence","normalizers":[{"type":"Strip","strip_left":false,"strip_right":true},{"type":"Replace","pattern":{"Regex":" {2,}"},"content":"▁"}]}""", """{"type":"Metaspace","replacement":"▁","prepend_scheme":"always","split":true}""")]
    [InlineData("""null""", """{"type":"Sequence","pretokenizers":[{"type":"WhitespaceSplit"},{"type":"Metaspace","replacement":"▁","add_prefix_space":true}]}""")]
    public void OlderAndNewerConverters_AreUnderstood(string normalizer, string preTokenizer)
    {
        var json = Convert("tiny-identity");
        json["normalizer"] = JsonNode.Parse(normalizer);
        json["pre_tokenizer"] = JsonNode.Parse(preTokenizer);

        Assert.Equal(T5Tokenizer.Load(ReferenceCases.IdentityModel).EncodeToIds(" water  ice "), Load(json).EncodeToIds(" water  ice "));
    }

    public static TheoryData<string, string, string> Refused => new()
    {
        { "model", """{"type":"BPE","vocab":{},"merges":[]}""", "BPE" },
        { "model", """{"type":"WordPiece","vocab":{}}""", "WordPiece" },
        { "model", """{"vocab":{}}""", "model.type" },
        { "model", "3", "model" },
        { "model", """{"type":"Unigram","unk_id":0,"vocab":[["<unk>"]]}""", "model.vocab[0]" },
        { "model", """{"type":"Unigram","unk_id":0,"vocab":[["<unk>",0],["a","b"]]}""", "model.vocab" },
        { "model", """{"type":"Unigram","unk_id":0,"vocab":[["<unk>",0],["a",1e300]]}""", "piece 1" },
        { "model", """{"type":"Unigram","unk_id":7,"vocab":[["<unk>",0]]}""", "unk_id is 7" },
        { "model", """{"type":"Unigram","unk_id":null,"vocab":[["<unk>",0]]}""", "model" },
        { "added_tokens", """[{"id":-5,"content":"x"}]""", "-5" },
        { "added_tokens", """[{"id":7}]""", "added_tokens" },
        { "added_tokens", """[{"id":7,"content":"x","lstrip":"yes"}]""", "added_tokens" },
        { "added_tokens", """[]""", "<pad>" },
        { "normalizer", """{"type":"Lowercase"}""", "Lowercase" },
        { "normalizer", """{"type":"Replace","pattern":{"Regex":"a"},"content":""}""", "Replace" },
        { "normalizer", """{"type":"Precompiled","precompiled_charsmap":"AAAA"}""", "character map" },
        { "normalizer", """{"type":"Precompiled","precompiled_charsmap":"!"}""", "normalizer" },
        { "pre_tokenizer", """{"type":"ByteLevel"}""", "ByteLevel" },
        { "pre_tokenizer", """{"type":"Metaspace","replacement":"▁","prepend_scheme":"second"}""", "second" },
        { "pre_tokenizer", """{"type":"Metaspace","replacement":"_","add_prefix_space":true}""", "Metaspace" },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void OtherKindsOfTokenizers_AreRefusedByName(string part, string content, string named)
    {
        var json = Convert("tiny-identity");
        json[part] = JsonNode.Parse(content);

        var error = Assert.Throws<InvalidFileException>(() => Load(json));

        Assert.Contains(named, error.Message);
        Assert.Contains("test.json", error.Message);
    }

    [Theory]
    [InlineData("{\"model\": {")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"model":{"type":"Unigram","unk_id":0,"vocab":[["<unk>",0],["\ud800",1]]}}""")]
    public void NotATokenizer_IsRefused(string content) =>
        Assert.Contains("test.json", Assert.Throws<InvalidFileException>(() => Load(content)).Message);

    [Fact]
    public void TruncatedFile_IsRefusedAtEveryPlace()
    {
        string whole = Convert("variants/user-defined").ToJsonString();

        for (int length = 0; length < whole.Length; length += 37)
            Assert.Throws<InvalidFileException>(() => Load(whole[..length]));
    }

    private static T5Tokenizer Load(JsonObject json) => Load(json.ToJsonString());

    private static T5Tokenizer Load(string json) =>
        T5Tokenizer.Load(new VocabularyFile(VocabularyFile.JsonName, "folder/test.json", System.Text.Encoding.UTF8.GetBytes(json), null));

    /// <summary>As transformers converts a model without a character map.</summary>
    private static JsonObject Convert(string name)
    {
        var model = SentencePieceModelReader.Read(File.ReadAllBytes(TestFiles.Data("Tokenizer", name + ".model")));
        var added = model.Pieces.Index().Where(p => p.Item.Kind is PieceKind.Control or PieceKind.Unknown or PieceKind.UserDefined);
        return new JsonObject
        {
            ["added_tokens"] = new JsonArray([.. added.Select(p => Added(p.Index, p.Item.Text, p.Item.Kind != PieceKind.UserDefined))]),
            ["normalizer"] = model.Normalizer.RemoveExtraSpaces ? JsonNode.Parse("""{"type":"Replace","pattern":{"Regex":" {2,}"},"content":" "}""") : null,
            ["pre_tokenizer"] = JsonNode.Parse("""{"type":"Metaspace","replacement":"▁","add_prefix_space":true}"""),
            ["model"] = new JsonObject
            {
                ["type"] = "Unigram",
                ["unk_id"] = 2,
                ["byte_fallback"] = model.ByteFallback,
                ["vocab"] = new JsonArray([.. model.Pieces.Select(p => new JsonArray(p.Text, p.Score))]),
            },
        };
    }

    private static JsonObject Added(int id, string content, bool special) => new() { ["id"] = id, ["content"] = content, ["special"] = special };
}
