using SciCoT.Datasets;

namespace SciCoT.Tests.Datasets;

public sealed class DatasetLayoutTests
{
    [Theory]
    [InlineData("data/train-00000-of-00001.parquet", "default", "train")]
    [InlineData("ARC-Easy/test-00000-of-00001.parquet", "ARC-Easy", "test")]
    [InlineData("main/validation-00000-of-00001.parquet", "main", "validation")]
    [InlineData("ARC-Easy/train/0000.parquet", "ARC-Easy", "train")]
    [InlineData("train.jsonl", "default", "train")]
    [InlineData("test.csv", "default", "test")]
    [InlineData("dev.json.gz", "default", "validation")]
    [InlineData("data/my_dev_rand.jsonl", "default", "validation")]
    [InlineData("data/challenge-00000-of-00002.parquet", "default", "challenge")]
    [InlineData("questions.jsonl", "default", "train")]
    public void UsualName_TellsConfigurationAndSplit(string file, string configuration, string split)
    {
        var found = Assert.Single(DatasetLayout.Find("a/b", null, [file, "README.md", "dataset_infos.json", ".gitattributes"]).Splits);
        Assert.Equal((configuration, split, file), (found.Configuration, found.Name, found.Files.Single()));
    }

    [Fact]
    public void Shards_AreJoinedInOrder_AndSplitsStandInTheUsualOne()
    {
        var layout = DatasetLayout.Find("a/b", null, ["data/test-00000-of-00001.parquet", "data/train-00001-of-00002.parquet", "data/validation-00000-of-00001.parquet", "data/train-00000-of-00002.parquet"]);
        Assert.Equal(["train", "validation", "test"], layout.Splits.Select(split => split.Name));
        Assert.Equal(["data/train-00000-of-00002.parquet", "data/train-00001-of-00002.parquet"], layout.Splits[0].Files);
    }

    [Fact]
    public void SeveralFormats_CountOnce() =>
        Assert.Equal(["data/train-00000-of-00001.parquet"], Assert.Single(DatasetLayout.Find("a/b", null, ["train.jsonl", "data/train-00000-of-00001.parquet", "train.csv"]).Splits).Files);

    [Fact]
    public void FilesOfOneFolderThatDifferInMoreThanTheSplit_AreConfigurations()
    {
        var layout = DatasetLayout.Find("a/b", null, ["ARC-Easy-Train.jsonl", "ARC-Challenge-Train.jsonl", "ARC-Easy-Test.jsonl", "ARC-Challenge-Test.jsonl"]);
        Assert.Equal(["ARC-Challenge/train", "ARC-Challenge/test", "ARC-Easy/train", "ARC-Easy/test"], layout.Splits.Select(split => $"{split.Configuration}/{split.Name}"));
    }

    [Fact]
    public void Description_CountsBeforeNames()
    {
        const string Readme = """
            ---
            license: cc-by-sa-4.0
            dataset_info:
            - config_name: ARC-Easy
              features: [{name: id, dtype: string}]
            configs:
            - config_name: ARC-Easy
              data_files:
              - split: train
                path: easy/part-*
              - split: held_out
                path: [easy/b.parquet, "easy/a.parquet"]
              default: true
            - config_name: all
              data_files: "**/part-?.parquet"
            - config_name: table
              data_files:
                test: ./easy/a.parquet
            ---
            # ARC
            """;
        var layout = DatasetLayout.Find("a/b", Readme, ["easy/part-1.parquet", "easy/part-0.parquet", "easy/deep/part-2.parquet", "easy/a.parquet", "easy/b.parquet", "train.jsonl"]);
        Assert.Equal("ARC-Easy", layout.Default);
        Assert.Equal(
            [
                "ARC-Easy/train: easy/part-0.parquet easy/part-1.parquet",
                "ARC-Easy/held_out: easy/b.parquet easy/a.parquet",
                "all/train: easy/deep/part-2.parquet easy/part-0.parquet easy/part-1.parquet",
                "table/test: easy/a.parquet",
            ],
            layout.Splits.Select(split => $"{split.Configuration}/{split.Name}: {string.Join(' ', split.Files)}"));
    }

    [Theory]
    [InlineData("# no metadata")]
    [InlineData("---\nconfigs: [\n---\n")]
    [InlineData("---\nconfigs: *a\n---\n")]
    [InlineData("---\nconfigs: &a [*a]\n---\n")]
    [InlineData("---\n- 1\n---\n")]
    [InlineData("---\nlicense: mit\n---\n")]
    [InlineData("---\nlicense: mit")]
    public void DescriptionWithoutSplits_LeavesItToTheNames(string readme) =>
        Assert.Equal("train", Assert.Single(DatasetLayout.Find("a/b", readme, ["train.jsonl"]).Splits).Name);

    [Fact]
    public void DeepDescription_IsNotFollowed() =>
        Assert.Equal("train", Assert.Single(DatasetLayout.Find("a/b", $"---\nconfigs: {new string('[', 100_000)}\n---\n", ["train.jsonl"]).Splits).Name);

    [Fact]
    public void DescriptionThatNamesMissingFiles_IsRefused() =>
        Assert.Contains("gone-*", Assert.Throws<DatasetException>(() => DatasetLayout.Find("a/b", "---\nconfigs:\n- config_name: x\n  data_files:\n  - split: test\n    path: gone-*\n---\n", ["train.jsonl"])).Message);

    [Fact]
    public void RepositoryWithoutData_IsRefusedWithWhatItHas() =>
        Assert.Contains("load.py", Assert.Throws<DatasetException>(() => DatasetLayout.Find("a/b", null, ["load.py", "README.md"])).Message);

    [Theory]
    [InlineData("hf:a/b", "several configurations; name one of additional, main")]
    [InlineData("hf:a/b/mian/test", "Did you mean \"main\"?")]
    [InlineData("hf:a/b/other/test", "Configurations: additional, main")]
    [InlineData("hf:a/b/main", "name one of train, test")]
    [InlineData("hf:a/b/main/tets", "Did you mean \"test\"?")]
    [InlineData("hf:a/b/main/validation", "Splits: train, test")]
    [InlineData("hf:a/b/tset", "Did you mean \"test\"?")]
    public void UnknownPart_IsRefusedWithThoseThatThereAre(string name, string says)
    {
        var layout = DatasetLayout.Find("a/b", null, ["main/train.jsonl", "main/test.jsonl", "additional/train.jsonl"]);
        Assert.Contains(says, Assert.Throws<DatasetException>(() => layout.Select(DatasetName.Parse(name), isOne: true)).Message);
    }

    [Fact]
    public void OnePart_MayBeASplitOfTheOnlyConfiguration()
    {
        var layout = DatasetLayout.Find("a/b", null, ["train.jsonl", "test.jsonl"]);
        Assert.Equal(["test.jsonl"], Assert.Single(layout.Select(DatasetName.Parse("hf:a/b/test"), isOne: true)).Files);
        Assert.Equal(2, layout.Select(DatasetName.Parse("hf:a/b"), isOne: false).Count);
    }
}
