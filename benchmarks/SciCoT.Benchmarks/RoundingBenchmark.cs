using System.Globalization;
using SciCoT.Compute;
using SciCoT.Evaluation;
using SciCoT.Models;
using SciCoT.Students;
using SciCoT.Testing;

namespace SciCoT.Benchmarks;

/// <summary>How many answers of trained students change when their weights are rounded, on the mini data set's test questions.</summary>
internal static class RoundingBenchmark
{
    /// <param name="args">A model folder as the quick start leaves it, and the seed of its data set (default 4).</param>
    public static void Run(string[] args)
    {
        int seed = int.Parse(args.ElementAtOrDefault(1) ?? "4", CultureInfo.InvariantCulture);
        var questions = MiniScience.Create(seed).Test;
        var exact = Answer(args[0], WeightFormat.Float32, questions);
        Console.WriteLine($"{questions.Count} questions");
        Console.WriteLine("weights    right  same answer as float32  same rationale");
        foreach (var format in Enum.GetValues<WeightFormat>())
        {
            var outcomes = format == WeightFormat.Float32 ? exact : Answer(args[0], format, questions);
            Console.WriteLine($"{format,-9} {Share(i => outcomes[i].Outcome.IsCorrect),6:P1}  {Share(i => outcomes[i].Outcome.Label == exact[i].Outcome.Label),22:P1}  {Share(i => outcomes[i].Rationale == exact[i].Rationale),14:P1}");
        }

        double Share(Func<int, bool> holds) => Enumerable.Range(0, questions.Count).Count(holds) / (double)questions.Count;
    }

    private static (QuestionOutcome Outcome, string Rationale)[] Answer(string folder, WeightFormat format, IReadOnlyList<ScienceQuestion> questions)
    {
        using var rationaleStudent = SciCoTModelFolder.LoadRationaleStudent(folder, options: new() { WeightFormat = format });
        using var answerStudent = SciCoTModelFolder.LoadAnswerStudent(folder, options: new() { WeightFormat = format });
        var rationales = rationaleStudent.ExplainAsync(questions).GetAwaiter().GetResult();
        var predictions = answerStudent.AnswerAsync([.. questions.Zip(rationales, (question, rationale) => new ExplainedQuestion(question, rationale))]).GetAwaiter().GetResult();
        return [.. questions.Select((question, i) => (QuestionOutcome.Judge(question, predictions[i].Label, predictions[i].Text), rationales[i]))];
    }
}
