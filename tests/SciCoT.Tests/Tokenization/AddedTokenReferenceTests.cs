using System.Text.Json.Nodes;
using SciCoT.Tests.Support;
using SciCoT.Tokenization;

namespace SciCoT.Tests.Tokenization;

/// <summary>Ids and texts that the Rust library gave, for a tiny vocabulary and for T5's.</summary>
public class AddedTokenReferenceTests
{
    private static readonly JsonObject Reference = Parse("added-tokens.json");

    public static TheoryData<string> Names => [.. Reference.Where(entry => entry.Value is JsonObject).Select(entry => entry.Key)];

    [Theory]
    [MemberData(nameof(Names))]
    public void TinyVocabulary_EncodesAsTheRustLibrary(string name)
    {
        var tokenizer = TinyJson.Load(TinyJson.With(Reference[name]!.AsObject()));

        Assert.All(Cases(name), expected =>
        {
            Assert.Equal(expected.Ids, tokenizer.EncodeToIds(expected.Text));
            Assert.Equal(expected.Ids.Length, tokenizer.CountTokens(expected.Text));
            Assert.Equal(expected.Ids, tokenizer.EncodeToTokens(expected.Text, out _).Select(token => token.Id));
            Assert.Equal(expected.Ids, tokenizer.EncodeToIds(expected.Text, int.MaxValue, addEos: false, out _));
        });
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void TinyVocabulary_DecodesAsTheRustLibrary(string name)
    {
        var tokenizer = TinyJson.Load(TinyJson.With(Reference[name]!.AsObject()));

        // Unknown pieces print here as sentencepiece prints them.
        Assert.All(Cases(name).Where(c => !c.Ids.Contains(tokenizer.UnknownTokenId)), expected =>
        {
            Assert.Equal(expected.Plain, tokenizer.Decode(expected.Ids));
            Assert.Equal(expected.Decoded, tokenizer.Decode(expected.Ids, includeSpecialTokens: true));
        });
    }

    public static TheoryData<int> PieceCases => [.. Enumerable.Range(0, Parse("added-pieces.json")["cases"]!.AsArray().Count)];

    [Theory]
    [MemberData(nameof(PieceCases))]
    public void TinyVocabulary_WithPiecesAsAddedTokens_EncodesAndDecodesAsTheRustLibrary(int index)
    {
        var one = Parse("added-pieces.json")["cases"]![index]!;
        var parts = TinyJson.Published();
        parts["added_tokens"] = new JsonArray([.. one["tokens"]!.AsArray().Select(token =>
        {
            var added = TinyJson.Added((int)token![0]!, (string)token[1]!, (bool)token[2]!);
            added["normalized"] = (bool)token[3]!;
            return added;
        })]);
        parts["pre_tokenizer"] = Metaspace((string)one["preTokenizer"]!);
        parts["decoder"] = Metaspace((string)one["decoder"]!);
        var tokenizer = TinyJson.Load(TinyJson.With(parts));

        Assert.All(one["encode"]!.AsArray(), expected => Assert.Equal(Ids(expected![1]!), tokenizer.EncodeToIds((string)expected[0]!)));
        Assert.All(one["decode"]!.AsArray(), expected =>
        {
            Assert.Equal((string)expected![1]!, tokenizer.Decode(Ids(expected[0]!), includeSpecialTokens: true));
            Assert.Equal((string)expected[2]!, tokenizer.Decode(Ids(expected[0]!)));
        });

        static int[] Ids(JsonNode ids) => [.. ids.AsArray().Select(id => (int)id!)];
    }

    private static JsonObject Metaspace(string scheme) => scheme == "old"
        ? new() { ["type"] = "Metaspace", ["replacement"] = "▁", ["add_prefix_space"] = true }
        : new() { ["type"] = "Metaspace", ["replacement"] = "▁", ["prepend_scheme"] = scheme, ["split"] = true };

    [Theory]
    [InlineData("added", """[[32100,"{",false],[32101,"}",false],[32102,"<",false],[32103,"~",false]]""")]
    [InlineData("special", """[[32100,"<rationale>",true]]""")]
    public void RealVocabulary_WithAddedTokens_EncodesAsTheRustLibrary(string name, string tokens)
    {
        var added = JsonNode.Parse(tokens)!.AsArray().Select(t => TinyJson.Added((int)t![0]!, (string)t[1]!, (bool)t[2]!)).ToArray();
        using var json = RealFolder(withModel: false, added, (folder, _) => { });
        using var both = RealFolder(withModel: true, added, (folder, _) => { });

        AssertRealCases(name, T5Tokenizer.Load(json.Path));
        AssertRealCases(name, T5Tokenizer.Load(both.Path));
        AssertRealCases(name, T5Tokenizer.Load(both.File("spiece.model")));
    }

    [Theory]
    [InlineData("added", """{"{": 32100, "}": 32101, "<": 32102, "~": 32103}""", "{}")]
    [InlineData("special", """{"<rationale>": 32100}""", """{"additional_special_tokens": ["<rationale>"]}""")]
    public void RealModel_BesideAddedTokens_EncodesAsTheRustLibrary(string name, string map, string specials)
    {
        using var folder = new TempFolder();
        File.Copy(TestFiles.Shared("tokenizer", "spiece.model"), folder.File("spiece.model"));
        File.WriteAllText(folder.File("added_tokens.json"), map);
        File.WriteAllText(folder.File("special_tokens_map.json"), specials);

        AssertRealCases(name, T5Tokenizer.Load(folder.Path));
    }

    [Fact]
    public void RealVocabulary_WithWhitespaceSplit_EncodesAsTheRustLibrary()
    {
        using var folder = RealFolder(withModel: false, [], (_, json) =>
        {
            json["normalizer"] = null;
            json["pre_tokenizer"] = JsonNode.Parse("""{"type":"Sequence","pretokenizers":[{"type":"WhitespaceSplit"},{"type":"Metaspace","replacement":"▁","prepend_scheme":"always"}]}""");
        });

        AssertRealCases("whitespaceSplit", T5Tokenizer.Load(folder.Path));
    }

    private static void AssertRealCases(string name, T5Tokenizer tokenizer) =>
        Assert.All(Parse("added-tokens-t5.json")[name]!.AsArray(), expected =>
            Assert.Equal(expected!["ids"]!.AsArray().Select(id => (int)id!), tokenizer.EncodeToIds((string)expected["text"]!, 512, addEos: true, out _)));

    private static TempFolder RealFolder(bool withModel, JsonObject[] added, Action<TempFolder, JsonObject> change)
    {
        var json = JsonNode.Parse(File.ReadAllBytes(TestFiles.Shared("tokenizer", "tokenizer.json")))!.AsObject();
        foreach (var token in added)
            json["added_tokens"]!.AsArray().Add(token.DeepClone());
        var folder = new TempFolder();
        change(folder, json);
        File.WriteAllText(folder.File("tokenizer.json"), json.ToJsonString());
        if (withModel)
            File.Copy(TestFiles.Shared("tokenizer", "spiece.model"), folder.File("spiece.model"));
        return folder;
    }

    private static IEnumerable<(string Text, int[] Ids, string Decoded, string Plain)> Cases(string name) =>
        Reference[name]!["cases"]!.AsArray().Select(c => ((string)c!["text"]!, c["ids"]!.AsArray().Select(id => (int)id!).ToArray(), (string)c["decoded"]!, (string)c["plain"]!));

    private static JsonObject Parse(string file) => JsonNode.Parse(File.ReadAllBytes(TestFiles.Data("Tokenizer", file)))!.AsObject();
}
