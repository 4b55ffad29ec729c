using SciCoT.Questions;
using SciCoT.Rationales;
using SciCoT.Tests.AnnotationHost;
using SciCoT.Tests.Postgres;
using SciCoT.Tests.Support;

namespace SciCoT.Tests.Cli;

/// <summary>The tool with <c>--store</c>: a database in place of a file.</summary>
public sealed class SharedStoreTests(PostgresServer server) : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly string _schema = PostgresServer.NewSchema();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Annotate_OnTwoMachines_ThenExport_GivesEachQuestionOnce()
    {
        var cluster = await server.ClusterAsync();
        await using var chat = await ChatServer.StartAsync(_ => new() { Delay = TimeSpan.FromMilliseconds(20) });
        var environment = new Dictionary<string, string> { ["PGPASSWORD"] = PostgresCluster.Password };
        string[] line = Annotate(chat, 150, "--store", cluster.ConnectionStringWithoutPassword, "--json");
        using var first = ToolProcess.Start(line, environment);
        using var second = ToolProcess.Start(line, environment);
        var outcomes = await Task.WhenAll(first.EndAsync(Token), second.EndAsync(Token));

        var results = outcomes.Select(outcome => outcome.Succeeded().Json).ToArray();
        Assert.Equal(150, results.Sum(result => (int)result["asked"]!));
        Assert.All(results, result => Assert.Equal(150, (int)result["asked"]! + (int)result["known"]! + (int)result["elsewhere"]!));
        Assert.Equal(150, chat.Paid.Count);

        using var export = ToolProcess.Start(
            ["rationales", "export", "--store", cluster.ConnectionStringWithoutPassword, "--store-schema", _schema, "-q", Questions(150), "-o", _folder.File("export.jsonl"), "--json"], environment);
        Assert.Equal(150, (int)(await export.EndAsync(Token)).Succeeded().Json["written"]!);
        Assert.Equal(150, RationaleReader.Read(_folder.File("export.jsonl")).DistinctBy(record => record.QuestionId).Count());
    }

    [Fact]
    public async Task Import_OfAFile_IsNotAskedForAgain()
    {
        var cluster = await server.ClusterAsync();
        await using var chat = await ChatServer.StartAsync(_ => new());
        (await Commands.RunAsync(Annotate(chat, 10, "--output", _folder.File("own.jsonl")), cancellationToken: Token)).Succeeded();

        Assert.Equal(10, (int)(await Commands.RunAsync(["rationales", "import", "-i", _folder.File("own.jsonl"), .. Store(cluster), "--json"])).Succeeded().Json["added"]!);
        var result = (await Commands.RunAsync(Annotate(chat, 12, [.. Store(cluster)[..2], "--json"]))).Succeeded().Json;

        Assert.Equal((2, 10), ((int)result["asked"]!, (int)result["known"]!));
        Assert.Equal(12, (await Commands.RunAsync(["rationales", "list", .. Store(cluster), "--json"])).Succeeded().Rows.Count);
        Assert.Equal(12, (int)(await Commands.RunAsync(["rationales", "filter", .. Store(cluster), "-q", Questions(12), "--json"])).Succeeded().Json["accepted"]!);
    }

    [Fact]
    public async Task Annotate_WithABudgetForAll_StopsWhenItIsSpent()
    {
        var cluster = await server.ClusterAsync();
        await using var chat = await ChatServer.StartAsync(_ => new());
        string[] line = Annotate(chat, 50, [.. Store(cluster)[..2], "--max-tokens", "1500", "--requests-per-minute", "100000"]); // 150 a reply

        var outcome = await Commands.RunAsync(line);

        Assert.Equal(SciCoT.Cli.ExitCode.Failed, outcome.ExitCode);
        Assert.Contains("budget", outcome.Error);
        Assert.InRange(chat.Paid.Count, 5, 10);
    }

    [Theory]
    [InlineData("annotate --model m --endpoint http://localhost:1/v1 --input {questions} --store {store};Password=secret-word", "Check user and password")]
    [InlineData("annotate --model m --endpoint http://localhost:1/v1 --input {questions} --store {store};Password=secret-word --max-cost much", "--max-cost")]
    [InlineData("annotate --model m --endpoint http://localhost:1/v1 --input {questions} --store Host=nowhere.invalid;Password=secret-word", "nowhere.invalid")]
    [InlineData("annotate --model m --endpoint http://localhost:1/v1 --input {questions} --store {store};Password=secret-word;Passwort=secret-word", "cannot be read")]
    [InlineData("annotate --model m --endpoint http://localhost:1/v1 --input {questions} --store {store} Password=secret-word", "--help")]
    [InlineData("annotate --model m --endpoint http://localhost:1/v1 --input {questions} --store {store};Password=secret-word --batch", "leave out --batch")]
    [InlineData("rationales list --store {store};Password=secret-word", "Check user and password")]
    [InlineData("rationales list --store {store};Password=secret-word --input some.jsonl", "give one of them")]
    public async Task Failures_NeverShowThePassword(string line, string named)
    {
        var cluster = await server.ClusterAsync();
        var questions = Questions(1);

        var outcome = await Commands.RunAsync([.. line.Split(' ').Select(word => word.Replace("{questions}", questions).Replace("{store}", cluster.ConnectionStringWithoutPassword))]);

        Assert.NotEqual(SciCoT.Cli.ExitCode.Done, outcome.ExitCode);
        Assert.Contains(named, outcome.Error);
        Assert.DoesNotContain("secret-word", outcome.Output + outcome.Error);
    }

    [Fact]
    public async Task Reading_ADatabaseWithoutAStore_SaysSoAndMakesNone()
    {
        var cluster = await server.ClusterAsync();

        var outcome = await Commands.RunAsync(["rationales", "list", .. Store(cluster)]);

        Assert.Contains("There is no rationale store in the schema", outcome.Error);
    }

    private string[] Store(PostgresCluster cluster) => ["--store", cluster.ConnectionString, "--store-schema", _schema];

    private string[] Annotate(ChatServer server, int questions, params string[] settings) =>
        ["annotate", "--input", Questions(questions), "--model", "small-model", "--endpoint", server.Address.ToString(), .. settings.Contains("--store") ? ["--store-schema", _schema] : Array.Empty<string>(), .. settings];

    private string Questions(int count)
    {
        var path = _folder.File($"questions{count}.jsonl");
        QuestionFile.Write(path, OpenAITeacher.Questions(count));
        return path;
    }
}
