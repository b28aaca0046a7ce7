using System.Globalization;
using System.Text.Json;
using Linkage.Delta;
using Linkage.Worker.Commands;
using Linkage.Worker.Display;
using Linkage.Worker.Reports;
using Linkage.Worker.Tests.Reports;

namespace Linkage.Worker.Tests.Commands;

[Collection(SmallRunTests.Name)]
public sealed class RunsCommandTests(SmallRun run)
{
    [Fact]
    public void Runs_are_listed_newest_first_and_broken_reports_are_named()
    {
        var output = run.CopyOutput();
        var later = run.Report with { RunId = "later", StartedAt = run.Report.StartedAt.AddDays(1), Outcome = "failed", ExitCode = 4, Error = "No broker." };
        var earlier = run.Report with { RunId = "earlier", StartedAt = run.Report.StartedAt.AddDays(-1) };
        RunReporting.Write(later, output);
        RunReporting.Write(earlier, output);
        foreach (var (name, text) in (ReadOnlySpan<(string, string)>)[("broken", "{"), ("empty", ""), ("null", "null"), ("other", "{\"run_id\":\"x\"}")])
        {
            File.WriteAllText(Path.Combine(output, "_runs", name + ".json"), text);
        }

        var (code, listed, error) = Run(output, json: false);
        Assert.Equal(0, code);
        string[] order = ["later", run.Report.RunId, "earlier"];
        Assert.Equal(order, listed.Split('\n').Select(static l => l.Trim().Split(' ')[0]).Where(order.Contains));
        Assert.Equal(4, error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.All((string[])["broken", "empty", "null", "other"], name => Assert.Contains(Path.Combine(output, "_runs", name + ".json"), error, StringComparison.Ordinal));

        (code, listed, _) = Run(output, json: true);
        Assert.Equal(0, code);
        var reports = JsonDocument.Parse(listed).RootElement.EnumerateArray().ToList();
        Assert.Equal(order, reports.Select(static r => r.GetProperty("run_id").GetString()));
        var schema = JsonDocument.Parse(Repository.Text("schemas", "run-report.schema.json")).RootElement;
        Assert.All(reports.Skip(1), r => Assert.Empty(SchemaWalker.Problems(r, schema)));
    }

    [Fact]
    public void Runs_without_a_report_are_running_or_were_killed()
    {
        var output = run.CopyOutput();
        File.WriteAllText(Path.Combine(output, "_runs", "dead-run.lock"), "");
        using var alive = RunLease.Take(output, "live-run");
        var listed = Run(output, json: false).Output.Split('\n');
        Assert.Contains(listed, static l => l.Contains("live-run", StringComparison.Ordinal) && l.Contains("running", StringComparison.Ordinal));
        Assert.Contains(listed, static l => l.Contains("dead-run", StringComparison.Ordinal) && l.Contains("killed", StringComparison.Ordinal));
    }

    [Fact]
    public void A_folder_without_runs_has_none_and_no_folder_is_an_error()
    {
        var folder = Path.Combine(run.Root, Guid.NewGuid().ToString("N"));
        Assert.Equal(2, Run(folder, json: false).Code);
        Directory.CreateDirectory(folder);
        Assert.Equal((0, "no runs\n", ""), Run(folder, json: false));
        Assert.Equal((0, "[]\n", ""), Run(folder, json: true));
    }

    private static (int Code, string Output, string Error) Run(string directory, bool json)
    {
        var (output, error) = (new StringWriter(CultureInfo.InvariantCulture), new StringWriter(CultureInfo.InvariantCulture));
        var code = RunsCommand.Run(directory, json, Terminal.For(output, plain: true, colours: false), error);
        return (code, output.ToString(), error.ToString());
    }
}
