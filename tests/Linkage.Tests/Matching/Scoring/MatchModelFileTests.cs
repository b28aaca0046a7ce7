using System.Text;
using System.Text.Json.Nodes;
using Linkage.Matching.Scoring;
using Linkage.Tests.Pseudonyms;

namespace Linkage.Tests.Matching.Scoring;

public sealed class MatchModelFileTests
{
    private static readonly string Shipped = ShippedText();

    [Fact]
    public void TheShippedModelIsWrittenAsItWasRead()
    {
        var model = MatchModel.Default;
        Assert.Same(model, MatchModel.Default);
        Assert.Equal(Shipped, Written(model));
        Assert.DoesNotContain('\r', Shipped);
        Assert.Equal(Shipped, Written(Read(Shipped)));
    }

    [Fact]
    public void EveryNumberIsTheFiles()
    {
        var json = JsonNode.Parse(Shipped)!;
        var model = MatchModel.Default;
        Assert.Equal((string?)json["version"], model.Version);
        Assert.Equal((string?)json["description"], model.Description);
        Assert.Equal((double)json["participant_share"]!, model.ParticipantShare);
        Assert.Equal((double)json["relative_share"]!, model.RelativeShare);
        Assert.Equal((double)json["accept_probability"]!, model.AcceptProbability);
        Assert.Equal((double)json["review_probability"]!, model.ReviewProbability);
        Assert.Equal((double)json["margin_bits"]!, model.MarginBits);
        Assert.Equal(Enum.GetValues<MatchField>(), model.Fields.Select(f => f.Field));
        foreach (var field in model.Fields)
        {
            var levels = json["fields"]![MatchLevels.Name(field.Field)]!.AsArray();
            Assert.Equal(MatchLevels.Of(field.Field).Skip(1), field.Levels.Select(l => l.Level));
            Assert.Equal(levels.Count, field.Levels.Count);
            foreach (var level in field.Levels)
            {
                var row = levels.Single(l => (string?)l!["level"] == level.Level)!;
                Assert.Equal(
                    ((double)row["m"]!, (double)row["u"]!, (double)row["r"]!, (double?)row["term_frequency"] ?? 0),
                    (level.M, level.U, level.R, level.TermFrequency));
                Assert.Equal(Math.Log2(level.M / level.U), level.Weight);
            }
        }
    }

    [Fact]
    public void PropertiesFieldsAndLevelsMayStandInAnyOrder()
    {
        var shuffled = Reversed(JsonNode.Parse(Shipped)!).ToJsonString();
        Assert.NotEqual(JsonNode.Parse(Shipped)!.ToJsonString(), shuffled);
        Assert.Equal(Shipped, Written(Read(shuffled)));
        Assert.Equal(Shipped, Written(Read("\uFEFF" + Shipped)));
    }

    [Fact]
    public void DescriptionAndTermFrequencyMayBeMissing()
    {
        var json = JsonNode.Parse(Shipped)!.AsObject();
        json.Remove("description");
        foreach (var level in json["fields"]!["surname"]!.AsArray())
            level!.AsObject().Remove("term_frequency");
        var model = Read(json.ToJsonString());
        Assert.Equal("", model.Description);
        Assert.All(model.Fields[(int)MatchField.Surname].Levels, l => Assert.Equal(0, l.TermFrequency));
    }

