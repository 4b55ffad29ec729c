using System.Globalization;
using SciCoT.Batches;

namespace SciCoT.Cli;

/// <summary>Tells of a teacher's batches, a line for each change.</summary>
/// <param name="console">Where the lines go.</param>
internal sealed class BatchLines(ToolConsole console) : IProgress<BatchProgress>
{
    public void Report(BatchProgress value)
    {
        var failed = value.Failed > 0 ? string.Create(CultureInfo.InvariantCulture, $", {value.Failed} failed") : "";
        console.Notify(string.Create(CultureInfo.InvariantCulture, $"{value.Batch}: {value.State}, {value.Completed} of {value.Requests} requests answered{failed}"));
    }
}
