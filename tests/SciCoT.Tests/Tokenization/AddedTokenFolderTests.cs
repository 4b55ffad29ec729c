using System.Text.Json.Nodes;
using SciCoT.Tests.Support;
using SciCoT.Tokenization;

namespace SciCoT.Tests.Tokenization;

/// <summary>The files in which Python leaves added tokens, beside and without a SentencePiece model.</summary>
public sealed class AddedTokenFolderTests : IDisposable
{
    private const string Text = "if (x) ⟨ice⟩";

    private static readonly string[] Brackets = ["⟨", "⟩"];

    private readonly TempFolder _folder = new();

    public static TheoryData<string, string> Forms => new()
    {
        { "added_tokens.json", """{"⟩": 2101, "⟨": 2100}""" },
        { "tokenizer_config.json", """{"added_tokens_decoder": {"2100": {"content": "⟨", "normalized": false, "special": false}, "2101": {"content": "⟩", "normalized": false}}}""" },
        { "tokenizer_config.json", """{"additional_special_tokens": ["⟨", {"content": "⟩"}]}""" },
        { "special_tokens_map.json", """{"additional_special_tokens": ["⟨", "⟩"]}""" },
    };

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Forms))]
    public void TokensBesideTheModel_AreReadFromEachFile(string file, string content)
    {
        CopyModel();
        File.WriteAllText(_folder.File(file), content);

        var tokenizer = T5Tokenizer.Load(_folder.Path);

        Assert.Equal(Brackets, tokenizer.AddedTokens.Select(token => token.Text));
        Assert.Equal([2100, 2101], tokenizer.AddedTokens.Select(token => token.Id));
        Assert.Equal((2102, 100), (tokenizer.VocabularySize, tokenizer.SentinelCount));
        var ids = tokenizer.EncodeToIds(Text);
        Assert.Equal([2100, 2101], ids.Where(id => id >= 2000));
        Assert.Equal("if (x) ⟨ ice⟩", tokenizer.Decode(ids, includeSpecialTokens: true));
        Assert.Equal(("⟨", "⟩"), (tokenizer.IdToPiece(2100), tokenizer.IdToPiece(2101)));
        Assert.True(tokenizer.TryGetId("⟩", out int brace) && brace == 2101);
        AssertSavesAlike(tokenizer);
    }

    [Fact]
    public void TokensInTokenizerJsonAlone_AreFoundBesideTheModel()
    {
        CopyModel();
        var json = TinyJson.Published();
        json["added_tokens"]!.AsArray().Add(TinyJson.Added(2000, "⟨", special: false));
        File.WriteAllText(_folder.File("tokenizer.json"), json.ToJsonString());

        var tokenizer = T5Tokenizer.Load(_folder.File("spiece.model"));

        Assert.Equal(TinyJson.Load(json).EncodeToIds(Text), tokenizer.EncodeToIds(Text));
        Assert.Equal(2000, Assert.Single(tokenizer.AddedTokens).Id);
        AssertSavesAlike(tokenizer);
    }

    [Fact]
    public void TokensThatTokenizerJsonLacks_FollowBehindItsOwn()
    {
        var json = TinyJson.Published();
        json["added_tokens"]!.AsArray().Add(TinyJson.Added(2000, "⟨", special: false));
        File.WriteAllText(_folder.File("tokenizer.json"), json.ToJsonString());
        File.WriteAllText(_folder.File("added_tokens.json"), """{"⟨": 2000, "⟩": 2001}""");

        Assert.Equal([2000, 2001], T5Tokenizer.Load(_folder.Path).AddedTokens.Select(token => token.Id));
    }

    [Fact]
    public void TwoFilesWithDifferentFlags_TheConfigurationDecides()
    {
        var json = TinyJson.Published();
        json["added_tokens"]!.AsArray().Add(TinyJson.Added(2000, "⟨", special: false));
        File.WriteAllText(_folder.File("tokenizer.json"), json.ToJsonString());
        File.WriteAllText(_folder.File("tokenizer_config.json"), """{"added_tokens_decoder": {"2000": {"content": "⟨", "lstrip": true, "special": true}}}""");
        File.WriteAllText(_folder.File("added_tokens.json"), """{"not read": 2001}""");

        var token = Assert.Single(T5Tokenizer.Load(_folder.Path).AddedTokens);

        Assert.Equal((2000, true, true, false), (token.Id, token.StripLeft, token.Special, token.Normalized));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void PlainSentinelsAndControlTokens_ChangeNothing(bool besideJson)
    {
        CopyModel();
        var names = Enumerable.Range(0, 100).Select(i => $"\"{2099 - i}\": {{\"content\": \"<extra_id_{i}>\", \"lstrip\": true, \"special\": true}}");
        string decoder = "{\"extra_ids\": 100, \"added_tokens_decoder\": {\"0\": {\"content\": \"<pad>\", \"special\": true}, \"1\": {\"content\": \"</s>\", \"special\": true}, \"2\": {\"content\": \"<unk>\", \"special\": true}, " + string.Join(", ", names) + "}}";
        File.WriteAllText(_folder.File("tokenizer_config.json"), decoder);
        if (besideJson)
            File.WriteAllText(_folder.File("tokenizer.json"), TinyJson.Published().ToJsonString());

        var tokenizer = T5Tokenizer.Load(_folder.Path);

        Assert.Empty(tokenizer.AddedTokens);
        Assert.Equal((2100, 100, 2099), (tokenizer.VocabularySize, tokenizer.SentinelCount, tokenizer.GetSentinelId(0)));
        Assert.Equal(T5Tokenizer.Load(ReferenceCases.TinyModel).EncodeToIds("water  </s> <extra_id_0> "), tokenizer.EncodeToIds("water  </s> <extra_id_0> "));
    }

    [Fact]
    public void AddedSentinels_HaveTheirStatedIds()
    {
        CopyModel();
        File.WriteAllText(_folder.File("added_tokens.json"), """{"<extra_id_0>": 2001, "<extra_id_1>": 2000, "⟨": 2002}""");

        var tokenizer = T5Tokenizer.Load(_folder.Path);

        Assert.Equal((2, 2001, 2003), (tokenizer.SentinelCount, tokenizer.GetSentinelId(0), tokenizer.VocabularySize));
        Assert.Equal("⟨", Assert.Single(tokenizer.AddedTokens).Text);
        Assert.Throws<ArgumentException>("sentinelCount", () => T5Tokenizer.Load(_folder.Path, sentinelCount: 100));
    }

    [Fact]
    public void IdsBetweenAddedTokens_AreNoTokens_AndLeaveNoTrace()
    {
        CopyModel();
        File.WriteAllText(_folder.File("added_tokens.json"), """{"⟨": 2105}""");

        var tokenizer = T5Tokenizer.Load(_folder.Path);

        Assert.Equal(2106, tokenizer.VocabularySize);
        Assert.Contains(2105, tokenizer.EncodeToIds("⟨"));
        Assert.Equal("⟨⟨", tokenizer.Decode([2105, 2103, 2105]));
        Assert.Throws<ArgumentOutOfRangeException>(() => tokenizer.IdToPiece(2103));
        Assert.Throws<ArgumentOutOfRangeException>(() => tokenizer.Decode([2106]));
    }

    [Fact]
    public void IdsThatTheRustLibraryGivesAnew_AreStillDecoded()
    {
        var json = TinyJson.Published();
        json["added_tokens"]!.AsArray().Add(TinyJson.Added(2007, "⟨", special: false));

        var tokenizer = TinyJson.Load(json);

        Assert.Equal(2000, Assert.Single(tokenizer.AddedTokens).Id);
        Assert.Equal("⟨⟨", tokenizer.Decode([2000, 2007]));
    }

    [Fact]
    public void EveryIdOfTheVocabulary_IsDecoded()
    {
        CopyModel();
        File.WriteAllText(_folder.File("added_tokens.json"), """{"⟨": 2100, "<think>": 2101}""");
        File.WriteAllText(_folder.File("special_tokens_map.json"), """{"additional_special_tokens": ["<think>"]}""");

        var tokenizer = T5Tokenizer.Load(_folder.Path);

        Assert.All(Enumerable.Range(3, tokenizer.VocabularySize - 3), id => Assert.NotEmpty(tokenizer.Decode([4, id], includeSpecialTokens: true)));
        Assert.Equal("⟨", tokenizer.Decode([2100, 2101]));
        Assert.Equal("⟨<think>", tokenizer.Decode([2100, 2101], includeSpecialTokens: true));
    }

    [Fact]
    public void Decode_IntoASpan_StopsBeforeATokenThatDoesNotFit()
    {
        CopyModel();
        File.WriteAllText(_folder.File("added_tokens.json"), """{"<step>": 2100}""");
        var tokenizer = T5Tokenizer.Load(_folder.Path);
        var destination = new char[10];

        var status = tokenizer.Decode([2100, 2100], destination, out int consumed, out int written);

        Assert.Equal((System.Buffers.OperationStatus.DestinationTooSmall, 1, 6), (status, consumed, written));
    }

    [Fact]
    public void ControlTokensInAText_StayText_UnlessAsked()
    {
        CopyModel();
        File.WriteAllText(_folder.File("added_tokens.json"), """{"⟨": 2100}""");

        var tokenizer = T5Tokenizer.Load(_folder.Path);

        Assert.DoesNotContain(tokenizer.EncodeToIds("⟨ </s> <extra_id_0>"), id => id is 1 or 2099);
        Assert.Equal([2100, 1, 2099], tokenizer.EncodeToIds("⟨</s><extra_id_0>", 512, addEos: false, out _, parseSpecialTokens: true));
    }

    [Fact]
    public void Truncation_KeepsEos()
    {
        CopyModel();
        File.WriteAllText(_folder.File("added_tokens.json"), """{"⟨": 2100}""");

        Assert.Equal([2100, 2100, 1], T5Tokenizer.Load(_folder.Path).EncodeToIds("⟨⟨⟨⟨", 3, addEos: true, out bool truncated));
        Assert.True(truncated);
    }

    [Fact]
    public void LegacyFalse_PutsASpaceBeforeTheFirstWordAlone()
    {
        CopyModel();
        File.WriteAllText(_folder.File("added_tokens.json"), """{"⟨": 2100}""");
        int[] legacy = T5Tokenizer.Load(_folder.Path).EncodeToIds("ice⟨ice", 9, addEos: false, out _);
        File.WriteAllText(_folder.File("tokenizer_config.json"), """{"legacy": false}""");

        var ids = T5Tokenizer.Load(_folder.Path).EncodeToIds("ice⟨ice", 9, addEos: false, out _);

        Assert.Equal(legacy[..^1], ids[..(legacy.Length - 1)]);
        Assert.NotEqual(legacy, ids);
    }

    [Fact]
    public void SentinelCountOfTheCaller_KeepsTheAddedTokens()
    {
        CopyModel();
        File.WriteAllText(_folder.File("tokenizer_config.json"), """{"extra_ids": 3, "added_tokens_decoder": {"2003": {"content": "⟨", "rstrip": true}}}""");

        var tokenizer = T5Tokenizer.Load(_folder.Path, sentinelCount: 2);

        Assert.Equal(2003, Assert.Single(tokenizer.AddedTokens).Id);
        AssertSavesAlike(tokenizer);
    }

    [Theory]
    [InlineData("added_tokens.json", "[]")]
    [InlineData("added_tokens.json", "{")]
    [InlineData("added_tokens.json", """{"⟨": "2100"⟩""")]
    [InlineData("added_tokens.json", """{"⟨": -1}""")]
    [InlineData("added_tokens.json", """{"⟨": 2000000000}""")]
    [InlineData("special_tokens_map.json", "3")]
    [InlineData("tokenizer_config.json", """{"added_tokens_decoder": {"x": {"content": "⟨"}}}""")]
    [InlineData("tokenizer_config.json", """{"added_tokens_decoder": {"2100": {}}}""")]
    [InlineData("tokenizer_config.json", """{"added_tokens_decoder": {"2100": 7}}""")]
    [InlineData("added_tokens.json", "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n")]
    public void DamagedFiles_AreNamed(string file, string content)
    {
        CopyModel();
        File.WriteAllText(_folder.File(file), content);

        Assert.Contains(file, Assert.Throws<InvalidFileException>(() => T5Tokenizer.Load(_folder.Path)).Message);
    }

    /// <summary>Python keeps tokens in a dictionary by id, in which the last one replaces those before.</summary>
    [Fact]
    public void TokensThatStateTheSameId_AreTheLastOne()
    {
        CopyModel();
        File.WriteAllText(_folder.File("added_tokens.json"), """{"⟨": 2100, "⟩": 2100}""");

        Assert.Equal("⟩", Assert.Single(T5Tokenizer.Load(_folder.Path).AddedTokens).Text);
    }

    [Fact]
    public void ControlCharactersInATokensName_DoNotReachTheMessage()
    {
        CopyModel();
        File.WriteAllText(_folder.File("added_tokens.json"), """{"\u001b[31m": -1}""");

        Assert.DoesNotContain('\u001b', Assert.Throws<InvalidFileException>(() => T5Tokenizer.Load(_folder.Path)).Message);
    }

    private void CopyModel() => File.Copy(ReferenceCases.TinyModel, _folder.File("spiece.model"));

    private static void AssertSavesAlike(T5Tokenizer tokenizer)
    {
        using var target = new TempFolder();
        tokenizer.Save(target.Path);
        var again = T5Tokenizer.Load(target.Path);

        Assert.Equal(tokenizer.AddedTokens.Select(Flags), again.AddedTokens.Select(Flags));
        Assert.Equal((tokenizer.VocabularySize, tokenizer.SentinelCount), (again.VocabularySize, again.SentinelCount));
        Assert.Equal(tokenizer.EncodeToIds(Text), again.EncodeToIds(Text));
    }

    private static (int Id, string Text, bool Special, bool Normalized, bool Word, bool Left, bool Right) Flags(AddedToken token) =>
        (token.Id, token.Text, token.Special, token.Normalized, token.SingleWord, token.StripLeft, token.StripRight);
}
