using System.Runtime.InteropServices;
using ConsoleHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using SciCoT.Samples;

const string Usage = """
    usage: ConsoleHost [--SciCoT:ModelDirectory FOLDER] [--SciCoT:BatchSize N] …
    Answers each line of standard input. Settings are those of SciCoTOptions; they may stand in appsettings.json, or in the environment as
    SciCoT__ModelDirectory. By default the model is artifacts/quickstart/model, which the QuickStart leaves
    (dotnet run -c Release --project samples/QuickStart).
    """;

return await Failures.ReportAsync(Usage, args, async () =>
{
    // Options come from appsettings.json beside the program, then SciCoT__ModelDirectory and the like, then --SciCoT:ModelDirectory.
    var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { Args = args, ContentRootPath = AppContext.BaseDirectory });
    builder.Services.AddSciCoT(builder.Configuration.GetSection("SciCoT")).WarmUp();
    builder.Services.AddHostedService<Conversation>();

    // What keeps the host from starting is thrown as well, and told once, without a stack trace.
    builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);

    // The host stops on Ctrl-C and SIGTERM; shells and supervisors tell them apart from a normal end by the exit code.
    int exitCode = 0;
    using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, _ => exitCode = 130);
    using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, _ => exitCode = 143);
    await builder.Build().RunAsync();
    return exitCode;
});
