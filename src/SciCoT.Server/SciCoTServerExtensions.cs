using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using SciCoT.Server.Answers;
using SciCoT.Server.Chat;
using SciCoT.Server.Description;
using SciCoT.Server.Operations;
using SciCoT.Server.Page;
using SciCoT.Server.Pipelines;
using SciCoT.Server.Requests;

namespace SciCoT.Server;

/// <summary>Makes an ASP.NET Core application serve distilled students.</summary>
/// <example>
/// <code>
/// var builder = WebApplication.CreateSlimBuilder(args);
/// builder.AddSciCoTServer(server => server.Models["science"] = "models/science");
/// var app = builder.Build();
/// app.MapSciCoTServer();
/// app.Run();
/// </code>
/// </example>
public static class SciCoTServerExtensions
{
    /// <summary>Adds the models, health checks, telemetry and limits of a server.</summary>
    /// <remarks>
    /// Each model is a pipeline of <c>AddSciCoT(name)</c> that is loaded before the server listens; its options are set with
    /// <c>Configure&lt;SciCoTOptions&gt;(name, …)</c>. Traces, metrics and logs go to the endpoint of <c>OTEL_EXPORTER_OTLP_ENDPOINT</c>
    /// where it is set.
    /// </remarks>
    /// <param name="builder">The application's builder.</param>
    /// <param name="configure">Sets the options.</param>
    /// <exception cref="SciCoTException">An option has a value that it cannot have.</exception>
    public static IHostApplicationBuilder AddSciCoTServer(this IHostApplicationBuilder builder, Action<SciCoTServerOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configure);
        var options = new SciCoTServerOptions();
        configure(options);
        options.Validate();

        var services = builder.Services;
        foreach (var (name, folder) in options.Models)
            services.AddSciCoT(name, settings => settings.ModelDirectory = folder).WarmUp();
        services.AddSingleton(options);
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<ServedModels>();
        services.AddSingleton<ApiKeys>();
        services.AddSingleton<RequestGuard>();
        services.AddSingleton<Turns>();
        services.AddSingleton<ShutdownSequence>();
        services.AddHostedService(provider => provider.GetRequiredService<ShutdownSequence>());
        services.Configure<HostOptions>(host => host.ShutdownTimeout = options.DrainDelay + options.ShutdownTimeout);
        ServerHealth.Add(services, options);
        ServerTelemetry.Add(services, builder.Configuration, options);
        return builder;
    }

    /// <summary>Maps the addresses of the server: <c>/v1/…</c>, <c>/openapi/v1.json</c>, <c>/health/…</c>, <c>/metrics</c> and the page.</summary>
    /// <param name="endpoints">The application.</param>
    /// <returns>The group of all of them, to which conventions can be added.</returns>
    /// <exception cref="SciCoTException">The file of keys cannot be read, or has no key.</exception>
    /// <exception cref="InvalidOperationException"><see cref="AddSciCoTServer"/> was not called.</exception>
    public static RouteGroupBuilder MapSciCoTServer(this IEndpointRouteBuilder endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        var options = endpoints.ServiceProvider.GetService<SciCoTServerOptions>()
            ?? throw new InvalidOperationException($"There is no server to map: call builder.{nameof(AddSciCoTServer)}(…) before the application is built.");
        var guard = endpoints.ServiceProvider.GetRequiredService<RequestGuard>();
        var group = endpoints.MapGroup("");

        var api = group.MapGroup("/v1").WithMetadata(new BodyLimit(options.MaxBodyBytes));
        api.MapPost("/answers", guard.Wrap(AnswerEndpoint.AnswerAsync));
        api.MapPost("/chat/completions", guard.Wrap(ChatEndpoint.CompleteAsync));
        api.MapGet("/models", guard.Wrap(ModelEndpoint.ListAsync));
        api.MapGet("/models/{id}", guard.Wrap(ModelEndpoint.ShowAsync));
        api.Map("/{**rest}", guard.Wrap(RequestGuard.RefuseAddressAsync));
        DescriptionEndpoint.Map(group);

        // A client whose base address lacks /v1 is told so, unless the host has that address itself.
        group.Map("/chat/completions", guard.Wrap(RequestGuard.RefuseAddressAsync)).WithOrder(int.MaxValue);

        foreach (var (path, tag) in ServerHealth.Paths)
            group.MapHealthChecks(path, new HealthCheckOptions { Predicate = check => tag is null || check.Tags.Contains(tag) });
        if (options.Metrics)
            group.MapPrometheusScrapingEndpoint("/metrics");
        if (options.Page)
            PageEndpoint.Map(group, options);
        return group;
    }

    private sealed record BodyLimit(long? MaxRequestBodySize) : IRequestSizeLimitMetadata;
}
