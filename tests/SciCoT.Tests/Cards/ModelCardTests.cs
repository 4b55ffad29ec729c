using System.Text.Json.Nodes;
using SciCoT.Cards;
using SciCoT.Distillation;
using SciCoT.Hub;
using SciCoT.Students;
using SciCoT.Testing;
using SciCoT.Tests.EngineHost;
using SciCoT.Tests.Support;
using YamlDotNet.RepresentationModel;

namespace SciCoT.Tests.Cards;

/// <remarks>Training seeds the process-wide generator.</remarks>
[Collection(TorchState.Collection)]
public sealed class ModelCardTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Card => _folder.File("README.md");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Run_LeavesACardWithItsResults()
    {
        var world = MiniScience.Create();
        var run = _folder.File("run");
        var options = SmallRun.Options(MiniScience.WriteTokenizer(_folder.File("tokenizer")), RationaleSource.Teacher) with
        {
            Card = new() { License = "apache-2.0", BaseModel = "tiny/t5", TrainingData = ["hf:tiny/science/main/train"], TestData = "hf:tiny/science/main/test@v1" },
        };
        var report = await new DistillationEngine(new ScriptedTeacher(world), options).RunAsync(SmallRun.Data(world), run, cancellationToken: Token);

        var text = File.ReadAllText(Path.Combine(run, "README.md"));
        var metadata = Metadata(text);
        Assert.Equal("apache-2.0", Text(metadata["license"]));
        Assert.Equal("tiny/t5", Text(metadata["base_model"]));
        Assert.Equal("question-answering", Text(metadata["pipeline_tag"]));
        Assert.Equal(["en"], Items(metadata["language"]).Select(Text));
        Assert.Equal(["tiny/science"], Items(metadata["datasets"]).Select(Text));
        Assert.Contains("chain-of-thought", Items(metadata["tags"]).Select(Text));
        var result = Items(Items(metadata["model-index"]).Single()["results"]).Single();
        Assert.Equal(["tiny/science", "main", "test", "v1"], new[] { "type", "config", "split", "revision" }.Select(key => Text(result["dataset"][key])));
        var metric = Items(result["metrics"]).Single();
        Assert.Equal(report.Test!.Accuracy, double.Parse(Text(metric["value"]), System.Globalization.CultureInfo.InvariantCulture), 1e-6);
        Assert.Contains(FormattableString.Invariant($"{report.Test.Interval.Low:0.0000} to {report.Test.Interval.High:0.0000}, {report.Test.Count} questions"), Text(metric["name"]));
        Assert.Contains(FormattableString.Invariant($"95 % Wilson interval {100 * report.Test.Interval.Low:0.0} to {100 * report.Test.Interval.High:0.0} %"), text);
        foreach (var part in new[] { "## Data", "## Recipe", "## Results", "## Limits", "learning rate", "usable, agreement", "Rationales" })
            Assert.Contains(part, text);
        Assert.DoesNotContain(_folder.Path, text);
        Assert.DoesNotContain(Environment.UserName + "/", text);

        // Each student has one of its own, for those who share it alone.
        Assert.Contains("validation loss", File.ReadAllText(Path.Combine(run, "answer-student", "README.md")));
        Assert.True(ModelCard.IsUnchanged(Path.Combine(run, "answer-student")));

        // Somebody writes on it: a later run leaves it alone.
        File.AppendAllText(Path.Combine(run, "README.md"), "Our own words.\n");
        await new DistillationEngine(new ScriptedTeacher(world), options).RunAsync(SmallRun.Data(world), run, cancellationToken: Token);
        Assert.EndsWith("Our own words.\n", File.ReadAllText(Path.Combine(run, "README.md")));

        // An exported model keeps it, as somebody's own.
        SciCoTModelFolder.Export(run, _folder.File("export"), SciCoT.Models.WeightFormat.Int8);
        Assert.StartsWith(text[..text.IndexOf("<!--", StringComparison.Ordinal)], File.ReadAllText(Path.Combine(_folder.File("export"), "README.md")));
        Assert.False(ModelCard.IsUnchanged(_folder.File("export")));
    }

    [Fact]
    public void Card_IsTheSameEachTimeAndIsReplacedWhileNobodyChangedIt()
    {
        Students();
        Assert.True(ModelCard.Write(_folder.Path));
        var first = File.ReadAllText(Card);
        Assert.True(ModelCard.Write(_folder.Path));
        Assert.Equal(first, File.ReadAllText(Card));

        Assert.True(ModelCard.Write(_folder.Path, new() { License = "mit" }));
        Assert.Contains("license: \"mit\"", File.ReadAllText(Card));
    }

    [Theory]
    [InlineData("# Mine\n")]
    [InlineData("")]
    public void ReadmeOfSomebodysOwn_IsKept(string own)
    {
        Students();
        File.WriteAllText(Card, own);
        Assert.False(ModelCard.Write(_folder.Path));
        Assert.Equal(own, File.ReadAllText(Card));

        Assert.True(ModelCard.Write(_folder.Path, overwrite: true));
        Assert.True(ModelCard.IsUnchanged(_folder.Path));
    }

    [Fact]
    public void ChangedCard_IsSomebodysOwn()
    {
        Students();
        ModelCard.Write(_folder.Path);
        File.WriteAllText(Card, File.ReadAllText(Card).Replace("## Limits", "## Our limits", StringComparison.Ordinal));
        Assert.False(ModelCard.IsUnchanged(_folder.Path));
        Assert.False(ModelCard.Write(_folder.Path));
    }

    [Theory]
    [InlineData("no")]
    [InlineData("a: \"b\"\n- c")]
    [InlineData("yes # \u2028 | <script> \\")]
    [InlineData("🧲 Ünïcode")]
    public void Words_OfAnyKind_AreReadAsTheyAre(string word)
    {
        Students();
        var text = ModelCard.Render(_folder.Path, new() { Name = word, Languages = ["no"], Tags = [word], TestData = word, Teachers = [word] });
        var metadata = Metadata(text);
        Assert.Equal("no", Text(Items(metadata["language"]).Single()));
        Assert.Equal(word, Text(Items(metadata["tags"])[^1]));
        Assert.Equal(word, Text(Items(metadata["model-index"]).Single()["name"]));
        Assert.DoesNotContain("<script>", text[text.IndexOf("\n# ", StringComparison.Ordinal)..]);
    }

    [Theory]
    [InlineData("Apache 2.0", "en", null)]
    [InlineData(null, "English", null)]
    [InlineData(null, "en", "../secret")]
    public void Details_ThatTheHubWouldRefuse_AreRefused(string? license, string language, string? start)
    {
        Students();
        Assert.Throws<ArgumentException>(() => ModelCard.Render(_folder.Path, new() { License = license, Languages = [language], BaseModel = start }));
    }

    [Fact]
    public void FolderWithoutStudents_IsRefused()
    {
        Assert.Throws<InvalidFileException>(() => ModelCard.Render(_folder.Path));
        Assert.Throws<MissingFileException>(() => ModelCard.Render(_folder.File("none")));
    }

    [Theory]
    [InlineData("/home/u/.cache/huggingface/hub/models--google--flan-t5-small/snapshots/0123456789abcdef0123456789abcdef01234567", "google/flan-t5-small")]
    [InlineData("/home/u/models--google--flan-t5-small/snapshots/main", null)]
    [InlineData("/home/u/flan-t5-small", null)]
    public void SnapshotOfTheCache_TellsItsModel(string directory, string? name) => Assert.Equal(name, HubNames.OfSnapshot(directory));

    private void Students()
    {
        SciCoTModelFolder.WriteManifest(_folder.Path, new SciCoTManifest { Base = "checkpoint t5", MaxSourceTokens = 128, MaxRationaleTokens = 6, AnswerLabels = ["A", "B"], Scores = new Dictionary<string, double> { ["testAccuracy"] = 0.5 } });
        File.WriteAllText(_folder.File("run.json"), new JsonObject { ["questions"] = "3 training, 1 validation, 2 test, sha256 00", ["rationaleStudent"] = new JsonObject { ["base"] = "checkpoint t5" } }.ToJsonString());
    }

    private static YamlMappingNode Metadata(string card)
    {
        Assert.StartsWith("---\n", card);
        var yaml = new YamlStream();
        yaml.Load(new StringReader(card[4..card.IndexOf("\n---\n", 4, StringComparison.Ordinal)]));
        return (YamlMappingNode)yaml.Documents.Single().RootNode;
    }

    private static IReadOnlyList<YamlNode> Items(YamlNode node) => [.. ((YamlSequenceNode)node).Children];

    private static string Text(YamlNode node) => ((YamlScalarNode)node).Value!;
}
