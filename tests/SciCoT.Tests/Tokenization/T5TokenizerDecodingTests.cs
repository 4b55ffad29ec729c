using System.Buffers;
using SciCoT.Tokenization;

namespace SciCoT.Tests.Tokenization;

public class T5TokenizerDecodingTests
{
    private readonly T5Tokenizer _tokenizer = T5Tokenizer.Load(ReferenceCases.TinyModel);

    [Fact]
    public void SpecialTokens_LeaveNoTraceUnlessAskedFor()
    {
        int[] ids = [_tokenizer.PadTokenId, .. _tokenizer.EncodeToIds("water"), _tokenizer.GetSentinelId(0), _tokenizer.EosTokenId, _tokenizer.PadTokenId];

        Assert.Equal("water", _tokenizer.Decode(ids));
        Assert.Equal("<pad> water<extra_id_0></s><pad>", _tokenizer.Decode(ids, includeSpecialTokens: true));
    }

    [Fact]
    public void UnknownPieces_PrintAsDoubleQuestionMark() => Assert.Equal(" ⁇ ", _tokenizer.Decode([_tokenizer.UnknownTokenId]));

    [Fact]
    public void NoIds_AreNoText() => Assert.Equal("", _tokenizer.Decode([]));

    [Theory]
    [InlineData(-1)]
    [InlineData(2100)]
    [InlineData(int.MaxValue)]
    public void UnknownIds_Throw(int id)
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => _tokenizer.Decode([4, id]));

        Assert.Contains("0 to 2099", error.Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => _tokenizer.IdToPiece(id));
    }

    [Fact]
    public void LongerSequences_StartWithTheTextOfShorterOnes()
    {
        var ids = _tokenizer.EncodeToIds("Ice floats because 日 it is less dense than  water.");
        string whole = _tokenizer.Decode(ids);

        for (int count = 0; count <= ids.Count; count++)
            Assert.StartsWith(_tokenizer.Decode(ids.Take(count)), whole);
    }

    [Theory]
    [InlineData("user-defined")]
    [InlineData("byte-fallback")]
    [InlineData("rules")]
    public void DecodingIntoASpan_WritesWhatFits(string variant)
    {
        var tokenizer = T5Tokenizer.Load(ReferenceCases.VariantModel(variant));
        int[] ids = [.. tokenizer.EncodeToIds("to bc 日本 é water😀")];
        string whole = tokenizer.Decode(ids);

        for (int room = 0; room <= whole.Length + 2; room++)
        {
            var buffer = new char[room];
            var status = tokenizer.Decode(ids, buffer, out int consumed, out int written);

            Assert.Equal(room >= whole.Length ? OperationStatus.Done : OperationStatus.DestinationTooSmall, status);
            Assert.Equal(tokenizer.Decode(ids.Take(consumed)), new string(buffer, 0, written));
            if (room >= whole.Length)
                Assert.Equal((ids.Length, whole.Length), (consumed, written));
        }
    }
}
