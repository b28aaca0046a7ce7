using System.Globalization;
using Linkage.Matching;
using Linkage.Worker.Display;
using Spectre.Console;

namespace Linkage.Worker.Linking;

/// <summary>What a call of <c>linkage link</c> did, in figures.</summary>
internal sealed record LinkFigures
{
    /// <summary>What became of the participants file.</summary>
    public required RegistryReport Participants { get; init; }

    /// <summary>What became of the patients file.</summary>
    public required PatientReport Patients { get; init; }

    /// <summary>Decisions.</summary>
    public required LinkTotals Totals { get; init; }

    /// <summary>Patients weighed, participants compared with them, patients with more candidates than are compared.</summary>
    public required (long Patients, long Compared, long Cut) Scored { get; init; }

    /// <summary>Version of the match model.</summary>
    public required string Model { get; init; }

    /// <summary>Seconds for the registry.</summary>
    public required double RegistrySeconds { get; init; }

    /// <summary>Seconds for the patients, reading and writing included.</summary>
    public required double LinkSeconds { get; init; }

    /// <summary>Threads that linked.</summary>
    public required int Threads { get; init; }
}

/// <summary>The summary of <c>linkage link</c> on the terminal: counts only.</summary>
internal static class LinkSummary
{
    public static void Print(LinkFigures figures, IAnsiConsole console)
    {
        LineIssues.Print("participants", figures.Participants, console);
        LineIssues.Print("patients", figures.Patients, console);
        Decisions(figures.Totals, console);

        var totals = figures.Totals;
        var grid = console.Grid("figures", "");
        grid.AddTexts("participants", $"{N(figures.Participants.Counts.Participants)} of {N(figures.Participants.Lines)} lines");
        grid.AddTexts("patients", $"{N(totals.Patients)} of {N(figures.Patients.Lines)} lines");
        grid.AddTexts("reviewed as rivals", N(totals[Outcome.Rivals]));
        grid.AddTexts("not linked: withdrawn", N(totals[Outcome.Withdrawn]));
        grid.AddTexts("not linked: nothing to compare", N(totals[Outcome.Unidentifiable]));
        grid.AddTexts("comparisons a patient", figures.Scored.Patients == 0 ? "none" : string.Create(CultureInfo.InvariantCulture, $"{(double)figures.Scored.Compared / figures.Scored.Patients:N1} ({figures.Scored.Cut:N0} patients with more candidates than are compared)"));
        grid.AddTexts("model", figures.Model);
        grid.AddTexts("seconds", string.Create(CultureInfo.InvariantCulture, $"{figures.RegistrySeconds + figures.LinkSeconds:F2} ({figures.RegistrySeconds:F2} for the registry, {figures.LinkSeconds:F2} for the patients, {figures.Threads} threads)"));
        grid.AddTexts("patients a second", N((long)(totals.Patients / Math.Max(figures.LinkSeconds, 1e-9))));
        console.WriteTable(grid);
    }

    private static void Decisions(LinkTotals totals, IAnsiConsole console)
    {
        var grid = console.Grid("decision", "#1 cross-check", "#2 exact keys", "#3 scored", "#no tier", "#all");
        foreach (var choice in Enum.GetValues<LinkChoice>())
        {
            var tiers = ((Tier[])[Tier.CrossCheck, Tier.ExactKeys, Tier.Scored, Tier.None]).Select(tier => totals[choice, tier]).ToArray();
            grid.AddTexts([System.Text.Encoding.ASCII.GetString(LinkChoices.Word(choice)), .. tiers.Select(N), N(tiers.Sum())]);
        }

        console.WriteTable(grid);
    }

    private static string N(long n) => n.ToString("N0", CultureInfo.InvariantCulture);
}
