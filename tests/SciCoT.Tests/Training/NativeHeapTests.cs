using SciCoT.Tests.Support;
using SciCoT.Training;

namespace SciCoT.Tests.Training;

/// <summary>The C library's settings are the process's own again after every training, however it ends.</summary>
[Collection(TorchState.Collection)]
public sealed class NativeHeapTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void TrainingThatCannotBegin_LeavesNothingSet()
    {
        using var model = TinyTask.Model();
        File.WriteAllText(_folder.File("taken"), "a file where the checkpoints should go");

        Assert.ThrowsAny<Exception>(() => new Seq2SeqTrainer(model, new TrainingOptions { TotalSteps = 2, Epochs = 1, CheckpointEverySteps = 1 })
            .Train(TinyTask.Reversals(4), [], _folder.File("taken"), cancellationToken: TestContext.Current.CancellationToken));
        model.lm_head!.weight.Dispose(); // the optimizer cannot be made
        Assert.ThrowsAny<Exception>(() => new Seq2SeqTrainer(model, new TrainingOptions { TotalSteps = 2 })
            .Train(TinyTask.Reversals(4), [], cancellationToken: TestContext.Current.CancellationToken));

        Assert.Equal(0, NativeHeap.Holders);
    }

    /// <summary>Two at once, one within the other: the settings are the trainings' own until the last of them ends, also where the inner one fails.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void TrainingWithinATraining_LeavesTheOutersSettings(bool innerFails)
    {
        using var model = TinyTask.Model();
        using var other = TinyTask.Model();
        if (innerFails)
            other.lm_head!.weight.Dispose();
        int within = -1, after = -1;

        new Seq2SeqTrainer(model, new TrainingOptions { TotalSteps = 1 }).Train(TinyTask.Reversals(4), [], null, new Now(_ =>
        {
            var inner = Record.Exception(() => new Seq2SeqTrainer(other, new TrainingOptions { TotalSteps = 1 })
                .Train(TinyTask.Reversals(4), [], null, new Now(_ => within = NativeHeap.Holders), TestContext.Current.CancellationToken));
            Assert.Equal(innerFails, inner is not null);
            after = NativeHeap.Holders;
        }), TestContext.Current.CancellationToken);

        Assert.Equal(innerFails ? -1 : 2, within);
        Assert.Equal(1, after);
        Assert.Equal(0, NativeHeap.Holders);
    }

    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 0)]
    public void Option_DecidesWhetherMemoryIsKept(bool keep, int holders)
    {
        using var model = TinyTask.Model();
        int held = -1;

        new Seq2SeqTrainer(model, new TrainingOptions { TotalSteps = 1, KeepNativeMemory = keep })
            .Train(TinyTask.Reversals(4), [], null, new Now(_ => held = NativeHeap.Holders), TestContext.Current.CancellationToken);

        Assert.Equal(holders, held);
        Assert.Equal(0, NativeHeap.Holders);
    }

    [Theory]
    [InlineData(null, null, 7)]
    [InlineData("65536", null, 65536)]
    [InlineData("rubbish", null, 7)]
    [InlineData("65536", "glibc.malloc.mmap_threshold=131072", 131072)]
    [InlineData(null, "glibc.malloc.trim_threshold=5:glibc.malloc.mmap_threshold=0x20000", 131072)]
    [InlineData("65536", "glibc.malloc.trim_threshold=5", 65536)]
    [InlineData("99999999999", null, int.MaxValue)]
    public void WhatTheProcessWasStartedWith_IsRead(string? variable, string? tunables, int expected) =>
        Assert.Equal(expected, NativeHeap.Setting("mmap_threshold", 7, name => name == "GLIBC_TUNABLES" ? tunables : name == "MALLOC_MMAP_THRESHOLD_" ? variable : null));

    private sealed class Now(Action<TrainingProgress> report) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => report(value);
    }
}
