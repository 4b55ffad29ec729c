using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;

namespace SciCoT.Cli.Commands;

/// <summary><c>scicot answer</c>: questions in, answers out, in order.</summary>
internal sealed class AnswerCommand : ToolCommand
{
    private readonly Argument<string?> _question = new("question") { Description = "A question with its choices, for example \"What rusts? (A) iron (B) wood\".", Arity = ArgumentArity.ZeroOrOne };
    private readonly ModelOptions _model = new();
    private readonly Option<string?> _input = new("--input", "-i") { Description = "A file of questions in any format that scicot annotate takes, or - for standard input: JSON or text, one question a line." };

    public AnswerCommand(ToolConsole console)
        : base(
            "answer",
            "Answers a question, or a stream of them in batches and in order.",
            console,
            "scicot answer --model runs/science \"What would happen to iron in rain? (A) it rusts (B) it melts\"",
            "scicot answer --model runs/science --input questions.jsonl --json > answers.jsonl",
            "cat questions.txt | scicot answer --model runs/science --input -")
    {
        Arguments.Add(_question);
        AddOptions([.. _model.All, _input]);
    }

    protected override async Task RunAsync(Settings settings, ParseResult result, ToolConsole console, bool asJson, CancellationToken cancellationToken)
    {
        var question = result.GetValue(_question);
        var input = question is null ? settings.Text(_input) : null;
        if (question is null && input is null)
            throw new UsageException("Nothing to answer: give a question, or --input with a file, or --input - for standard input.");
        var questions = question is not null
            ? new[] { ScienceQuestion.Parse(question) }.ToAsyncEnumerable()
            : QuestionInput.Read(input!, console, cancellationToken);

        using var model = _model.Load(settings);
        int shortened = 0;
        bool isHinted = false;
        await foreach (var answer in model.Pipeline.AnswerManyAsync(questions, cancellationToken).ConfigureAwait(false))
        {
            if (answer.Question.Choices.Count == 0 && !isHinted)
            {
                isHinted = true;
                await console.Error.WriteLineAsync($"No choices were recognised in '{Shown(answer.Question.Stem)}', so it is answered as an open question. Choices are written as (A) … (B) …, A) … B) …, or one a line.").ConfigureAwait(false);
            }

            shortened += answer.IsShortened ? 1 : 0;
            if (asJson)
                console.WriteJson(Json(answer));
            else
                await console.Out.WriteLineAsync(Line(answer)).ConfigureAwait(false);
            await console.Out.FlushAsync(cancellationToken).ConfigureAwait(false);
        }

        if (shortened > 0)
            await console.Error.WriteLineAsync(model.Shortened(shortened)).ConfigureAwait(false);
    }

    private static string Shown(string stem) => stem.Length <= 60 ? stem : stem[..60] + "…";

    private static string Line(Answer answer)
    {
        var label = answer.Label is null ? "" : $"({answer.Label}) ";
        return string.Create(CultureInfo.InvariantCulture, $"{label}{answer.Text}  {answer.Confidence:P0}  because: {string.Join(" | ", answer.Rationales)}");
    }

    private static JsonObject Json(Answer answer) => new()
    {
        ["id"] = answer.Question.Id,
        ["label"] = answer.Label,
        ["text"] = answer.Text,
        ["confidence"] = answer.Confidence,
        ["choices"] = new JsonArray([.. answer.Choices.Select(c => new JsonObject { ["label"] = c.Choice.Label, ["text"] = c.Choice.Text, ["probability"] = c.Probability })]),
        ["shortened"] = answer.IsShortened,
        ["rationales"] = new JsonArray([.. answer.Rationales.Select(r => JsonValue.Create(r))]),
    };
}
