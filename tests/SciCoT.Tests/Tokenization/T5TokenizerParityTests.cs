using SciCoT.Tests.Support;
using SciCoT.Tokenization;

namespace SciCoT.Tests.Tokenization;

public class T5TokenizerParityTests
{
    [Fact]
    public void TinyModel_GivesTheReferencesIdsAndTexts() => AssertParity(T5Tokenizer.Load(ReferenceCases.TinyModel), "tiny");

    [Theory]
    [InlineData("spiece.model")]
    [InlineData("tokenizer.json")]
    public void RealModel_GivesTheReferencesIdsAndTexts(string file) => AssertParity(T5Tokenizer.Load(TestFiles.Shared("tokenizer", file)), "t5");

    [Theory]
    [InlineData("user-defined")]
    [InlineData("byte-fallback")]
    [InlineData("space-suffix")]
    [InlineData("no-dummy-prefix")]
    [InlineData("rules")]
    public void UncommonOptions_GiveTheReferencesIdsAndTexts(string name)
    {
        var tokenizer = T5Tokenizer.Load(ReferenceCases.VariantModel(name));
        var (encode, decode) = ReferenceCases.Variant(name);

        Assert.Equal(60, encode.Count);
        Assert.All(encode, c => AssertSame(tokenizer, c.Text, c.Ids, c.Decoded));
        Assert.Equal(25, decode.Count);
        Assert.All(decode, c => Assert.Equal(c.Decoded, tokenizer.Decode(c.Ids)));
    }

    private static void AssertParity(T5Tokenizer tokenizer, string key)
    {
        var cases = ReferenceCases.Parity(key).ToList();

        Assert.Equal(1629, cases.Count);
        Assert.All(cases, c => AssertSame(tokenizer, c.Text, c.Ids, c.Decoded));
    }

    private static void AssertSame(T5Tokenizer tokenizer, string text, int[] ids, string decoded)
    {
        Assert.Equal(ids, tokenizer.EncodeToIds(text));
        Assert.Equal(ids, tokenizer.EncodeToTokens(text, out _).Select(t => t.Id));
        Assert.Equal(ids.Length, tokenizer.CountTokens(text));
        Assert.Equal(ids, tokenizer.EncodeToIds(text, int.MaxValue, addEos: false, out bool truncated));
        Assert.False(truncated);
        Assert.Equal(decoded, tokenizer.Decode(ids));
    }
}
