using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using SciCoT.DependencyInjection;

namespace SciCoT.Server.Operations;

/// <summary>The health checks: whether the process is to be restarted, and whether it is to be sent requests.</summary>
internal static class ServerHealth
{
    private const string Live = "scicot-live";
    private const string Ready = "scicot-ready";

    private static readonly TimeSpan ReadyTimeout = TimeSpan.FromSeconds(10);

    /// <summary>The addresses, and the tag of the checks behind each; <see langword="null"/> for all checks of the host.</summary>
    public static IReadOnlyList<(string Path, string? Tag)> Paths { get; } = [("/health/live", Live), ("/health/ready", Ready), ("/health", null)];

    public static void Add(IServiceCollection services, SciCoTServerOptions options)
    {
        var checks = services.AddHealthChecks();
        checks.AddCheck<ShutdownSequence>("not-stopping", tags: [Ready]);
        foreach (var name in options.Names)
        {
            checks.Add(new HealthCheckRegistration($"{name}-live", provider => provider.GetRequiredKeyedService<SciCoTLivenessCheck>(name), failureStatus: null, tags: [Live]));
            checks.Add(new HealthCheckRegistration($"{name}-ready", provider => provider.GetRequiredKeyedService<SciCoTHealthCheck>(name), failureStatus: null, tags: [Ready], ReadyTimeout));
        }
    }
}
