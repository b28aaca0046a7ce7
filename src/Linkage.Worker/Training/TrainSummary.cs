using System.Globalization;
using Linkage.Matching;
using Linkage.Matching.Scoring;
using Linkage.Matching.Scoring.Training;
using Linkage.Worker.Display;
using Linkage.Worker.Linking;
using Spectre.Console;

namespace Linkage.Worker.Training;

/// <summary>What a call of <c>linkage train</c> did.</summary>
internal sealed record TrainFigures
{
    /// <summary>The model it began with.</summary>
    public required MatchModel Base { get; init; }

    /// <summary>What became of the participants file.</summary>
    public required RegistryReport Participants { get; init; }

    /// <summary>What became of the patients file.</summary>
    public required PatientReport Patients { get; init; }

    /// <summary>The pairs.</summary>
    public required TrainingData Data { get; init; }

    /// <summary>The model, and how it came about.</summary>
    public required TrainingResult Result { get; init; }

    /// <summary>Seconds it took.</summary>
    public required double Seconds { get; init; }
}

/// <summary>The summary of <c>linkage train</c> on the terminal: the new numbers beside those before, the sessions, and what to doubt.</summary>
internal static class TrainSummary
{
    public static void Print(TrainFigures figures, IAnsiConsole console)
    {
        LineIssues.Print("participants", figures.Participants, console);
        LineIssues.Print("patients", figures.Patients, console);
        Print(figures.Result.Sessions, console);
        Levels(figures, console);

        var result = figures.Result;
        var grid = console.Grid("figures", "");
        grid.AddTexts("participants", $"{N(figures.Participants.Counts.Participants)} of {N(figures.Participants.Lines)} lines");
        grid.AddTexts("patients", $"{N(figures.Data.Patients)} of {N(figures.Patients.Lines)} lines");
        grid.AddTexts("  settled by tiers 1 and 2", N(figures.Data.Settled));
        grid.AddTexts("random pairs", N(figures.Data.Random.Counts.Pairs));
        grid.AddTexts("blocks passed over for their size", N(figures.Data.PassedOver));
        grid.AddTexts("participants that are several patients", Share(figures.Data.SharedShare));
        grid.AddTexts("patients for tier 3 who are a participant", result.ParticipantShare is { } share ? $"about {Share(share)}; the model says {Share(result.Model.ParticipantShare)}" : "not known");
        grid.AddTexts("base model", figures.Base.Version);
        grid.AddTexts("model", result.Model.Version);
        grid.AddTexts("seconds", figures.Seconds.ToString("F2", CultureInfo.InvariantCulture));
        console.WriteTable(grid);
        foreach (var warning in Warnings(result))
            console.Profile.Out.Writer.WriteLine($"warning: {warning}");
    }

    /// <summary>What each session found, also where that was too little.</summary>
    public static void Print(IReadOnlyList<SessionEstimate> sessions, IAnsiConsole console)
    {
        var grid = console.Grid("session: pairs of equal", "#pairs", "#one person", "#of the pairs", "#relatives", "#certainty", "#steps", "");
        foreach (var session in sessions)
        {
            grid.AddTexts(session.Name, N(session.Pairs), N((long)Math.Round(session.Matches)), Share(session.PersonShare), Share(session.RelativesShare),
                session.Certainty.ToString("0.000", CultureInfo.InvariantCulture), N(session.Steps), Text(session.Outcome));
        }

        console.WriteTable(grid);
    }

    private static void Levels(TrainFigures figures, IAnsiConsole console)
    {
        var grid = console.Grid("field", "level", "#m", "#u", "#weight", "#m before", "#u before", "#weight before");
        foreach (var (before, after) in figures.Base.Fields.Zip(figures.Result.Model.Fields))
        {
            var kept = figures.Result.Fields[(int)after.Field].Outcome != FieldOutcome.Estimated;
            for (var level = 0; level < after.Levels.Count; level++)
            {
                var (old, now) = (before.Levels[level], after.Levels[level]);
                var field = level > 0 ? "" : MatchLevels.Name(after.Field).Replace('_', ' ') + (kept ? " (kept)" : "");
                grid.AddTexts(field, now.Level, Number(now.M), Number(now.U), Bits(now.Weight), Number(old.M), Number(old.U), Bits(old.Weight));
            }
        }

        console.WriteTable(grid);
    }

    private static IEnumerable<string> Warnings(TrainingResult result)
    {
        foreach (var field in result.Fields)
        {
            var name = MatchLevels.Name(field.Field).Replace('_', ' ');
            var pairs = field.Matches.ToString("N0", CultureInfo.InvariantCulture);
            if (field.Outcome == FieldOutcome.TooFewMatches)
                yield return $"{name}: about {pairs} pairs of one person have it on both sides, too few; the base model's numbers stand.";
            else if (field.Outcome == FieldOutcome.Reversed)
                yield return $"{name}: by the estimate a difference would speak for one person; the base model's numbers stand. Is the column filled the same way in both files?";
            else if (field.Sessions == 1)
                yield return $"{name}: one session only speaks of it, and nothing confirms it.";
        }
    }

    private static string Text(SessionOutcome outcome) => outcome switch
    {
        SessionOutcome.Used => "used",
        SessionOutcome.TooFewMatches => "left out: too few pairs of one person",
        SessionOutcome.Uncertain => "left out: not sure which pairs are one person",
        SessionOutcome.Unsettled => "left out: did not come to rest",
        _ => throw new ArgumentOutOfRangeException(nameof(outcome), outcome, null),
    };

    private static string Number(double share) => share.ToString("G4", CultureInfo.InvariantCulture);

    private static string Bits(double weight) => weight.ToString("+0.00;-0.00;0.00", CultureInfo.InvariantCulture);

    private static string Share(double share) => share.ToString("0.####%", CultureInfo.InvariantCulture);

    private static string N(long n) => n.ToString("N0", CultureInfo.InvariantCulture);
}
