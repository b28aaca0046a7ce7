using System.Globalization;
using System.Text;
using Linkage.Matching;
using Linkage.Matching.Scoring;
using Linkage.Worker.Display;
using Spectre.Console;

namespace Linkage.Worker.Linking;

/// <summary>
/// How one patient's match weight comes about, on the terminal: the prior, each field, relatives, the sum; then what was decided, and why. Names the participant by
/// participant_id; a participant who withdrew is not named, and nothing about them is shown.
/// </summary>
internal static class Waterfall
{
    private const int BarWidth = 56;

    /// <summary>Prints it.</summary>
    /// <param name="patientId">As it was asked for.</param>
    /// <param name="final">The decision as it stands in the output: rivals settled.</param>
    /// <param name="explanation">Null when there is no candidate.</param>
    /// <param name="registry">For participant ids.</param>
    /// <param name="model">What was weighed with.</param>
    /// <param name="console">Where to.</param>
    public static void Print(string patientId, in Decision final, Explanation? explanation, Registry registry, MatchModel model, IAnsiConsole console)
    {
        var writer = console.Profile.Out.Writer;
        if (final.Outcome == Outcome.Withdrawn)
        {
            writer.WriteLine($"patient {patientId}: decision none. The best candidate withdrew consent; nothing more is shown.");
            return;
        }

        if (explanation is null)
        {
            writer.WriteLine($"patient {patientId}: decision {Word(final.Outcome)}{TierText(final)}. No participant was weighed: {Why(final, guard: null, model)}.");
            return;
        }

        writer.WriteLine($"patient {patientId}, best candidate {Encoding.UTF8.GetString(registry.ParticipantIds[explanation.Candidate])}");
        Steps(explanation, console);
        writer.WriteLine(Text($"weight {explanation.Weight:0.00} bits; probability {Probability(explanation.Probability)} that it is them, all candidates considered"));
        writer.WriteLine(double.IsNaN(explanation.RunnerUpWeight)
            ? Text($"no runner-up; {explanation.CandidatesScored:N0} participants compared")
            : Text($"runner-up {explanation.RunnerUpWeight:0.00} bits; {explanation.CandidatesScored:N0} participants compared"));
        writer.WriteLine($"decision {Word(final.Outcome)}{TierText(final)}: {Why(final, explanation.Guard, model)}");
    }

    private static void Steps(Explanation explanation, IAnsiConsole console)
    {
        List<(string What, string Level, double Bits, double Running)> rows = [("prior", "", explanation.PriorBits, explanation.PriorBits)];
        rows.AddRange(explanation.Steps.Select(static s => (MatchLevels.Name(s.Field).Replace('_', ' '), s.Level, s.Bits, s.RunningBits)));
        rows.Add(("relatives", "", explanation.RelativeBits, rows[^1].Running + explanation.RelativeBits));
        var (low, high) = (Math.Min(0, rows.Min(static r => r.Running)), Math.Max(0, rows.Max(static r => r.Running)));

        var grid = console.Grid("", "level", "#bits", "#sum", "");
        foreach (var (what, level, bits, running) in rows)
            grid.AddTexts(what, level, Signed(bits), Signed(running), Bar(running - bits, running, low, high));
        grid.AddTexts("weight", "", "", Signed(explanation.Weight), "");
        console.WriteTable(grid);
    }

    /// <summary>From the sum before to the sum after, '+' to the right or '-' to the left, on one axis for all rows; '|' is 0.</summary>
    internal static string Bar(double before, double after, double low, double high)
    {
        var span = Math.Max(high - low, 1e-9);
        int At(double bits) => (int)Math.Round(Math.Clamp((bits - low) / span, 0, 1) * BarWidth);
        var cells = new string(' ', BarWidth + 1).ToCharArray();
        cells[At(0)] = '|';
        var (from, to) = (At(Math.Min(before, after)), At(Math.Max(before, after)));
        for (var i = from; i < to; i++)
            cells[i] = after > before ? '+' : '-';
        return new string(cells).TrimEnd();
    }

    private static string Why(in Decision decision, string? guard, MatchModel model) => (decision.Outcome, decision.Tier) switch
    {
        (Outcome.Rivals, _) => "another patient of the file claims the same participant; with --many-to-one each would be decided by itself",
        (Outcome.Linked, Tier.CrossCheck) => "the NHS number finds them and the date of birth agrees; the weight does not decide",
        (Outcome.Linked, Tier.ExactKeys) => "an exact key finds them and nobody else; the weight does not decide",
        (Outcome.Linked, _) => Text($"probability at least {model.AcceptProbability}, and no runner-up within {model.MarginBits} bits"),
        (Outcome.Ambiguous, Tier.CrossCheck) => "the NHS number finds somebody whom the rest does not confirm; the weight does not decide",
        (Outcome.Ambiguous, Tier.ExactKeys) => "exact keys find several, or one whom something speaks against; the weight does not decide",
        (Outcome.Ambiguous, _) => guard ?? Text($"probability below {model.AcceptProbability}"),
        (Outcome.Unidentifiable, _) => "no identifier to find anybody by",
        _ => Text($"probability below {model.ReviewProbability}, where review begins"),
    };

    private static string TierText(in Decision decision) => decision.Tier == Tier.None || LinkChoices.Of(decision.Outcome) == LinkChoice.None ? "" : Text($", tier {(int)decision.Tier}");

    private static string Word(Outcome outcome) => Encoding.ASCII.GetString(LinkChoices.Word(LinkChoices.Of(outcome)));

    private static string Signed(double bits) => bits.ToString("+0.00;-0.00;0.00", CultureInfo.InvariantCulture);

    private static string Probability(double probability) => probability.ToString("G9", CultureInfo.InvariantCulture);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
