using System.Runtime.InteropServices;
using ConsoleHost;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

// Options come from appsettings.json beside the program, then SciCoT__ModelDirectory and the like, then --SciCoT:ModelDirectory.
var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { Args = args, ContentRootPath = AppContext.BaseDirectory });
builder.Services
    .AddSciCoT(builder.Configuration.GetSection("SciCoT").Bind)
    .WarmUp();
builder.Services.AddHostedService<Conversation>();

// The host stops on Ctrl-C and SIGTERM; shells and supervisors tell them apart from a normal end by the exit code.
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, _ => Environment.ExitCode = 130);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, _ => Environment.ExitCode = 143);
await builder.Build().RunAsync();
