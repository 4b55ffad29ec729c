using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using SciCoT.Tests.Cli;

namespace SciCoT.Tests.Server;

/// <summary>What the server tells its operator.</summary>
public sealed class TelemetryTests(TinyModelFolder model) : IClassFixture<TinyModelFolder>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Metrics_AreReadByPrometheus()
    {
        using var server = await StartAsync();
        await server.Http.AskAsync();
        using var response = await server.Http.GetAsync("metrics", Token);
        var text = await response.Content.ReadAsStringAsync(Token);

        Assert.Equal("text/plain", response.Content.Headers.ContentType!.MediaType);
        Assert.Matches("""(?m)^scicot_stage_duration_seconds_count\{.*scicot_stage="answer".*\} [1-9]""", text);
        Assert.Matches("""(?m)^scicot_stage_duration_seconds_bucket\{.*le="0.025".*\} \d+$""", text);
        Assert.Matches("""(?m)^gen_ai_server_request_duration_seconds_count\{.*gen_ai_request_model="\S+/answer-student".*\} [1-9]""", text);
        Assert.Matches("""(?m)^http_server_request_duration_seconds_count\{.*http_route="/v1/answers".*\} 1$""", text);
        Assert.DoesNotContain("rusts", text);
    }

    [Fact]
    public async Task Metrics_AndPage_CanBeLeftOut()
    {
        using var server = await StartAsync("--no-metrics", "--no-page");
        foreach (var address in new[] { "metrics", "", "page.js", "page.json" })
            Assert.Equal(HttpStatusCode.NotFound, (await server.Http.GetAsync(address, Token)).StatusCode);
        Assert.Equal("Healthy", await server.Http.GetStringAsync("health", Token));
    }

    /// <summary>Traces, metrics and logs arrive at the collector that the environment names, under the service's name, without texts of questions.</summary>
    [Fact]
    public async Task Collector_GetsTracesMetricsAndLogs()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no SIGTERM for one process.");
        var received = new ConcurrentDictionary<string, string>();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        await using var collector = builder.Build();
        collector.MapPost("/v1/{signal}", async (HttpContext context, string signal) =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body, context.RequestAborted);
            received.AddOrUpdate(signal, _ => Encoding.Latin1.GetString(body.ToArray()), (_, before) => before + Encoding.Latin1.GetString(body.ToArray()));
        });
        await collector.StartAsync(Token);

        using var server = await ServeProcess.StartAsync(["--model", $"m={model.Path}"], new Dictionary<string, string>
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Urls.Single(),
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
            ["OTEL_SERVICE_NAME"] = "tests-of-scicot",
        });
        await server.Http.AskAsync();
        Assert.Equal(0, (await server.StopAsync()).ExitCode); // what is left is sent at the end

        Assert.Equal(["logs", "metrics", "traces"], received.Keys.Order());
        Assert.All(received.Values, body => Assert.Contains("tests-of-scicot", body));
        Assert.All(received.Values, body => Assert.DoesNotContain("rusts", body));
        Assert.Contains("scicot.answer_stage", received["traces"]);
        Assert.Contains("/v1/answers", received["traces"]);
        Assert.Contains("scicot.stage.duration", received["metrics"]);
        Assert.Contains("is warm", received["logs"]);
    }

    private Task<ServeProcess> StartAsync(params string[] options) => ServeProcess.StartAsync(["--model", $"m={model.Path}", .. options]);
}
