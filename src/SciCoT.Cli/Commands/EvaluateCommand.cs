using System.CommandLine;
using System.Text.Json.Nodes;
using SciCoT.Evaluation;
using SciCoT.Questions;

namespace SciCoT.Cli.Commands;

/// <summary><c>scicot evaluate</c>: how many questions a model folder answers rightly.</summary>
internal sealed class EvaluateCommand : ToolCommand
{
    private readonly ModelOptions _model = new();
    private readonly Option<string?> _data = new("--data", "-d") { Description = "Questions with their answers, JSON Lines." };

    public EvaluateCommand(ToolConsole console)
        : base(
            "evaluate",
            "Answers questions whose answers are known and prints the accuracy with its 95 % interval.",
            console,
            "scicot evaluate --model runs/science --data test.jsonl",
            "SCICOT_MODEL=runs/science scicot evaluate --data test.jsonl --json")
    {
        AddOptions([.. _model.All, _data]);
    }

    protected override async Task RunAsync(Settings settings, ParseResult result, ToolConsole console, bool asJson, CancellationToken cancellationToken)
    {
        var path = settings.Required(_data);
        ScienceQuestion[] questions = [.. QuestionFile.Read(path)];
        if (questions.FirstOrDefault(q => q.AnswerLabel is null) is { } open)
            throw new InvalidDataException($"{path}: question '{open.Id}' has no answer; every question needs one to be judged.");
        if (questions.Length == 0)
            throw new InvalidDataException($"{path}: there is no question in it.");

        using var model = _model.Load(settings);
        var outcomes = await console.WithProgressAsync(report => Evaluator.EvaluateAsync(
            model.Pipeline, questions, new Relay<int>(done => report("Answering", done, questions.Length)), cancellationToken)).ConfigureAwait(false);
        var accuracy = AccuracyReport.Of(outcomes.Select(outcome => outcome.IsCorrect));
        console.Write(
            new JsonObject
            {
                ["questions"] = accuracy.Count,
                ["correct"] = accuracy.Correct,
                ["accuracy"] = accuracy.Accuracy,
                ["interval95"] = new JsonArray(accuracy.Interval.Low, accuracy.Interval.High),
            },
            asJson);
    }
}
