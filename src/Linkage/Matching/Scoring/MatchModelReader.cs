using System.Globalization;
using System.Text.Json;
using System.Text.Unicode;

namespace Linkage.Matching.Scoring;

/// <summary>
/// Bytes of a model file to a model (docs/match-model.md). Strict: what is unknown, repeated, missing or out of range is an error, because a number that
/// silently does not count links people wrongly.
/// </summary>
internal readonly struct MatchModelReader(string name)
{
    public const string Format = "linkage-match-model/1";

    public const int MaxBytes = 1 << 20;

    /// <summary>Least probability of a level: no data shows that something happens more rarely, and one field must not decide alone.</summary>
    public const double LeastProbability = 1e-12;

    private const int MaxDescription = 1000;
    private const double SumTolerance = 0.01;

    public MatchModel Parse(ReadOnlyMemory<byte> json)
    {
        if (json.Length > MaxBytes)
            throw Bad($"more than {MaxBytes} bytes");
        // Some editors write a byte order mark.
        if (json.Span.StartsWith("\uFEFF"u8))
            json = json[3..];
        try
        {
            CheckText(json.Span);
            using var document = JsonDocument.Parse(json);
            return Model(document.RootElement);
        }
        catch (JsonException e)
        {
            throw Bad($"not JSON, line {(e.LineNumber ?? 0) + 1}, byte {e.BytePositionInLine ?? 0}");
        }
    }

    private MatchModel Model(JsonElement root)
    {
        var properties = Properties(root, "", ["format", "version", "description", "participant_share", "relative_share", "accept_probability", "review_probability", "margin_bits", "fields"]);
        // First: a file of another format may differ in everything else.
        var format = Required(properties, "", "format");
        if (format.ValueKind != JsonValueKind.String || !format.ValueEquals(Format))
            throw Bad("format", format, Format);
        var review = Required(properties, "", "review_probability");
        var model = new MatchModel
        {
            Version = Version(Required(properties, "", "version")),
            Description = properties.TryGetValue("description", out var description) ? Description(description) : "",
            ParticipantShare = Number(Required(properties, "", "participant_share"), "participant_share", x => x is > 0 and < 1, "a number above 0 and below 1"),
            RelativeShare = Number(Required(properties, "", "relative_share"), "relative_share", x => x > 0, "a number above 0"),
            AcceptProbability = Number(Required(properties, "", "accept_probability"), "accept_probability", x => x is > 0 and < 1, "a number above 0 and below 1"),
            ReviewProbability = Number(review, "review_probability", x => x is > 0 and < 1, "a number above 0 and below accept_probability"),
            MarginBits = Number(Required(properties, "", "margin_bits"), "margin_bits", x => x >= 0, "a number from 0"),
            Fields = Fields(Required(properties, "", "fields")),
        };
        if (model.ReviewProbability >= model.AcceptProbability)
            throw Bad("review_probability", review, "a number above 0 and below accept_probability");
        return model;
    }

    private FieldModel[] Fields(JsonElement element)
    {
        var names = Enum.GetValues<MatchField>().Select(MatchLevels.Name).ToArray();
        var properties = Properties(element, "fields", names);
        var fields = new FieldModel[MatchLevels.Fields];
        foreach (var field in Enum.GetValues<MatchField>())
            fields[(int)field] = Field(field, Required(properties, "fields", MatchLevels.Name(field)));
        return fields;
    }

    private FieldModel Field(MatchField field, JsonElement element)
    {
        var place = $"fields.{MatchLevels.Name(field)}";
        var names = MatchLevels.Of(field);
        var listed = string.Join(", ", names.Skip(1));
        if (element.ValueKind != JsonValueKind.Array)
            throw Bad(place, element, "a list of levels");
        var levels = new LevelModel?[names.Length - 1];
        var index = 0;
        foreach (var item in element.EnumerateArray())
        {
            var at = string.Create(CultureInfo.InvariantCulture, $"{place}[{index++}]");
            var properties = Properties(item, at, ["level", "m", "u", "r", "term_frequency"]);
            var level = Required(properties, at, "level");
            var number = level.ValueKind == JsonValueKind.String ? names.IndexOf(level.GetString()!) : -1;
            if (number < 1)
                throw Bad($"{at}.level", level, $"one of: {listed}");
            if (levels[number - 1] is not null)
                throw Bad($"{at}.level: {Shown(level)} is there twice; allowed is each of these once: {listed}");
            levels[number - 1] = new LevelModel(names[number], Probability(properties, at, "m"), Probability(properties, at, "u"), Probability(properties, at, "r"),
                properties.TryGetValue("term_frequency", out var share) ? TermFrequency(field, names[number], share, $"{at}.term_frequency") : 0);
        }
        for (var number = 1; number < names.Length; number++)
        {
            if (levels[number - 1] is null)
                throw Bad($"{place}: the level \"{names[number]}\" is missing; allowed is each of these once: {listed}");
        }
        var model = new FieldModel(field, levels!);
        CheckSums(model, place);
        CheckDirection(model, place);
        return model;
    }

    // A pair that is compared has one of the levels: the probabilities of a class are shares of a whole.
    private void CheckSums(FieldModel field, string place)
    {
        CheckSum("m", field.Levels.Sum(l => l.M), place);
        CheckSum("u", field.Levels.Sum(l => l.U), place);
        CheckSum("r", field.Levels.Sum(l => l.R), place);
    }

    private void CheckSum(string property, double sum, string place)
    {
        if (Math.Abs(sum - 1) > SumTolerance)
            throw Bad(string.Create(CultureInfo.InvariantCulture, $"{place}: the {property} of its levels sum to {sum:0.####}; allowed is 1, give or take {SumTolerance}"));
    }

    // Catches m and u in each other's place: such a model would link strangers.
    private void CheckDirection(FieldModel field, string place)
    {
        var differs = field.Levels[^1];
        if (field.Levels[0].Weight > differs.Weight)
            return;
        throw Bad($"{place}: by its m and u, a field that differs speaks for one person; allowed is a higher m/u for \"{field.Levels[0].Level}\" than for \"{differs.Level}\"");
    }

    private double Probability(Dictionary<string, JsonElement> properties, string place, string property) =>
        Number(Required(properties, place, property), $"{place}.{property}", x => x is >= LeastProbability and <= 1, "a number from 1e-12 to 1");

    private double TermFrequency(MatchField field, string level, JsonElement element, string place)
    {
        if (level != "differs" && field is MatchField.Surname or MatchField.Forename or MatchField.DateOfBirth or MatchField.Postcode)
            return Number(element, place, x => x is >= 0 and <= 1, "a number from 0 to 1");
        return Number(element, place, x => x == 0, "0, or none: only surnames, forenames, dates of birth and postcodes that agree somehow have a frequency");
    }

    private string Version(JsonElement element)
    {
        var text = element.ValueKind == JsonValueKind.String ? element.GetString()! : "";
        if (!MatchModel.IsVersion(text))
            throw Bad("version", element, "1 to 64 letters (a to z), digits, '.', '-' and '_'");
        return text;
    }

    private string Description(JsonElement element)
    {
        var text = element.ValueKind == JsonValueKind.String ? element.GetString()! : null;
        if (text is null || text.Length > MaxDescription || text.Any(char.IsControl))
            throw Bad("description", element, $"a text of at most {MaxDescription} characters without line breaks and other control characters");
        return text;
    }

    private double Number(JsonElement element, string place, Func<double, bool> allowed, string rule)
    {
        if (element.ValueKind != JsonValueKind.Number || !element.TryGetDouble(out var value) || !double.IsFinite(value) || !allowed(value))
            throw Bad(place, element, rule);
        return value;
    }

    private Dictionary<string, JsonElement> Properties(JsonElement element, string place, ReadOnlySpan<string> known)
    {
        if (element.ValueKind != JsonValueKind.Object)
            throw Bad(place.Length == 0 ? "the file" : place, element, "an object");
        var properties = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var property in element.EnumerateObject())
        {
            var at = place.Length == 0 ? Shown(property.Name) : $"{place}: {Shown(property.Name)}";
            if (!known.Contains(property.Name))
                throw Bad($"{at} is unknown; allowed are {string.Join(", ", known!)}");
            if (!properties.TryAdd(property.Name, property.Value))
                throw Bad($"{at} is there twice; allowed is once");
        }
        return properties;
    }

    private JsonElement Required(Dictionary<string, JsonElement> properties, string place, string property) =>
        properties.TryGetValue(property, out var value) ? value : throw Bad($"{(place.Length == 0 ? "" : $"{place}: ")}\"{property}\" is missing");

    // JSON may hold text that no string can: broken UTF-8, or half of an escaped surrogate pair.
    private void CheckText(ReadOnlySpan<byte> json)
    {
        if (!Utf8.IsValid(json))
            throw Bad("not UTF-8");
        var reader = new Utf8JsonReader(json);
        while (reader.Read())
        {
            if (reader.TokenType is not (JsonTokenType.String or JsonTokenType.PropertyName) || !reader.ValueIsEscaped)
                continue;
            try
            {
                reader.GetString();
            }
            catch (InvalidOperationException)
            {
                throw Bad(string.Create(CultureInfo.InvariantCulture, $"not Unicode, the text at byte {reader.TokenStartIndex}"));
            }
        }
    }

    private static string Shown(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        JsonValueKind.String => Shown(element.GetString()!),
        _ => Shortened(element.GetRawText()),
    };

    // Escaped: a message stays one line of plain letters.
    private static string Shown(string text) => $"\"{Shortened(JsonEncodedText.Encode(text).ToString())}\"";

    private static string Shortened(string text) => text.Length <= 40 ? text : text[..40] + "…";

    private MatchModelException Bad(string place, JsonElement element, string allowed) => Bad($"{place} is {Shown(element)}; allowed is {allowed}");

    private MatchModelException Bad(string what) => new($"Match model '{name}' cannot be used: {what}.");
}
