using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace SciCoT.Server.Operations;

/// <summary>Traces, metrics and logs by OpenTelemetry, as its environment variables say.</summary>
internal static class ServerTelemetry
{
    private const string DefaultServiceName = "scicot";

    /// <summary>Any of them names a collector.</summary>
    private static readonly string[] Endpoints = ["OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_LOGS_ENDPOINT"];

    public static void Add(IServiceCollection services, IConfiguration configuration, SciCoTServerOptions options)
    {
        bool exports = Endpoints.Any(name => !string.IsNullOrEmpty(configuration[name]));
        if (!exports && !options.Metrics)
            return;

        var telemetry = services.AddOpenTelemetry();
        if (!NamesService(configuration))
            telemetry.ConfigureResource(resource => resource.AddService(DefaultServiceName));
        telemetry.WithMetrics(metrics =>
        {
            metrics.AddMeter(SciCoTTelemetry.MeterName, "System.Runtime").AddAspNetCoreInstrumentation();
            if (options.Metrics)
                metrics.AddPrometheusExporter();
        });
        if (!exports)
            return;
        telemetry
            .WithTracing(traces => traces
                .AddSource(SciCoTTelemetry.ActivitySourceName)
                .AddAspNetCoreInstrumentation(requests => requests.Filter = context => context.Request.Path.StartsWithSegments("/v1", StringComparison.Ordinal)))
            .UseOtlpExporter();
    }

    /// <summary>Whether the environment says what the service is called.</summary>
    private static bool NamesService(IConfiguration configuration) =>
        !string.IsNullOrEmpty(configuration["OTEL_SERVICE_NAME"]) || configuration["OTEL_RESOURCE_ATTRIBUTES"]?.Contains("service.name=", StringComparison.Ordinal) == true;
}
