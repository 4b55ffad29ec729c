using SciCoT.Distillation;
using SciCoT.Distributed;
using SciCoT.Mpi;
using SciCoT.Samples;
using SciCoT.Testing;

// Distils the mini data set on all ranks together, in a few seconds and with too few steps to learn it:
//
//   dotnet build -c Release samples/TrainTogether
//   mpirun -n 2 dotnet samples/TrainTogether/bin/Release/net10.0/TrainTogether.dll runs/together
//
// Without mpirun it is one process, and the students are the same to within rounding.
var folder = Path.GetFullPath(args.Length > 0 ? args[0] : "runs/together");
return await Failures.ReportAsync("usage: TrainTogether [output folder]", args, args.Length <= 1, () => Failures.ReportAsync("Stopped. The same command continues.", cancellationToken => MpiProcessGroup.RunAsync(async group =>
{
    var world = MiniScience.Create();
    var tokenizer = TokenizerOf(group, Path.Combine(folder, "tokenizer"));
    DistillationOptions options = new()
    {
        Annotation = new() { Teacher = new ScriptedTeacherOptions().Name },
        RationaleStudent = Short(MiniScienceRecipe.Rationale(tokenizer, seed: 1)),
        AnswerStudent = Short(MiniScienceRecipe.Answer(tokenizer, seed: 1)),
        AnswerStudentContinuesRationaleStudent = false,
    };
    var engine = new DistillationEngine(new ScriptedTeacher(world), options) { Group = group };
    DistillationData data = new([.. world.Train.Take(96)], [.. world.Validation.Take(16)], [.. world.Test.Take(32)]);
    var report = await engine.RunAsync(data, Path.Combine(folder, "run"), new Progress<DistillationProgress>(), cancellationToken);

    if (group.Rank == 0)
        Console.WriteLine(FormattableString.Invariant($"{group.Size} ranks: {report.AnswerStudent.Steps} steps, {report.Test!.Accuracy:P0} of {data.Test.Count} test questions right."));
    return 0;
})));

// Rank 0 writes what all of them read.
static string TokenizerOf(IProcessGroup group, string folder)
{
    if (group.Rank == 0)
        MiniScience.WriteTokenizer(folder);
    group.Barrier();
    return Path.Combine(folder, "spiece.model");
}

static StudentPlan Short(StudentPlan plan) => plan with
{
    Training = plan.Training with { TotalSteps = 20, WarmupSteps = 2, BatchSize = 16, EvaluateEverySteps = 10 },
    MaxTargetTokens = 24,
};
