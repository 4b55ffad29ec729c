using System.Text.Json.Nodes;

namespace SciCoT.Training.Plans;

/// <summary>
/// Compares plans: trees of all that a result depends on, as files keep them. Runs, studies, students and checkpoints share it.
/// </summary>
internal static class PlanTree
{
    /// <summary>Members that describe and do not decide.</summary>
    private static readonly HashSet<string> Free = new(StringComparer.Ordinal) { "checkpointEverySteps", "keepCheckpoints", "keepNativeMemory" };

    /// <summary>The values that differ.</summary>
    /// <param name="was">The plan that a file keeps.</param>
    /// <param name="now">The plan that is asked for.</param>
    /// <param name="earlier">
    /// What versions did that wrote a plan without some members. A member that is missing in both <paramref name="was"/> and here is
    /// not compared: what it was is not known.
    /// </param>
    public static IReadOnlyList<string> Differences(JsonObject was, JsonObject now, JsonObject earlier) => [.. Compare(was, now, earlier, "")];

    /// <summary>A copy whose values compare alike wherever they came from.</summary>
    public static JsonObject Parsed(JsonObject plan) => JsonNode.Parse(plan.ToJsonString())!.AsObject();

    private static IEnumerable<string> Compare(JsonNode? was, JsonNode? now, JsonNode? earlier, string path)
    {
        if (path.EndsWith(StartPlan.Base, StringComparison.Ordinal) && was is JsonValue text && now is JsonValue other && StartPlan.Same(text.ToString(), other.ToString()))
            return [];
        if (was is not JsonObject before || now is not JsonObject after)
            return JsonNode.DeepEquals(was, now) ? [] : [$"{path}: was {Shown(was)}, is {Shown(now)}"];

        var known = earlier as JsonObject;
        // Where both know the weights, their folder's name says nothing.
        bool weighed = before[StartPlan.Weights] is not null && after[StartPlan.Weights] is not null;
        return before.Select(member => member.Key).Union(after.Select(member => member.Key))
            .Where(key => !Free.Contains(key) && !(weighed && key == StartPlan.Base))
            .SelectMany(key =>
            {
                if (!before.TryGetPropertyValue(key, out var value) && known?.TryGetPropertyValue(key, out value) != true)
                    return [];
                return Compare(value, after[key], known?[key], path.Length == 0 ? key : $"{path}.{key}");
            });
    }

    private static string Shown(JsonNode? value) => value?.ToJsonString() ?? "null";
}
