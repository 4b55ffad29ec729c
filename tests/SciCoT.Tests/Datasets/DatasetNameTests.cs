using SciCoT.Datasets;

namespace SciCoT.Tests.Datasets;

public sealed class DatasetNameTests
{
    [Theory]
    [InlineData("hf:allenai/ai2_arc", "allenai/ai2_arc", null, null, "main")]
    [InlineData("hf:allenai/ai2_arc/ARC-Easy", "allenai/ai2_arc", "ARC-Easy", null, "main")]
    [InlineData("hf:allenai/ai2_arc/ARC-Easy/test", "allenai/ai2_arc", "ARC-Easy", "test", "main")]
    [InlineData("hf:allenai/ai2_arc/ARC-Easy/test@refs/convert/parquet", "allenai/ai2_arc", "ARC-Easy", "test", "refs/convert/parquet")]
    [InlineData("hf:tau/commonsense_qa@v1.0", "tau/commonsense_qa", null, null, "v1.0")]
    public void Name_IsReadAndPrintedAsItWas(string text, string repository, string? configuration, string? split, string revision)
    {
        var name = DatasetName.Parse(text);
        Assert.Equal((repository, configuration, split, revision), (name.Repository, name.Configuration, name.Split, name.Revision));
        Assert.Equal(text, name.ToString());
        Assert.True(DatasetName.TryParse(text, out var same) && same == name);
    }

    [Theory]
    [InlineData("")]
    [InlineData("allenai/ai2_arc")]
    [InlineData("hf:")]
    [InlineData("hf:ai2_arc")]
    [InlineData("hf:allenai/")]
    [InlineData("hf:/ai2_arc")]
    [InlineData("hf:allenai//test")]
    [InlineData("hf:allenai/ai2_arc/")]
    [InlineData("hf:allenai/ai2_arc/../x")]
    [InlineData("hf:allenai/../x")]
    [InlineData("hf:a/b/c/d/e")]
    [InlineData("hf:a/b@")]
    [InlineData("hf:a/b@../x")]
    [InlineData("hf:a/b@x@y")]
    [InlineData("hf:a b/c")]
    [InlineData("hf:a/b/\u001b[2J")]
    public void WrongForm_IsRefusedWithWhatWasExpected(string text)
    {
        Assert.False(DatasetName.TryParse(text, out _));
        Assert.Contains("hf:<owner>/<name>[/<configuration>][/<split>][@<revision>]", Assert.Throws<DatasetException>(() => DatasetName.Parse(text)).Message);
    }
}
