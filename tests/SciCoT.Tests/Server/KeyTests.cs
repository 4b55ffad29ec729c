using System.ClientModel;
using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using OpenAI.Chat;
using SciCoT.Server;
using SciCoT.Server.Requests;
using SciCoT.Tests.Cli;
using SciCoT.Tests.Support;

namespace SciCoT.Tests.Server;

/// <summary>API keys from a file.</summary>
public sealed class KeyTests(TinyModelFolder model) : IClassFixture<TinyModelFolder>, IDisposable
{
    private const string Key = "sk-tests-0123456789";

    private readonly TempFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string File => _folder.File("keys");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Server_TakesKnownKeysOnly_AndLogsNone()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no SIGTERM for one process.");
        Write("# of the tests", "", $"  {Key}  ", "another");
        using var server = await ServeProcess.StartAsync(["--model", $"m={model.Path}", "--api-keys", File]);

        using (var none = await server.Http.GetAsync("v1/models", Token))
        {
            Assert.Equal("invalid_api_key", (string?)(await none.ErrorAsync(HttpStatusCode.Unauthorized))["code"]);
            Assert.Equal("Bearer", none.Headers.WwwAuthenticate.ToString());
        }

        var refusal = await Assert.ThrowsAsync<ClientResultException>(() => server.Client("sk-wrong").GetChatClient("m").CompleteChatAsync([new UserChatMessage(ServerReplies.Question)], cancellationToken: Token));
        Assert.Equal(401, refusal.Status);
        await server.Client(Key).GetChatClient("m").CompleteChatAsync([new UserChatMessage(ServerReplies.Question)], cancellationToken: Token);
        using (var unread = await server.Http.PostAsync("v1/answers", "no JSON", "sk-wrong"))
            await unread.ErrorAsync(HttpStatusCode.Unauthorized); // the body of a stranger is not read
        foreach (var open in new[] { "health/live", "health/ready", "metrics", "" })
            (await server.Http.GetAsync(open, Token)).EnsureSuccessStatusCode();

        Write("sk-new-key");
        using (var old = await server.Http.PostAsync("v1/answers", "{}", Key))
            await old.ErrorAsync(HttpStatusCode.Unauthorized);
        using (var renewed = await server.Http.PostAsync("v1/answers", $$"""{"question": "{{ServerReplies.Question}}"}""", "sk-new-key"))
            await renewed.JsonAsync();

        var ended = await server.StopAsync();
        Assert.Equal(0, ended.ExitCode);
        Assert.DoesNotContain("sk-", ended.Error + ended.Output);
        Assert.Contains("keys: 1", ended.Error);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(Key)]
    [InlineData("Basic " + Key)]
    [InlineData("Bearer ")]
    [InlineData("Bearer # of the tests")]
    [InlineData("Bearer " + Key + "x")]
    public void WrongHeader_IsRefused(string? header)
    {
        Write("# of the tests", Key);
        Assert.Equal(401, Assert.Throws<ApiException>(() => Keys().Check(header)).Error.Status);
    }

    [Theory]
    [InlineData("Bearer " + Key)]
    [InlineData("bearer  " + Key)]
    public void RightHeader_IsTaken(string header)
    {
        Write(Key);
        Keys().Check(header);
    }

    [Fact]
    public void NoFile_NeedsNoKey() => new ApiKeys(new SciCoTServerOptions(), NullLogger<ApiKeys>.Instance).Check(null);

    [Fact]
    public void MissingFile_LeavesTheLastKeys_UntilItIsBack()
    {
        Write(Key);
        var keys = Keys();
        System.IO.File.Delete(File);
        keys.Check("Bearer " + Key);
        Write("another");
        Assert.Throws<ApiException>(() => keys.Check("Bearer " + Key));
        keys.Check("Bearer another");
    }

    [Fact]
    public void EmptiedFile_TakesNoKey()
    {
        Write(Key);
        var keys = Keys();
        Write("# none");
        Assert.Throws<ApiException>(() => keys.Check("Bearer " + Key));
    }

    /// <summary>As Kubernetes replaces a secret: the file is a link behind a link, and the latter changes.</summary>
    [Fact]
    public void ReplacedLink_IsFollowed()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Symbolic links need a privilege on Windows.");
        foreach (var (folder, key) in new[] { ("one", Key), ("two", "another") })
        {
            Directory.CreateDirectory(_folder.File(folder));
            System.IO.File.WriteAllText(Path.Combine(_folder.File(folder), "keys"), key);
        }

        System.IO.File.SetLastWriteTimeUtc(Path.Combine(_folder.File("two"), "keys"), DateTime.UtcNow.AddMinutes(1));
        Directory.CreateSymbolicLink(_folder.File("data"), _folder.File("one"));
        System.IO.File.CreateSymbolicLink(File, Path.Combine("data", "keys"));
        var keys = Keys();
        keys.Check("Bearer " + Key);
        Directory.Delete(_folder.File("data"));
        Directory.CreateSymbolicLink(_folder.File("data"), _folder.File("two"));
        keys.Check("Bearer another");
        Assert.Throws<ApiException>(() => keys.Check("Bearer " + Key));
    }

    private ApiKeys Keys() => new(new SciCoTServerOptions { ApiKeyFile = File }, NullLogger<ApiKeys>.Instance);

    private void Write(params string[] lines) => System.IO.File.WriteAllLines(File, lines);
}
