using System.Diagnostics;
using SciCoT.Checkpoints;
using SciCoT.Models;
using SciCoT.Tests.Campaign;
using SciCoT.Tests.Models;
using SciCoT.Tests.Support;
using static TorchSharp.torch;

namespace SciCoT.Tests.Checkpoints;

/// <summary>A model that answers does not notice what becomes of its folder.</summary>
[Trait(CampaignSettings.Category, CampaignSettings.Campaign)]
public sealed class ChangedFileTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public ChangedFileTests()
    {
        using (var served = TinyModel.Create(TinyModel.Gated, seed: 1))
            served.Save(_folder.File("model"));
        using (var other = TinyModel.Create(TinyModel.Gated, seed: 2))
            other.Save(_folder.File("other"));

        // The clock of files goes in steps of milliseconds: what is written within one step of another has the same time.
        File.SetLastWriteTimeUtc(Weights, DateTime.UtcNow.AddMinutes(-1));
    }

    private string Weights => _folder.File("model/model.safetensors");

    private string Others => _folder.File("other/model.safetensors");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("truncate")]
    [InlineData("overwrite")]
    [InlineData("cp")]
    [InlineData("replace")]
    [InlineData("delete")]
    public void FileChangedUnderAModel_LeavesItsAnswersAsTheyWere(string how)
    {
        using var scope = NewDisposeScope();
        using var model = T5Model.Load(_folder.File("model"));
        // Nothing was computed yet: with a mapped file, no page would have been read.

        Change(how);

        using var same = TinyModel.Create(TinyModel.Gated, seed: 1);
        Assert.Equal(Golden.Numbers(TinyModel.Logits(same)), Golden.Numbers(TinyModel.Logits(model)));
    }

    [Theory]
    [InlineData("truncate")]
    [InlineData("overwrite")]
    public void FileChangedWhileItIsRead_IsRefused(string how)
    {
        using var scope = NewDisposeScope();
        using var file = new SciCoT.Checkpoints.SafetensorsFile(Weights);
        _ = file.Read(file.Header.Entries[0], ScalarType.Float32);

        Change(how);

        Assert.Contains(Weights, Assert.Throws<InvalidFileException>(file.CheckUnchanged).Message);
    }

    private void Change(string how)
    {
        switch (how)
        {
            case "truncate":
                using (var file = new FileStream(Weights, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete))
                    file.SetLength(100);
                break;
            case "overwrite":
                using (var file = new FileStream(Weights, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete))
                    file.Write(Enumerable.Repeat((byte)0xFF, (int)file.Length).ToArray());
                break;
            case "cp":
                Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no cp here.");
                Process.Start("cp", [Others, Weights]).WaitForExit();
                break;
            case "replace":
                File.Move(Others, Weights, overwrite: true);
                break;
            default:
                Directory.Delete(_folder.File("model"), recursive: true);
                break;
        }
    }
}
