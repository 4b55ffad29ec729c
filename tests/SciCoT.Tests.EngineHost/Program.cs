using System.Globalization;
using SciCoT.Distillation;
using SciCoT.Testing;
using SciCoT.Tests.EngineHost;
using SciCoT.Training;
using TorchSharp;

// Runs a small distillation, or a training alone, and says each step, so that the test that started it can kill it at a chosen one.
// As "newcomer", "leaver" and "storm" it disposes of models in ways that must not end the process.
// One thread, as in the tests: sums in another order would end in other bits.
torch.set_num_threads(1);
if (args[0] == "without-reflection")
{
    await TrainingWithoutReflection.RunAsync(tokenizer: args[1], folder: args[2]);
    return;
}

if (args[0] == "train")
{
    KillableTraining.Run(args[1], new StepAnnouncer());
    return;
}

if (args[0] == "newcomer")
{
    await DisposalStorm.NewcomerAsync(args[1]);
    return;
}

if (args[0] == "leaver")
{
    await DisposalStorm.LeaveAsync(args[1]);
    return;
}

if (args[0] == "storm")
{
    torch.set_num_threads(Environment.ProcessorCount);
    var storm = new DisposalStorm(args[1]);
    await storm.RunAsync(int.Parse(args[2], CultureInfo.InvariantCulture), seed: int.Parse(args[3], CultureInfo.InvariantCulture));
    Console.WriteLine($"{args[2]} rounds, {storm.Refused} calls refused or cancelled");
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
