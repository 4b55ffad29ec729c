using SciCoT.Questions;
using SciCoT.Rationales;
using SciCoT.Teaching;
using SciCoT.Tests.AnnotationHost;
using SciCoT.Tests.Rationales;
using SciCoT.Tests.Support;

namespace SciCoT.Tests.Cli;

/// <summary>Everything in a store that is fit to be learned from is learned from, from the shell too.</summary>
[Collection(TorchState.Collection)]
public sealed class DistillRationalesTests(TinyModelFolder model) : IClassFixture<TinyModelFolder>, IDisposable
{
    private static readonly string[] Reasons =
    [
        "Many careful measurements of it have shown the same thing again.",
        "Whoever drops a stone from a tower sees how gravity pulls it down.",
        "Plants turn sunlight, water and air into sugar inside their leaves.",
        "Copper wires carry currents since electrons move through metals freely.",
    ];

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task AnnotatedWithSamplesAndRationalisation_AllThatPassIsLearnedFrom()
    {
        var questions = OpenAITeacher.Questions(10);
        QuestionFile.Write(_folder.File("train.jsonl"), questions[..8]);
        QuestionFile.Write(_folder.File("dev.jsonl"), questions[8..]);
        QuestionFile.Write(_folder.File("all.jsonl"), questions);
        // Of each question's three samples one goes wrong and is asked for again with the answer in view.
        await using (var server = await ChatServer.StartAsync(call => new() { Text = $"{Reasons[call.Number]}\nSo the answer is ({(call.Number == 1 ? "B" : "A")})." }))
            (await Commands.RunAsync(["annotate", "--input", _folder.File("all.jsonl"), "--output", _folder.File("store.jsonl"), "--model", "m", "--endpoint", server.Address.ToString(), "--samples", "3", "--rationalize"])).Succeeded();
        Assert.Equal(40, RationaleFile.Read(_folder.File("store.jsonl")).Count());

        var outcome = (await DistillAsync("store.jsonl")).Succeeded();

        var rationales = outcome.Json["rationales"]!;
        Assert.Equal((40, 30), ((int)rationales["records"]!, (int)rationales["learned"]!));
        Assert.Equal(10, (int)rationales["leftOut"]!["refused: agreement"]!);
        Assert.Contains("30 of 40 rationales are learned from; left out: 10 refused: agreement", outcome.Error);
        Assert.Equal(30, File.ReadLines(Path.Combine(_folder.File("run"), "accepted-rationales.jsonl")).Count());
    }

    [Fact]
    public async Task SeveralTeachersAndPrompts_AreAllLearnedFrom()
    {
        var questions = Write(6);
        await WriteStoreAsync("store.jsonl", questions.SelectMany(question => new[]
        {
            Records.For(question, Reasons[0]),
            Records.For(question, Reasons[1]) with { PromptHash = "p2" },
            Records.For(question, Reasons[2]) with { Teacher = "another", PromptHash = null },
        }));

        Assert.Equal(18, (int)(await DistillAsync("store.jsonl")).Succeeded().Json["rationales"]!["learned"]!);
    }

    [Fact]
    public async Task PublishedRationalesAndExports_AreStoresToo()
    {
        var questions = Write(6);
        RationaleRecord[] records = [.. questions.Select(question => Records.For(question, Reasons[0]))];
        await RationaleExport.WriteAsync(_folder.File("export.jsonl"), records.ToAsyncEnumerable(), questions, cancellationToken: TestContext.Current.CancellationToken);
        File.WriteAllLines(_folder.File("published.jsonl"), questions.Select(question =>
            $$"""{"id": "{{question.Id}}", "question": "{{question.Stem}}", "choices": [{"label": "A", "text": "yes"}, {"label": "B", "text": "no"}, {"label": "C", "text": "sometimes"}], "answer": "A", "teacher": "t", "rationale": "{{Reasons[1]}}"}"""));

        Assert.Equal(RationaleFileFormat.Export, RationaleReader.FormatOf(_folder.File("export.jsonl")));
        Assert.Equal(records.Select(record => record with { AnswerLabel = "A" }), RationaleReader.Read(_folder.File("export.jsonl")));
        Assert.Equal(6, (int)(await DistillAsync("export.jsonl")).Succeeded().Json["rationales"]!["learned"]!);

        Directory.Delete(_folder.File("run"), recursive: true);
        Assert.Equal(6, (int)(await DistillAsync("published.jsonl")).Succeeded().Json["rationales"]!["learned"]!);
    }

    private ScienceQuestion[] Write(int count)
    {
        var questions = OpenAITeacher.Questions(count);
        QuestionFile.Write(_folder.File("train.jsonl"), questions[..^2]);
        QuestionFile.Write(_folder.File("dev.jsonl"), questions[^2..]);
        return questions;
    }

    private async Task WriteStoreAsync(string name, IEnumerable<RationaleRecord> records)
    {
        await using var store = JsonLinesRationaleStore.Open(_folder.File(name), TestContext.Current.CancellationToken);
        foreach (var record in records)
            await store.AppendAsync(record, TestContext.Current.CancellationToken);
    }

    private Task<Commands.Outcome> DistillAsync(string rationales, params string[] more) => Commands.RunAsync(
    [
        "distill", "--run", _folder.File("run"), "--train", _folder.File("train.jsonl"), "--validation", _folder.File("dev.jsonl"), "--rationales", _folder.File(rationales),
        "--base", Path.Combine(model.Path, "rationale-student"), "--epochs", "1", "--json", .. more,
    ]);
}
