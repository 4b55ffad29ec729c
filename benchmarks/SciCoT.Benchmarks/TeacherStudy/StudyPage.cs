using System.Globalization;
using System.Text;
using SciCoT.Distillation;
using SciCoT.Evaluation.Reports.Charts;
using SciCoT.IO;
using static SciCoT.Evaluation.Reports.Charts.ReportFormat;

namespace SciCoT.Benchmarks.TeacherStudy;

/// <summary>Writes the study's page and plots from the results that are there.</summary>
internal sealed class StudyPage(IReadOnlyList<StudyResult> results, double cpuSeconds, string folder)
{
    private const string Name = "two-stages";
    private readonly StudyTable _table = new(results);
    private readonly StringBuilder _page = new();

    public void Write()
    {
        var (cells, done) = (StudyPlan.Cells(), results.Select(result => (result.Condition, result.System)).ToHashSet());
        int planned = cells.Sum(cell => cell.Variants.Count), finished = cells.Sum(cell => cell.Variants.Count(variant => done.Contains((cell.Condition, variant.Name))));
        _page.Append(CultureInfo.InvariantCulture, $"""
            # Where two stages pay: teachers that talk

            ```
            dotnet run -c Release --project benchmarks/SciCoT.Benchmarks -- study --output artifacts/study --page docs/ablation
            ```

            trains every system with three seeds ({string.Join(", ", StudyPlan.Seeds)}: each seed is another world, other weights and other words of the teacher), measures it on
            the test questions and writes this page. The command continues after a stop, and with `--workers 0` it only writes the page.
            {finished} of {planned} planned measurements are done; they took {Count((long)(cpuSeconds / 60))} CPU minutes. A row or point appears when all three seeds are there.

            Unless a table says otherwise: students of width 48 (200,688 parameters each), 900 steps for the rationale student and 300 for the answer student,
            which starts from the rationale student; 1,200 steps for one-stage and direct students; batches of 32; the teacher of the [QuickStart](../quickstart.md), with two
            irrelevant facts in every rationale and a filler sentence in half of them. The students are smaller and learn for less long than the QuickStart's: none is
            fully trained, and accuracies are lower. Learning rates are the [QuickStart's](../quickstart.md#how-the-settings-were-chosen). Intervals are at 95 %, by
            resampling cells of questions; p: McNemar's exact test on the questions of all seeds. *Own* rationales are those that the rationale student wrote for its
            training questions.


            """);
        Systems();
        Axis("irrelevant", "Irrelevant facts", "share of replies with two irrelevant facts", StudyPlan.IrrelevantRates, rate => Percent(rate), rate => seed => StudyPlan.Irrelevant(seed, rate), StudyPlan.Own, StudyPlan.Teachers, StudyPlan.OneStage);
        Wrong();
        Axis("width", "Width", "width of the students", StudyPlan.Widths, width => width.ToString(CultureInfo.InvariantCulture), width => seed => StudyPlan.Wide(seed, width), StudyPlan.Own, StudyPlan.OneStage, AblationVariant.Direct);
        Axis("steps", "Steps", "steps in all", StudyPlan.StepFactors, factor => Count(1200 * factor), factor => seed => StudyPlan.Longer(seed, factor), StudyPlan.Own, StudyPlan.Teachers, StudyPlan.OneStage, AblationVariant.Direct);
        AtomicFile.WriteAllText(Path.Combine(folder, Name + ".md"), _page.ToString().TrimEnd() + "\n");
    }

