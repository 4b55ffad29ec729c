using System.Globalization;
using System.Net;
using System.Text;

namespace SciCoT.Evaluation.Reports.Charts;

/// <summary>
/// A drawing in SVG. Colours come from the page's style by class, so that it follows the reader's light or dark scheme. A plotting
/// library would bring native code for what are lines, bars and letters.
/// </summary>
/// <param name="width">Its width.</param>
/// <param name="height">Its height.</param>
/// <param name="description">What it shows, for readers who cannot see it.</param>
/// <param name="style">The class of the drawing.</param>
internal sealed class Svg(double width, double height, string description, string style = "chart")
{
    /// <summary>What report.css says about drawings, for those that stand alone.</summary>
    private const string FileStyle =
        "text{fill:#1c2024;font:12px system-ui,sans-serif}text.axis{fill:#5d656e;font-size:11px}text.end{text-anchor:end}text.middle{text-anchor:middle}"
        + ".grid{stroke:#dfe2e5}.whisker{stroke:var(--c);stroke-width:2}.dot{fill:var(--c)}.curve{fill:none;stroke:var(--c);stroke-width:1.5;stroke-linejoin:round}"
        + ".s0{--c:#0072b2}.s1{--c:#c45a00}.s2{--c:#00805d}.s3{--c:#a3478a}.s4{--c:#7a6a00}.s5{--c:#3a6ea5}.s6{--c:#555f6b}.s7{--c:#8a3b12}";

    private readonly StringBuilder _shapes = new();

    /// <summary>How wide the drawing is.</summary>
    public double Width => width;

    public void Line(double x1, double y1, double x2, double y2, string style) =>
        Append($"<line class=\"{style}\" x1=\"{x1:0.##}\" y1=\"{y1:0.##}\" x2=\"{x2:0.##}\" y2=\"{y2:0.##}\"/>");

    public void Circle(double x, double y, double radius, string style, string? title = null) =>
        Append($"<circle class=\"{style}\" cx=\"{x:0.##}\" cy=\"{y:0.##}\" r=\"{radius:0.##}\">{Title(title)}</circle>");

    public void Rectangle(double x, double y, double w, double h, string style, double opacity = 1, string? title = null) =>
        Append($"<rect class=\"{style}\" x=\"{x:0.##}\" y=\"{y:0.##}\" width=\"{Math.Max(0, w):0.##}\" height=\"{Math.Max(0, h):0.##}\" fill-opacity=\"{opacity:0.###}\">{Title(title)}</rect>");

    /// <summary>Text that begins at x, or ends there or is centred on it, as the style says.</summary>
    public void Text(double x, double y, string text, string style = "") =>
        Append($"<text class=\"{style}\" x=\"{x:0.##}\" y=\"{y:0.##}\">{WebUtility.HtmlEncode(text)}</text>");

    public void Path(IEnumerable<(double X, double Y)> points, string style) =>
        Append($"<polyline class=\"{style}\" points=\"{string.Join(' ', points.Select(point => string.Create(CultureInfo.InvariantCulture, $"{point.X:0.#},{point.Y:0.#}")))}\"/>");

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"<svg class=\"{style}\" viewBox=\"0 0 {width:0} {height:0}\" style=\"max-width:{width:0}px\" role=\"img\" aria-label=\"{WebUtility.HtmlEncode(description)}\">{_shapes}</svg>");

    /// <summary>The drawing as a file of its own, which brings its colours along: black on white where the reader's scheme is not known.</summary>
    public string ToFile() => string.Create(
        CultureInfo.InvariantCulture,
        $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:0} {height:0}\" width=\"{width:0}\" height=\"{height:0}\" role=\"img\" aria-label=\"{WebUtility.HtmlEncode(description)}\"><style>{FileStyle}</style><rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>{_shapes}</svg>\n");

    private static string Title(string? title) => title is null ? "" : $"<title>{WebUtility.HtmlEncode(title)}</title>";

    private void Append(FormattableString shape) => _shapes.Append(FormattableString.Invariant(shape));
}
