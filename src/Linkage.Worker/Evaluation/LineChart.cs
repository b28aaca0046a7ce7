using System.Globalization;
using System.Runtime.InteropServices;

namespace Linkage.Worker.Evaluation;

/// <summary>A part of an axis, with what it is called.</summary>
/// <param name="Name">What is measured, with its unit.</param>
/// <param name="Low">Value at its beginning.</param>
/// <param name="High">Value at its end, above <paramref name="Low"/>.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct ChartAxis(string Name, double Low, double High);

/// <summary>A chart of lines and marks over two axes, with its key above. In: points in the axes' units. Out: an SVG.</summary>
internal sealed class LineChart
{
    private const double Width = 480, Height = 320;
    private const double Left = 52, Right = 468, Top = 34, Bottom = 272;
    private const int TickParts = 6;

    private readonly SvgDrawing _svg;
    private readonly ChartAxis _x;
    private readonly ChartAxis _y;
    private readonly string _clip;
    private double _key = Left;

    public LineChart(string id, string title, string description, ChartAxis x, ChartAxis y)
    {
        (_x, _y, _clip) = (x, y, id + "-c");
        _svg = new SvgDrawing(id, Width, Height, title, description);
        _svg.Clip(_clip, Left, Top - 2, Right - Left, Bottom - Top + 4);
        foreach (var tick in Scale.Ticks(x.Low, x.High, TickParts))
        {
            _svg.Line(X(tick), Top, X(tick), Bottom, "grid");
            _svg.Text(X(tick), Bottom + 17, Number(tick), "tick", "middle");
        }

        foreach (var tick in Scale.Ticks(y.Low, y.High, TickParts))
        {
            _svg.Line(Left, Y(tick), Right, Y(tick), "grid");
            _svg.Text(Left - 7, Y(tick) + 4, Number(tick), "tick", "end");
        }

        _svg.Line(Left, Bottom, Right, Bottom, "axis");
        _svg.Line(Left, Top, Left, Bottom, "axis");
        _svg.Text((Left + Right) / 2, Height - 10, x.Name, "name", "middle");
    }

    /// <summary>A line; what lies outside the axes is not drawn.</summary>
    public void Line(string name, string style, IEnumerable<(double X, double Y)> points)
    {
        _svg.Path(points.Select(p => (X(p.X), Y(p.Y))), "line " + style, _clip);
        if (name.Length == 0)
            return;
        _svg.Line(_key, 15, _key + 24, 15, "line " + style);
        Key(name, 30);
    }

    /// <summary>A mark; left out where it is outside the axes.</summary>
    public void Mark(string name, string style, ChartMark mark, double x, double y)
    {
        if (!(x >= _x.Low && x <= _x.High && y >= _y.Low && y <= _y.High))
            return;
        _svg.Mark(X(x), Y(y), mark, style);
        _svg.Mark(_key + 6, 15, mark, style);
        Key(name, 16);
    }

    /// <summary>An upright line at a place of the x axis, with a word beside it.</summary>
    public void Upright(double x, string name)
    {
        if (!(x >= _x.Low && x <= _x.High))
            return;
        _svg.Line(X(x), Top, X(x), Bottom, "upright");
        var before = X(x) > (Left + Right) / 2;
        _svg.Text(X(x) + (before ? -5 : 5), Bottom - 8, name, "note", before ? "end" : "start");
    }

    /// <summary>The whole element.</summary>
    public override string ToString() => _svg.ToString();

    private void Key(string name, double indent)
    {
        const double LetterWidth = 6.6;
        _svg.Text(_key + indent, 19, name, "key");
        _key += indent + (LetterWidth * name.Length) + 16;
    }

    private double X(double value) => Left + ((value - _x.Low) / (_x.High - _x.Low) * (Right - Left));

    private double Y(double value) => Bottom - ((value - _y.Low) / (_y.High - _y.Low) * (Bottom - Top));

    private static string Number(double value) => value.ToString("0.######", CultureInfo.InvariantCulture).Replace('-', '−');
}