    // What is changed (a path; "-" removes, otherwise the JSON to put there), and what the message must say.
    public static TheoryData<string, string, string> Bad => new()
    {
        { "format", "\"linkage-match-model/2\"", "format is \"linkage-match-model/2\"; allowed is linkage-match-model/1" },
        { "format", "-", "\"format\" is missing" },
        { "format", "1", "format is 1;" },
        { "version", "\"\"", "version is \"\"; allowed is 1 to 64 letters" },
        { "version", "\"a b\"", "version is \"a b\"" },
        { "version", "\"é\"", "version is \"\\u00E9\"" },
        { "version", $"\"{new string('a', 65)}\"", "version is \"aaaa" },
        { "version", "{}", "version is an object" },
        { "version", "-", "\"version\" is missing" },
        { "description", "\"a\\nb\"", "description is \"a\\nb\"; allowed is a text of at most 1000" },
        { "description", $"\"{new string('a', 1001)}\"", "description is" },
        { "description", "null", "description is null" },
        { "participant_share", "0", "participant_share is 0; allowed is a number above 0 and below 1" },
        { "participant_share", "1", "participant_share is 1" },
        { "participant_share", "\"0.5\"", "participant_share is \"0.5\"" },
        { "relative_share", "0", "relative_share is 0; allowed is a number above 0" },
        { "relative_share", "-1", "relative_share is -1" },
        { "relative_share", "1e999", "relative_share is 1e999" },
        { "relative_share", "-", "\"relative_share\" is missing" },
        { "accept_probability", "1", "accept_probability is 1" },
        { "accept_probability", "0.1", "review_probability is 0.2; allowed is a number above 0 and below accept_probability" },
        { "review_probability", "0", "review_probability is 0" },
        { "review_probability", "true", "review_probability is true" },
        { "margin_bits", "-0.1", "margin_bits is -0.1; allowed is a number from 0" },
        { "margin_bits", "[]", "margin_bits is a list" },
        { "threshold", "3", "\"threshold\" is unknown; allowed are format, version" },
        { "fields", "[]", "fields is a list; allowed is an object" },
        { "fields", "-", "\"fields\" is missing" },
        { "fields.sex", "-", "fields: \"sex\" is missing" },
        { "fields.gender", "[]", "fields: \"gender\" is unknown; allowed are surname, forename" },
        { "fields.sex", "{}", "fields.sex is an object; allowed is a list of levels" },
        { "fields.sex", "[]", "fields.sex: the level \"exact\" is missing" },
        { "fields.sex.0", "1", "fields.sex[0] is 1; allowed is an object" },
        { "fields.sex.1", "-", "fields.sex: the level \"differs\" is missing" },
        { "fields.sex.1.level", "\"exact\"", "fields.sex[1].level: \"exact\" is there twice" },
        { "fields.sex.1.level", "\"missing\"", "fields.sex[1].level is \"missing\"; allowed is one of: exact, differs" },
        { "fields.sex.1.level", "1", "fields.sex[1].level is 1" },
        { "fields.sex.1.level", "-", "fields.sex[1]: \"level\" is missing" },
        { "fields.sex.1.weight", "1", "fields.sex[1]: \"weight\" is unknown; allowed are level, m, u, r, term_frequency" },
        { "fields.surname.2.m", "0", "fields.surname[2].m is 0; allowed is a number from 1e-12 to 1" },
        { "fields.surname.2.m", "-", "fields.surname[2]: \"m\" is missing" },
        { "fields.surname.2.u", "1.5", "fields.surname[2].u is 1.5" },
        { "fields.surname.2.r", "-0.1", "fields.surname[2].r is -0.1" },
        { "fields.surname.2.r", "1e-13", "fields.surname[2].r is 1e-13" },
        { "fields.surname.2.r", "\"NaN\"", "fields.surname[2].r is \"NaN\"" },
        { "fields.surname.0.m", "0.5", "fields.surname: the m of its levels sum to 0." },
        { "fields.surname.0.u", "0.5", "fields.surname: the u of its levels sum to 1." },
        { "fields.surname.0.r", "0.01", "fields.surname: the r of its levels sum to 0." },
        { "fields.surname.0.term_frequency", "1.1", "fields.surname[0].term_frequency is 1.1; allowed is a number from 0 to 1" },
        { "fields.surname.6.term_frequency", "1", "fields.surname[6].term_frequency is 1; allowed is 0, or none" },
        { "fields.sex.0.term_frequency", "1", "fields.sex[0].term_frequency is 1; allowed is 0, or none" },
        { "fields.nhs_number.0.m", "1.1", "fields.nhs_number[0].m is 1.1" },
    };

    [Theory]
    [MemberData(nameof(Bad))]
    public void WhatBreaksARuleIsNamedWithItsPlaceAndWhatIsAllowed(string path, string json, string message) => Refused(Changed(path, json), message);

    [Theory]
    [InlineData("", "not JSON")]
    [InlineData("{", "not JSON, line 1")]
    [InlineData("[]", "the file is a list; allowed is an object")]
    [InlineData("\"\\ud800\"", "not Unicode, the text at byte 0")]
    [InlineData("{\"version\":\"a\",\"version\":\"b\"}", "\"version\" is there twice")]
    [InlineData("{} {}", "not JSON, line 1")]
    [InlineData("{} // comment", "not JSON, line 1")]
    public void WhatIsNoModelIsRefused(string json, string message) => Refused(json, message);

