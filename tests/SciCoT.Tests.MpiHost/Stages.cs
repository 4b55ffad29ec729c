using SciCoT.Distillation;
using SciCoT.Distributed;
using SciCoT.Mpi;
using SciCoT.Testing;
using SciCoT.Tests.EngineHost;
using TorchSharp;

namespace SciCoT.Tests.MpiHost;

/// <summary>Runs and studies of a few seconds on all ranks.</summary>
internal static class Stages
{
    /// <param name="tokenizer">The mini data set's tokenizer.</param>
    /// <param name="run">The run's folder.</param>
    /// <param name="crossFitted">Whether fold students write the rationales.</param>
    /// <param name="kill">"announce" to have each step told with the process of the last rank.</param>
    public static Task<int> DistillAsync(string tokenizer, string run, bool crossFitted, string? kill) => MpiProcessGroup.RunAsync(async group =>
    {
        torch.set_num_threads(1);
        var world = MiniScience.Create();
        var source = crossFitted ? RationaleSource.CrossFitted with { Folds = 3 } : RationaleSource.Student;
        var options = SmallRun.Options(tokenizer, source);
        options = options with
        {
            RationaleStudent = options.RationaleStudent with { EvaluatedQuestions = 4 },
            AnswerStudent = options.AnswerStudent with { EvaluatedQuestions = 4 },
        };
        var engine = new DistillationEngine(new ScriptedTeacher(world), options) { Group = group };
        if (kill is not null)
            Console.WriteLine($"{group.Rank} {Environment.ProcessId}");
        var report = await engine.RunAsync(SmallRun.Data(world), run, new Announcer(group));
        Console.WriteLine($"{group.Rank}: {report.Test!.Accuracy:0.000} {report.AnswerStudent.Steps} {report.FoldStudents.Count}");
        return 0;
    });

    public static Task<int> AblateAsync(string tokenizer, string run) => MpiProcessGroup.RunAsync(async group =>
    {
        torch.set_num_threads(1);
        var world = MiniScience.Create();
        var small = SmallRun.Options(tokenizer, RationaleSource.Teacher);
        var options = new AblationOptions
        {
            Annotation = small.Annotation,
            RationaleStudent = small.RationaleStudent,
            AnswerStudent = small.AnswerStudent,
            Seeds = [1, 2],
            Variants = [AblationVariant.ZeroShot, AblationVariant.Direct, AblationVariant.OneStage(), AblationVariant.TwoStage(RationaleSource.Teacher), AblationVariant.TwoStage(RationaleSource.Student)],
        };
        var result = await new AblationStudy(new ScriptedTeacher(world), options) { Group = group }.RunAsync(SmallRun.Data(world), run);
        Console.WriteLine($"{group.Rank}: {result.Systems.Count}");
        return 0;
    });

    /// <summary>The last rank works longer than the others may wait for one operation, and may fail then.</summary>
    public static int Apart(bool fails)
    {
        using var group = MpiProcessGroup.Join(new() { Timeout = TimeSpan.FromSeconds(4) });
        bool isLast = group.Rank == group.Size - 1;
        try
        {
            group.WorkApart(() =>
            {
                if (!isLast)
                    return;
                Thread.Sleep(TimeSpan.FromSeconds(6));
                if (fails)
                    throw new InvalidDataException("This rank has had enough.");
            });
            Console.WriteLine($"{group.Rank} goes on");
        }
        catch (Exception e) when (e is InvalidDataException or ProcessGroupException)
        {
            Console.WriteLine($"{group.Rank}: {e.Message}");
        }

        return 0;
    }

    private sealed class Announcer(IProcessGroup group) : IProgress<DistillationProgress>
    {
        public void Report(DistillationProgress progress)
        {
            Console.WriteLine($"progress of {group.Rank}: {progress.Stage} {progress.Training?.Step ?? 0}");
            Console.Out.Flush();
        }
    }
}
