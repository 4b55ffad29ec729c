using System.Text.Json;
using SciCoT.Distillation;
using SciCoT.Evaluation;
using SciCoT.Models;
using SciCoT.Questions;
using SciCoT.Students;
using SciCoT.Testing;

namespace SciCoT.Tests.EngineHost;

/// <summary>What a file-based app or a trimmed program would do: this process has no reflection-based JSON, as theirs do not.</summary>
public static class TrainingWithoutReflection
{
    /// <param name="tokenizer">The mini data set's tokenizer.</param>
    /// <param name="folder">Where everything goes.</param>
    public static async Task RunAsync(string tokenizer, string folder)
    {
        if (JsonSerializer.IsReflectionEnabledByDefault)
            throw new InvalidOperationException("This process has reflection-based JSON, so that it shows nothing.");

        // A training with checkpoints, and one that goes on from its last checkpoint.
        var training = Path.Combine(folder, "training");
        KillableTraining.Run(training, null);
        KillableTraining.Run(training, null);
        using (var model = T5Model.Load(Path.Combine(training, "model")))
            Console.WriteLine(model.Config.ModelSize);

        // A distillation from question files to answers, and the same run taken over.
        var world = MiniScience.Create();
        var data = SmallRun.Data(world);
        QuestionFile.Write(Path.Combine(folder, "questions.jsonl"), data.Training);
        Console.WriteLine(QuestionFile.Read(Path.Combine(folder, "questions.jsonl")).Count());
        var run = Path.Combine(folder, "run");
        var options = SmallRun.Options(tokenizer, RationaleSource.Student);
        await new DistillationEngine(new ScriptedTeacher(world), options).RunAsync(data, run);
        var report = await new DistillationEngine(new ScriptedTeacher(world), options).RunAsync(data, run);
        Console.WriteLine(report.Test);

        using var rationaleStudent = SciCoTModelFolder.LoadRationaleStudent(run);
        using var answerStudent = SciCoTModelFolder.LoadAnswerStudent(run);
        var answer = await new SciCoTPipeline(rationaleStudent, answerStudent).AnswerAsync(data.Test[0]);
        Console.WriteLine(answer.Label);
    }
}