    /// <summary>All systems under the base condition.</summary>
    private void Systems()
    {
        (string Name, Func<int, StudyCondition> Condition, AblationVariant Variant)[] all =
        [
            ("direct", StudyPlan.Base, AblationVariant.Direct),
            ("one-stage", StudyPlan.Base, StudyPlan.OneStage),
            ("one-stage, 4 samples", StudyPlan.Base, StudyPlan.OneStageSampled),
            ("one-stage of width 72", StudyPlan.WideOneStage, StudyPlan.OneStage),
            ("one-stage, own rationales", StudyPlan.Base, StudyPlan.OneStageOwn),
            ("two-stage, teacher's rationales", StudyPlan.Base, StudyPlan.Teachers),
            ("two-stage, own rationales", StudyPlan.Base, StudyPlan.Own),
            ("two-stage, own rationales, 4 samples", StudyPlan.Base, StudyPlan.OwnSampled),
            ("two-stage, own rationales, 50 % teacher's", StudyPlan.Base, StudyPlan.Mixed),
            ("two-stage, cross-fitted rationales (5 folds)", StudyPlan.Base, StudyPlan.Crossed),
            ("two-stage, cross-fitted rationales (5 folds), 50 % teacher's", StudyPlan.Base, StudyPlan.CrossedMixed),
        ];
        var rows = all.Select(system => (system.Name, Row: _table.Row(system.Condition, system.Variant.Name))).Where(row => row.Row is not null).Select(row => (row.Name, Row: row.Row!)).ToArray();
        if (rows.Length == 0)
            return;
        var own = rows.FirstOrDefault(row => row.Row.System == StudyPlan.Own.Name).Row;
        _page.AppendLine("## The systems").AppendLine().AppendLine(CultureInfo.InvariantCulture, $"{Count(rows[0].Row.Questions)} test questions.").AppendLine();
        _page.AppendLine("| system | right | 95 % | lowest and highest seed | with the gold rationale | against two-stage on own rationales | p | parameters | steps in all |");
        _page.AppendLine("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
        foreach (var (name, row) in rows)
        {
            var compared = own is null || ReferenceEquals(own, row) ? "| | |" : Compared(StudyTable.Compare(row, own));
            var gold = row.Results[0].WithGoldRationale is null ? "" : Percent(row.Results.Average(result => result.WithGoldRationale!.Value));
            _page.AppendLine(CultureInfo.InvariantCulture, $"| {name} | {Percent(row.Accuracy)} | {Percents(row.Interval)} | {Percent(row.Results.Min(r => r.Accuracy))}, {Percent(row.Results.Max(r => r.Accuracy))} | {gold} {compared} {Count(row.Results[0].Parameters)} | {Count(row.Results[0].Steps)} |");
        }

        _page.AppendLine().AppendLine("""
            Steps in all count every student that was trained for the system. A one-stage student on own rationales needs the rationale student's steps before
            its own, but only its own parameters when it answers. Width 72 has as many parameters as two students of width 48.
            """).AppendLine();

        static string Compared((double Difference, double P) compared) => $"| {Points(compared.Difference)} | {PValue(compared.P)} |";
    }

    private void Wrong()
    {
        (string Name, AblationVariant Variant, bool Filters)[] lines =
        [
            ("two-stage, own rationales, filters on", StudyPlan.Own, true),
            ("two-stage, own rationales, filters off", StudyPlan.Own, false),
            ("one-stage, filters on", StudyPlan.OneStage, true),
            ("one-stage, filters off", StudyPlan.OneStage, false),
        ];
        Draw("wrong", "Wrong rationales", "share of replies with another choice and another question's rationale", [.. StudyPlan.WrongRates.Select(Percent)],
            [.. lines.Select(line => (line.Name, (IReadOnlyList<StudyRow?>)[.. StudyPlan.WrongRates.Select(rate => _table.Row(seed => StudyPlan.Wrong(seed, rate, line.Filters), line.Variant.Name))]))]);
    }

    private void Axis<T>(string file, string title, string axis, IReadOnlyList<T> values, Func<T, string> text, Func<T, Func<int, StudyCondition>> condition, params IReadOnlyList<AblationVariant> variants) =>
        Draw(file, title, axis, [.. values.Select(text)], [.. variants.Select(variant => (variant.Name, (IReadOnlyList<StudyRow?>)[.. values.Select(value => _table.Row(condition(value), variant.Name))]))]);

    /// <summary>A plot and the table behind it, of the values for which every seed is there.</summary>
    private void Draw(string file, string title, string axis, IReadOnlyList<string> values, IReadOnlyList<(string Name, IReadOnlyList<StudyRow?> Rows)> lines)
    {
        int[] there = [.. Enumerable.Range(0, values.Count).Where(i => lines.Any(line => line.Rows[i] is not null))];
        if (there.Length < 2)
            return;
        string[] kept = [.. there.Select(i => values[i])];
        var series = lines
            .Select(line => (line.Name, Points: (IReadOnlyList<LinePoint>)[.. there.Index().Where(place => line.Rows[place.Item] is not null).Select(place => new LinePoint(place.Index, line.Rows[place.Item]!.Accuracy, line.Rows[place.Item]!.Interval))]))
            .Where(line => line.Points.Count > 0).ToArray();
        AtomicFile.WriteAllText(Path.Combine(folder, $"{Name}-{file}.svg"), LineChart.Draw($"Accuracy against {axis}", axis, kept, series).ToFile());

        _page.AppendLine(CultureInfo.InvariantCulture, $"## {title}").AppendLine().AppendLine(CultureInfo.InvariantCulture, $"![Accuracy against {axis}]({Name}-{file}.svg)").AppendLine();
        _page.AppendLine($"| {axis} | {string.Join(" | ", kept)} |").AppendLine($"| --- |{string.Concat(Enumerable.Repeat(" ---: |", kept.Length))}");
        foreach (var line in lines.Where(line => there.Any(i => line.Rows[i] is not null)))
            _page.AppendLine($"| {line.Name} | {string.Join(" | ", there.Select(i => line.Rows[i] is { } row ? $"{Percent(row.Accuracy)} ({Percents(row.Interval)})" : ""))} |");
        if (lines.Count(line => line.Rows.Any(row => row is not null)) is > 1 && lines.FirstOrDefault(line => line.Name.StartsWith("one-stage", StringComparison.Ordinal)).Rows is { } other)
            _page.AppendLine($"| first row − {lines.First(line => line.Name.StartsWith("one-stage", StringComparison.Ordinal)).Name} | {string.Join(" | ", there.Select(i => (lines[0].Rows[i], other[i]) is ({ } first, { } second) && StudyTable.Compare(first, second) is var (difference, p) ? $"{Points(difference)} (p {PValue(p)})" : ""))} |");
        _page.AppendLine();
    }
}
