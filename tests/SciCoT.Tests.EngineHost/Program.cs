using SciCoT.Distillation;
using SciCoT.Testing;
using SciCoT.Tests.EngineHost;
using TorchSharp;

// Runs a small distillation and says each step, so that the test that started it can kill it at a chosen one.
// One thread, as in the tests: sums in another order would end in other bits.
torch.set_num_threads(1);
var (tokenizer, runFolder) = (args[0], args[1]);
var world = MiniScience.Create();
var engine = new DistillationEngine(new ScriptedTeacher(world), SmallRun.Options(tokenizer, RationaleSource.Student));
await engine.RunAsync(SmallRun.Data(world), runFolder, new Announcer());

internal sealed class Announcer : IProgress<DistillationProgress>
{
    public void Report(DistillationProgress progress)
    {
        Console.WriteLine($"{progress.Stage} {progress.Training?.Step ?? progress.Annotation?.Done ?? 0}");
        Console.Out.Flush();
    }
}
