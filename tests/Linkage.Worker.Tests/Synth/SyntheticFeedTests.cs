using System.Globalization;
using Linkage.Worker.Synth;

namespace Linkage.Worker.Tests.Synth;

public class SyntheticFeedTests
{
    private static readonly string[] Tables = ["clinical", "scripts", "registrations"];

    private static SynthOptions Options(int participants = 1_500, long records = 60_000, double dirt = 0.5, long seed = 7) =>
        new() { Participants = participants, Records = records, Dirt = dirt, BatchRecords = 400, Seed = seed };

    [Fact]
    public void The_same_options_give_the_same_bytes_and_another_seed_others()
    {
        var options = Options(participants: 300, records: 9_000);
        var (first, second, other) = (SyntheticFeed.InMemory(options), SyntheticFeed.InMemory(options), SyntheticFeed.InMemory(options with { Seed = 8 }));
        Assert.Equal(first.Participants, second.Participants);
        Assert.Equal(first.Truth, second.Truth);
        Assert.Equal(first.TruthBatches, second.TruthBatches);
        Assert.Equal(first.Batches, second.Batches);
        Assert.NotEqual(first.Participants, other.Participants);
        Assert.NotEqual(first.Batches, other.Batches);
    }

    [Fact]
    public void How_many_parts_are_made_at_once_does_not_matter()
    {
        var options = Options(participants: 300, records: 9_000);
        var (one, many) = (SyntheticFeed.InMemory(options, ahead: 1, CancellationToken.None), SyntheticFeed.InMemory(options, ahead: 12, CancellationToken.None));
        Assert.Equal(one.Participants, many.Participants);
        Assert.Equal(one.Truth, many.Truth);
        Assert.Equal(one.TruthBatches, many.TruthBatches);
        Assert.Equal(one.Batches, many.Batches);
    }

    [Theory]
    [InlineData(1L)]
    [InlineData(20_000L)]
    [InlineData(59_000L)]
    [InlineData(60_000L)]
    [InlineData(70_000L)]
    public void The_first_practices_send_as_much_as_is_asked_for_and_every_participant_is_there(long sent)
    {
        var (whole, part) = (SyntheticFeed.InMemory(Options()), SyntheticFeed.InMemory(Options() with { SentRecords = sent }));
        Assert.Equal(whole.Participants, part.Participants);
        var practices = PracticeSizes(whole);
        Assert.True(practices.Count > 5, $"{practices.Count} practices");
        var expected = 0L;
        var sending = practices.TakeWhile(practice => expected < sent && (expected += practice.Records) > 0).Select(static practice => practice.Practice).ToHashSet(StringComparer.Ordinal);
        Assert.Equal(expected, Recount.Of(part.Batches).Records);
        Assert.Equal(whole.Batches.Where(batch => sending.Contains(Practice(batch))), part.Batches);
        Assert.Equal(Lines(whole.Truth).Where(line => sending.Contains(line.Split('-')[0])), Lines(part.Truth));

        // In the order of their numbers, which is that of their codes.
        static List<(string Practice, long Records)> PracticeSizes(InMemoryFeed feed) =>
            [.. feed.Batches.GroupBy(Practice, StringComparer.Ordinal).Select(static g => (g.Key, Recount.Of([.. g]).Records)).OrderBy(static p => p.Key, StringComparer.Ordinal)];

        static IEnumerable<string> Lines(byte[] csv) => System.Text.Encoding.UTF8.GetString(csv).Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1);

