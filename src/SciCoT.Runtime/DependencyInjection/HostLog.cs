using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace SciCoT.DependencyInjection;

/// <summary>What a host hears of its pipelines, under the category <c>SciCoT</c>.</summary>
internal static partial class HostLog
{
    public static ILogger Of(IServiceProvider provider) =>
        provider.GetService<ILoggerFactory>()?.CreateLogger("SciCoT") ?? NullLogger.Instance;

    /// <summary>How lines of the log call a pipeline: one that was added without a name is "default".</summary>
    public static string NameOf(string pipeline) => pipeline.Length == 0 ? "default" : pipeline;

    [LoggerMessage(1, LogLevel.Information, "Loaded the {Student} of pipeline '{Pipeline}' from {Directory} onto {Device} in {Milliseconds:0} ms")]
    public static partial void StudentLoaded(this ILogger logger, string student, string pipeline, string directory, string device, double milliseconds);

    [LoggerMessage(2, LogLevel.Information, "Pipeline '{Pipeline}' is warm: its first answer took {Milliseconds:0} ms, loading included")]
    public static partial void PipelineWarm(this ILogger logger, string pipeline, double milliseconds);

    [LoggerMessage(3, LogLevel.Error, "Pipeline '{Pipeline}' cannot answer")]
    public static partial void PipelineCannotAnswer(this ILogger logger, Exception exception, string pipeline);
}
