#:package SciCoT.Testing@0.1.0
#:package libtorch-cpu-linux-x64@2.10.0
#:property CreateHardLinksForCopyLocalIfPossible=true
// Step 3 of 4: the two students learn from the stored rationales that pass the filters. `dotnet run -c Release 3-train.cs` trains 1,700 and
// 500 steps; `-- 20` trains 20 each, to see that everything works. Stopped at any time, the same command continues.
// On Windows the package is libtorch-cpu-win-x64, on a Mac libtorch-cpu-osx-arm64.
using System.Globalization;
using SciCoT;
using SciCoT.Distillation;
using SciCoT.Questions;
using SciCoT.Rationales;
using SciCoT.Testing;
using SciCoT.Training;

int? steps = args is [var given] && int.TryParse(given, out int number) && number > 0 ? number : null;
if (args.Length > 0 && steps is null)
{
    Console.Error.WriteLine("dotnet run -c Release 3-train.cs [-- STEPS]; STEPS is a whole number above 0.");
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
    if (!File.Exists("walk/rationales.jsonl"))
    {
        Console.Error.WriteLine("walk/rationales.jsonl is missing: run 1-questions.cs and 2-rationales.cs first.");
        return 1;
    }

    var options = new DistillationOptions
    {
        RationaleStudent = Steps(MiniScienceRecipe.Rationale("walk/tokenizer", seed: 1)),
        AnswerStudent = Steps(MiniScienceRecipe.Answer("walk/tokenizer", seed: 1)),
    };
    var data = new DistillationData([.. QuestionFile.Read("walk/train.jsonl")], [.. QuestionFile.Read("walk/validation.jsonl")], Test: []);

    await using var store = JsonLinesRationaleStore.Open("walk/rationales.jsonl");
    DistillationReport report = await new DistillationEngine(store, options).RunAsync(data, "walk/run", new StageLines(), stop.Token);
    Console.WriteLine(report.Rationales);
    foreach (var (name, student) in new[] { ("rationale student", report.RationaleStudent), ("answer student", report.AnswerStudent) })
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}: {student.Parameters:N0} parameters, {student.Steps} steps, {student.Seconds:0} s, validation loss {student.ValidationLoss:0.000} nats a token"));
    File.WriteAllText("walk/losses.svg", Curves([("rationale student", report.RationaleStudent.Curve), ("answer student", report.AnswerStudent.Curve)]));
    Console.WriteLine("walk/losses.svg shows how the losses fell; walk/run is the model folder.");
    return 0;
}
catch (OperationCanceledException) when (stop.IsCancellationRequested)
{
    Console.Error.WriteLine("Stopped. What was trained is kept in walk/run; the same command continues.");
    return 130;
}
catch (Exception e) when (SciCoTException.IsExpected(e)) // among them: walk/run holds work under other settings, and what to do about it
{
    Console.Error.WriteLine(SciCoTException.Explain(e));
    return 1;
}

StudentPlan Steps(StudentPlan plan) => steps is not { } few
    ? plan
    : plan with { Training = plan.Training with { TotalSteps = few, WarmupSteps = Math.Min(100, few / 10), EvaluateEverySteps = Math.Max(1, few / 2) } };

// The losses against the steps, on a logarithmic scale from 10 down to 0.01 nats a token.
static string Curves(IReadOnlyList<(string Name, IReadOnlyList<TrainingPoint> Points)> students)
{
    string[] colours = ["#0072b2", "#c45a00"];
    var svg = new System.Text.StringBuilder("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 440 260\" width=\"440\" font-family=\"sans-serif\" font-size=\"11\"><rect width=\"100%\" height=\"100%\" fill=\"#fff\"/><text x=\"4\" y=\"12\">loss (nats a token)</text>");
    foreach (double loss in new[] { 10, 1, 0.1, 0.01 })
        svg.Append(CultureInfo.InvariantCulture, $"<line x1=\"40\" x2=\"430\" y1=\"{Y(loss):0.#}\" y2=\"{Y(loss):0.#}\" stroke=\"#ddd\"/><text x=\"34\" y=\"{Y(loss) + 4:0.#}\" text-anchor=\"end\">{loss}</text>");
    int last = students.Max(student => student.Points[^1].Step);
    foreach (var (i, (name, points)) in students.Index())
    {
        svg.Append(CultureInfo.InvariantCulture, $"<polyline fill=\"none\" stroke=\"{colours[i]}\" points=\"{string.Join(' ', points.Select(point => string.Create(CultureInfo.InvariantCulture, $"{40 + (390.0 * point.Step / last):0.#},{Y(point.Loss):0.#}")))}\"/>");
        svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{300}\" y=\"{34 + (14 * i)}\" fill=\"{colours[i]}\">{name}</text>");
    }

    return svg.Append(CultureInfo.InvariantCulture, $"<text x=\"235\" y=\"252\" text-anchor=\"middle\">step, 0 to {last}</text></svg>").ToString();

    static double Y(double loss) => 24 + (70 * (1 - Math.Log10(Math.Clamp(loss, 0.01, 10))));
}

// A line at the beginning of each stage.
sealed class StageLines : IProgress<DistillationProgress>
{
    private DistillationStage? _stage;

    public void Report(DistillationProgress value)
    {
        if (_stage != value.Stage)
            Console.WriteLine($"{_stage = value.Stage} …");
    }
}
