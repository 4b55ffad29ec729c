using System.Globalization;
using System.Net;
using System.Text;

namespace SciCoT.Evaluation.Reports.Charts;

/// <summary>
/// A drawing in SVG. Colours come from the page's style by class, so that it follows the reader's light or dark scheme. A plotting
/// library would bring native code for what are lines, bars and letters.
/// </summary>
internal sealed class Svg(double width, double height, string description)
{
    private readonly StringBuilder _shapes = new();

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
        $"<svg viewBox=\"0 0 {width:0} {height:0}\" style=\"max-width:{width:0}px\" role=\"img\" aria-label=\"{WebUtility.HtmlEncode(description)}\">{_shapes}</svg>");

    private static string Title(string? title) => title is null ? "" : $"<title>{WebUtility.HtmlEncode(title)}</title>";

    private void Append(FormattableString shape) => _shapes.Append(FormattableString.Invariant(shape));
}
