using SciCoT.Students;
using SciCoT.Tests.Support;

namespace SciCoT.Tests.Students;

public sealed class SciCoTModelFolderTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Manifest_Written_IsReadBack()
    {
        var manifest = new SciCoTManifest { Base = "flan-t5-small", MaxSourceTokens = 300, MaxRationaleTokens = 90, AnswerLabels = ["A", "B"], Scores = new Dictionary<string, double> { ["testAccuracy"] = 0.5 } };

        SciCoTModelFolder.WriteManifest(_folder.Path, manifest);

        var read = SciCoTModelFolder.ReadManifest(_folder.Path);
        Assert.Equal((manifest.Layout, manifest.Base, 300, 90), (read.Layout, read.Base, read.MaxSourceTokens, read.MaxRationaleTokens));
        Assert.Equal(manifest.AnswerLabels, read.AnswerLabels);
        Assert.Equal(0.5, read.Scores["testAccuracy"]);
    }

    [Fact]
    public void ReadManifest_NoFolder_NamesIt() =>
        Assert.Contains("nowhere", Assert.Throws<MissingFileException>(() => SciCoTModelFolder.ReadManifest(_folder.File("nowhere"))).Message);

    [Fact]
    public void ReadManifest_NoManifest_SaysWhatWritesIt() =>
        Assert.Contains("scicot.json", Assert.Throws<MissingFileException>(() => SciCoTModelFolder.ReadManifest(_folder.Path)).Message);

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{\"base\": 3}")]
    [InlineData("{\"layout\": \"scicot-1\"}")]
    [InlineData("{\"layout\": \"scicot-1\", \"base\": \"x\", \"maxSourceTokens\": 0, \"maxRationaleTokens\": 5}")]
    public void ReadManifest_Damaged_NamesTheFile(string json)
    {
        File.WriteAllText(_folder.File("scicot.json"), json);

        Assert.Contains("scicot.json", Assert.Throws<InvalidFileException>(() => SciCoTModelFolder.ReadManifest(_folder.Path)).Message);
    }

    [Fact]
    public void ReadManifest_OtherLayout_IsRefused()
    {
        SciCoTModelFolder.WriteManifest(_folder.Path, new SciCoTManifest { Layout = "scicot-0", Base = "x", MaxSourceTokens = 10, MaxRationaleTokens = 10 });

        Assert.Contains("scicot-0", Assert.Throws<InvalidFileException>(() => SciCoTModelFolder.ReadManifest(_folder.Path)).Message);
    }
}
