using System.Globalization;
using System.Text.RegularExpressions;
using SciCoT.Evaluation;
using SciCoT.Evaluation.Reports.Charts;

namespace SciCoT.Tests.Evaluation.Reports;

public sealed class ChartTests
{
    /// <summary>What a phone of 360 pixels leaves beside the page's margins.</summary>
    private const double PhoneWidth = 312;

    [Fact]
    public void ChartsOfBars_HaveALayoutForPhones_InWhichEverythingFits()
    {
        string[] charts =
        [
            AccuracyChart.Draw([Bar("direct", 0.5), Bar("a system whose name is much longer than a phone is wide", 1)], 0.25),
            RationaleUseChart.Draw("a system whose name is much longer than a phone is wide", [("its own", Use(RationaleKind.Own)), ("the first half of its own", Use(RationaleKind.Empty))], "s0"),
        ];

        foreach (var chart in charts)
        {
            Assert.Equal(["broad", "narrow"], Regex.Matches(chart, "<svg class=\"(\\w+)\"").Select(match => match.Groups[1].Value));
            var narrow = chart[chart.IndexOf("<svg class=\"narrow\"", StringComparison.Ordinal)..];
            double width = Width(narrow);
            Assert.InRange(width, 200, PhoneWidth);
            Assert.All(Regex.Matches(narrow, "<rect[^>]* x=\"([\\d.]+)\"[^>]* width=\"([\\d.]+)\""), bar => Assert.InRange(Number(bar, 1) + Number(bar, 2), 0, width));
            Assert.Contains(">right answers, with the 95 % interval<", narrow);
            // Seven pixels a letter, on the wide side.
            Assert.All(Regex.Matches(narrow, "class=\"label\"[^>]*>([^<]+)<"), label => Assert.InRange(7 * label.Groups[1].Length, 0, width));
        }
    }

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(10)]
    public void Positions_FitOnAPhone(int places)
    {
        int[][] counts = [.. Enumerable.Range(0, places).Select(row => Enumerable.Range(0, places + 1).Select(column => row + column).ToArray())];

        Assert.InRange(Width(PositionChart.Draw("two-stage", new(counts), "s0")), 100, PhoneWidth);
    }

    [Fact]
    public void Curves_NameTheirAxes_AndFitOnAPhone()
    {
        var training = TrainingChart.Draw("student", [[new(1, 3), new(2, 0.5, 0.7)]], "s0");
        var reliability = ReliabilityChart.Draw("two-stage", Calibration.Of(Outcomes.System("two-stage", null, true, false).Outcomes.Select(outcome => outcome with { Probabilities = [0.7, 0.1, 0.1, 0.1] }).ToArray(), 10)!, "s0");

        Assert.Contains(">loss (nats a token, logarithmic)<", training);
        Assert.Contains(">step (line: training, dots: validation)<", training);
        Assert.Contains(">right answers<", reliability);
        Assert.Contains(">confidence<", reliability);
        Assert.All([training, reliability], chart => Assert.InRange(Width(chart), 200, PhoneWidth));
    }

    [Fact]
    public void LongName_EndsWithinItsChart()
    {
        const string Name = "two-stage, cross-fitted rationales of five folds and more";
        string[] charts =
        [
            TrainingChart.Draw(Name, [[new(1, 3), new(2, 0.5, 0.7)]], "s0"),
            ReliabilityChart.Draw(Name, Calibration.Of(Outcomes.System("s", null, true, false).Outcomes.Select(outcome => outcome with { Probabilities = [0.7, 0.1, 0.1, 0.1] }).ToArray(), 10)!, "s0"),
            PositionChart.Draw(Name, new([[2, 1, 0], [1, 2, 0]]), "s0"),
        ];

        Assert.All(charts, chart =>
        {
            var label = Regex.Match(chart, "class=\"label\"[^>]*>([^<]+)<").Groups[1].Value;
            Assert.StartsWith("two-stage", label);
            Assert.Contains('…', label);
            Assert.InRange(7.5 * label.Length, 0, Width(chart));
        });
    }

    private static AccuracyChart.Bar Bar(string name, double accuracy) => new(name, accuracy, new(accuracy - 0.1, Math.Min(1, accuracy + 0.1)), [accuracy, accuracy]);

    private static RationaleUse Use(RationaleKind kind) => new(kind, new(10, 8), new(10, 2));

    private static double Width(string svg) => Number(Regex.Match(svg, "viewBox=\"0 0 ([\\d.]+) "), 1);

    private static double Number(Match match, int group) => double.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture);
}
