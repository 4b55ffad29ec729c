using System.Xml.Linq;
using SciCoT.Evaluation;
using SciCoT.Evaluation.Reports.Charts;

namespace SciCoT.Tests.Evaluation.Reports;

public class LineChartTests
{
    private static readonly string[] Values = ["0 %", "50 %", "100 %"];

    [Fact]
    public void File_IsADrawingOfItsOwn_WithEverySystemAndPoint()
    {
        var svg = XElement.Parse(LineChart.Draw("Accuracy", "share", Values, [("one & two", Points(0.9, 0.8, 0.7)), ("direct", Points(0.5, 0.5, 0.5))]).ToFile());

        XNamespace space = "http://www.w3.org/2000/svg";
        Assert.Equal(space + "svg", svg.Name);
        Assert.NotEmpty(svg.Element(space + "style")!.Value);
        Assert.Equal("one & two", svg.Elements(space + "text").Single(text => text.Value.Contains('&')).Value);
        Assert.Equal(2, svg.Elements(space + "polyline").Count());
        Assert.Contains("one & two, 50 %: 80.0 %, 95 %: 75.0 to 85.0", svg.Descendants(space + "title").Select(title => title.Value));
        Assert.Equal(6, svg.Elements(space + "circle").Count());
    }

    [Fact]
    public void HigherAccuracy_IsDrawnHigher_AndLaterValuesFurtherRight()
    {
        var points = XElement.Parse(LineChart.Draw("Accuracy", "share", Values, [("a", Points(0.2, 0.9, 0.5))]).ToFile())
            .Elements().Where(element => element.Name.LocalName == "circle")
            .Select(circle => ((double)circle.Attribute("cx")!, (double)circle.Attribute("cy")!)).ToArray();

        Assert.Equal([0, 1, 2], Enumerable.Range(0, 3).OrderBy(i => points[i].Item1));
        Assert.Equal([1, 2, 0], Enumerable.Range(0, 3).OrderBy(i => points[i].Item2));
    }

    [Fact]
    public void SystemWithoutEveryValue_HasThePointsThatItHas()
    {
        var svg = LineChart.Draw("Accuracy", "share", Values, [("a", Points(0.2)), ("none", [])]).ToFile();

        Assert.Single(XElement.Parse(svg).Elements(), element => element.Name.LocalName == "circle");
    }

    private static LinePoint[] Points(params double[] accuracies) =>
        [.. accuracies.Select((accuracy, i) => new LinePoint(i, accuracy, new Interval(accuracy - 0.05, accuracy + 0.05)))];
}
