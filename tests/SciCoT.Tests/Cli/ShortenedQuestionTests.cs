using System.Text.Json.Nodes;
using SciCoT.Evaluation;
using SciCoT.Evaluation.Reports;
using SciCoT.Questions;
using SciCoT.Students;
using SciCoT.Tests.Support;

namespace SciCoT.Tests.Cli;

/// <summary>Three questions: a short one, and two with a context of more than 512 tokens that differ in their choices only.</summary>
public sealed class ShortenedQuestionTests(TinyModelFolder model) : IClassFixture<TinyModelFolder>, IDisposable
{
    private static readonly string Path = TestFiles.Data("Cases", "data", "long-context.jsonl");

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Answer_SaysWhichAndHowManyWereShortened()
    {
        var outcome = (await Commands.RunAsync(["answer", "-m", model.Path, "-i", Path, "--json"])).Succeeded();

        Assert.Equal([false, true, true], outcome.Rows.Select(row => (bool)row["shortened"]!));
        Assert.Contains("2 questions were longer than the 128 tokens that the model reads", outcome.Error);
    }

    [Fact]
    public async Task Pipeline_QuestionsThatDifferInTheirChoices_GetDifferentAnswers()
    {
        using var rationaleStudent = SciCoTModelFolder.LoadRationaleStudent(model.Path);
        using var answerStudent = SciCoTModelFolder.LoadAnswerStudent(model.Path);
        var pipeline = new SciCoTPipeline(rationaleStudent, answerStudent);
        ScienceQuestion[] questions = [.. QuestionFile.Read(Path)];

        var answers = await pipeline.AnswerManyAsync(questions.ToAsyncEnumerable(), TestContext.Current.CancellationToken).ToArrayAsync(TestContext.Current.CancellationToken);

        Assert.Equal([false, true, true], answers.Select(answer => answer.IsShortened));
        Assert.NotEqual(answers[1].Choices.Select(choice => choice.Probability), answers[2].Choices.Select(choice => choice.Probability));
    }

    [Fact]
    public async Task Evaluate_CountsThemInFiguresReportsAndPredictions()
    {
        var reports = _folder.File("reports");

        var outcome = (await Commands.RunAsync(["evaluate", "-m", model.Path, "-d", Path, "--system", "tiny", "--json", "--output", reports])).Succeeded();

        Assert.Equal(2, (int)outcome.Json["shortened"]!);
        Assert.Contains("2 questions were longer than the 128 tokens", outcome.Error);
        Assert.Equal(2, (int)JsonNode.Parse(File.ReadAllText(System.IO.Path.Combine(reports, "report.json")))!["systems"]![0]!["shortened"]!);
        foreach (var page in new[] { "report.md", "report.html" })
            Assert.Contains("tiny: 2 of 3 answers rest on a question that was too long for the model", File.ReadAllText(System.IO.Path.Combine(reports, page)));

        var again = (await Commands.RunAsync(["evaluate", "--predictions", System.IO.Path.Combine(reports, "predictions.jsonl"), "--json"])).Succeeded();
        Assert.Equal(2, (int)again.Json["shortened"]!);
    }

    [Fact]
    public void Report_OutcomesThatDoNotSay_LeaveTheCountOut()
    {
        var question = ScienceQuestion.Create("What rusts?", "iron", "wood") with { AnswerLabel = "A" };
        var input = new ReportInput { Title = "t", DataSet = "d", Systems = [new() { System = "theirs", Outcomes = [QuestionOutcome.Judge(question, "A", "iron")] }] };

        var report = EvaluationReport.Create(input);

        Assert.Null(report.Systems[0].Shortened);
        Assert.DoesNotContain("too long for the model", report.ToMarkdown());
    }
}