    [Fact]
    public void RepeatedFieldsAndBrokenTextAreRefused()
    {
        Refused(Shipped.Replace("\"forename\":", "\"surname\":", StringComparison.Ordinal), "fields: \"surname\" is there twice");
        Refused(Shipped.Replace("\"u\":", "\"m\":", StringComparison.Ordinal), "fields.surname[0]: \"m\" is there twice");
        Refused(new string(' ', 1 << 20) + Shipped, "more than 1048576 bytes");
        Assert.Contains("not UTF-8", Assert.Throws<MatchModelException>(() => MatchModel.Read(new MemoryStream([.. "{\"version\":\""u8, 0xC3, 0x28]), "x")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void MAndUInEachOthersPlaceAreRefused()
    {
        foreach (var field in Enum.GetValues<MatchField>())
        {
            var json = JsonNode.Parse(Shipped)!;
            foreach (var level in json["fields"]![MatchLevels.Name(field)]!.AsArray())
                (level!["m"], level["u"]) = (level["u"]!.DeepClone(), level["m"]!.DeepClone());
            Refused(json.ToJsonString(), $"fields.{MatchLevels.Name(field)}: by its m and u, a field that differs speaks for one person");
        }
    }

    [Fact]
    public void AMutatedFileIsAModelOrARefusal()
    {
        const int Seed = 31_415;
        var random = new Random(Seed);
        var good = Encoding.UTF8.GetBytes(Shipped);
        var models = 0;
        for (var n = 0; n < 5_000; n++)
        {
            var bytes = good.AsSpan(0, random.Next(8) == 0 ? random.Next(good.Length + 1) : good.Length).ToArray();
            for (var i = random.Next(3); i > 0 && bytes.Length > 0; i--)
                bytes[random.Next(bytes.Length)] = random.Next(4) == 0 ? (byte)random.Next(256) : good[random.Next(good.Length)];
            try
            {
                MatchModel.Read(new MemoryStream(bytes), "mutated");
                models++;
            }
            catch (MatchModelException e)
            {
                OneLine(e);
            }
        }
        Assert.True(models is > 500 and < 4_500, $"seed {Seed}: {models} models");
    }

    [Fact]
    public void FilesAreLoadedAndWhatCannotBeReadIsNamed()
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder["model.json"], Shipped);
        Assert.Equal(Shipped, Written(MatchModel.Load(folder["model.json"])));
        foreach (var path in new[] { folder["none.json"], folder.Path, "" })
        {
            var e = Assert.Throws<MatchModelException>(() => MatchModel.Load(path));
            Assert.StartsWith($"Match model '{path}' cannot be read: ", e.Message, StringComparison.Ordinal);
        }
        File.WriteAllText(folder["model.json"], "{}");
        Assert.StartsWith($"Match model '{folder["model.json"]}' cannot be used: ", Assert.Throws<MatchModelException>(() => MatchModel.Load(folder["model.json"])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AModelThatCouldNotBeReadIsNotWritten()
    {
        using var stream = new MemoryStream();
        var sure = MatchModel.Default with { AcceptProbability = 1 };
        Assert.Contains("accept_probability is 1;", Assert.Throws<MatchModelException>(() => sure.Write(stream)).Message, StringComparison.Ordinal);
        var short_ = MatchModel.Default with { Fields = [.. MatchModel.Default.Fields.Skip(1)] };
        Assert.Contains("fields: \"surname\" is missing", Assert.Throws<MatchModelException>(() => short_.Write(stream)).Message, StringComparison.Ordinal);
        Assert.Equal(0, stream.Length);
    }

    private static void Refused(string json, string message)
    {
        var e = Assert.Throws<MatchModelException>(() => Read(json, "models/a.json"));
        Assert.StartsWith("Match model 'models/a.json' cannot be used: ", e.Message, StringComparison.Ordinal);
        Assert.Contains(message, e.Message, StringComparison.Ordinal);
        OneLine(e);
    }

    private static void OneLine(MatchModelException e) => Assert.DoesNotContain(e.Message, c => char.IsControl(c) || c is '\u2028' or '\u2029');

    private static MatchModel Read(string json, string name = "test") => MatchModel.Read(new MemoryStream(Encoding.UTF8.GetBytes(json)), name);

    private static string Written(MatchModel model)
    {
        using var stream = new MemoryStream();
        model.Write(stream);
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static string ShippedText()
    {
        using var stream = typeof(MatchModel).Assembly.GetManifestResourceStream("default-model.json")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    private static string Changed(string path, string json)
    {
        var root = JsonNode.Parse(Shipped)!;
        var parts = path.Split('.');
        var parent = root;
        foreach (var part in parts[..^1])
            parent = parent is JsonArray list ? list[int.Parse(part)]! : parent[part]!;
        // A text of its own in the place: JsonNode would not keep every number as it is written here.
        const string Place = "\"the place\"";
        if (parent is JsonArray array)
        {
            if (json == "-")
                array.RemoveAt(int.Parse(parts[^1]));
            else
                array[int.Parse(parts[^1])] = "the place";
        }
        else if (json == "-")
        {
            Assert.True(parent.AsObject().Remove(parts[^1]));
        }
        else
        {
            parent[parts[^1]] = "the place";
        }
        return root.ToJsonString().Replace(Place, json, StringComparison.Ordinal);
    }

    private static JsonNode Reversed(JsonNode node) => node switch
    {
        JsonObject o => new JsonObject(o.Reverse().Select(p => KeyValuePair.Create<string, JsonNode?>(p.Key, Reversed(p.Value!)))),
        JsonArray a => new JsonArray([.. a.Reverse().Select(n => Reversed(n!))]),
        _ => node.DeepClone(),
    };
}
