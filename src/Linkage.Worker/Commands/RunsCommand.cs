using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Linkage.Delta;
using Linkage.Worker.Display;
using Linkage.Worker.Reports;
using Spectre.Console;

namespace Linkage.Worker.Commands;

/// <summary><c>linkage runs</c>: past runs of an output folder, newest first.</summary>
internal static class RunsCommand
{
    public static Command Create()
    {
        var directory = new Option<string>("--output") { HelpName = "DIR", Description = "Output folder of the runs.", Required = true };
        var json = new Option<bool>("--json") { Description = "The reports themselves, as one JSON array." };
        var command = new Command("runs", "List past runs, newest first, from the reports in the output folder.") { directory, json };
        command.SetAction(parsed => Run(parsed.GetRequiredValue(directory), parsed.GetValue(json), Terminal.Output(), Console.Error));
        return command;
    }

    /// <summary>Lists the runs.</summary>
    public static int Run(string directory, bool json, IAnsiConsole console, TextWriter error)
    {
        if (!Directory.Exists(directory))
        {
            error.WriteLine($"linkage: there is no folder {directory}.");
            return ExitCode.BadInput;
        }

        RunHistory history;
        try
        {
            history = RunHistory.Read(directory);
        }
        catch (OutputUnavailableException e)
        {
            error.WriteLine($"linkage: {e.Message}");
            return ExitCode.Failed;
        }

        if (json)
        {
            console.Profile.Out.Writer.WriteLine(Array(history.Runs));
        }
        else
        {
            Show(history, console);
        }

        foreach (var broken in history.Broken)
        {
            error.WriteLine($"linkage: {broken.Path} is not a run report: {broken.Problem}");
        }

        return ExitCode.Done;
    }

    private static void Show(RunHistory history, IAnsiConsole console)
    {
        if (history.Runs.Count + history.Unreported.Count == 0)
        {
            console.Profile.Out.Writer.WriteLine("no runs");
            return;
        }

        var grid = console.Grid("run", "started (UTC)", "outcome", "#exit", "#batches", "#records", "#rows", "#rejects", "#seconds", "#records/s");
        foreach (var run in history.Unreported)
        {
            grid.AddTexts(run.RunId, string.Empty, run.IsAlive ? "running" : "killed, no report", string.Empty, string.Empty, string.Empty, string.Empty, string.Empty, string.Empty, string.Empty);
        }

        foreach (var (_, r, _) in history.Runs)
        {
            grid.AddTexts(
                r.RunId,
                r.StartedAt.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture),
                r.Outcome,
                r.ExitCode.ToString(CultureInfo.InvariantCulture),
                N(r.Batches),
                N(r.Records.Values.Sum(static k => k.In)),
                N(r.Tables.Values.Sum(static t => t.Rows)),
                N(r.Rejects.Values.Sum()),
                r.Figures.Seconds.ToString("N1", CultureInfo.InvariantCulture),
                N((long)r.Figures.RecordsPerSecond));
        }

        console.WriteTable(grid);
    }

    private static string Array(IEnumerable<PastRun> runs)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true }))
        {
            writer.WriteStartArray();
            foreach (var run in runs)
            {
                run.Json.WriteTo(writer);
            }

            writer.WriteEndArray();
        }

        return System.Text.Encoding.UTF8.GetString(buffer.ToArray());
    }

    private static string N(long n) => n.ToString("N0", CultureInfo.InvariantCulture);
}
