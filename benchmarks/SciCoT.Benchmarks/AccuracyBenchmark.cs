using System.Globalization;
using SciCoT.Compute;
using SciCoT.Evaluation;
using SciCoT.Models;
using SciCoT.Students;
using SciCoT.Testing;

namespace SciCoT.Benchmarks;

/// <summary>What changes in trained students' answers when their weights, and with int8 the inputs of products, are rounded, on the mini data set's test questions.</summary>
internal static class AccuracyBenchmark
{
    private sealed record Answers(IReadOnlyList<string> Rationales, IReadOnlyList<AnswerPrediction> Own, IReadOnlyList<AnswerPrediction> OnExact);

    /// <param name="args">A model folder as the quick start leaves it, and the seed of its data set (default 6, the quick start's).</param>
    public static void Run(string[] args)
    {
        int seed = int.Parse(args.ElementAtOrDefault(1) ?? "6", CultureInfo.InvariantCulture);
        var questions = MiniScience.Create(seed).Test;
        var exact = Answer(args[0], WeightFormat.Float32, questions, null);
        Console.WriteLine($"{questions.Count} questions; the last two columns are the answer student's alone, on float32's rationales");
        Console.WriteLine("weights    right  same answer as float32  same rationale  same choice  KL of choices");
        foreach (var format in Enum.GetValues<WeightFormat>())
        {
            var answers = format == WeightFormat.Float32 ? exact : Answer(args[0], format, questions, exact.Rationales);
            double right = Share(i => QuestionOutcome.Judge(questions[i], answers.Own[i].Label, answers.Own[i].Text).IsCorrect);
            double same = Share(i => answers.Own[i].Label == exact.Own[i].Label), rationale = Share(i => answers.Rationales[i] == exact.Rationales[i]);
            double choice = Share(i => answers.OnExact[i].Label == exact.OnExact[i].Label);
            double divergence = Enumerable.Range(0, questions.Count).Average(i => Divergence(exact.OnExact[i].Probabilities, answers.OnExact[i].Probabilities));
            Console.WriteLine($"{format,-9} {right,6:P1}  {same,22:P1}  {rationale,14:P1}  {choice,11:P1}  {divergence,13:E1}");
        }

        double Share(Func<int, bool> holds) => Enumerable.Range(0, questions.Count).Count(holds) / (double)questions.Count;
    }

    private static Answers Answer(string folder, WeightFormat format, IReadOnlyList<ScienceQuestion> questions, IReadOnlyList<string>? exact)
    {
        using var rationaleStudent = SciCoTModelFolder.LoadRationaleStudent(folder, options: new() { WeightFormat = format });
        using var answerStudent = SciCoTModelFolder.LoadAnswerStudent(folder, options: new() { WeightFormat = format });
        var rationales = rationaleStudent.ExplainAsync(questions).GetAwaiter().GetResult();
        var own = Choose(rationales);
        return new Answers(rationales, own, exact is null ? own : Choose(exact));

        IReadOnlyList<AnswerPrediction> Choose(IReadOnlyList<string> explained) =>
            answerStudent.AnswerAsync([.. questions.Zip(explained, (question, rationale) => new ExplainedQuestion(question, rationale))]).GetAwaiter().GetResult();
    }

    /// <summary>Kullback and Leibler's divergence of probabilities from exact ones, in nats.</summary>
    private static double Divergence(IReadOnlyList<double> exact, IReadOnlyList<double> actual) =>
        exact.Zip(actual, (p, q) => p > 0 ? p * Math.Log(p / q) : 0).Sum();
}
