using System.Text.Json;
using SciCoT.Rationales;
using SciCoT.Teaching.Filters;
using SciCoT.Tests.Support;

namespace SciCoT.Tests.Rationales;

public sealed class RationaleExportTests : IDisposable
{
    private static readonly ScienceQuestion Open = ScienceQuestion.Create("Why is the sky blue?");

    private readonly TempFolder _folder = new();

    private string ExportPath => _folder.File("rationales.jsonl");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Write_RecordsOfAllKinds_HaveTheSameColumnsOfTheSameTypesWithoutNulls()
    {
        RationaleRecord[] records =
        [
            Records.Sample(0),
            Records.For(Open) with { Model = null, PromptHash = null, InputTokens = null, OutputTokens = null, Time = Records.Sample(0).Time.AddMilliseconds(5) },
            Records.Sample(1) with { AnswerLabel = null, AnswerText = null, AnswerRevealed = true, Rationale = "" },
        ];

        var exported = await RationaleExport.WriteAsync(ExportPath, records.ToAsyncEnumerable(), [Records.Question, Open], cancellationToken: Token);

        Assert.Equal(new ExportedRationales(3, 0, 0), exported);
        var rows = Rows();
        Assert.All(rows, row => Assert.Equal(Shape(rows[0]), Shape(row)));
        Assert.DoesNotContain(rows[0].EnumerateObject(), column => column.Value.ValueKind == JsonValueKind.Null);
        Assert.Equal(("copper", "not judged"), (rows[0].GetProperty("answer").GetString(), rows[0].GetProperty("verdict").GetString()));
        Assert.Equal(["rubber", "copper", "wood"], rows[0].GetProperty("choice_texts").EnumerateArray().Select(text => text.GetString()));
        Assert.Equal((-1, "2026-01-02T03:04:05Z"), (rows[1].GetProperty("input_tokens").GetInt64(), rows[1].GetProperty("time").GetString()));

        static IEnumerable<(string, JsonValueKind)> Shape(JsonElement row) =>
            row.EnumerateObject().Select(column => (column.Name, column.Value.ValueKind is JsonValueKind.False ? JsonValueKind.True : column.Value.ValueKind));
    }

    [Fact]
    public async Task Write_WithJudgements_SaysWhoRefusedAndLeavesOutIfAsked()
    {
        RationaleRecord[] records = [Records.Sample(0), Records.Sample(1) with { AnswerText = "wood", Rationale = "(B)" }, Records.Sample(2) with { QuestionHash = "unknown" }];
        var judgements = RationaleFilterChain.Default.JudgeAll(Records.Question, records[..2]);

        var all = await RationaleExport.WriteAsync(ExportPath, records.ToAsyncEnumerable(), [Records.Question], judgements, cancellationToken: Token);

        Assert.Equal(new ExportedRationales(2, 0, 1), all);
        Assert.Equal(
            [("accepted", ""), ("refused", "agreement,answer-leak,length,format")],
            Rows().Select(row => (row.GetProperty("verdict").GetString(), row.GetProperty("refused_by").GetString())));

        var accepted = await RationaleExport.WriteAsync(ExportPath, records.ToAsyncEnumerable(), [Records.Question], judgements, acceptedOnly: true, Token);
        Assert.Equal(new ExportedRationales(1, 1, 1), accepted);
        Assert.Single(Rows());
    }

    [Fact]
    public async Task Write_RecordsFail_LeavesTheOldFile()
    {
        await File.WriteAllTextAsync(ExportPath, "before", Token);
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        var store = new Teaching.MemoryStore();
        await store.AppendAsync(Records.Sample(0), Token);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => RationaleExport.WriteAsync(ExportPath, store.ReadAllAsync(cancelled.Token), [Records.Question], cancellationToken: cancelled.Token));

        Assert.Equal("before", await File.ReadAllTextAsync(ExportPath, Token));
        Assert.Equal([ExportPath], Directory.GetFiles(_folder.Path));
    }

    private JsonElement[] Rows() => [.. File.ReadLines(ExportPath).Select(line => JsonDocument.Parse(line).RootElement)];
}