        // A batch's id begins with it.
        static string Practice(byte[] batch) => System.Text.Encoding.UTF8.GetString(batch, 11, 6);
    }

    [Theory]
    [InlineData(1, 1L, 0.0, 1)]
    [InlineData(1, 5_000L, 0.0, 1_000)]
    [InlineData(2, 3L, 0.9, 10)]
    [InlineData(50, 12_345L, 0.3, 777)]
    [InlineData(400, 300L, 0.3, 1_000)]
    [InlineData(900, 20_001L, 0.7, 64)]
    public void Records_are_exactly_as_many_as_asked_for_and_batches_no_larger(int participants, long records, double outside, int batchRecords)
    {
        var options = new SynthOptions { Participants = participants, Records = records, Outside = outside, BatchRecords = batchRecords, Dirt = 0.2, Seed = 3 };
        var feed = SyntheticFeed.InMemory(options);
        var recount = Recount.Of(feed.Batches);
        Assert.Equal(records, recount.Records);
        Assert.All(recount.Sent.GroupBy(pair => pair.Key.Batch, StringComparer.Ordinal), batch => Assert.InRange(batch.Sum(pair => pair.Value), 1, batchRecords));
        Assert.Equal(recount.BatchIds.Count, recount.BatchIds.Distinct(StringComparer.Ordinal).Count());
        var ids = CsvRows.Read(feed.Participants).Select(row => row["participant_id"]).Distinct(StringComparer.Ordinal);
        Assert.Equal(participants, ids.Count());
    }

    [Theory]
    [InlineData(0.0, 1)]
    [InlineData(0.02, 2)]
    [InlineData(0.6, 3)]
    [InlineData(1.0, 4)]
    public void Truth_is_what_a_recount_of_the_batches_finds(double dirt, long seed)
    {
        var feed = SyntheticFeed.InMemory(Options(participants: 600, records: 40_000, dirt, seed));
        var recount = Recount.Of(feed.Batches);
        var truth = TruthRow.Read(feed.Truth);
        Assert.Equal(recount.Patients.Keys.Order(), truth.Select(row => (row.BatchId, row.Patient)).Order());
        string[] rejects = ["deleted", "duplicate-record", "missing-code", "malformed-code", "code-system-unfit"];
        foreach (var row in truth)
        {
            // A date of birth that is not sent in full, or wrongly, tells nothing about the dates of the records.
            var birthKnown = !row.Dirt.Any(kind => kind.StartsWith("dob-", StringComparison.Ordinal));
            var found = new List<string>();
            foreach (var (index, table) in Tables.Index())
            {
                var rejected = rejects.Sum(kind => recount.Dirt.GetValueOrDefault((row.BatchId, row.Patient, $"{table}/{kind}")));
                Assert.Equal(recount.Sent.GetValueOrDefault((row.BatchId, row.Patient, table)), row.Sent[index]);
                Assert.Equal(rejected, row.Rejects[index]);
            }

            var expected = row.RecordDirt.Split(';', StringSplitOptions.RemoveEmptyEntries);
            foreach (var ((_, _, kind), count) in recount.Dirt.Where(pair => (pair.Key.Batch, pair.Key.Patient) == (row.BatchId, row.Patient)))
            {
                found.Add(string.Create(CultureInfo.InvariantCulture, $"{kind}:{count}"));
            }

            if (birthKnown)
            {
                Assert.Equal(expected.Order(StringComparer.Ordinal), found.Order(StringComparer.Ordinal));
            }
        }
    }

    [Fact]
    public void Truth_of_the_batches_is_what_a_recount_finds_orphans_included()
    {
        var feed = SyntheticFeed.InMemory(Options());
        var recount = Recount.Of(feed.Batches);
        var rows = CsvRows.Read(feed.TruthBatches);
        Assert.Equal(recount.BatchIds.Count * 3, rows.Count);
        var sent = recount.Sent.GroupBy(pair => (pair.Key.Batch, pair.Key.Table)).ToDictionary(group => group.Key, group => group.Sum(pair => pair.Value));
        var dirt = recount.Dirt.GroupBy(pair => (pair.Key.Batch, pair.Key.Kind)).ToDictionary(group => group.Key, group => group.Sum(pair => pair.Value));
        foreach (var row in rows)
        {
            var key = (row["batch_id"], row["table"]);
            Assert.Equal(sent.GetValueOrDefault(key), int.Parse(row["records"], CultureInfo.InvariantCulture));
            foreach (var kind in (string[])["deleted", "duplicate-record", "orphan-record", "missing-code", "malformed-code", "code-system-unfit", "date-missing", "date-future", "read-seven-characters", "bnf-dotted", "drug-name-only"])
            {
                Assert.Equal(dirt.GetValueOrDefault((key.Item1, $"{key.Item2}/{kind}")), int.Parse(row[kind], CultureInfo.InvariantCulture));
            }
        }
    }

    [Fact]
    public void All_kinds_of_dirt_occur()
    {
        var feed = SyntheticFeed.InMemory(Options(participants: 3_000, records: 90_000));
        var truth = TruthRow.Read(feed.Truth);
        var seen = truth.SelectMany(row => row.Dirt).ToHashSet(StringComparer.Ordinal);
        string[] kinds =
        [
            "nhs-spaced", "nhs-dashed", "nhs-bad-check-digit", "nhs-zeros", "nhs-nines", "nhs-chi", "nhs-missing", "nhs-unissued", "nhs-of-partner",
            "dob-british", "dob-compact", "dob-timestamp", "dob-swapped", "dob-typo", "dob-year-month", "dob-year", "dob-missing",
            "name-case", "name-accent", "name-apostrophe", "name-double-barrelled", "surname-typo", "forename-typo", "forename-initial", "forename-missing", "names-swapped",
            "postcode-unspaced", "postcode-lower", "postcode-outcode", "postcode-missing", "postcode-other", "sex-missing", "sex-word",
            "study-nhs-missing", "former-surname", "former-postcode",
        ];
        Assert.Equal(kinds.Order(StringComparer.Ordinal), seen.Order(StringComparer.Ordinal));

        var records = truth.SelectMany(row => row.RecordDirt.Split(';', StringSplitOptions.RemoveEmptyEntries)).Select(entry => entry.Split(':')[0]).ToHashSet(StringComparer.Ordinal);
        foreach (var table in Tables)
        {
            string[] expected = ["deleted", "duplicate-record", "date-missing", "date-before-birth", "date-on-birth", "date-in-birth-year", "date-future"];
            expected = table switch
            {
                "clinical" => [.. expected, "missing-code", "malformed-code", "code-system-unfit", "read-seven-characters"],
                "scripts" => [.. expected, "malformed-code", "code-system-unfit", "read-seven-characters", "bnf-dotted", "drug-name-only"],
                _ => expected,
            };
            Assert.Equal(expected.Select(kind => $"{table}/{kind}").Order(StringComparer.Ordinal), records.Where(kind => kind.StartsWith(table, StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        }

        Assert.All(Tables, table => Assert.Contains(Recount.Of(feed.Batches).Dirt, pair => pair.Key.Kind == table + "/orphan-record"));
    }

    [Fact]
    public void Without_dirt_everything_is_regular()
    {
        var feed = SyntheticFeed.InMemory(Options(dirt: 0));
        var recount = Recount.Of(feed.Batches);
        Assert.Empty(recount.Dirt);
        Assert.All(recount.Codes, code => Assert.True(Recount.IsWellFormed(code.System, code.Code), $"{code.System} {code.Code}"));
        Assert.All(recount.Patients.Values, patient =>
        {
            Assert.True(Recount.IsValidNhsNumber(patient.NhsNumber));
            Assert.StartsWith("999", patient.NhsNumber, StringComparison.Ordinal);
            Assert.True(DateOnly.TryParseExact(patient.DateOfBirth, "yyyy-MM-dd", out _));
            Assert.Matches("^[A-Z]{1,2}([0-9]{1,2}|[0-9][A-H]) [0-9][ABD-HJLNP-UW-Z]{2}$", patient.Postcode);
        });
        Assert.Contains(recount.Codes.GroupBy(code => (code.System, code.Code.ToUpperInvariant())), group => group.Count() > 1);
    }

    [Fact]
    public void Shares_are_near_what_was_asked_for()
    {
        var feed = SyntheticFeed.InMemory(Options(participants: 4_000, records: 120_000, dirt: 0.1));
        var recount = Recount.Of(feed.Batches);
        var truth = TruthRow.Read(feed.Truth);
        double all = truth.Count;
        Assert.InRange(truth.Count(row => row.Kind == "outsider") / all, 0.26, 0.34);
        Assert.InRange(truth.Count(row => row.Kind == "withdrawn") / all, 0.0005, 0.01);
        Assert.InRange(truth.Count(row => row.Dirt.Any(kind => !kind.StartsWith("former", StringComparison.Ordinal) && !kind.StartsWith("study", StringComparison.Ordinal))) / all, 0.08, 0.12);
        Assert.InRange(recount.Dirt.Values.Sum() / 120_000.0, 0.015, 0.035);
        Assert.InRange(recount.Sent.Where(pair => pair.Key.Table == "clinical").Sum(pair => pair.Value) / 120_000.0, 0.61, 0.63);
        Assert.InRange(recount.Sent.Where(pair => pair.Key.Table == "scripts").Sum(pair => pair.Value) / 120_000.0, 0.34, 0.36);
        Assert.InRange(recount.WithValue / (0.62 * 120_000), 0.2, 0.4);
        Assert.InRange(120_000 / all, 10, 60);
    }

    [Fact]
    public void Clean_means_that_number_and_birth_are_those_of_the_participants_file()
    {
        var feed = SyntheticFeed.InMemory(Options());
        var recount = Recount.Of(feed.Batches);
        var participants = CsvRows.Read(feed.Participants).ToLookup(row => row["participant_id"], StringComparer.Ordinal);
        var clean = TruthRow.Read(feed.Truth).Where(row => row.Clean).ToList();
        Assert.NotEmpty(clean);
        foreach (var row in clean)
        {
            var patient = recount.Patients[(row.BatchId, row.Patient)];
            Assert.Equal("participant", row.Kind);
            Assert.True(Recount.IsValidNhsNumber(patient.NhsDigits));
            Assert.StartsWith("999", patient.NhsDigits, StringComparison.Ordinal);
            Assert.All(participants[row.ParticipantId], participant => Assert.Equal(participant["nhs_number"], patient.NhsDigits));
            string[] formats = ["yyyy-MM-dd", "dd/MM/yyyy", "yyyyMMdd", "yyyy-MM-ddT00:00:00"];
            var born = DateOnly.FromDateTime(DateTime.ParseExact(patient.DateOfBirth, formats, CultureInfo.InvariantCulture, DateTimeStyles.None));
            Assert.All(participants[row.ParticipantId], participant => Assert.Equal(participant["date_of_birth"], born.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)));
        }
    }

    [Fact]
    public void A_valid_number_is_never_that_of_a_participant_whom_the_patient_could_be_taken_for()
    {
        var feed = SyntheticFeed.InMemory(Options(dirt: 1));
        var recount = Recount.Of(feed.Batches);
        var byNumber = CsvRows.Read(feed.Participants).Where(row => row["nhs_number"].Length > 0).ToLookup(row => row["nhs_number"], StringComparer.Ordinal);
        var foreign = 0;
        foreach (var row in TruthRow.Read(feed.Truth))
        {
            var patient = recount.Patients[(row.BatchId, row.Patient)];
            foreach (var participant in byNumber[patient.NhsDigits].Where(participant => participant["participant_id"] != row.ParticipantId))
            {
                if (row.Kind == "withdrawn" && participant["consent"] == "withdrawn")
                {
                    continue;
                }

                foreign++;
                Assert.Contains("nhs-of-partner", row.Dirt);
                if (!row.Dirt.Any(kind => kind.StartsWith("dob-", StringComparison.Ordinal)))
                {
                    var (own, other) = (patient.DateOfBirth.Split('-'), participant["date_of_birth"].Split('-'));
                    Assert.True(own.Zip(other).Count(part => part.First == part.Second) < 2);
                    Assert.True(own.Zip([other[0], other[2], other[1]]).Count(part => part.First == part.Second) < 2);
                }
            }
        }

        Assert.True(foreign > 0);
    }

    [Fact]
    public void Participants_have_unique_numbers_and_several_rows_where_name_or_address_changed()
    {
        var rows = CsvRows.Read(SyntheticFeed.InMemory(Options()).Participants);
        var people = rows.GroupBy(row => row["participant_id"], StringComparer.Ordinal).ToList();
        Assert.Equal(1_500, people.Count);
        var numbers = people.Select(person => person.First()["nhs_number"]).Where(number => number.Length > 0).ToList();
        Assert.Equal(numbers.Count, numbers.Distinct(StringComparer.Ordinal).Count());
        Assert.InRange(1_500 - numbers.Count, 1, 40);
        Assert.All(numbers, number => Assert.True(Recount.IsValidNhsNumber(number)));
        Assert.All(people, person => Assert.Single(person.Select(row => (row["nhs_number"], row["date_of_birth"], row["consent"])).Distinct()));
        Assert.Contains(people, person => person.Select(row => row["surname"]).Distinct(StringComparer.Ordinal).Count() == 2);
        Assert.Contains(people, person => person.Select(row => row["postcode"]).Distinct(StringComparer.Ordinal).Count() == 2);
        Assert.Equal(["given", "withdrawn"], rows.Select(row => row["consent"]).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));
        Assert.All(rows, row => Assert.InRange(DateOnly.ParseExact(row["date_of_birth"], "yyyy-MM-dd", CultureInfo.InvariantCulture).Year, 1936, 1970));
        foreach (var column in (string[])["genome_ids", "questionnaire_ids", "sample_ids"])
        {
            var ids = people.SelectMany(person => person.First()[column].Split(';', StringSplitOptions.RemoveEmptyEntries)).ToList();
            Assert.True(ids.Count > 700, column);
            Assert.Equal(ids.Count, ids.Distinct(StringComparer.Ordinal).Count());
        }
    }

    [Fact]
    public void There_are_couples_twins_and_sons_with_their_fathers_name()
    {
        var rows = CsvRows.Read(SyntheticFeed.InMemory(Options(participants: 4_000, records: 4_000)).Participants)
            .DistinctBy(row => row["participant_id"], StringComparer.Ordinal).ToList();
        var neighbours = rows.Zip(rows.Skip(1)).Where(pair => pair.First["surname"] == pair.Second["surname"]).ToList();
        Assert.Contains(neighbours, pair => pair.First["date_of_birth"] == pair.Second["date_of_birth"] && pair.First["forename"] != pair.Second["forename"]);
        Assert.Contains(neighbours, pair => pair.First["postcode"] == pair.Second["postcode"] && pair.First["forename"] == pair.Second["forename"] && pair.First["sex"] == "M");
        Assert.Contains(neighbours, pair => pair.First["postcode"] == pair.Second["postcode"] && pair.First["sex"] != pair.Second["sex"]);
    }

    [Fact]
    public void Batches_come_in_the_order_of_time_from_practices_with_one_supplier()
    {
        var recount = Recount.Of(SyntheticFeed.InMemory(Options()).Batches);
        var periods = recount.BatchIds.Select(id => id.Split('-')[1]).ToList();
        Assert.Equal(["20230930", "20231231", "20240331"], periods.Distinct(StringComparer.Ordinal));
        Assert.Equal(periods.Order(StringComparer.Ordinal), periods);
        Assert.InRange(recount.BatchIds.Select(id => id.Split('-')[0]).Distinct(StringComparer.Ordinal).Count(), 10, 20);
        Assert.All(recount.BatchIds, id => Assert.Matches("^X[0-9]{5}-[0-9]{8}-[0-9]{5}$", id));
    }
}
