using System.Globalization;
using System.Text;
using SciCoT.Generation;

namespace SciCoT.Tests.Generation;

public class StreamingTextDecoderTests
{
    [Fact]
    public void Append_Words_ComeOutOneTokenLate()
    {
        string[] vocabulary = ["Ice", " float", "s", "."];
        var decoder = new StreamingTextDecoder(ids => string.Concat(ids.Select(id => vocabulary[id])));

        Assert.Equal(["", "Ice", " float", "s"], Enumerable.Range(0, 4).Select(decoder.Append));
        Assert.Equal(".", decoder.Complete());
        Assert.Equal("", decoder.Complete());
    }

    [Theory]
    [InlineData("Wasser gefriert, wird größer, schwimmt.")]
    [InlineData("水は氷になる 😀😀 👩‍🔬 e\u0301tat 🇩🇪🇫🇷 \uFFFD done")]
    public void Append_ByteTokens_NeverSplitsACharacter(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var decoder = new StreamingTextDecoder(ids => Encoding.UTF8.GetString([.. ids.Select(id => (byte)id)]));

        var pieces = bytes.Select(value => decoder.Append(value)).ToList();
        pieces.Add(decoder.Complete());
        pieces.RemoveAll(piece => piece.Length == 0);

        Assert.Equal(text, string.Concat(pieces));
        Assert.True(pieces.Count > 10);
        var ends = StringInfo.ParseCombiningCharacters(text).Append(text.Length).ToHashSet();
        int end = 0;
        Assert.All(pieces, piece => Assert.Contains(end += piece.Length, ends));
    }

    [Fact]
    public void Append_TokenThatRewritesTheOneBefore_EmitsOnlyTheFinalForm()
    {
        // A clean-up rule that pulls punctuation to the word, as tokenizers have.
        string[] vocabulary = ["It", "floats", ".", "Really", "?"];
        var decoder = new StreamingTextDecoder(ids => string.Join(' ', ids.Select(id => vocabulary[id])).Replace(" .", ".").Replace(" ?", "?"));

        var text = string.Concat(Enumerable.Range(0, 5).Select(decoder.Append)) + decoder.Complete();

        Assert.Equal("It floats. Really?", text);
    }

    [Fact]
    public void Append_TokenWithoutText_EmitsNothing()
    {
        var decoder = new StreamingTextDecoder(ids => new string('x', ids.Count(id => id != 1)));

        Assert.Equal(["", "x", "", ""], new[] { 5, 6, 1, 1 }.Select(decoder.Append));
        Assert.Equal("x", decoder.Complete());
    }

    [Fact]
    public void Complete_WithoutTokens_IsEmpty() =>
        Assert.Equal("", new StreamingTextDecoder(_ => throw new InvalidOperationException()).Complete());
}
