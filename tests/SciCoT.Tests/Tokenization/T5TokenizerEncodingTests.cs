using SciCoT.Tests.Support;
using SciCoT.Tokenization;

namespace SciCoT.Tests.Tokenization;

public class T5TokenizerEncodingTests
{
    private const string Sentence = "Water boils when its vapor pressure equals the air pressure.";

    private readonly T5Tokenizer _tokenizer = T5Tokenizer.Load(ReferenceCases.TinyModel);

    [Theory]
    [InlineData("")]
    [InlineData(" \t\n")]
    public void EmptyText_IsEosAlone(string text)
    {
        Assert.Empty(_tokenizer.EncodeToIds(text));
        Assert.Equal([_tokenizer.EosTokenId], _tokenizer.EncodeToIds(text, 1, addEos: true, out bool truncated));
        Assert.False(truncated);
    }

    [Fact]
    public void Truncation_KeepsEosAndIsReported()
    {
        var whole = _tokenizer.EncodeToIds(Sentence);

        for (int max = 1; max <= whole.Count; max++)
        {
            Assert.Equal([.. whole.Take(max - 1), _tokenizer.EosTokenId], _tokenizer.EncodeToIds(Sentence, max, addEos: true, out bool cut));
            Assert.True(cut);
        }

        Assert.Equal([.. whole, _tokenizer.EosTokenId], _tokenizer.EncodeToIds(Sentence, whole.Count + 1, addEos: true, out bool truncated));
        Assert.False(truncated);
        Assert.Empty(_tokenizer.EncodeToIds(Sentence, 0, addEos: false, out truncated));
        Assert.True(truncated);
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(-1, false)]
    public void NoRoom_Throws(int maxTokens, bool addEos) =>
        Assert.Throws<ArgumentOutOfRangeException>("maxTokens", () => _tokenizer.EncodeTo([], Sentence, maxTokens, addEos));

    [Fact]
    public void EncodeTo_AppendsBehindWhatIsThere()
    {
        List<int> ids = [7];

        Assert.False(_tokenizer.EncodeTo(ids, Sentence, addEos: false));
        Assert.Equal([7, .. _tokenizer.EncodeToIds(Sentence)], ids);
    }

    [Fact]
    public void SpecialTokensInText_AreTextUnlessAskedFor()
    {
        const string text = "water<extra_id_1> ice</s><pad>";
        int[] special = [.. _tokenizer.EncodeToIds("water"), _tokenizer.GetSentinelId(1), .. _tokenizer.EncodeToIds("ice"), _tokenizer.EosTokenId, _tokenizer.PadTokenId];

        Assert.DoesNotContain(_tokenizer.EosTokenId, _tokenizer.EncodeToIds(text));
        Assert.Equal(special, _tokenizer.EncodeToIds(text, int.MaxValue, addEos: false, out _, parseSpecialTokens: true));
        for (int max = 0; max < special.Length; max++)
        {
            Assert.Equal(special.Take(max), _tokenizer.EncodeToIds(text, max, addEos: false, out bool truncated, parseSpecialTokens: true));
            Assert.True(truncated);
        }
    }

    [Fact]
    public void ParsedSpecialTokens_LeaveOtherTextAlone()
    {
        const string text = "a < b and <extra_id_> or <extra_id_100>";

        Assert.Equal(_tokenizer.EncodeToIds(text), _tokenizer.EncodeToIds(text, int.MaxValue, addEos: false, out _, parseSpecialTokens: true));
    }

    [Theory]
    [InlineData("a\uD83Db")]
    [InlineData("a\uDE00b")]
    [InlineData("\uD83D")]
    public void LoneSurrogates_CountAsReplacementCharacters(string text) =>
        Assert.Equal(_tokenizer.EncodeToIds(text.Replace('\uD83D', '\uFFFD').Replace('\uDE00', '\uFFFD')), _tokenizer.EncodeToIds(text));

