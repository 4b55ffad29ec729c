using System.Text.Json;
using System.Text.RegularExpressions;
using SciCoT.Evaluation;
using SciCoT.Evaluation.Reports;
using SciCoT.Tests.Support;

namespace SciCoT.Tests.Evaluation.Reports;

public sealed class EvaluationReportTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Create_FromAnswers_CountsThem()
    {
        var input = ReportSample.Input();

        var report = EvaluationReport.Create(input);

        Assert.Equal((60, 0.25, "direct"), (report.Questions, report.Chance, report.Baseline));
        Assert.Equal(["direct", "one-stage", "two-stage"], report.Systems.Select(system => system.System));
        var two = report.Systems[2];
        bool[] right = [.. input.Systems.Where(result => result.System == "two-stage").SelectMany(result => result.Outcomes).Select(outcome => outcome.IsCorrect)];
        Assert.Equal((120, right.Count(isRight => isRight), right.Average(isRight => isRight ? 1.0 : 0)), (two.Answers, two.Correct, two.Accuracy));
        Assert.Equal([1L, 2L], two.Seeds);
        Assert.Equal(two.Accuracy, two.SeedAccuracies.Average(), 1e-12);
        Assert.InRange(two.Accuracy, two.Interval.Low, two.Interval.High);
        Assert.Equal(["one-stage", "two-stage"], report.Comparisons.Select(comparison => comparison.System));
    }

    [Fact]
    public void Create_OneSystemOneSeed_IsWilsonsInterval()
    {
        var report = EvaluationReport.Create(new ReportInput { Title = "t", DataSet = "d", Systems = [Outcomes.System("pipeline", null, true, false, true, true)] });

        Assert.Equal((Proportion.Wilson(3, 4), Proportion.StandardError(3, 4)), (report.Systems[0].Interval, report.Systems[0].StandardError));
        Assert.Empty(report.Comparisons);
        Assert.Contains("not checked", report.ToMarkdown());
    }

    [Fact]
    public void Create_PublishedFiguresOfTheDataSet_AreTestedWithTheKnownExposureBesideThem()
    {
        var result = Outcomes.System("two-stage", null, [.. Enumerable.Range(0, 40).Select(i => i % 4 == 0)]) with { Base = "google/flan-t5-small" };
        var input = new ReportInput { Title = "t", DataSet = "ARC-Easy, test", Systems = [result], Published = PublishedMarks.All };

        var report = EvaluationReport.Create(input);

        // There are no log-likelihoods for acc_norm, and other data sets were not asked.
        Assert.Equal(["acc", "accuracy"], report.Marks.Select(mark => mark.Mark.Metric));
        Assert.All(report.Marks, mark => Assert.Equal((MarkVerdict.Below, 40), (mark.Verdict, mark.Questions)));
        Assert.All(report.Marks, mark => Assert.Contains("Flan Collection", mark.Exposure));
        foreach (var page in new[] { report.ToMarkdown(), report.ToHtml(input.Systems) })
        {
            Assert.Contains("two-stage is below BLOOM-176B", page);
            Assert.Contains("of 40 questions", page);
            Assert.Contains("was trained on questions of ARC", page);
        }

        Assert.Contains("\"verdict\": \"Below\"", report.ToJson());
        Assert.Empty(EvaluationReport.Create(input with { DataSet = "my questions" }).Marks);
    }

    [Fact]
    public void Create_FromWrittenPredictions_EveryFigureIsTheSame()
    {
        var input = ReportSample.Input();
        var report = EvaluationReport.Write(input, _folder.Path);

        var again = EvaluationReport.Create(input with { Systems = PredictionFile.Read(_folder.File("predictions.jsonl")) });

        // What was answered is in the predictions; how the system was trained is not.
        Assert.Equal(
            JsonSerializer.Serialize(report.Systems.Select(system => system with { Base = null, Parameters = null, TrainingSteps = null, TrainingSeconds = null, Training = [] })),
            JsonSerializer.Serialize(again.Systems));
        Assert.Equal(JsonSerializer.Serialize(report.Comparisons), JsonSerializer.Serialize(again.Comparisons));
    }

    [Fact]
    public void Write_ReportJson_HasTheDocumentedFields()
    {
        EvaluationReport.Write(ReportSample.Input(), _folder.Path);

        using var json = JsonDocument.Parse(File.ReadAllText(_folder.File("report.json")));
        var documented = File.ReadAllText(Path.Combine(TestFiles.Repository, "docs", "evaluation.md"));
        var names = new HashSet<string>();
        Collect(json.RootElement);

        Assert.Equal(1, json.RootElement.GetProperty("schema").GetInt32());
        Assert.All(names, name => Assert.Contains($"`{name}`", documented));

        void Collect(JsonElement element)
        {
            if (element.ValueKind == JsonValueKind.Object)
            {
                foreach (var member in element.EnumerateObject())
                {
                    names.Add(member.Name);
                    Collect(member.Value);
                }
            }
            else if (element.ValueKind == JsonValueKind.Array)
            {
                foreach (var item in element.EnumerateArray())
                    Collect(item);
            }
        }
    }

    [Fact]
    public void ToHtml_AsksForNothingElse()
    {
        var input = ReportSample.Input();

        var page = EvaluationReport.Create(input).ToHtml(input.Systems);

        Assert.DoesNotMatch(new Regex("(src|href|action)\\s*=(?!\"#)|url\\(|@import|https?://", RegexOptions.IgnoreCase), page);
        Assert.Contains("default-src 'none'", page);
        foreach (var part in new[] { "Accuracy", "Comparisons", "RationaleUse", "Rouge", "Subsets", "Calibration", "Positions", "Training", "Cost", "Overlap", "Published", "Examples" })
            Assert.Contains($"<section id=\"{part}\">", page);
    }

    [Fact]
    public void ToHtml_Contents_LeadToEveryPart_AndTablesTakeTheKeyboard()
    {
        var input = ReportSample.Input();

        var page = EvaluationReport.Create(input).ToHtml(input.Systems);

        Assert.Equal(Regex.Matches(page, "<section id=\"(\\w+)\">").Select(part => part.Groups[1].Value), Regex.Matches(page, "<a href=\"#(\\w+)\">").Select(link => link.Groups[1].Value));
        Assert.Equal(Regex.Count(page, "<table>"), Regex.Count(page, "role=\"region\" tabindex=\"0\" aria-label=\"[^\"]+, table\"><table>"));
        Assert.True(page.IndexOf("<section id=\"Comparisons\">", StringComparison.Ordinal) < page.IndexOf("<details>", StringComparison.Ordinal));
        Assert.Matches("<section id=\"Cost\">\n<details>", page);
    }

    [Fact]
    public void Tables_SayWhatTheirFiguresAre()
    {
        var input = ReportSample.Input() with { Systems = [.. ReportSample.Input().Systems.Where(system => system.Seed == 1)] };
        var report = EvaluationReport.Create(input);
        var positions = report.Systems[0].Positions!.Counts;

        var markdown = report.ToMarkdown();

        Assert.Contains("| seed 1 |", markdown);
        Assert.Contains($"| {positions.Sum(row => row[0])} times, {positions[0][0]} right |", markdown);
        Assert.Contains("seeds 1, 2", EvaluationReport.Create(ReportSample.Input()).ToMarkdown());
    }

    [Fact]
    public void Tables_LeaveOutColumnsOfWhichNothingIsKnown_AndSetWordsAtTheLeft()
    {
        var sample = ReportSample.Input();
        var input = sample with { Systems = [.. sample.Systems.Where(system => system.Seed == 1).Select(system => system with { Base = null, Parameters = null, TrainingSteps = null, TrainingSeconds = null })] };

        var page = EvaluationReport.Create(input).ToHtml(input.Systems);

        Assert.Contains("<th scope=\"col\">system</th><th scope=\"col\">seconds p50</th>", page);
        Assert.Contains("<th scope=\"col\" class=\"words\">base</th><th scope=\"col\">parameters</th>", EvaluationReport.Create(sample).ToHtml(sample.Systems));
        Assert.DoesNotContain("lowest and highest seed", page);
    }

    [Fact]
    public void PublishedFigures_AreComparedInSentences_WhereTheyAreFew()
    {
        const string Sentence = "one-sided two-sample z-test at 5 %.";
        var sample = ReportSample.Input() with { DataSet = "ARC-Easy" };
        var few = sample with { Systems = [.. sample.Systems.Where(system => system.System == "two-stage")], Published = [.. PublishedMarks.On("ARC-Easy").Where(mark => mark.Metric == "accuracy").Take(1)] };

        Assert.Contains(Sentence, EvaluationReport.Create(few).ToMarkdown());
        var many = EvaluationReport.Create(sample with { Published = PublishedMarks.On("ARC-Easy") });
        Assert.True(many.Marks.Count > 3);
        Assert.DoesNotContain(Sentence, many.ToMarkdown());
        Assert.Contains("p above: that the system exceeds the figure.", many.ToMarkdown());
    }

    [Fact]
    public void ToHtml_ManySystems_FoldsTheirRationales()
    {
        var systems = Enumerable.Range(0, 6).Select(i => ReportSample.Input().Systems[^1] with { System = $"system {i}", Seed = null }).ToArray();

        var page = EvaluationReport.Create(ReportSample.Input() with { Systems = systems }).ToHtml(systems);

        Assert.Matches("<section id=\"RationaleUse\">\n<details>", page);
    }

    [Fact]
    public void ToHtml_HostileText_StaysText()
    {
        const string Attack = "\"'><img src=x onerror=alert(1)></script><script>alert(2)</script>&{{";
        var question = ScienceQuestion.Create(Attack, Attack, "b") with { AnswerLabel = "A", Context = Attack };
        var outcome = QuestionOutcome.Judge(question, "A", Attack) with { Rationale = Attack, TeacherRationale = Attack };
        var input = new ReportInput
        {
            Title = Attack,
            DataSet = Attack,
            Systems = [new() { System = Attack, Outcomes = [outcome], Training = [new(Attack, [new(1, 1)])], Base = Attack }],
            Subsets = [new(Attack, _ => Attack)],
            Published = [new(Attack, Attack, Attack, 0.5, Attack)],
            Notes = [Attack],
            Command = Attack,
        };

        var page = EvaluationReport.Create(input).ToHtml(input.Systems);
        var markdown = EvaluationReport.Create(input).ToMarkdown();

        Assert.DoesNotContain("<img", page);
        Assert.Equal(1, Regex.Count(page, "<script"));
        Assert.Equal(1, Regex.Count(page, "</script"));
        Assert.DoesNotMatch(new Regex(@"(?<!\\)<img"), Regex.Replace(markdown, "(?s)```.*?```", ""));
    }

    [Fact]
    public void Create_BadInput_SaysWhat()
    {
        Assert.Contains("no systems", Message([]));
        Assert.Contains("'x' has no outcomes", Message([new() { System = "x", Outcomes = [] }]));
        Assert.Contains("seed 1", Message([Outcomes.System("x", 1, true), Outcomes.System("x", 1, true)]));
        Assert.Contains("'q0' twice", Message([new() { System = "x", Outcomes = [Outcomes.Answer(0, 0), Outcomes.Answer(0, 1)] }]));

        static string Message(SystemResult[] systems) =>
            Assert.Throws<ArgumentException>(() => EvaluationReport.Create(new ReportInput { Title = "t", DataSet = "d", Systems = systems })).Message;
    }

    [Fact]
    public void Examples_AreAsOftenRightAsWrong()
    {
        var input = ReportSample.Input(questions: 200);

        var examples = ReportExample.Choose(input.Systems, 20);

        Assert.Equal((20, 10), (examples.Count, examples.Count(example => example.Answers[^1].Outcome.IsCorrect)));
        Assert.All(examples, example => Assert.Equal(["direct", "one-stage", "two-stage"], example.Answers.Select(answer => answer.System)));
        Assert.Empty(ReportExample.Choose(input.Systems, 0));
    }
}
