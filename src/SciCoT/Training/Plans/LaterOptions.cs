using System.Text.Json.Nodes;

namespace SciCoT.Training.Plans;

/// <summary>
/// Training options whose default is not what versions did that did not know them. Work that such a version began goes on as it was
/// begun: the option takes the earlier value, unless the caller gave one of his own, and stays missing in the plan.
/// </summary>
internal static class LaterOptions
{
    private const string WarmupFromZero = "warmupFromZero";
    private const string WeightDecayOnPositionBias = "weightDecayOnPositionBias";
    private const string InverseSquareRootTimescale = "inverseSquareRootTimescale";

    /// <summary>The options under which work goes on.</summary>
    /// <param name="was">The options in the plan of the work; <see langword="null"/> where there is none yet.</param>
    /// <param name="now">The options that are asked for.</param>
    public static TrainingOptions AsBegun(JsonObject? was, TrainingOptions now)
    {
        if (was is null)
            return now;
        var standard = new TrainingOptions();
        if (!was.ContainsKey(WarmupFromZero) && now.WarmupFromZero == standard.WarmupFromZero)
            now = now with { WarmupFromZero = false };
        if (!was.ContainsKey(WeightDecayOnPositionBias) && now.WeightDecayOnPositionBias == standard.WeightDecayOnPositionBias)
            now = now with { WeightDecayOnPositionBias = true };
        if (!was.ContainsKey(InverseSquareRootTimescale) && now.InverseSquareRootTimescale == standard.InverseSquareRootTimescale)
            now = now with { InverseSquareRootTimescale = EarlierTimescale(now.WarmupSteps) };
        return now;
    }

    /// <summary>Writes what a plan's missing options meant.</summary>
    public static void Complete(JsonObject was)
    {
        was.TryAdd(WarmupFromZero, false);
        was.TryAdd(WeightDecayOnPositionBias, true);
        was.TryAdd(InverseSquareRootTimescale, EarlierTimescale(was["warmupSteps"]?.GetValue<int>() ?? 0));
    }

    /// <summary>Completes the options of all students in a plan.</summary>
    public static void CompleteAll(JsonObject plan)
    {
        foreach (var (name, value) in plan.ToArray())
        {
            if (value is not JsonObject part)
                continue;
            if (name == "training")
                Complete(part);
            else
                CompleteAll(part);
        }
    }

    /// <summary>Takes the options out of a plan that are missing in the plan it follows on.</summary>
    public static void Trim(JsonObject plan, JsonObject before)
    {
        foreach (var name in new[] { WarmupFromZero, WeightDecayOnPositionBias, InverseSquareRootTimescale })
        {
            if (!before.ContainsKey(name))
                plan.Remove(name);
        }
    }

    /// <summary>Does so for all students in a plan.</summary>
    public static void TrimAll(JsonObject plan, JsonObject before)
    {
        foreach (var (name, value) in plan.ToArray())
        {
            if (value is not JsonObject part || before[name] is not JsonObject earlier)
                continue;
            if (name == "training")
                Trim(part, earlier);
            else
                TrimAll(part, earlier);
        }
    }

    private static int? EarlierTimescale(int warmupSteps) => warmupSteps > 0 ? null : 1;
}
