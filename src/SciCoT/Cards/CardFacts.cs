using System.Text.Json.Nodes;
using SciCoT.IO;
using SciCoT.Models;

namespace SciCoT.Cards;

/// <summary>What the files of a folder tell of its students. Whatever a folder lacks, a card does not say.</summary>
internal sealed class CardFacts
{
    private const int MaxBytes = 64 << 20;

    private readonly JsonObject _report;
    private readonly JsonObject _plan;
    private readonly JsonObject _manifest;

    private CardFacts(string name, bool hasTwo, JsonObject report, JsonObject plan, JsonObject manifest, IReadOnlyList<CardStudent> students)
    {
        Name = name;
        HasTwo = hasTwo;
        (_report, _plan, _manifest) = (report, plan, manifest);
        Students = students;
    }

    public string Name { get; }

    /// <summary>Whether the folder holds a rationale student and an answer student.</summary>
    public bool HasTwo { get; }

    public IReadOnlyList<CardStudent> Students { get; }

    /// <summary>How many questions there were, in words.</summary>
    public string? Questions => Text(_plan["questions"])?.Split(", sha256")[0];

    public string? Filters => Text(_plan["filters"]);

    public string? Teacher => Text(_plan["annotation"])?.Split(", prompt ")[0];

    /// <summary>Whose rationales the answer student learned to read.</summary>
    public string? AnswerRationales => Text(_plan["answerRationales"]?["author"]) switch
    {
        "Teacher" => "the teacher's",
        "Student" => "those that the rationale student writes for its training questions",
        "CrossFitted" => "those of rationale students that did not learn from the question (cross-fitting)",
        _ => null,
    };

    public double? Learned => Number(_report["rationales"]?["learned"]);

    public double? Records => Number(_report["rationales"]?["records"]);

    /// <summary>The accuracy on the test questions with its interval; the interval is missing where only the manifest is there.</summary>
    public CardResult? Test => _report["test"] is JsonObject test && Number(test["accuracy"]) is { } accuracy
        ? new(accuracy, Number(test["count"]), Number(test["interval"]?["low"]), Number(test["interval"]?["high"]))
        : Number(_manifest["scores"]?["testAccuracy"]) is { } score ? new(score, null, null, null) : null;

    /// <summary>Test questions that stand in training, exactly or nearly.</summary>
    public double? Overlapping => _report["overlap"] is JsonObject overlap
        ? (Number(overlap["exact"]) ?? 0) + (Number(overlap["normalized"]) ?? 0) + (Number(overlap["near"]) ?? 0)
        : null;

    public double? Shortened => Number(_report["shortenedTestQuestions"]);

    public string? Labels => _manifest["answerLabels"] is JsonArray labels && labels.Count > 0 ? string.Join(", ", labels.Select(Text)) : null;

    public static CardFacts Of(string directory, ModelCardDetails details)
    {
        bool hasTwo = StudentFolders.HasTwo(directory);
        var root = Path.GetFullPath(directory);
        var name = details.Name ?? Path.GetFileName(Path.TrimEndingDirectorySeparator(root));
        if (hasTwo)
        {
            var (report, plan) = (Read(root, "report.json"), Read(root, "run.json"));
            return new CardFacts(name, hasTwo, report, plan, Read(root, StudentFolders.Manifest),
            [
                Student("rationale student", StudentFolders.RationaleStudent, report["rationaleStudent"], plan["rationaleStudent"]),
                Student("answer student", StudentFolders.AnswerStudent, report["answerStudent"], plan["answerStudent"]),
            ]);
        }

        return new CardFacts(name, hasTwo, [], [], [], [Student("student", "", null, null)]);

        CardStudent Student(string title, string folder, JsonNode? report, JsonNode? plan) => CardStudent.Of(
            title,
            report as JsonObject ?? Read(root, Path.Combine(folder, "training.json")),
            plan as JsonObject ?? Read(root, Path.Combine(folder, "plan.json"))["student"] as JsonObject ?? []);
    }

    public static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue(out string? text) ? text : null;

    public static double? Number(JsonNode? node) => node is JsonValue value && value.TryGetValue(out double number) && double.IsFinite(number) ? number : null;

    private static JsonObject Read(string root, string name) =>
        File.Exists(Path.Combine(root, name)) ? OutsideJson.ReadObject(Path.Combine(root, name), MaxBytes) : [];
}

/// <summary>A measured share of right answers.</summary>
internal sealed record CardResult(double Accuracy, double? Questions, double? Low, double? High);
