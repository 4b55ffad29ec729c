using System.CommandLine;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using SciCoT.DependencyInjection;
using SciCoT.Server;

namespace SciCoT.Cli.Commands;

/// <summary><c>scicot serve</c>: model folders over HTTP, until it is stopped.</summary>
internal sealed class ServeCommand : ToolCommand
{
    private const int MostExamples = 12;
    private const string DefaultUrl = "http://127.0.0.1:8080";

    /// <summary>The tool ends itself a minute after a signal.</summary>
    private static readonly TimeSpan LongestShutdown = TimeSpan.FromSeconds(55);

    private static readonly SciCoTServerOptions Defaults = new();

    private readonly Option<string[]?> _model = new("--model", "-m") { Description = "A model folder, or NAME=FOLDER, several times for several models; by default a model is called as its folder. Clients that name no model ask the first.", AllowMultipleArgumentsPerToken = true };
    private readonly Option<string?> _url = new("--url") { Description = $"Where to listen; by default {DefaultUrl}. http://0.0.0.0:8080 listens on all networks." };
    private readonly Option<string?> _apiKeys = new("--api-keys") { Description = "A file with the keys that clients may use, one a line; read again when it changes. By default no key is needed." };
    private readonly Option<string?> _examples = new("--examples") { Description = "A file of questions that the page offers, the first twelve of it." };
    private readonly Option<string?> _device = new("--device") { Description = "cpu, cuda, cuda:1 or mps; by default cpu." };
    private readonly Option<int?> _batchSize = new("--batch-size") { Description = $"Questions that are computed at a time; by default {SciCoTPipeline.DefaultBatchSize}." };
    private readonly Option<int?> _maxRationaleTokens = new("--max-rationale-tokens") { Description = "Limit of a rationale's length; by default what the student was trained with." };
    private readonly Option<bool> _pickle = ModelOptions.NewPickleOption();
    private readonly Option<int?> _concurrency = new("--concurrency") { Description = $"Requests that are answered at a time; by default {Defaults.ConcurrentRequests}." };
    private readonly Option<int?> _queue = new("--queue") { Description = $"Requests that wait; further ones get status 429. By default {Defaults.WaitingRequests}." };
    private readonly Option<int?> _maxQuestionLength = new("--max-question-length") { Description = $"The longest question in characters; by default {Defaults.MaxQuestionLength}." };
    private readonly Option<int?> _maxChoices = new("--max-choices") { Description = $"The most choices of a question; by default {Defaults.MaxChoices}." };
    private readonly Option<int?> _maxBodyBytes = new("--max-body-bytes") { Description = $"The largest body of a request; by default {Defaults.MaxBodyBytes}." };
    private readonly Option<double?> _timeout = new("--timeout-seconds") { Description = $"How long a request may take, waiting included; by default {Defaults.RequestTimeout.TotalSeconds}." };
    private readonly Option<double?> _drain = new("--drain-seconds") { Description = $"How long a stopping server goes on taking requests while /health/ready says 503; by default {Defaults.DrainDelay.TotalSeconds}, and 0 where /health/ready was never asked." };
    private readonly Option<double?> _shutdown = new("--shutdown-seconds") { Description = $"How long a stopping server waits after that for requests that it has accepted; by default {Defaults.ShutdownTimeout.TotalSeconds}." };
    private readonly Option<bool> _noPage = new("--no-page") { Description = "Leave out the web page at /." };
    private readonly Option<bool> _noMetrics = new("--no-metrics") { Description = "Leave out /metrics." };

    public ServeCommand(ToolConsole console)
        : base(
            "serve",
            "Serves model folders over HTTP: answers, OpenAI's chat completions, health, metrics and a web page.",
            console,
            "scicot serve --model runs/science",
            "scicot serve --model small=runs/small --model large=runs/large --url http://0.0.0.0:8080 --api-keys keys.txt",
            "curl http://127.0.0.1:8080/v1/answers -H 'Content-Type: application/json' -d '{\"question\": \"What rusts? (A) iron (B) wood\"}'")
    {
        _device.CompletionSources.Add("cpu", "cuda", "mps");
        AddOptions(
            _model, _url, _apiKeys, _examples, _device, _batchSize, _maxRationaleTokens, _pickle, _concurrency, _queue, _maxQuestionLength, _maxChoices, _maxBodyBytes,
            _timeout, _drain, _shutdown, _noPage, _noMetrics);
    }

