using System.CommandLine;
using System.Globalization;
using Linkage.Delta;
using Linkage.Delta.Verification;
using Linkage.Worker.Display;
using Linkage.Worker.Reports;
using Spectre.Console;

namespace Linkage.Worker.Commands;

/// <summary><c>linkage verify</c>: re-reads tables and reports. Exit codes: 0 sound (warnings may be), 1 errors found, 2 nothing to verify.</summary>
internal static class VerifyCommand
{
    private const int MostOffsetsShown = 8;

    public static Command Create()
    {
        var directory = new Option<string>("--output") { HelpName = "DIR", Description = "Output folder of the tables.", Required = true };
        var truth = new Option<string>("--truth") { HelpName = "CSV", Description = "truth.csv of `linkage synth`, or its folder, when the tables hold exactly that feed: compares counts." };
        var values = new Option<bool>("--values") { Description = "Read every value too: page checksums, and statistics against the values. Takes as long as reading all tables." };
        var command = new Command("verify", "Re-read the tables against their logs, each other, and the run reports; writes nothing.") { directory, truth, values };
        command.SetAction(parsed => Run(parsed.GetRequiredValue(directory), parsed.GetValue(truth), Terminal.Output(), Console.Error, parsed.GetValue(values)));
        return command;
    }

    /// <summary>Verifies, prints what was found on the console, and errors of the call on <paramref name="error"/>.</summary>
    public static int Run(string directory, string? truth, IAnsiConsole console, TextWriter error, bool values = false)
    {
        if (!Directory.Exists(directory))
        {
            error.WriteLine($"linkage: there is no folder {directory}.");
            return ExitCode.BadInput;
        }

        OutputVerification output;
        string? compared = null;
        try
        {
            output = OutputVerification.Of(Path.GetFullPath(directory), values);
            if (output.Tables.IsEmpty)
            {
                error.WriteLine($"linkage: {directory} has no table in it; --output takes the folder that holds the tables' folders.");
                return ExitCode.BadInput;
            }

            compared = truth is null ? null : new TruthCheck(output, truth).Run();
        }
        catch (OutputUnavailableException e)
        {
            error.WriteLine($"linkage: {e.Message}");
            return ExitCode.Failed;
        }
        catch (Exception e) when (truth is not null && e is InvalidDataException or FileNotFoundException or DirectoryNotFoundException or UnauthorizedAccessException)
        {
            error.WriteLine($"linkage: --truth {truth}: {e.Message}");
            return ExitCode.BadInput;
        }

        Show(output, compared, console);
        return output.Findings.Any(static f => f.Severity == Severity.Error) ? ExitCode.Failed : ExitCode.Done;
    }

    private static void Show(OutputVerification output, string? compared, IAnsiConsole console)
    {
        var grid = console.Grid("table", "#versions", "#files", "#rows", "#bytes", "next offset by source partition");
        foreach (var table in output.Tables)
        {
            grid.AddTexts(table.Table, N(table.Version + 1), N(table.Files), N(table.Rows), N(table.Bytes), Offsets(table));
        }

        console.WriteTable(grid);
        var writer = console.Profile.Out.Writer;
        foreach (var finding in output.Findings.OrderByDescending(static f => f.Severity))
        {
            var severity = finding.Severity == Severity.Error ? "error  " : "warning";
            writer.WriteLine($"{severity}  {(finding.Table.Length > 0 ? finding.Table + ": " : string.Empty)}{finding.What}  ({finding.Where})");
        }

        if (compared is not null)
        {
            writer.WriteLine($"truth: {compared}");
        }

        var errors = output.Findings.Count(static f => f.Severity == Severity.Error);
        var warnings = output.Findings.Count - errors;
        writer.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{(errors > 0 ? "NOT SOUND" : "sound")}: {output.Tables.Length} tables, {output.Tables.Sum(static t => t.Files):N0} files, {output.Tables.Sum(static t => t.Rows):N0} rows, {output.Runs.Runs.Count:N0} run reports; {errors} errors, {warnings} warnings"));
    }

    private static string Offsets(TableVerification table)
    {
        var offsets = table.Progress
            .Select(p => (Source: p.Key.StartsWith(table.Table + "/", StringComparison.Ordinal) ? p.Key[(table.Table.Length + 1)..] : p.Key, Next: p.Value))
            .GroupBy(static p => p.Source[..Math.Max(0, p.Source.LastIndexOf('/'))], StringComparer.Ordinal)
            .OrderBy(static g => g.Key, StringComparer.Ordinal)
            .Select(static g => g.Count() <= MostOffsetsShown
                ? $"{g.Key} {string.Join(' ', g.OrderBy(static p => Partition(p.Source)).Select(static p => string.Create(CultureInfo.InvariantCulture, $"{Partition(p.Source)}:{p.Next}")))}"
                : string.Create(CultureInfo.InvariantCulture, $"{g.Key} {g.Count()} partitions, {g.Sum(static p => p.Next):N0} in all"));
        return string.Join("; ", offsets);
    }

    private static int Partition(string source) => int.TryParse(source.AsSpan(source.LastIndexOf('/') + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var partition) ? partition : -1;

    private static string N(long n) => n.ToString("N0", CultureInfo.InvariantCulture);
}
