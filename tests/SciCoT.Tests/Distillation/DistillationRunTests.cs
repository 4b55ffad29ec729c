using SciCoT.Distillation;
using SciCoT.Tests.Support;

namespace SciCoT.Tests.Distillation;

public sealed class DistillationRunTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void FolderOfARun_TellsItsStagesAndFiles()
    {
        var directory = Directory.CreateDirectory(_folder.File("run")).FullName;
        File.WriteAllText(Path.Combine(directory, "run.json"), """{"layout": "1"}""");
        File.WriteAllText(Path.Combine(directory, "accepted-rationales.jsonl"), "");

        var run = DistillationRun.Find(directory)!;

        Assert.Equal(directory, run.Directory);
        Assert.Equal([true, false, false, false, false], run.Stages.Select(stage => stage.IsDone));
        Assert.Equal("1", (string?)run.ReadPlan()["layout"]);
        Assert.Null(run.ReadReport());
        Assert.Null(run.Rationales);
        Assert.False(run.IsModel);
    }

    [Fact]
    public void OtherFolder_IsNoRun()
    {
        Assert.Null(DistillationRun.Find(_folder.File("absent")));
        Assert.False(Directory.Exists(_folder.File("absent")));
        Assert.Null(DistillationRun.Find(Directory.CreateDirectory(_folder.File("empty")).FullName));
    }

    [Fact]
    public void DamagedPlan_IsNamed()
    {
        var directory = Directory.CreateDirectory(_folder.File("run")).FullName;
        File.WriteAllText(Path.Combine(directory, "run.json"), "{");
        Assert.Contains("run.json", Assert.Throws<InvalidFileException>(() => DistillationRun.Find(directory)!.ReadPlan()).Message);
    }
}
