namespace SciCoT.Distributed;

/// <summary>The group of one process.</summary>
public static class ProcessGroup
{
    /// <summary>This process alone: rank 0 of 1. Its operations do nothing, and disposing of it does neither.</summary>
    public static IProcessGroup Single { get; } = new SingleProcess();
}
