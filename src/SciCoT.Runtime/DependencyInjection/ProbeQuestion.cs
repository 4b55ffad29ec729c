namespace SciCoT.DependencyInjection;

/// <summary>A short question whose answer matters to nobody: that there is one shows that a pipeline works.</summary>
internal static class ProbeQuestion
{
    public static ScienceQuestion Value { get; } = ScienceQuestion.Create("Is water wet?", "yes", "no") with { Id = "scicot-probe" };
}
