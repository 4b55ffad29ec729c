namespace SciCoT.Budgets;

/// <summary>A call under way, for which a budget keeps room.</summary>
/// <param name="time">Tells how long the call lasts.</param>
/// <param name="maxOutputTokens">The limit that the service was given for the reply; <see langword="null"/> for none.</param>
internal sealed class BudgetReservation(TimeProvider time, int? maxOutputTokens)
{
    private readonly long _start = time.GetTimestamp();

    public int? MaxOutputTokens { get; } = maxOutputTokens;

    public decimal Seconds => (decimal)time.GetElapsedTime(_start).TotalSeconds;
}
