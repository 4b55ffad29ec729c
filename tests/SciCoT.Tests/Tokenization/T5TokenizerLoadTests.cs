using SciCoT.Tests.Support;
using SciCoT.Tokenization;

namespace SciCoT.Tests.Tokenization;

public class T5TokenizerLoadTests
{
    [Fact]
    public void SentencePieceModel_GetsTheSentinelsOfTransformers()
    {
        var tokenizer = T5Tokenizer.Load(ReferenceCases.TinyModel);

        Assert.Equal((0, 1, 2), (tokenizer.PadTokenId, tokenizer.EosTokenId, tokenizer.UnknownTokenId));
        Assert.Equal((2100, 100), (tokenizer.VocabularySize, tokenizer.SentinelCount));
        Assert.Equal((2099, 2000), (tokenizer.GetSentinelId(0), tokenizer.GetSentinelId(99)));
        Assert.Equal(("<extra_id_0>", "<extra_id_99>", "</s>"), (tokenizer.IdToPiece(2099), tokenizer.IdToPiece(2000), tokenizer.IdToPiece(1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => tokenizer.GetSentinelId(100));
    }

    [Theory]
    [InlineData("spiece.model")]
    [InlineData("tokenizer.json")]
    public void RealModel_HasTheIdsOfTransformers(string file)
    {
        var tokenizer = T5Tokenizer.Load(TestFiles.Shared("tokenizer", file));

        Assert.Equal((0, 1, 2), (tokenizer.PadTokenId, tokenizer.EosTokenId, tokenizer.UnknownTokenId));
        Assert.Equal((32100, 100), (tokenizer.VocabularySize, tokenizer.SentinelCount));
        Assert.Equal((32099, 32000), (tokenizer.GetSentinelId(0), tokenizer.GetSentinelId(99)));
        Assert.All([0, 1, 2, 3, 31999, 32000, 32099], id => Assert.True(tokenizer.TryGetId(tokenizer.IdToPiece(id), out int same) && same == id));
        Assert.False(tokenizer.TryGetId("no such piece", out _));
    }

    [Fact]
    public void SentinelCount_MayBeZero()
    {
        var tokenizer = T5Tokenizer.Load(ReferenceCases.TinyModel, sentinelCount: 0);

        Assert.Equal((2000, 0), (tokenizer.VocabularySize, tokenizer.SentinelCount));
        Assert.Throws<ArgumentOutOfRangeException>(() => tokenizer.Decode([2000]));
    }

    [Fact]
    public void PiecesNamedLikeSentinels_AreTheSentinels()
    {
        var tokenizer = T5Tokenizer.Load(ReferenceCases.VariantModel("user-defined"));

        Assert.Equal((400, 2), (tokenizer.VocabularySize, tokenizer.SentinelCount));
        Assert.Equal("<extra_id_1>", tokenizer.IdToPiece(tokenizer.GetSentinelId(1)));
        Assert.Throws<ArgumentException>("sentinelCount", () => T5Tokenizer.Load(ReferenceCases.VariantModel("user-defined"), sentinelCount: 100));
    }

    [Theory]
    [InlineData("""{"extra_ids": 5}""", 5)]
    [InlineData("""{"extra_ids": 0}""", 0)]
    [InlineData("""{"additional_special_tokens": ["<extra_id_0>", "<extra_id_1>", "<other>"]}""", 2)]
    [InlineData("""{"model_max_length": 512}""", 100)]
    public void SiblingConfiguration_SaysHowManySentinels(string config, int expected)
    {
        using var folder = TinyFolder(config);

        Assert.Equal(expected, T5Tokenizer.Load(folder.Path).SentinelCount);
        Assert.Equal(expected, T5Tokenizer.Load(folder.File("spiece.model")).SentinelCount);
        Assert.Equal(7, T5Tokenizer.Load(folder.Path, sentinelCount: 7).SentinelCount);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("""{"extra_ids": "many"}""")]
    [InlineData("""{"extra_ids": -1}""")]
    [InlineData("""{"extra_ids": 2000000000}""")]
    [InlineData("""{"extra_ids": 1e99}""")]
    public void DamagedConfiguration_IsNamed(string config)
    {
        using var folder = TinyFolder(config);

        Assert.Contains("tokenizer_config.json", Assert.Throws<InvalidFileException>(() => T5Tokenizer.Load(folder.Path)).Message);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(0)]
    [InlineData(12)]
    public void Save_LoadsAgainWithTheSameIds(int? sentinelCount)
    {
        using var folder = TinyFolder("""{"extra_ids": 3, "note": "kept"}""");
        using var target = new TempFolder();
        var tokenizer = T5Tokenizer.Load(folder.Path, sentinelCount);

        tokenizer.Save(target.File("deep/er"));
        tokenizer.Save(target.File("deep/er"));

        Assert.Equal(["spiece.model", "tokenizer_config.json"], Directory.GetFiles(target.File("deep/er")).Select(Path.GetFileName).Order());
        Assert.Equal(File.ReadAllBytes(ReferenceCases.TinyModel), File.ReadAllBytes(target.File("deep/er/spiece.model")));
        Assert.Equal(sentinelCount is null, File.ReadAllText(target.File("deep/er/tokenizer_config.json")).Contains("kept"));
        var again = T5Tokenizer.Load(target.File("deep/er"));
        Assert.Equal(sentinelCount ?? 3, again.SentinelCount);
        Assert.Equal(tokenizer.VocabularySize, again.VocabularySize);
    }

    [Fact]
    public void Save_WithoutConfiguration_WritesOneForTransformers()
    {
        using var target = new TempFolder();

        T5Tokenizer.Load(ReferenceCases.VariantModel("space-suffix")).Save(target.Path);

        string config = File.ReadAllText(target.File("tokenizer_config.json"));
        Assert.Contains("\"extra_ids\": 100", config);
        Assert.Contains("\"eos_token\": \"[E]\"", config);
        Assert.Contains("\"T5Tokenizer\"", config);
    }

    [Fact]
    public void Folder_PrefersTheOriginalModel()
    {
        using var folder = TinyFolder("{}");
        File.WriteAllText(folder.File("tokenizer.json"), "not read");

        Assert.Equal(2100, T5Tokenizer.Load(folder.Path).VocabularySize);
    }

    [Fact]
    public void MissingFiles_AreNamed()
    {
        using var folder = new TempFolder();

        Assert.Contains("tokenizer.json", Assert.Throws<MissingFileException>(() => T5Tokenizer.Load(folder.Path)).Message);
        Assert.Contains("none.model", Assert.Throws<MissingFileException>(() => T5Tokenizer.Load(folder.File("none.model"))).Message);
        Assert.Throws<ArgumentException>(() => T5Tokenizer.Load(""));
        Assert.Throws<ArgumentOutOfRangeException>(() => T5Tokenizer.Load(ReferenceCases.TinyModel, -1));
    }

    private static TempFolder TinyFolder(string config)
    {
        var folder = new TempFolder();
        File.Copy(ReferenceCases.TinyModel, folder.File("spiece.model"));
        File.WriteAllText(folder.File("tokenizer_config.json"), config);
        return folder;
    }
}
