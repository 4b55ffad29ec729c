using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using SciCoT.IO;

namespace SciCoT.Evaluation.Reports;

/// <summary>
/// The results of an evaluation: every figure with its uncertainty, the comparisons, and how they were computed. <see cref="Write"/>
/// writes <c>report.json</c>, Markdown and a page.
/// </summary>
public sealed record EvaluationReport
{
    /// <summary>The version of <c>report.json</c>'s schema; it changes when a field changes its meaning or goes.</summary>
    public const int CurrentSchema = 1;

    /// <summary>The version of the schema.</summary>
    public int Schema { get; init; } = CurrentSchema;

    /// <summary>The heading.</summary>
    public required string Title { get; init; }

    /// <summary>What the questions are.</summary>
    public required string DataSet { get; init; }

    /// <summary>How many different questions were asked.</summary>
    public required int Questions { get; init; }

    /// <summary>The accuracy of choosing at random among each question's choices; open questions count as 0.</summary>
    public required double Chance { get; init; }

    /// <summary>The command that made the measured figures.</summary>
    public string? Command { get; init; }

    /// <summary>The library's version that computed the figures.</summary>
    public required string Library { get; init; }

    /// <summary>The systems in the order given.</summary>
    public required IReadOnlyList<SystemReport> Systems { get; init; }

    /// <summary>The system that the others are tested against.</summary>
    public required string Baseline { get; init; }

    /// <summary>Each other system against the baseline.</summary>
    public required IReadOnlyList<SystemComparison> Comparisons { get; init; }

    /// <summary>What the training questions share with the test questions; <see langword="null"/> where it was not checked.</summary>
    public OverlapReport? Overlap { get; init; }

    /// <summary>Figures that others have published. Not measured here.</summary>
    public required IReadOnlyList<PublishedMark> Published { get; init; }

    /// <summary>Each system against each figure of <see cref="Published"/> on the same data set whose metric was measured.</summary>
    public IReadOnlyList<MarkComparison> Marks { get; init; } = [];

    /// <summary>Remarks, among them which base models have seen the data set before.</summary>
    public required IReadOnlyList<string> Notes { get; init; }

    /// <summary>How the figures were computed.</summary>
    public required ReportMethods Methods { get; init; }

    /// <summary>Further parts, of the page and of Markdown alone.</summary>
    internal IReadOnlyList<ReportSection> More { get; init; } = [];

    /// <summary>Computes a report.</summary>
    /// <param name="input">The answers and what is known around them.</param>
    /// <exception cref="ArgumentException">There are no answers, the baseline is none of the systems, or two systems were not asked the same questions.</exception>
    public static EvaluationReport Create(ReportInput input)
    {
        ArgumentNullException.ThrowIfNull(input);
        input.Validate();
        var names = input.Systems.Select(result => result.System).Distinct(StringComparer.Ordinal).ToArray();
        var baseline = input.Baseline ?? (names.Contains("direct") ? "direct" : names[0]);
        var comparisons = SystemComparison.Against(input.Systems, baseline, input.Cluster, input.BootstrapSeed, input.Resamples);
        var questions = input.Systems.SelectMany(result => result.Outcomes).Select(outcome => outcome.Question).DistinctBy(question => question.Id).ToArray();
        var exposures = input.Systems.Select(result => result.Base).OfType<string>().Distinct().Select(model => KnownExposure.Note(model, input.DataSet)).OfType<string>();
        SystemReport[] systems = [.. names.Select(name => SystemReport.Of([.. input.Systems.Where(result => result.System == name)], input))];
        return new()
        {
            Title = input.Title,
            DataSet = input.DataSet,
            Questions = questions.Length,
            Chance = questions.Average(question => question.Choices.Count > 0 ? 1.0 / question.Choices.Count : 0),
            Command = input.Command,
            Library = typeof(EvaluationReport).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "",
            Systems = systems,
            Baseline = baseline,
            Comparisons = comparisons,
            Overlap = input.Overlap,
            Published = input.Published,
            Marks = [.. systems.SelectMany(system => Compared(system, input, questions.Length))],
            Notes = [.. input.Notes, .. exposures],
            Methods = new(input.BootstrapSeed, input.Resamples, input.CalibrationBins, input.StemRouge, input.Cluster is not null),
            More = input.More,
        };
    }

    private static IEnumerable<MarkComparison> Compared(SystemReport system, ReportInput input, int questions) =>
        from mark in input.Published
        where input.DataSet.Contains(mark.DataSet, StringComparison.OrdinalIgnoreCase)
        let value = mark.Metric switch
        {
            "accuracy" => system.Accuracy,
            "acc" => system.Harness?.Acc ?? system.Accuracy,
            _ => system.Harness?.Value(mark.Metric),
        }
        where value is not null
        select MarkComparison.Compare(system.System, value.Value, questions, mark) with
        {
            Exposure = system.Base is null ? null : KnownExposure.Note(system.Base, input.DataSet),
        };

    /// <summary>
    /// Computes a report and writes it to a folder: <c>report.json</c>, <c>report.md</c>, <c>report.html</c> and
    /// <c>predictions.jsonl</c>, from which it can be computed again.
    /// </summary>
    /// <param name="input">The answers and what is known around them.</param>
    /// <param name="directory">The folder; it is made where it is missing, and files of these names are replaced.</param>
    /// <exception cref="ArgumentException">As <see cref="Create"/>.</exception>
    /// <exception cref="IOException">A file could not be written.</exception>
    public static EvaluationReport Write(ReportInput input, string directory)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(directory);
        var report = Create(input);
        report.Save(input, directory);
        return report;
    }

    /// <summary>Writes the files of a report that was computed.</summary>
    internal void Save(ReportInput input, string directory)
    {
        PredictionFile.Write(Path.Combine(directory, "predictions.jsonl"), input.Systems);
        AtomicFile.WriteAllText(Path.Combine(directory, "report.md"), ToMarkdown());
        AtomicFile.WriteAllText(Path.Combine(directory, "report.html"), ToHtml(input.Systems, input.Examples));
        AtomicFile.WriteAllText(Path.Combine(directory, "report.json"), ToJson());
    }

    /// <summary>The report as JSON; the schema is described in the documentation.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, ReportJson.Default.EvaluationReport) + "\n";

    /// <summary>The report as Markdown.</summary>
    public string ToMarkdown() => MarkdownReport.Render(this);

    /// <summary>The report as one page that needs no other file and no network.</summary>
    /// <param name="results">The answers, to show some of them.</param>
    /// <param name="examples">How many questions to show.</param>
    public string ToHtml(IReadOnlyList<SystemResult> results, int examples = 60)
    {
        ArgumentNullException.ThrowIfNull(results);
        return HtmlReport.Render(this, ReportExample.Choose(results, examples));
    }
}

/// <summary>How the figures of a report were computed.</summary>
/// <param name="BootstrapSeed">The seed of the bootstrap's draws.</param>
/// <param name="Resamples">How often the bootstrap drew.</param>
/// <param name="CalibrationBins">How many bins of equal width the calibration has.</param>
/// <param name="StemRouge">Whether ROUGE reduced words to their stems.</param>
/// <param name="Clustered">Whether questions were drawn in groups.</param>
public sealed record ReportMethods(int BootstrapSeed, int Resamples, int CalibrationBins, bool StemRouge, bool Clustered);

[JsonSourceGenerationOptions(WriteIndented = true, NewLine = "\n", PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, Converters = [typeof(JsonNumber)])]
[JsonSerializable(typeof(EvaluationReport))]
internal sealed partial class ReportJson : JsonSerializerContext;
