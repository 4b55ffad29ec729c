using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Options;
using SciCoT;
using SciCoT.DependencyInjection;
using SciCoT.Students;
using SciCoT.Testing;

namespace WebDemo;

/// <summary>The web application: two pipelines over what the QuickStart trained, an API over them, and one page.</summary>
internal static class Demo
{
    public static WebApplication Build(string[] args)
    {
        // The page and the settings lie with the program, wherever it is started from.
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });

        // What keeps the program from starting is thrown as well, and told once, without a stack trace.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
        var least = builder.Configuration.GetValue("Logging:LogLevel:Microsoft.AspNetCore.Server.Kestrel", LogLevel.Warning);
        builder.Logging.AddFilter("Microsoft.AspNetCore.Server.Kestrel", level => level >= least && level != LogLevel.Critical);

        builder.Services.AddOptions<DemoOptions>().BindConfiguration("Demo").ValidateDataAnnotations().ValidateOnStart();
        var options = builder.Configuration.GetSection("Demo").Get<DemoOptions>() ?? new DemoOptions();

        builder.Services.AddSciCoT(scicot => scicot.ModelDirectory = Path.Combine(options.Directory, "model")).WarmUp();
        builder.Services.AddSingleton(_ => new DirectAnswerStudent(T5TextModel.Load(Path.Combine(options.Directory, "direct-student"))));
        builder.Services.AddSingleton(new ExampleQuestions(MiniScience.Create(seed: 4).Test));
        builder.Services.AddHealthChecks()
            .AddCheck<SciCoTLivenessCheck>("live", tags: ["live"])
            .AddCheck<SciCoTHealthCheck>("ready", tags: ["ready"], timeout: TimeSpan.FromSeconds(10));
        builder.Services.AddSingleton<MetricsPage>();
        builder.Services.AddOpenApi();
        builder.Services.AddProblemDetails();
        builder.Services.AddRequestTimeouts(timeouts => timeouts.DefaultPolicy = new RequestTimeoutPolicy { Timeout = TimeSpan.FromSeconds(options.TimeoutSeconds) });
        builder.Services.AddRateLimiter(limiter =>
        {
            limiter.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
            limiter.AddConcurrencyLimiter("answers", limit =>
            {
                limit.PermitLimit = options.ConcurrentRequests;
                limit.QueueLimit = options.WaitingRequests;
                limit.QueueProcessingOrder = QueueProcessingOrder.OldestFirst;
            });
        });
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = 64 << 10);

        var app = builder.Build();
        _ = app.Services.GetRequiredService<IOptions<DemoOptions>>().Value;
        app.Services.GetRequiredService<MetricsPage>(); // listens from the start
        app.UseStatusCodePages();
        app.UseRateLimiter();
        app.UseRequestTimeouts();
        app.UseDefaultFiles();
        app.UseStaticFiles();
        app.MapOpenApi();
        app.MapHealthChecks("/health");
        app.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = check => check.Tags.Contains("live") });
        app.MapHealthChecks("/health/ready", new HealthCheckOptions { Predicate = check => check.Tags.Contains("ready") });
        app.MapGet("/metrics", (MetricsPage page) => Results.Text(page.Render(), "text/plain; version=0.0.4"));
        app.MapGroup("/api").RequireRateLimiting("answers").MapAnswers();
        return app;
    }
}
