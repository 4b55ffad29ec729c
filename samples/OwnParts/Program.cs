// Every part of a run that a program can bring itself: a filter, a store, an optimizer, a logits processor, a reader of questions.
// It trains two students of a few thousand parameters for a few steps, to show where each part goes.
using Microsoft.Extensions.DependencyInjection;
using OwnParts;
using SciCoT;
using SciCoT.Distillation;
using SciCoT.Generation;
using SciCoT.Questions;
using SciCoT.Rationales;
using SciCoT.Samples;
using SciCoT.Students;
using SciCoT.Teaching.Filters;
using SciCoT.Testing;

return await Failures.ReportAsync("usage: OwnParts [output folder]", args, args.Length <= 1, async () =>
{
    var folder = args is [var output] ? output : Path.Combine("artifacts", "own-parts");
    Directory.CreateDirectory(folder);

    var quiz = Path.Combine(folder, "science.quiz");
    File.WriteAllText(quiz, "What does ice become when it is warmed? | water | sand\n");
    var own = QuestionFiles.Read(quiz, [new QuizReader()]).Single();
    Console.WriteLine($"Read from {quiz}: {own.Stem}");

    var world = MiniScience.Create();
    var tokenizer = MiniScience.WriteTokenizer(Path.Combine(folder, "tokenizer"));
    var recipe = MiniScienceRecipe.Rationale(tokenizer, seed: 1);
    var student = recipe with { Training = recipe.Training with { TotalSteps = 4, WarmupSteps = 1, EvaluateEverySteps = 4, CustomOptimizer = SignSgd.Factory } };
    var store = new CountingStore(new InMemoryRationaleStore());

    var services = new ServiceCollection();
    services.AddSciCoT()
        .UseTeacher(_ => new ScriptedTeacher(world))
        .UseRationaleStore(_ => store)
        .AddRationaleFilter(_ => new NoOpinionFilter("I think", "in my opinion"))
        .AddDistillation(new DistillationOptions
        {
            Annotation = new() { Teacher = new ScriptedTeacherOptions().Name },
            RationaleStudent = student,
            AnswerStudent = student,
            WhenPlanDiffers = SciCoT.Training.PlanChange.StartAnew,
        });
    await using var provider = services.BuildServiceProvider();
    var run = Path.Combine(folder, "run");
    var report = await provider.GetRequiredService<DistillationEngine>().RunAsync(new([.. world.Train.Take(32)], [.. world.Validation.Take(8)], []), run);
    Console.WriteLine($"{store.Added} rationales were added; {report.Rationales}");

    using var model = T5TextModel.Load(Path.Combine(run, SciCoTModelFolder.RationaleStudent));
    using var writer = new T5RationaleStudent(model, new GenerationOptions { MaxNewTokens = 20, Processors = [new ForbiddenTokens(model.Tokenizer.EncodeToIds("?"))] });
    Console.WriteLine($"After four steps the student writes: {(await writer.ExplainAsync([world.Test[0]]))[0]}");
    return 0;
});
