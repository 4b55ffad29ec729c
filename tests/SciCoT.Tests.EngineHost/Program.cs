using SciCoT.Distillation;
using SciCoT.Testing;
using SciCoT.Tests.EngineHost;
using SciCoT.Training;
using TorchSharp;

// Runs a small distillation, or a training alone, and says each step, so that the test that started it can kill it at a chosen one.
// One thread, as in the tests: sums in another order would end in other bits.
torch.set_num_threads(1);
if (args[0] == "train")
{
    KillableTraining.Run(args[1], new StepAnnouncer());
    return;
}

var (tokenizer, runFolder) = (args[0], args[1]);
var world = MiniScience.Create();
var engine = new DistillationEngine(new ScriptedTeacher(world), SmallRun.Options(tokenizer, RationaleSource.Student));
await engine.RunAsync(SmallRun.Data(world), runFolder, new Announcer());

internal sealed class StepAnnouncer : IProgress<TrainingProgress>
{
    public void Report(TrainingProgress progress)
    {
        Console.WriteLine(progress.Step);
        Console.Out.Flush();
    }
}

internal sealed class Announcer : IProgress<DistillationProgress>
{
    public void Report(DistillationProgress progress)
    {
        Console.WriteLine($"{progress.Stage} {progress.Training?.Step ?? progress.Annotation?.Done ?? 0}");
        Console.Out.Flush();
    }
}
