using System.Text.Json;
using System.Text.Json.Serialization;
using SciCoT.Evaluation;
using SciCoT.IO;

namespace SciCoT.Distillation;

/// <summary>What a system cost to train.</summary>
/// <param name="Parameters">The numbers of the models that answer.</param>
/// <param name="Steps">Optimizer steps of every student that was trained for it, fold students among them.</param>
/// <param name="Seconds">Seconds of their training.</param>
internal sealed record SystemCost(long Parameters, int Steps, double Seconds)
{
    /// <summary>How the losses of those students fell.</summary>
    public IReadOnlyList<TrainingCurve> Training { get; init; } = [];

    public static SystemCost Of(long parameters, IReadOnlyList<(string Name, StudentReport Report)> students) =>
        new(parameters, students.Sum(student => student.Report.Steps), students.Sum(student => student.Report.Seconds))
        {
            Training = [.. students.Select(student => new TrainingCurve(student.Name, student.Report.Curve))],
        };
}

[JsonSourceGenerationOptions(WriteIndented = true, NewLine = "\n", PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, Converters = [typeof(JsonNumber)], RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(SystemCost))]
internal sealed partial class AblationJson : JsonSerializerContext;
