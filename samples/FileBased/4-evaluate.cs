#:package SciCoT.Testing@0.1.0
// Step 4 of 4: the students answer the test questions, and answer them again with other rationales: does the answer student read
// them? walk/report/report.html shows all figures with intervals, charts, and questions with their answers.
using System.Globalization;
using SciCoT;
using SciCoT.Evaluation;
using SciCoT.Evaluation.Reports;
using SciCoT.Questions;
using SciCoT.Students;
using SciCoT.Testing;
using SciCoT.Tokenization;

int? limit = args is [var given] && int.TryParse(given, out int number) && number > 0 ? number : null;
if (args.Length > 0 && limit is null)
{
    Console.Error.WriteLine("dotnet run -c Release 4-evaluate.cs [-- QUESTIONS]; QUESTIONS is a whole number above 0.");
    return 2;
}

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = !stop.IsCancellationRequested; // a second Ctrl-C ends the program at once
    stop.Cancel();
};

try
{
    if (!File.Exists("walk/run/scicot.json"))
    {
        Console.Error.WriteLine("walk/run holds no students: run 3-train.cs first.");
        return 1;
    }

    using var rationaleStudent = SciCoTModelFolder.LoadRationaleStudent("walk/run");
    using var answerStudent = SciCoTModelFolder.LoadAnswerStudent("walk/run");
    ScienceQuestion[] questions = [.. Questions("walk/test.jsonl").Take(limit ?? int.MaxValue)];

    MiniScience world = MiniScience.Create(seed: 1);
    var outcomes = await Evaluator.EvaluateAsync(new SciCoTPipeline(rationaleStudent, answerStudent), questions, cancellationToken: stop.Token);
    outcomes = [.. outcomes.Select(outcome => outcome with { TeacherRationale = world.Find(outcome.QuestionId)?.Rationale })];
    outcomes = await RationaleUseEvaluator.EvaluateAsync(answerStudent, outcomes, cancellationToken: stop.Token);
    T5Tokenizer tokenizer = T5Tokenizer.Load("walk/tokenizer");

    EvaluationReport report = EvaluationReport.Write(
        new ReportInput
        {
            Title = "A walk through a distillation",
            DataSet = "Mini data set, seed 1, test questions",
            Command = "dotnet run 4-evaluate.cs",
            Systems = [new() { System = "two-stage", Base = "random weights", Outcomes = Evaluator.CountTokens(outcomes, text => tokenizer.EncodeToIds(text).Count) }],
            Subsets = [new SubsetField("family", question => world.Find(question.Id)?.Family ?? "own")],
            Cluster = question => world.Find(question.Id)?.Cell ?? question.Id,
            Overlap = OverlapCheck.Compare([.. QuestionFile.Read("walk/train.jsonl")], questions),
        },
        "walk/report");

    SystemReport students = report.Systems[0];
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{students.Correct} of {students.Answers} right: {students.Accuracy:P1}, 95 % interval {students.Interval.Low:P1} to {students.Interval.High:P1}; choosing at random gets {report.Chance:P1}."));
    foreach (RationaleUse use in students.RationaleUse)
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{use.Kind} rationale: {use.Accuracy.Accuracy:P1}"));
    Console.WriteLine("walk/report/report.html is the page.");
    return 0;
}
catch (OperationCanceledException) when (stop.IsCancellationRequested)
{
    Console.Error.WriteLine("Stopped. Nothing was written; the same command begins anew.");
    return 130;
}
catch (Exception e) when (SciCoTException.IsExpected(e)) // a file is missing or damaged, the disk is full: the message says what to do
{
    Console.Error.WriteLine(SciCoTException.Explain(e));
    return 1;
}

// A file without a question would fail later, and not say which file it was.
static ScienceQuestion[] Questions(string path) => QuestionFile.Read(path).ToArray() is { Length: > 0 } questions
    ? questions
    : throw new SciCoTException($"{path}: there is no question in it. Run 1-questions.cs again, or write questions of your own there.");
