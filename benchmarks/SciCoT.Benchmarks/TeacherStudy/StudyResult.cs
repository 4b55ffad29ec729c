using System.Text.Json;
using System.Text.Json.Serialization;
using SciCoT.IO;

namespace SciCoT.Benchmarks.TeacherStudy;

/// <summary>What one system answered in one cell.</summary>
/// <param name="Condition">The cell.</param>
/// <param name="System">The system's name.</param>
/// <param name="Right">A character a question, in their order: 1 where it was answered rightly.</param>
/// <param name="Parameters">The numbers of the models that answer.</param>
/// <param name="Steps">Optimizer steps of all students that were trained for it.</param>
/// <param name="Seconds">Seconds of their training, on a machine that may have done other work too.</param>
internal sealed record StudyResult(StudyCondition Condition, string System, string Right, long Parameters, int Steps, double Seconds)
{
    /// <summary>The share of right answers with the gold rationale in place of the student's, for two-stage systems.</summary>
    public double? WithGoldRationale { get; init; }

    [JsonIgnore]
    public double Accuracy => Right.Count(c => c == '1') / (double)Right.Length;
}

/// <summary>The results of all cells so far, one a line.</summary>
internal sealed class StudyResults(string path)
{
    private readonly Lock _lock = new();

    public IReadOnlyList<StudyResult> Read() => File.Exists(path)
        ? [.. File.ReadLines(path).Where(line => line.Length > 0).Select(line => JsonSerializer.Deserialize(line, StudyJson.Default.StudyResult)!)]
        : [];

    public void Add(IEnumerable<StudyResult> results)
    {
        lock (_lock)
        {
            var known = Read();
            var all = known.Concat(results.Where(result => !known.Any(old => old.Condition == result.Condition && old.System == result.System)));
            AtomicFile.WriteAllText(path, string.Concat(all.Select(result => JsonSerializer.Serialize(result, StudyJson.Default.StudyResult) + "\n")));
        }
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(StudyResult))]
internal sealed partial class StudyJson : JsonSerializerContext;