    protected override async Task RunAsync(Settings settings, ParseResult result, ToolConsole console, bool asJson, CancellationToken cancellationToken)
    {
        var url = Url(settings);
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseUrls(url);
        AddLogging(builder.Logging, asJson);
        builder.AddSciCoTServer(server => Configure(server, settings, console));
        builder.Services.ConfigureAll<SciCoTOptions>(model => Configure(model, settings));
        // The tool's own handlers cancel the token, and a second signal ends the process.
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        if (IsTaken(new Uri(url)))
            throw Taken(url);

        await using var app = builder.Build();
        app.MapSciCoTServer();
        try
        {
            await app.StartAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (IOException e) when (e.InnerException is AddressInUseException)
        {
            throw Taken(url, e);
        }
        catch (Exception e) when ((e as SocketException ?? e.InnerException as SocketException) is { } refused)
        {
            throw new SciCoTException($"The server cannot listen at {url}: {refused.Message}. {_url.Name} takes an address of this machine, such as {DefaultUrl}, or http://0.0.0.0:8080 for all of its addresses; a port below 1024 needs special rights.", e);
        }

        var models = app.Services.GetRequiredService<SciCoTServerOptions>().Models.Keys;
        if (asJson)
            console.WriteJson(new JsonObject { ["url"] = app.Urls.Single(), ["models"] = new JsonArray([.. models.Select(name => JsonValue.Create(name))]) });
        else
            await console.Out.WriteLineAsync($"Serving {string.Join(", ", models)} at {app.Urls.Single()}. Ctrl-C stops.").ConfigureAwait(false);
        await console.Out.FlushAsync(CancellationToken.None).ConfigureAwait(false);

        await Task.Delay(Timeout.Infinite, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await app.StopAsync(CancellationToken.None).ConfigureAwait(false);
    }

    private SciCoTException Taken(string url, Exception? e = null) =>
        new($"Another program listens at {url} already, perhaps another scicot serve: stop it, or give another address with {_url.Name}.", e);

    /// <summary>Whether an address cannot be had now: a model need not be loaded to know it.</summary>
    private static bool IsTaken(Uri url)
    {
        var address = url.IdnHost == "localhost" ? IPAddress.Loopback : IPAddress.TryParse(url.IdnHost, out var given) ? given : null;
        if (address is null || url.Port == 0)
            return false;
        using var listener = new TcpListener(address, url.Port);
        try
        {
            listener.Start();
            return false;
        }
        catch (SocketException e)
        {
            return e.SocketErrorCode == SocketError.AddressAlreadyInUse; // what else there is, the server says
        }
    }

    private string Url(Settings settings)
    {
        var text = settings.Text(_url) ?? DefaultUrl;
        return Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme == "http" && url.AbsolutePath == "/"
            ? text
            : throw new UsageException($"{_url.Name} must be an address such as {DefaultUrl}; got '{text}'. For https and for a path, put a reverse proxy in front.");
    }

    private void Configure(SciCoTServerOptions server, Settings settings, ToolConsole console)
    {
        foreach (var model in settings.Required(_model).Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var (name, folder) = Named(model);
            if (!server.Models.TryAdd(name, folder))
                throw new UsageException($"{_model.Name}: two models are called '{name}'; give one another name, as in other={folder}.");
        }

        server.ApiKeyFile = settings.Text(_apiKeys);
        server.ConcurrentRequests = settings.Integer(_concurrency, 1) ?? server.ConcurrentRequests;
        server.WaitingRequests = settings.Integer(_queue, 0) ?? server.WaitingRequests;
        server.MaxQuestionLength = settings.Integer(_maxQuestionLength, 1) ?? server.MaxQuestionLength;
        server.MaxChoices = settings.Integer(_maxChoices, 2) ?? server.MaxChoices;
        server.MaxBodyBytes = settings.Integer(_maxBodyBytes, 256) ?? server.MaxBodyBytes;
        server.RequestTimeout = settings.Seconds(_timeout) ?? server.RequestTimeout;
        server.DrainDelay = settings.Seconds(_drain) ?? server.DrainDelay;
        server.ShutdownTimeout = settings.Seconds(_shutdown) ?? server.ShutdownTimeout;
        if (server.DrainDelay + server.ShutdownTimeout > LongestShutdown)
            throw new UsageException($"{_drain.Name} and {_shutdown.Name} must be at most {LongestShutdown.TotalSeconds} seconds together.");
        server.Page = !settings.Flag(_noPage);
        server.Metrics = !settings.Flag(_noMetrics);
        if (settings.Text(_examples) is { } examples)
        {
            foreach (var row in QuestionInput.ReadAll(examples, new(), console, MostExamples))
                server.ExampleQuestions.Add(row.Question);
        }
    }

    private static (string Name, string Folder) Named(string model) => model.IndexOf('=') is > 0 and var end
        ? (model[..end], model[(end + 1)..])
        : (Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(model))), model);

    private void Configure(SciCoTOptions model, Settings settings)
    {
        model.Device = ModelOptions.Device(settings, _device);
        model.BatchSize = settings.Integer(_batchSize, 1) ?? model.BatchSize;
        model.MaxRationaleTokens = settings.Integer(_maxRationaleTokens, 1);
        model.AllowPickle = settings.Flag(_pickle);
    }

    /// <summary>The log goes to standard error; what keeps the server from starting is told by the tool, once.</summary>
    private static void AddLogging(ILoggingBuilder logging, bool asJson)
    {
        logging.ClearProviders();
        if (asJson)
            logging.AddJsonConsole();
        else
            logging.AddSimpleConsole(console => console.SingleLine = true);
        logging.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        logging.AddFilter("Microsoft", LogLevel.Warning);
        logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
        logging.AddFilter("Microsoft.AspNetCore.Server.Kestrel", level => level is >= LogLevel.Warning and not LogLevel.Critical);
    }

    /// <summary>Leaves signals to the tool.</summary>
    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
