using System.Globalization;
using System.Text;
using Linkage.Matching.Scoring;
using static Linkage.Worker.Evaluation.SvgDrawing;

namespace Linkage.Worker.Evaluation;

/// <summary>
/// An evaluation as one HTML page that needs nothing beside itself: no script, no font, no picture, no link. Counts only: no id of anybody. Well-formed XML, too.
/// </summary>
internal sealed class EvaluationPage
{
    private readonly StringBuilder _page = new();
    private readonly LinkEvaluation _evaluation;

    private EvaluationPage(LinkEvaluation evaluation) => _evaluation = evaluation;

    /// <summary>The page's text.</summary>
    public static string Of(LinkEvaluation evaluation, MatchModel model)
    {
        var page = new EvaluationPage(evaluation);
        page._page.Append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n<title>How good the links are</title>\n<style>\n");
        page._page.Append(PageStyle.Css).Append("\n</style>\n</head>\n<body>\n<main>\n");
        page.Opening();
        page.Charts();
        page.Tables();
        page.Model(model);
        page._page.Append("</main>\n</body>\n</html>\n");
        return page._page.ToString();
    }

    private void Opening()
    {
        _page.Append("<header>\n<h1>How good the links are</h1>\n");
        Paragraph(EvaluationTables.Opening(_evaluation));
        foreach (var remark in EvaluationTables.Remarks(_evaluation))
            Paragraph(remark);
        _page.Append("</header>\n<dl class=\"numbers\">\n");
        var accepted = _evaluation.Accepted;
        Figure("precision of accepted links", accepted.Precision.ToString(), Text($"{accepted.Links:N0} links"));
        Figure("recall of accepted links", accepted.Recall.ToString(), Text($"{accepted.Missed:N0} of {_evaluation.Linkable:N0} missed"));
        Figure("F1 of accepted links", accepted.F1.ToString(), _evaluation.Curve.BestF1 is { } best ? Text($"best of all thresholds {best.Quality.F1}") : "");
        Figure("false links accepted", Text($"{accepted.False:N0}"), Text($"{accepted.WrongPerson:N0} wrong person, {accepted.Outsider:N0} outsiders"));
        _page.Append("</dl>\n");
    }

    private void Charts()
    {
        if (_evaluation.Curve.Count == 0)
        {
            Paragraph("No row has a weight: there is nothing to draw by threshold.");
            return;
        }

        _page.Append("<div class=\"charts\">\n");
        Chart("By threshold", "If every best candidate of at least this weight were linked, whatever was decided.", QualityCharts.ByThreshold(_evaluation.Curve));
        Chart("Precision by recall", "The marks are the accepted links, accepted and reviewed together, and the best F1. Axes begin where it gets interesting.", QualityCharts.PrecisionByRecall(_evaluation));
        Chart("Weights of the best candidates", "False: another participant, or a patient who is none. Counts on a logarithmic scale, so that rare ones are seen.", WeightHistogram.Of(_evaluation.Curve));
        _page.Append("</div>\n");
    }

    private void Tables()
    {
        Table(
            "By decision", "Accepted and reviewed: as if a clerk confirmed every candidate.", ["linked", .. EvaluationTables.QualityHeaders],
            EvaluationTables.Decisions(_evaluation).Select(static d => ((IReadOnlyList<string>)[d.Name, .. EvaluationTables.Cells(d.Quality)], false)));
        Table(
            "By tier", "Recall: the tier's share of all patients who are a participant. Candidates of review and of unlinked patients are counted by what they would have been.",
            ["tier", .. EvaluationTables.TierHeaders], EvaluationTables.Tiers(_evaluation).Select(static t => (t, false)));
        if (_evaluation.Thresholds.Count == 0)
            return;
        Table(
            "By threshold", "Every best candidate of at least this weight linked, whatever was decided. Marked rows: the best F1, and the most recall at the precision named.", ["weight at least", .. EvaluationTables.QualityHeaders, ""],
            _evaluation.Thresholds.Select(static r => ((IReadOnlyList<string>)[EvaluationTables.Weight(r.Point.Weight), .. EvaluationTables.Cells(r.Point.Quality), r.Remark], r.Remark.Length > 0)));
    }

    private void Model(MatchModel model)
    {
        _page.Append("<section>\n<h2>The model's weights</h2>\n");
        Paragraph(Text($"Model {model.Version}. {model.Description}"));
        Paragraph(Text($"m: share of one person's pairs of records that agree so; r: of relatives'; u: of strangers'. Weight: log2(m / u). *: more for a rare value, less for a common one. Accepted from probability {model.AcceptProbability}, reviewed from {model.ReviewProbability}, never accepted with a runner-up within {model.MarginBits} bits."));
        _page.Append("<figure>\n").Append(ModelChart.Of(model)).Append("</figure>\n</section>\n");
    }

    private void Figure(string name, string value, string beside) =>
        _page.Append(CultureInfo.InvariantCulture, $"<div><dt>{Escaped(name)}</dt><dd>{Escaped(value)}</dd><dd>{Escaped(beside)}</dd></div>\n");

    private void Chart(string heading, string caption, string svg) =>
        _page.Append(CultureInfo.InvariantCulture, $"<section>\n<h2>{Escaped(heading)}</h2>\n<figure>\n{svg}<figcaption>{Escaped(caption)}</figcaption>\n</figure>\n</section>\n");

    private void Table(string heading, string caption, IReadOnlyList<string> headers, IEnumerable<(IReadOnlyList<string> Cells, bool Marked)> rows)
    {
        _page.Append(CultureInfo.InvariantCulture, $"<section>\n<h2>{Escaped(heading)}</h2>\n<p class=\"soft\">{Escaped(caption)}</p>\n<div class=\"scroll\" role=\"region\" aria-label=\"{Escaped(heading)}\" tabindex=\"0\">\n<table>\n<thead><tr>");
        foreach (var header in headers)
            _page.Append(CultureInfo.InvariantCulture, $"<th scope=\"col\">{Escaped(header.TrimStart('#'))}</th>");
        _page.Append("</tr></thead>\n<tbody>\n");
        foreach (var (cells, marked) in rows)
        {
            _page.Append(marked ? "<tr class=\"marked\">" : "<tr>").Append(CultureInfo.InvariantCulture, $"<th scope=\"row\">{Escaped(cells[0])}</th>");
            for (var i = 1; i < cells.Count; i++)
                _page.Append(CultureInfo.InvariantCulture, $"<td{(headers[i].StartsWith('#') ? "" : " class=\"remark\"")}>{Escaped(cells[i])}</td>");
            _page.Append("</tr>\n");
        }

        _page.Append("</tbody>\n</table>\n</div>\n</section>\n");
    }

    private void Paragraph(string text) => _page.Append(CultureInfo.InvariantCulture, $"<p>{Escaped(text)}</p>\n");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
