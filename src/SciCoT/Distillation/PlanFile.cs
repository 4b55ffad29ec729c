using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using SciCoT.IO;

namespace SciCoT.Distillation;

/// <summary>The file that keeps what was asked for: a run continues only under the plan it was begun with.</summary>
internal static class PlanFile
{
    /// <summary>Writes the plan of a new run, or compares it with that of the run that is continued.</summary>
    /// <exception cref="InvalidOperationException">The folder holds a run with another plan.</exception>
    public static void Begin<T>(string path, T plan, JsonTypeInfo<T> type)
        where T : class
    {
        if (!File.Exists(path))
        {
            AtomicFile.WriteAllText(path, JsonSerializer.Serialize(plan, type) + "\n");
            return;
        }

        var before = RunFolder.Read(path, type);
        if (before.Equals(plan))
            return;

        var differing = typeof(T).GetProperties().Where(p => !Equals(p.GetValue(before), p.GetValue(plan))).Select(p => p.Name);
        throw new InvalidOperationException($"{Path.GetDirectoryName(path)} holds a run with another plan; these differ: {string.Join(", ", differing)} (see {path}). Give the new run a folder of its own, or restore the settings to continue the old one.");
    }
}
