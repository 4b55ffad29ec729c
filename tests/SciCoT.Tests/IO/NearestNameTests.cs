using SciCoT.IO;

namespace SciCoT.Tests.IO;

public class NearestNameTests
{
    private static readonly string[] Known = ["learningRate", "batchSize", "epochs", "seed"];

    [Theory]
    [InlineData("learningrat", "learningRate")]
    [InlineData("batchSzie", "batchSize")]
    [InlineData("EPOCH", "epochs")]
    [InlineData("sed", "seed")]
    [InlineData("somethingElse", null)]
    [InlineData("", null)]
    public void Of_FindsWhatWasMeant(string name, string? expected) => Assert.Equal(expected, NearestName.Of(name, Known));

    [Fact]
    public void Of_NothingKnown_IsNothing() => Assert.Null(NearestName.Of("x", []));
}
