namespace SciCoT.Students.Serving;

/// <summary>Bounds of what a scheduler gathers.</summary>
/// <param name="BatchRows">Rows of a batch.</param>
/// <param name="QueueCapacity">Items that wait; who comes after them waits outside.</param>
/// <param name="MaxWait">How long an item waits for others to fill its batch.</param>
internal sealed record SchedulerLimits(int BatchRows, int QueueCapacity, TimeSpan MaxWait);
