using SciCoT.Models;
using SciCoT.Tests.Support;
using SciCoT.Training;
using TorchSharp;

namespace SciCoT.Tests.Training;

[Collection(TorchState.Collection)]
public class TrainingMemoryTests
{
    [Theory]
    [InlineData(OptimizerKind.AdamW)]
    [InlineData(OptimizerKind.Adafactor)]
    public void TwoHundredSteps_StayFlat(OptimizerKind optimizer)
    {
        using var model = T5Model.Load(TestFiles.Data("Golden", "tiny-t5-v1_1"));
        long tensorsBefore = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        long tensorsEarly = 0, tensorsLate = 0, bytesEarly = 0, bytesLate = 0;
        var progress = new Reports
        {
            Then = r =>
            {
                if (r.Step == 60)
                    (tensorsEarly, bytesEarly) = (DisposeScopeManager.Statistics.ThreadTotalLiveCount, NativeBytes());
                if (r.Step == 200)
                    (tensorsLate, bytesLate) = (DisposeScopeManager.Statistics.ThreadTotalLiveCount, NativeBytes());
            },
        };

        var options = new TrainingOptions { TotalSteps = 200, BatchSize = 4, Optimizer = optimizer, EvaluateEverySteps = 50, GradientAccumulationSteps = 2 };
        new Seq2SeqTrainer(model, options).Train(TinyTask.Reversals(32), TinyTask.Reversals(4, seed: 2), progress: progress, cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(tensorsEarly, tensorsLate);
        Assert.True(bytesLate - bytesEarly < 48 << 20, $"Resident memory grew by {(bytesLate - bytesEarly) >> 20} MB in 140 steps.");
        Assert.Equal(tensorsBefore, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    /// <summary>Resident memory without what the garbage collector keeps for later.</summary>
    private static long NativeBytes()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        return Environment.WorkingSet;
    }
}
