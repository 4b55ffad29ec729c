using SciCoT.Questions;
using SciCoT.Rationales;
using SciCoT.Tests.AnnotationHost;
using SciCoT.Tests.Rationales;
using SciCoT.Tests.Support;

namespace SciCoT.Tests.Cli;

/// <summary><c>scicot rationales</c> and what <c>scicot inspect</c> says of a store.</summary>
public sealed class RationalesCommandTests : IDisposable
{
    private const string Reason = "Many careful measurements of it have shown the same thing again.";

    private readonly TempFolder _folder = new();
    private readonly ScienceQuestion[] _questions = OpenAITeacher.Questions(3);

    public RationalesCommandTests()
    {
        QuestionFile.Write(Questions, _questions);
        using var store = JsonLinesRationaleStore.Open(Store);
        foreach (var record in new[]
        {
            Records.For(_questions[0], Reason),
            Records.For(_questions[0], "Too short.", sample: 1),
            Records.For(_questions[1], Reason) with { Teacher = "second", PromptHash = null, AnswerRevealed = true, Rationalized = true },
            Records.For(ScienceQuestion.Create("Is it elsewhere?", "yes", "no"), "A line\u001b[31m with an escape."),
        })
            store.AppendAsync(record).GetAwaiter().GetResult();
    }

    private string Store => _folder.File("store.jsonl");

    private string Questions => _folder.File("questions.jsonl");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Filter_CountsAndWritesVerdictsAndAccepted()
    {
        var result = (await Commands.RunAsync(["rationales", "filter", "-i", Store, "-q", Questions, "-o", _folder.File("verdicts.jsonl"), "--accepted", _folder.File("accepted.jsonl"), "--json"])).Succeeded().Json;

        Assert.Equal((4, 3, 2, 1), ((int)result["records"]!, (int)result["judged"]!, (int)result["accepted"]!, (int)result["withoutQuestion"]!));
        Assert.Equal(1, (int)result["refused"]!["length"]!);
        Assert.Equal(2, RationaleFile.Read(_folder.File("accepted.jsonl")).Count());
        var lenient = (await Commands.RunAsync(["rationales", "filter", "-i", Store, "-q", Questions, "--filters", "length", "--min-words", "2", "--json"])).Succeeded().Json;
        Assert.Equal(3, (int)lenient["accepted"]!);
        Assert.Contains("Did you mean \"length\"?", (await Commands.RunAsync(["rationales", "filter", "-i", Store, "-q", Questions, "--filters", "legth"])).Error);
    }

    [Fact]
    public async Task List_TellsTeacherSampleAndVerdict_WithoutControlCharacters()
    {
        (await Commands.RunAsync(["rationales", "filter", "-i", Store, "-q", Questions, "-o", _folder.File("verdicts.jsonl")])).Succeeded();

        var rows = (await Commands.RunAsync(["rationales", "list", "-i", Store, "--json"])).Succeeded().Rows;
        Assert.Equal(["accepted", "refused: length", "accepted", "not judged"], rows.Select(row => (string?)row["verdict"]));
        var text = (await Commands.RunAsync(["rationales", "list", "-i", Store])).Succeeded().Output;
        Assert.Contains("second, no prompt, sample 0, attempt 0, rationalised, Complete, accepted", text);
        Assert.DoesNotContain('\u001b', text);
        Assert.Single((await Commands.RunAsync(["rationales", "list", "-i", Store, "--teacher", "second", "--json"])).Succeeded().Rows);
        Assert.Equal(2, (await Commands.RunAsync(["rationales", "list", "-i", Store, "--limit", "2", "--json"])).Succeeded().Rows.Count);
    }

    [Fact]
    public async Task Export_WithQuestionsOfAnotherSet_SaysWhyItWroteNothing()
    {
        File.WriteAllText(_folder.File("others.jsonl"), """{"id": "1", "stem": "What is none of theirs?", "choices": [{"label": "A", "text": "this"}, {"label": "B", "text": "that"}], "answer": "A"}""");

        var ended = await Commands.RunAsync(["rationales", "export", "-i", Store, "-q", _folder.File("others.jsonl"), "-o", _folder.File("none.jsonl"), "--json"]);

        Assert.Equal(0, (int)ended.Succeeded().Json["written"]!);
        Assert.Contains("None of the 4 rationales belongs to a question of", ended.Error);
    }

    [Fact]
    public async Task Export_IsImportedBack()
    {
        var written = (await Commands.RunAsync(["rationales", "export", "-i", Store, "-q", Questions, "-o", _folder.File("export.jsonl"), "--json"])).Succeeded().Json;
        Assert.Equal((3, 1), ((int)written["written"]!, (int)written["withoutQuestion"]!));

        string[] import = ["rationales", "import", "-i", _folder.File("export.jsonl"), "-o", _folder.File("other.jsonl"), "--json"];
        Assert.Equal(3, (int)(await Commands.RunAsync(import)).Succeeded().Json["added"]!);
        Assert.Equal(3, (int)(await Commands.RunAsync(import)).Succeeded().Json["known"]!);
        Assert.Equal(RationaleFile.Read(Store).Take(3).Select(record => record.Key), RationaleFile.Read(_folder.File("other.jsonl")).Select(record => record.Key));
    }

    [Fact]
    public async Task Export_AcceptedOnly_NeedsVerdicts()
    {
        (await Commands.RunAsync(["rationales", "filter", "-i", Store, "-q", Questions, "-o", _folder.File("verdicts.jsonl")])).Succeeded();

        var written = (await Commands.RunAsync(["rationales", "export", "-i", Store, "-q", Questions, "-o", _folder.File("export.jsonl"), "--verdicts", _folder.File("verdicts.jsonl"), "--accepted-only", "--json"])).Succeeded().Json;

        Assert.Equal((2, 1), ((int)written["written"]!, (int)written["leftOut"]!));
    }

    [Fact]
    public async Task Inspect_TellsTeachersPromptsSamplesAndVerdicts()
    {
        (await Commands.RunAsync(["rationales", "filter", "-i", Store, "-q", Questions, "-o", _folder.File("verdicts.jsonl")])).Succeeded();

        var seen = (await Commands.RunAsync(["inspect", Store, "--json"])).Succeeded().Json;

        Assert.Equal((3, 1), ((int)seen["teachers"]!["test"]!, (int)seen["teachers"]!["second"]!));
        Assert.Equal((3, 1), ((int)seen["prompts"]!["p1"]!, (int)seen["prompts"]!["none"]!));
        Assert.Equal((3, 1), ((int)seen["samples"]!["0"]!, (int)seen["samples"]!["1"]!));
        Assert.Equal((2, 1, 1), ((int)seen["verdicts"]!["accepted"]!, (int)seen["verdicts"]!["refused: length"]!, (int)seen["verdicts"]!["not judged"]!));
        Assert.Equal(1, (int)seen["answers"]!["rationalised"]!);
    }

    [Fact]
    public async Task WithoutSubcommand_SaysWhichThereAre()
    {
        var outcome = await Commands.RunAsync(["rationales"]);
        Assert.Equal(SciCoT.Cli.ExitCode.Usage, outcome.ExitCode);
        Assert.Contains("scicot rationales --help", outcome.Error);
    }
}
