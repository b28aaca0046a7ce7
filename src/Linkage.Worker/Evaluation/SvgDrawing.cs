using System.Globalization;
using System.Security;
using System.Text;

namespace Linkage.Worker.Evaluation;

/// <summary>
/// An inline SVG as text: shapes in drawing order, classes of <see cref="PageStyle"/> in place of colours, a title and a description for readers that do not see it. Scales
/// with its width; units are pixels at its own.
/// </summary>
internal sealed class SvgDrawing
{
    private readonly StringBuilder _text = new();

    /// <param name="id">Unique in the page.</param>
    /// <param name="width">Width of the drawing.</param>
    /// <param name="height">Height of the drawing.</param>
    /// <param name="title">What it shows.</param>
    /// <param name="description">What there is to see.</param>
    public SvgDrawing(string id, double width, double height, string title, string description)
    {
        Add($"<svg viewBox=\"0 0 {width} {height}\" role=\"img\" aria-labelledby=\"{id}-t {id}-d\">\n<title id=\"{id}-t\">{Escaped(title)}</title>\n<desc id=\"{id}-d\">{Escaped(description)}</desc>\n");
    }

    /// <summary>Text that may stand in the page.</summary>
    public static string Escaped(string text) => SecurityElement.Escape(text);

    public void Line(double x1, double y1, double x2, double y2, string style) =>
        Add($"<line x1=\"{x1:0.#}\" y1=\"{y1:0.#}\" x2=\"{x2:0.#}\" y2=\"{y2:0.#}\" class=\"{style}\"/>\n");

    /// <summary>A rectangle, with a text that appears when it is pointed at.</summary>
    public void Bar(double x, double y, double width, double height, string style, string says) =>
        Add($"<rect x=\"{x:0.##}\" y=\"{y:0.##}\" width=\"{width:0.##}\" height=\"{height:0.##}\" class=\"{style}\"><title>{Escaped(says)}</title></rect>\n");

    public void Text(double x, double y, string text, string style = "", string anchor = "start") =>
        Add($"<text x=\"{x:0.#}\" y=\"{y:0.#}\" class=\"{style}\" text-anchor=\"{anchor}\">{Escaped(text)}</text>\n");

    /// <summary>A mark at a point: a disc, a ring or a diamond.</summary>
    public void Mark(double x, double y, ChartMark mark, string style)
    {
        const double Radius = 5;
        if (mark == ChartMark.Diamond)
            Add($"<path d=\"M{x - Radius - 1:0.#} {y:0.#}L{x:0.#} {y - Radius - 1:0.#}L{x + Radius + 1:0.#} {y:0.#}L{x:0.#} {y + Radius + 1:0.#}Z\" class=\"mark {style}\"/>\n");
        else
            Add($"<circle cx=\"{x:0.#}\" cy=\"{y:0.#}\" r=\"{Radius}\" class=\"{(mark == ChartMark.Ring ? "ring" : "mark")} {style}\"/>\n");
    }

    /// <summary>A line through points; a point that is not a number interrupts it.</summary>
    public void Path(IEnumerable<(double X, double Y)> points, string style, string clip)
    {
        var path = new StringBuilder();
        var drawing = false;
        foreach (var (x, y) in points)
        {
            if (double.IsNaN(x) || double.IsNaN(y))
            {
                drawing = false;
                continue;
            }

            path.Append(CultureInfo.InvariantCulture, $"{(drawing ? 'L' : 'M')}{x:0.#} {y:0.#}");
            drawing = true;
        }

        if (path.Length > 0)
            Add($"<path d=\"{path}\" class=\"{style}\" clip-path=\"url(#{clip})\"/>\n");
    }

    /// <summary>Names a rectangle that paths can be clipped to.</summary>
    public void Clip(string id, double x, double y, double width, double height) =>
        Add($"<clipPath id=\"{id}\"><rect x=\"{x:0.#}\" y=\"{y:0.#}\" width=\"{width:0.#}\" height=\"{height:0.#}\"/></clipPath>\n");

    /// <summary>The whole element.</summary>
    public override string ToString() => _text + "</svg>\n";

    private void Add(FormattableString text) => _text.Append(text.ToString(CultureInfo.InvariantCulture));
}

/// <summary>Shapes of marks.</summary>
internal enum ChartMark
{
    /// <summary>A filled circle.</summary>
    Disc,

    /// <summary>A circle.</summary>
    Ring,

    /// <summary>A filled square on its corner.</summary>
    Diamond,
}
