using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Linkage.Matching.Scoring;

/// <summary>A model to the bytes of its file. A level takes one line, in columns: that is what people compare.</summary>
internal static class MatchModelWriter
{
    public static byte[] Write(MatchModel model)
    {
        var text = new StringBuilder();
        text.Append("{\n");
        Property(text, "format", Quoted(MatchModelReader.Format));
        Property(text, "version", Quoted(model.Version));
        Property(text, "description", Quoted(model.Description));
        Property(text, "participant_share", Number(model.ParticipantShare));
        Property(text, "relative_share", Number(model.RelativeShare));
        Property(text, "accept_probability", Number(model.AcceptProbability));
        Property(text, "review_probability", Number(model.ReviewProbability));
        Property(text, "margin_bits", Number(model.MarginBits));
        text.Append("  \"fields\": {");
        var separator = "\n";
        foreach (var field in model.Fields.OrderBy(f => f.Field))
        {
            text.Append(separator);
            Field(text, field);
            separator = ",\n";
        }
        text.Append("\n  }\n}\n");
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static void Field(StringBuilder text, FieldModel field)
    {
        text.Append(CultureInfo.InvariantCulture, $"    \"{MatchLevels.Name(field.Field)}\": [");
        var names = MatchLevels.Of(field.Field);
        var separator = "\n";
        foreach (var level in field.Levels.OrderBy(l => names.IndexOf(l.Level)))
        {
            text.Append(separator).Append(CultureInfo.InvariantCulture, $"      {{ \"level\": {Quoted(level.Level) + ",",-18}");
            text.Append(CultureInfo.InvariantCulture, $" \"m\": {Number(level.M) + ",",-10} \"u\": {Number(level.U) + ",",-10} ");
            text.Append("\"r\": ").Append(level.TermFrequency == 0
                ? Number(level.R)
                : string.Create(CultureInfo.InvariantCulture, $"{Number(level.R) + ",",-10} \"term_frequency\": {Number(level.TermFrequency)}"));
            text.Append(" }");
            separator = ",\n";
        }
        text.Append("\n    ]");
    }

    private static void Property(StringBuilder text, string name, string value) => text.Append(CultureInfo.InvariantCulture, $"  \"{name}\": {value},\n");

    private static string Quoted(string text) => $"\"{JsonEncodedText.Encode(text)}\"";

    // The shortest digits that read back as the same number.
    private static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