    [Fact]
    public void Tokens_CoverTheNormalizedTextInOrder()
    {
        var tokens = _tokenizer.EncodeToTokens("ﬁre  日本 😀 ice", out string? normalized);

        Assert.Equal("▁fire▁日本▁😀▁ice", normalized);
        Assert.Equal(normalized, string.Concat(tokens.Select(t => normalized![t.Offset])));
        Assert.Equal(normalized, string.Concat(tokens.Select(t => t.Value)));
        Assert.Contains(tokens, t => t.Id == _tokenizer.UnknownTokenId && t.Value == "日本");
    }

    [Fact]
    public void ByteTokens_LeaveTheTextToTheLastByte()
    {
        var tokenizer = T5Tokenizer.Load(ReferenceCases.VariantModel("byte-fallback"));

        var tokens = tokenizer.EncodeToTokens("日", out string? normalized);

        Assert.Equal(["▁", "<0xE6>", "<0x97>", "<0xA5>"], tokens.Select(t => t.Value));
        Assert.Equal(["▁", "", "", "日"], tokens.Select(t => normalized![t.Offset]));
    }

    [Fact]
    public void BaseClassTruncation_SaysHowMuchTextWasUsed()
    {
        var tokens = _tokenizer.EncodeToTokens(Sentence, out _);

        var ids = _tokenizer.EncodeToIds(Sentence, 3, out string? normalized, out int consumed);

        Assert.Equal(tokens.Take(3).Select(t => t.Id), ids);
        Assert.Equal(tokens[2].Offset.End.Value, consumed);
        Assert.Equal(consumed, _tokenizer.GetIndexByTokenCount(Sentence, 3, out string? same, out int count));
        Assert.Equal((normalized, 3), (same, count));
        Assert.Equal(tokens[^2].Offset.Start.Value, _tokenizer.GetIndexByTokenCountFromEnd(Sentence, 2, out _, out _));
    }

    [Fact]
    public void NormalizedText_CanBeEncodedAsItIs()
    {
        _tokenizer.EncodeToTokens("Water  boils.", out string? normalized);

        Assert.Equal(_tokenizer.EncodeToIds("Water  boils."), _tokenizer.EncodeToIds(normalized!, considerNormalization: false));
    }

    [Theory]
    [InlineData("a", 1_000_000)]
    [InlineData("_", 1_000_000)]
    [InlineData(" ", 1_000_000)]
    [InlineData("\uFDFA", 100_000)]
    [InlineData("😀", 300_000)]
    [InlineData("the", 300_000)]
    public void LongTextsWithoutSpaces_TakeLinearTime(string unit, int count)
    {
        string part = string.Concat(Enumerable.Repeat(unit, count / 8)), whole = string.Concat(Enumerable.Repeat(part, 8));

        ThreadTime.AssertLinear(part, whole, text => _tokenizer.CountTokens(text), unit);
    }

    [Fact]
    public void ConcurrentCallers_GetTheSameIds()
    {
        var cases = ReferenceCases.Parity("tiny").ToList();

        Parallel.For(0, 8, new ParallelOptions { CancellationToken = TestContext.Current.CancellationToken }, worker =>
        {
            var ids = new List<int>();
            for (int i = 0; i < cases.Count; i++)
            {
                var expected = cases[(i + (worker * 200)) % cases.Count];
                ids.Clear();
                _tokenizer.EncodeTo(ids, expected.Text, addEos: false);
                Assert.Equal(expected.Ids, ids);
                Assert.Equal(expected.Decoded, _tokenizer.Decode(expected.Ids));
            }
        });
    }

    [Fact]
    public void NullArguments_Throw()
    {
        Assert.Throws<ArgumentNullException>(() => _tokenizer.EncodeTo(null!, "text"));
        Assert.Throws<ArgumentNullException>(() => _tokenizer.Decode(null!));
        Assert.Throws<ArgumentNullException>(() => _tokenizer.TryGetId(null!, out _));
    }
}

[Collection(TorchState.Collection)]
public class T5TokenizerAllocationTests
{
    [Fact]
    public void EncodeTo_ReusedList_AllocatesNothing()
    {
        var tokenizer = T5Tokenizer.Load(ReferenceCases.TinyModel);
        var ids = new List<int>(1000);
        tokenizer.EncodeTo(ids, "Water boils at one hundred degrees.");

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
        {
            ids.Clear();
            tokenizer.EncodeTo(ids, "Water boils at one hundred degrees.");
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1000);
    }
}
