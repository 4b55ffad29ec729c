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
        // On a busy machine the file may come and go unseen: then the next checkpoint's is waited for, or another training's.
        TempFolder? folder = null;
        try
        {
            bool hit = false;
            for (int attempt = 0; attempt < 40 && !hit; attempt++)
            {
                int checkpoint = KillableTraining.CheckpointEvery * (1 + (attempt % 4));
                if (attempt % 4 == 0)
                {
                    folder?.Dispose();
                    folder = new TempFolder();
                }

                hit = await Task.Factory.StartNew(() => KillWhileItWrites(folder!.Path, checkpoint, file), Token, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            }

            Assert.True(hit, "No kill fell into the writing of a checkpoint.");
            Assert.Equal(await Straight.Value, await FinishAsync(folder!.Path));
        }
        finally
        {
            folder?.Dispose();
        }
    }

    /// <returns>Whether the checkpoint was left half written.</returns>
    private static bool KillWhileItWrites(string folder, int checkpoint, string file)
    {
        using var process = Start(folder);
        var aside = Path.Combine(folder, "checkpoints", $"checkpoint-{checkpoint:D8}.tmp");
        while (!process.HasExited && !File.Exists(Path.Combine(aside, file)))
            Thread.Sleep(1);
        process.Kill();
        process.WaitForExit();
        return Directory.Exists(aside);
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
