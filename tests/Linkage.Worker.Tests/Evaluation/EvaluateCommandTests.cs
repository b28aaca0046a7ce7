using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Linkage.Matching.Scoring;
using Linkage.Worker.Commands;
using Linkage.Worker.Display;

namespace Linkage.Worker.Tests.Evaluation;

public sealed class EvaluateCommandTests : IDisposable
{
    private const string Header = "patient_id,participant_id,decision,tier,weight,probability,runner_up_weight\n";
    private readonly string _folder = Directory.CreateTempSubdirectory("linkage-evaluate-").FullName;
    private readonly StringWriter _output = new(CultureInfo.InvariantCulture);
    private readonly StringWriter _error = new(CultureInfo.InvariantCulture);

    private string Pairs => Path.Combine(_folder, "pairs.csv");

    private string Truth => Path.Combine(_folder, "truth.csv");

    private string Page => Path.Combine(_folder, "pairs.html");

    public void Dispose()
    {
        _output.Dispose();
        _error.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void Prints_the_tables_and_writes_the_page()
    {
        Assert.Equal(0, Run(Header + "a1,S1,accept,1,30.5,1,\na2,S9,accept,3,12,0.9998,1\na3,S3,review,3,8,0.99,7\na4,S4,none,0,-3,0.1,\n", "a1,S1\na2,S2\na3,S3\na4,\n"));
        Assert.Empty(_error.ToString());
        var printed = _output.ToString();
        Assert.Matches(@"\n  accepted +2 +1 +1 +0 +2 +0\.50000 +0\.33333 +0\.40000\n", printed);
        Assert.Matches(@"\n  accepted and reviewed +3 +2 +1 +0 +1 +0\.66666 +0\.66666 +0\.66666\n", printed);
        Assert.Matches(@"\n  1 cross-check +1 +1 +0 +0 +1\.00000 +0\.33333 +0 +0 +0 +0 +0\n", printed);
        Assert.Matches(@"\n  3 scored +1 +0 +1 +0 +0\.00000 +0\.00000 +1 +0 +0 +0 +0\n", printed);
        Assert.Matches(@"\n  0 none +0 +0 +0 +0 +– +0\.00000 +0 +0 +0 +0 +1\n", printed);
        Assert.Matches(@"\n +30\.5 +1 +1 +0 +0 +2 +1\.00000 +0\.33333 +0\.50000 +precision 0\.999, precision 0\.99\n", printed);
        Assert.Matches(@"\n +8 +3 .* best F1\n", printed);
        Assert.Contains("best F1 0.66666 at weight 8 (precision 0.66666, recall 0.66666)", printed, StringComparison.Ordinal);
        Assert.Contains("recall at precision 0.999: 0.33333 at weight 30.5 (0 false links)", printed, StringComparison.Ordinal);
        Assert.EndsWith($"page    {Page}\n", printed, StringComparison.Ordinal);
        Assert.Equal([Pairs, Page, Truth], Directory.GetFiles(_folder).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_page_is_whole_in_itself_and_names_nobody()
    {
        var random = new Random(77);
        var rows = Enumerable.Range(0, 400).Select(i => (Patient: $"patient-{i:D4}x", Participant: $"member-{i:D4}y", Weight: random.NextDouble() * 60 - 25, IsTrue: random.Next(3) > 0)).ToList();
        Assert.Equal(0, Run(
            Header + string.Concat(rows.Select(static r => string.Create(CultureInfo.InvariantCulture, $"{r.Patient},{r.Participant},{(r.Weight > 15 ? "accept" : r.Weight > 0 ? "review" : "none")},{(r.Weight > 0 ? 3 : 0)},{r.Weight:F4},0.5,\n"))),
            string.Concat(rows.Select(static r => $"{r.Patient},{(r.IsTrue ? r.Participant : "")}\n"))));
        var page = File.ReadAllText(Page);
        Assert.All((string[])["patient-", "member-", "http", "src=", "href", "<script", "@import", "<link"], forbidden => Assert.DoesNotContain(forbidden, page, StringComparison.OrdinalIgnoreCase));
        Assert.Equal(page.Split("url(").Length, page.Split("url(#").Length);

        var document = XDocument.Parse(page);
        var drawings = document.Descendants("svg").ToList();
        Assert.Equal(4, drawings.Count);
        Assert.All(drawings, static svg => Assert.All(svg.Attribute("aria-labelledby")!.Value.Split(' '), id => Assert.Equal(id, svg.Elements().Single(e => e.Attribute("id")?.Value == id).Attribute("id")!.Value)));
        var ids = document.Descendants().Attributes("id").Select(static a => a.Value).ToList();
        Assert.Equal(ids.Count, ids.Distinct(StringComparer.Ordinal).Count());
        // Shapes stay inside their drawing, and every number in it is one.
        foreach (var svg in drawings)
        {
            var box = svg.Attribute("viewBox")!.Value.Split(' ').Select(static n => double.Parse(n, CultureInfo.InvariantCulture)).ToArray();
            foreach (var bar in svg.Descendants("rect").Where(static r => r.Parent!.Name == "svg"))
            {
                double Of(string name) => double.Parse(bar.Attribute(name)!.Value, CultureInfo.InvariantCulture);
                Assert.InRange(Of("x"), 0, box[2]);
                Assert.InRange(Of("x") + Of("width"), 0, box[2]);
                Assert.InRange(Of("y"), 0, box[3]);
                Assert.InRange(Of("y") + Of("height"), 0, box[3]);
            }

            Assert.DoesNotContain("NaN", svg.ToString(), StringComparison.Ordinal);
            Assert.DoesNotContain("∞", svg.ToString(), StringComparison.Ordinal);
        }

        // The histogram holds every candidate once.
        var bars = drawings.Single(static s => s.Attribute("aria-labelledby")!.Value.StartsWith("weights-", StringComparison.Ordinal)).Descendants("title").Select(static t => t.Value).ToList();
        long Sum(string kind) => bars.Select(b => Regex.Match(b, $": ([0-9,]+) {kind}$", RegexOptions.None, TimeSpan.FromSeconds(10))).Where(static m => m.Success).Sum(static m => long.Parse(m.Groups[1].Value, NumberStyles.AllowThousands, CultureInfo.InvariantCulture));
        Assert.Equal((rows.Count(static r => r.IsTrue), rows.Count(static r => !r.IsTrue)), (Sum("true"), Sum("false")));

        // A bar for each level that has a weight.
        var model = drawings.Single(static s => s.Attribute("aria-labelledby")!.Value.StartsWith("model-", StringComparison.Ordinal));
        Assert.Equal(MatchModel.Default.Fields.Sum(static f => f.Levels.Count(static l => double.IsFinite(l.Weight))), model.Elements("rect").Count());
        Assert.Contains(MatchModel.Default.Version, page, StringComparison.Ordinal);

        Assert.Equal(0, Run(File.ReadAllText(Pairs), File.ReadAllText(Truth)["patient_id,participant_id\n".Length..]));
        Assert.Equal(page, File.ReadAllText(Page));
    }

    [Theory]
    [InlineData("a1,S1,accept,1,5,1,\n", "a1,S1\n")]
    [InlineData("a1,,none,0,,,\n", "a1,S1\n")]
    [InlineData("a1,S1,accept,1,,,\n", "a1,\n")]
    [InlineData("a1,S1,accept,1,-3,0,\na2,S2,none,0,-3,0,\n", "a1,\na2,\n")]
    public void A_page_of_next_to_nothing_is_still_one(string pairs, string truth)
    {
        Assert.Equal(0, Run(Header + pairs, truth));
        var page = File.ReadAllText(Page);
        Assert.NotNull(XDocument.Parse(page).Root);
        Assert.DoesNotContain("NaN", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Files_of_other_programs_are_read_with_their_own_columns_and_dialects()
    {
        Assert.Equal(0, Run("\uFEFFnote,decision,\"participant_id\",patient_id\r\n\"x, y\",accept,\"S\"\"1\",a1\r\n\r\nz,none,,a2\r\n", "a1,\"S\"\"1\"\na2,\n"));
        Assert.Contains("1 rows name a participant without a weight", _output.ToString(), StringComparison.Ordinal);
        Assert.Matches(@"\n  accepted +1 +1 +0 +0 +0 +1\.00000 +1\.00000 +1\.00000\n", _output.ToString());
        Assert.Contains("No row has a weight", File.ReadAllText(Page), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("patient_id,participant_id\na1,S1\n", "a1,S1\n", "has no column decision")]
    [InlineData(Header + "a1,S1,maybe,1,5,1,\n", "a1,S1\n", "pairs.csv, line 2: decision must be accept, review or none")]
    [InlineData(Header + "a1,S1,accept,4,5,1,\n", "a1,S1\n", "line 2: tier must be")]
    [InlineData(Header + "a1,S1,accept,1,heavy,1,\n", "a1,S1\n", "line 2: weight must be a number")]
    [InlineData(Header + "a1,S1,accept,1,NaN,1,\n", "a1,S1\n", "line 2: weight must be a number")]
    [InlineData(Header + "a1,,accept,1,5,1,\n", "a1,S1\n", "line 2: accepted without a participant_id")]
    [InlineData(Header + "a1,S1,accept,1,5,1,\na1,S1,accept,1,5,1,\n", "a1,S1\n", "line 3: a second row of one patient_id")]
    [InlineData(Header + "a1,S1,accept\n", "a1,S1\n", "line 2: wrong number of fields")]
    [InlineData(Header + ",S1,accept,1,5,1,\n", "a1,S1\n", "line 2: no patient_id")]
    [InlineData(Header + "a1,S1,accept,1,5,1,\n", "a1,S1\na1,S2\n", "truth.csv, line 3: an earlier line names another participant")]
    [InlineData(Header + "a1,S1,accept,1,5,1,\n", "a1\n", "truth.csv, line 2: wrong number of fields")]
    [InlineData(Header + "a1,S1,accept,1,5,1,\n", ",S1\n", "truth.csv, line 2: no patient_id")]
    [InlineData(Header + "a1,S1,accept,1,5,1,\n", "b1,S1\n", "knows no patient of")]
    [InlineData(Header, "a1,S1\n", "knows no patient of")]
    public void What_cannot_be_used_ends_with_2_names_the_line_and_leaves_no_page(string pairs, string truth, string says)
    {
        Assert.Equal(2, Run(pairs, truth));
        Assert.Contains(says, _error.ToString(), StringComparison.Ordinal);
        Assert.StartsWith("linkage: ", _error.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("heavy", _error.ToString(), StringComparison.Ordinal);
        Assert.Empty(_output.ToString());
        Assert.False(File.Exists(Page));
    }

    [Fact]
    public void Missing_files_bad_models_and_unwritable_pages_have_their_exit_codes()
    {
        File.WriteAllText(Pairs, Header + "a1,S1,accept,1,5,1,\n");
        File.WriteAllText(Truth, "patient_id,participant_id\na1,S1\n");
        int Evaluate(string pairs, string truth, string? model, string page) => EvaluateCommand.Run(pairs, truth, model, page, Terminal.For(_output, plain: true, colours: false), _error);
        Assert.Equal(2, Evaluate(Pairs + ".none", Truth, null, Page));
        Assert.Equal(2, Evaluate(Pairs, Truth + ".none", null, Page));
        Assert.Equal(2, Evaluate(Pairs, Truth, Truth, Page));
        Assert.Equal(2, Evaluate(Pairs, Truth, null, Path.Combine(_folder, "..", Path.GetFileName(_folder), "pairs.csv")));
        Assert.Contains("is one of the files to read", _error.ToString(), StringComparison.Ordinal);
        Assert.Empty(_output.ToString());
        Assert.Equal(5, Evaluate(Pairs, Truth, null, Path.Combine(_folder, "none", "page.html")));
        Assert.Equal(5, Evaluate(Pairs, Truth, null, "/dev/null"));
        Assert.Equal([Pairs, Truth], Directory.GetFiles(_folder).Order(StringComparer.Ordinal));
        var model = Path.Combine(_folder, "model.json");
        using (var file = File.Create(model))
            (MatchModel.Default with { Version = "of-the-test" }).Write(file);
        Assert.Equal(0, Evaluate(Pairs, Truth, model, Page));
        Assert.Contains("Model of-the-test.", File.ReadAllText(Page), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("out/pairs.csv", "out/pairs.html")]
    [InlineData("pairs", "pairs.html")]
    [InlineData("pairs.html", "pairs.html.html")]
    public void The_page_goes_beside_the_pairs(string pairs, string page) => Assert.Equal(page, EvaluateCommand.PageBeside(pairs));

    private int Run(string pairs, string truth)
    {
        File.WriteAllText(Pairs, pairs);
        File.WriteAllText(Truth, "patient_id,participant_id\n" + truth);
        return EvaluateCommand.Run(Pairs, Truth, modelPath: null, Page, Terminal.For(_output, plain: true, colours: false), _error);
    }
}
