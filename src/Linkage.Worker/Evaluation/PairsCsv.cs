using System.Buffers.Text;
using System.Globalization;

namespace Linkage.Worker.Evaluation;

/// <summary>
/// Reads a pairs file, as <c>linkage link</c> writes it, against the truth. In: CSV with patient_id, participant_id and decision; tier and weight where it has them;
/// other columns are passed over. Out: one <see cref="JudgedPair"/> a row the truth knows the patient of.
/// </summary>
internal static class PairsCsv
{
    private const int Patient = 0, Participant = 1, Decision = 2, Tier = 3, Weight = 4;
    private const int HighestTier = 3;

    private static readonly string[] Columns = ["patient_id", "participant_id", "decision", "tier", "weight"];

    /// <summary>
    /// Reads the file; <paramref name="unknown"/> counts rows of patients that the truth does not know. <see cref="PeopleCsvException"/> when the file, or a line of it,
    /// cannot be used.
    /// </summary>
    public static List<JudgedPair> Read(string path, Truth truth, out int unknown)
    {
        unknown = 0;
        var pairs = new List<JudgedPair>();
        using var lines = new CsvLines(path, Columns, required: 3, othersAllowed: true);
        while (lines.Read())
        {
            if (!lines.IsReadable)
                throw Unusable("wrong number of fields, or quotes out of place");
            var patient = lines[Patient].Trim((byte)' ');
            if (patient.IsEmpty)
                throw Unusable("no patient_id");
            var decision = DecisionOf(lines[Decision]) ?? throw Unusable("decision must be accept, review or none");
            var tier = TierOf(lines[Tier]) ?? throw Unusable("tier must be 0 to 3, or empty");
            var weight = WeightOf(lines[Weight]) ?? throw Unusable("weight must be a number, or empty");
            if (decision == PairDecision.Accept && lines[Participant].Trim((byte)' ').IsEmpty)
                throw Unusable("accepted without a participant_id");
            if (!truth.Judge(patient, lines[Participant], out var verdict, out var again))
                unknown++;
            else if (again)
                throw Unusable("a second row of one patient_id");
            else
                pairs.Add(new JudgedPair(weight, decision, tier, verdict));
        }

        return pairs;

        PeopleCsvException Unusable(string why) => new($"{path}, line {lines.Line}: {why}");
    }

    private static PairDecision? DecisionOf(ReadOnlySpan<byte> text)
    {
        text = text.Trim((byte)' ');
        return text.SequenceEqual("accept"u8) ? PairDecision.Accept
            : text.SequenceEqual("review"u8) ? PairDecision.Review
            : text.SequenceEqual("none"u8) ? PairDecision.None
            : null;
    }

    private static byte? TierOf(ReadOnlySpan<byte> text)
    {
        text = text.Trim((byte)' ');
        return text.IsEmpty ? 0
            : Utf8Parser.TryParse(text, out byte tier, out var used) && used == text.Length && tier <= HighestTier ? tier
            : null;
    }

    private static double? WeightOf(ReadOnlySpan<byte> text)
    {
        text = text.Trim((byte)' ');
        return text.IsEmpty ? double.NaN
            : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var weight) && double.IsFinite(weight) ? weight
            : null;
    }
}
