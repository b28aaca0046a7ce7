using System.Globalization;
using Linkage.Matching;
using Linkage.Worker.Commands;
using Linkage.Worker.Display;
using Spectre.Console;

namespace Linkage.Worker.Linking;

/// <summary>What was wrong with the lines of a file, on the terminal: what, how often, and the numbers of the first lines. Nothing when all were right.</summary>
internal static class LineIssues
{
    public static void Print(string file, RegistryReport report, IAnsiConsole console) =>
        Print(file, report.Issues.Select(static i => (RowIssueTexts.Of(i.Issue), i.Count, i.Lines)), console);

    public static void Print(string file, PatientReport report, IAnsiConsole console) =>
        Print(file, report.Issues.Select(static i => (Text(i.Issue), i.Count, i.Lines)), console);

    private static void Print(string file, IEnumerable<(string What, long Count, IReadOnlyList<int> Lines)> issues, IAnsiConsole console)
    {
        var grid = console.Grid(file, "#lines", "first of them");
        foreach (var (what, count, lines) in issues)
            grid.AddTexts(what, count.ToString("N0", CultureInfo.InvariantCulture), string.Join(", ", lines) + (count > lines.Count ? ", …" : ""));
        if (grid.Rows.Count > 0)
            console.WriteTable(grid);
    }

    private static string Text(PatientIssue issue) => issue switch
    {
        PatientIssue.UnreadableLine => "wrong number of fields or quotes: line left out",
        PatientIssue.MissingPatientId => "no patient_id: line left out",
        PatientIssue.UnusablePatientId => "patient_id not usable: line left out",
        PatientIssue.DuplicatePatientId => "patient_id of an earlier line: line left out",
        PatientIssue.IdIsNhsNumber => "patient_id is the NHS number: line left out",
        _ => issue.ToString(),
    };
}
