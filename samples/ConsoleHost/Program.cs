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
await builder.Build().RunAsync();
