using System.Globalization;
using System.Text.Json.Nodes;
using Linkage.Worker.Commands;
using Linkage.Worker.Display;
using Linkage.Worker.Tests.Reports;

namespace Linkage.Worker.Tests.Commands;

[Collection(SmallRunTests.Name)]
public sealed class VerifyCommandTests(SmallRun run)
{
    [Fact]
    public void An_undisturbed_output_is_sound_and_as_its_truth()
    {
        var (code, output, error) = Run(run.Output, run.Truth);
        Assert.True(code == 0, output + error);
        Assert.Contains("\nsound: 6 tables, ", output, StringComparison.Ordinal);
        Assert.Contains("1 run reports; 0 errors, 0 warnings", output, StringComparison.Ordinal);
        Assert.Contains("truth: records and patients read: as in the truth", output, StringComparison.Ordinal);
        Assert.All(run.Report.Tables, t => Assert.Contains(output.Split('\n'), l => l.Trim().StartsWith(t.Key + " ", StringComparison.Ordinal) && l.Contains($" {t.Value.Rows:N0} ", StringComparison.Ordinal)));
        Assert.Equal(0, Run(run.Output, Path.GetDirectoryName(run.Truth)).Code);
    }

    [Fact]
    public void A_missing_file_is_an_error()
    {
        var copy = run.CopyOutput();
        var file = Directory.EnumerateFiles(Path.Combine(copy, "gp_scripts"), "*.parquet", SearchOption.AllDirectories).Order(StringComparer.Ordinal).First();
        File.Delete(file);
        ExpectError(copy, Path.GetFileName(file));
    }

    [Fact]
    public void A_data_file_without_a_commit_is_an_error()
    {
        var copy = run.CopyOutput();
        var file = Directory.EnumerateFiles(Path.Combine(copy, "rejects"), "*.parquet").Single();
        File.Copy(file, file.Replace(".parquet", "9.parquet", StringComparison.Ordinal));
        ExpectError(copy, "not in the log");
    }

    [Fact]
    public void A_report_that_does_not_add_up_is_an_error()
    {
        ExpectError(Changed(static r => r["records"]!["clinical"]!["in"] = r["records"]!["clinical"]!["in"]!.GetValue<long>() + 1), "clinical: ");
        ExpectError(Changed(static r => r["records"]!["scripts"]!["dropped_by"] = new JsonObject()), "not the sum of their reasons");
        ExpectError(Changed(static r => r["patients"]!["total"] = 1), "sum of their outcomes");
        ExpectError(Changed(static r => r["rejects"] = new JsonObject()), "The rejects are not the sum");
        ExpectError(Changed(static r => r["tables"]!["gp_clinical"]!["rows"] = r["tables"]!["gp_clinical"]!["rows"]!.GetValue<long>() + 1), "rows were committed to gp_clinical");
    }

    [Fact]
    public void Rows_that_a_report_does_not_count_and_runs_without_report_are_warnings()
    {
        ExpectWarning(Changed(static r => r["tables"]!["gp_clinical"]!["rows"] = 0), "its last flush ended between two tables");
        var copy = run.CopyOutput();
        File.Delete(Report(copy));
        ExpectWarning(copy, "left no report");
        var (code, output, _) = Run(copy, run.Truth);
        Assert.Equal(0, code);
        Assert.Contains("records read: not compared", output, StringComparison.Ordinal);
    }

    // Takes the last commit of the table that commits last: what a crash right before it leaves.
    [Fact]
    public void Tables_at_different_offsets_are_a_warning()
    {
        var copy = run.CopyOutput();
        File.Delete(Directory.EnumerateFiles(Path.Combine(copy, "rejects", "_delta_log"), "*.json").Order(StringComparer.Ordinal).Last());
        foreach (var file in Directory.EnumerateFiles(Path.Combine(copy, "rejects"), "*.parquet").Append(Report(copy)))
        {
            File.Delete(file);
        }

        ExpectWarning(copy, "The tables stand at different offsets");
    }

    [Fact]
    public void Another_truth_is_an_error()
    {
        var other = Path.Combine(run.Root, Guid.NewGuid().ToString("N"));
        Directory.CreateDirectory(other);
        var truth = File.ReadAllLines(run.Truth);
        File.Copy(Path.Combine(Path.GetDirectoryName(run.Truth)!, "truth-batches.csv"), Path.Combine(other, "truth-batches.csv"));
        File.WriteAllLines(Path.Combine(other, "truth.csv"), truth[..^1]);
        Assert.Equal(1, Run(run.Output, other).Code);

        // Nobody is a participant: then nothing may have been linked or written.
        File.WriteAllLines(Path.Combine(other, "truth.csv"), truth.Select(static (line, i) => i == 0 ? line : string.Join(',', line.Split(',').Select(static (v, c) => c == 2 ? "" : c == 4 ? "0" : v))));
        var (code, output, _) = Run(run.Output, other);
        Assert.Equal(1, code);
        Assert.Contains("rows of participant_links, by the truth there must be 0 and may be 0", output, StringComparison.Ordinal);
    }

    [Fact]
    public void What_cannot_be_verified_is_refused()
    {
        var empty = Path.Combine(run.Root, Guid.NewGuid().ToString("N"));
        Assert.Equal(2, Run(empty, truth: null).Code);
        Directory.CreateDirectory(empty);
        Assert.Equal(2, Run(empty, truth: null).Code);
        Assert.Equal(2, Run(run.Output, empty).Code);
        File.WriteAllText(Path.Combine(empty, "truth.csv"), "patient,batch\n1,2\n");
        var (code, _, error) = Run(run.Output, empty);
        Assert.Equal(2, code);
        Assert.Contains("line 2", error, StringComparison.Ordinal);
    }

    private static void ExpectError(string output, string what)
    {
        var (code, printed, _) = Run(output, truth: null);
        Assert.True(code == 1, printed);
        Assert.Contains(printed.Split('\n'), l => l.StartsWith("error", StringComparison.Ordinal) && l.Contains(what, StringComparison.Ordinal));
    }

    private static void ExpectWarning(string output, string what)
    {
        var (code, printed, _) = Run(output, truth: null);
        Assert.True(code == 0, printed);
        Assert.Contains(printed.Split('\n'), l => l.StartsWith("warning", StringComparison.Ordinal) && l.Contains(what, StringComparison.Ordinal));
    }

    private string Report(string output) => Path.Combine(output, "_runs", run.Report.RunId + ".json");

    private string Changed(Action<JsonNode> change)
    {
        var copy = run.CopyOutput();
        var report = JsonNode.Parse(File.ReadAllText(Report(copy)))!;
        change(report);
        File.WriteAllText(Report(copy), report.ToJsonString());
        return copy;
    }

    private static (int Code, string Output, string Error) Run(string directory, string? truth)
    {
        var (output, error) = (new StringWriter(CultureInfo.InvariantCulture), new StringWriter(CultureInfo.InvariantCulture));
        var code = VerifyCommand.Run(directory, truth, Terminal.For(output, plain: true, colours: false), error);
        return (code, output.ToString(), error.ToString());
    }
}
