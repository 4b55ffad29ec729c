using System.Text.Json.Nodes;
using SciCoT.IO;
using SciCoT.Training;
using SciCoT.Training.Plans;

namespace SciCoT.Distillation;

/// <summary>The file that keeps what was asked for: work continues only under the plan it was begun with, or on purpose.</summary>
internal static class PlanFile
{
    /// <summary>The plan under which work was done that a later plan took over on purpose.</summary>
    public const string ContinuedFrom = "continuedFrom";

    /// <summary>Writes the plan of new work, or compares it with that of the work that is continued.</summary>
    /// <param name="path">The file.</param>
    /// <param name="plan">What is asked for.</param>
    /// <param name="earlier">What versions did that did not write a member.</param>
    /// <param name="change">What to do where the plans differ.</param>
    /// <param name="remedy">Tells how to go on; the end of the message.</param>
    /// <param name="moveAside">Moves what was done out of the way.</param>
    /// <param name="upgrade">Completes a plan that an earlier version wrote.</param>
    /// <exception cref="PlanMismatchException">The folder holds work under another plan.</exception>
    public static void Begin(string path, JsonObject plan, JsonObject earlier, PlanChange change, string remedy, Action? moveAside = null, Action<JsonObject>? upgrade = null)
    {
        plan = PlanTree.Parsed(plan);
        if (!File.Exists(path))
        {
            Write(path, plan);
            return;
        }

        var before = RunFolder.Read(path, RunJson.Default.JsonObject);
        var differences = Differences(before, PlanTree.Parsed(plan), earlier, upgrade);
        if (differences.Count > 0 && change == PlanChange.Refuse)
            throw new PlanMismatchException($"{Path.GetDirectoryName(path)} holds work of", differences, $"{path} keeps that plan. {remedy}");

        if (differences.Count > 0 && change == PlanChange.StartAnew)
            moveAside?.Invoke();
        else if (differences.Count > 0)
            plan[ContinuedFrom] = before;
        else if (before[ContinuedFrom] is { } origin)
            plan[ContinuedFrom] = origin.DeepClone();
        if (differences.Count == 0 || change == PlanChange.Continue)
            LaterOptions.TrimAll(plan, before);
        // A plan of an earlier version is completed, so that from now on all of it is compared.
        if (!JsonNode.DeepEquals(before, plan))
            Write(path, plan);
    }

    /// <summary>The plan that a file keeps; <see langword="null"/> where there is none.</summary>
    public static JsonObject? Read(string path) => File.Exists(path) ? RunFolder.Read(path, RunJson.Default.JsonObject) : null;

    /// <summary>What differs between a file's plan and another.</summary>
    public static IReadOnlyList<string> Differences(string path, JsonObject plan, JsonObject earlier) =>
        Differences(RunFolder.Read(path, RunJson.Default.JsonObject), PlanTree.Parsed(plan), earlier, null);

    private static IReadOnlyList<string> Differences(JsonObject before, JsonObject plan, JsonObject earlier, Action<JsonObject>? upgrade)
    {
        var was = PlanTree.Parsed(before);
        was.Remove(ContinuedFrom);
        upgrade?.Invoke(was);
        if (!was.ContainsKey(RunPlan.QuestionSets))
            plan.Remove(RunPlan.QuestionSets); // of earlier versions all questions together are compared
        LaterOptions.CompleteAll(was);
        LaterOptions.CompleteAll(plan);
        return PlanTree.Differences(was, plan, earlier);
    }

    private static void Write(string path, JsonObject plan) => AtomicFile.WriteAllText(path, plan.ToJsonString(RunJson.Default.Options) + "\n");
}
