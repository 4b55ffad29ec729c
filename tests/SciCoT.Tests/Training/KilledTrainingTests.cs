using System.Diagnostics;
using SciCoT.Tests.Campaign;
using SciCoT.Tests.EngineHost;
using SciCoT.Tests.Support;

namespace SciCoT.Tests.Training;

/// <summary>A training that was killed outright and started again ends in the bits of one that ran through.</summary>
[Trait(CampaignSettings.Category, CampaignSettings.Campaign)]
public sealed class KilledTrainingTests : IDisposable
{
    private static readonly Lazy<Task<byte[]>> Straight = new(RunThroughAsync);
    private readonly TempFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(2)] // before the first checkpoint
    [InlineData(7)]
    [InlineData(11)]
    public async Task KilledAfterAStep_EndsInTheSameBits(int step)
    {
        using (var process = Start(_folder.Path))
        {
            while (await process.StandardOutput.ReadLineAsync(Token) is { } line)
            {
                if (int.Parse(line) == step)
                    process.Kill();
            }

            await process.WaitForExitAsync(Token);
        }

        Assert.False(Directory.Exists(_folder.File("model")));
        Assert.Equal(await Straight.Value, await FinishAsync(_folder.Path));
    }

    [Theory]
    [InlineData("model.safetensors")]
    [InlineData("optimizer.safetensors")]
    [InlineData("training.json")]
    public async Task KilledWhileACheckpointIsWritten_EndsInTheSameBits(string file)
    {
        bool hit = false;
        for (int checkpoint = KillableTraining.CheckpointEvery; checkpoint <= 12 && !hit; checkpoint += KillableTraining.CheckpointEvery)
        {
            using var process = Start(_folder.Path);
            var aside = Path.Combine(_folder.Path, "checkpoints", $"checkpoint-{checkpoint:D8}.tmp");
            while (!process.HasExited && !File.Exists(Path.Combine(aside, file)))
                Thread.Sleep(1);
            process.Kill();
            await process.WaitForExitAsync(Token);
            hit = Directory.Exists(aside);
        }

        Assert.True(hit, "No kill fell into the writing of a checkpoint.");
        Assert.Equal(await Straight.Value, await FinishAsync(_folder.Path));
    }

    private static async Task<byte[]> RunThroughAsync()
    {
        using var folder = new TempFolder();
        return await FinishAsync(folder.Path);
    }

    private static async Task<byte[]> FinishAsync(string folder)
    {
        using var process = Start(folder);
        await process.StandardOutput.ReadToEndAsync(Token);
        await process.WaitForExitAsync(Token);
        Assert.Equal(0, process.ExitCode);
        return await File.ReadAllBytesAsync(Path.Combine(folder, "model", "model.safetensors"), Token);
    }

    private static Process Start(string folder) =>
        Process.Start(new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "SciCoT.Tests.EngineHost.dll"), "train", folder]) { RedirectStandardOutput = true })!;
}
