using System.Text;
using System.Text.Json.Nodes;
using Linkage.Batches;
using Linkage.Delta;
using Linkage.Identity;
using Linkage.Tables;

namespace Linkage.Worker.Tests.EndToEnd;

/// <summary>What a later batch makes of an earlier link, by the program and in the tables; participants' rows changed and the registry rebuilt in between.</summary>
public sealed class LinksOverTimeTests : IDisposable
{
    private const string Header = "participant_id,nhs_number,surname,forename,date_of_birth,sex,postcode,consent";

    // Who is in the batches: number, surname, forename, date of birth, sex, postcode.
    private static readonly string[][] Patients =
    [
        [Nhs(1), "Archer", "Anna", "1961-03-25", "F", "LS1 4AP"],
        [Nhs(2), "Baker", "Bill", "1970-06-07", "M", "S1 2HE"],
        [Nhs(3), "Cook", "Carl", "1980-06-17", "M", "S1 2HF"],
        [Nhs(4), "Dyer", "Dora", "1950-06-27", "F", "S1 2HG"],
        [Nhs(5), "Ewing", "Emma", "1940-07-07", "F", "S1 2HH"],
        [Nhs(6), "Fry", "Fred", "1930-08-07", "M", "S1 2HJ"],
        [Nhs(7), "Nobody", "Nell", "1931-08-07", "F", "S1 2HL"],
        ["", "Gray", "Gail", "1945-09-07", "F", "S1 2HN"],
        ["", "Hall", "H", "1946-09-07", "M", "S1 2HP"],
    ];

    private static readonly string[] First =
    [
        Row("p1", Patients[0]),
        Row("p2", Patients[1], number: ""),
        Row("p3", Patients[2]),
        Row("p4", Patients[3]),
        Row("p5", Patients[4], number: ""),
        Row("p6", Patients[5], number: ""),
        Row("p7", Patients[7], number: Nhs(17)),
        Row("p8", Patients[8], number: Nhs(18)),
    ];

    // Other ordinals for all; p2 has got its number, p3 withdrew, p4's row is corrected to another person, the numbers of p1's, p5's and p6's patients turn up elsewhere, and p6 withdrew.
    private static readonly string[] Second =
    [
        Row("a0", [Nhs(20), "Aarons", "Abe", "1933-01-01", "M", "B1 1AA"]),
        Row("b0", Patients[0]),
        Row("p1", [Nhs(21), "Archer", "Alma", "1922-02-02", "F", "LS1 4AQ"]),
        Row("p2", Patients[1]),
        Row("p3", Patients[2], consent: "withdrawn"),
        Row("p4", [Nhs(22), "Other", "Olga", "1923-02-02", "F", "LS1 4AS"]),
        Row("p5", [Nhs(23), "Ewing", "Edna", "1924-02-02", "F", "LS1 4AT"]),
        Row("q5", Patients[4]),
        Row("p6", [Nhs(24), "Fry", "Frank", "1925-02-02", "M", "LS1 4AU"], consent: "withdrawn"),
        Row("q6", Patients[5]),
        Row("p7", Patients[7], number: Nhs(17)),
        Row("p8", Patients[8], number: Nhs(18)),
    ];

    private readonly string _root = Directory.CreateTempSubdirectory("linkage-time-").FullName;
    private readonly Broker _broker = new(1);
    private readonly OutputFolder _output;

    public LinksOverTimeTests()
    {
        _output = new OutputFolder(Path.Combine(_root, "out"));
        LinkageProgram.Run("keys", "new", "--out", Keys).Expect(0);
    }

    private string Keys => Path.Combine(_root, "keys");

    private string Registry => Path.Combine(_root, "registry");

    public void Dispose()
    {
        _broker.Dispose();
        Directory.Delete(_root, recursive: true);
    }

    [SkippableFact]
    public void Later_batches_confirm_strengthen_change_and_contradict_links()
    {
        Duck.Require();
        Build(First);
        Send("b1");
        Run(_output).Expect(0);
        Send("b2");
        Run(_output).Expect(0);
        Assert.Equal(
            ["p1 new", "p2 new", "p3 new", "p4 new", "p5 new", "p6 new", "p7 new", "p8 untracked"],
            Links("b1"));
        Assert.Equal(
            ["p1 confirmed", "p2 confirmed", "p3 confirmed", "p4 confirmed", "p5 confirmed", "p6 confirmed", "p7 confirmed", "p8 untracked"],
            Links("b2"));
        Assert.Empty(Review());

        Build(Second);
        Send("b3");
        Run(_output).Expect(0);
        Assert.Equal(["p2 strengthened tier 2", "q5 changed p5 tier 2", "q6 changed tier 2", "p7 confirmed", "p8 untracked"], Links("b3"));
        Assert.Equal(["0 contradicts b0 p1 tier 1", "3 lost p4 tier 1"], Review("b3"));
        Assert.Equal(["p2", "p7", "p8", "q5", "q6"], Events("b3"));

        // Weaker evidence again, and once more: what stands is what it was, whatever ordinals the registry has.
        Build([.. Second.Where(static r => !r.StartsWith("p2,", StringComparison.Ordinal)), First[1], Row("a1", [Nhs(30), "Abel", "Abe", "1934-01-01", "M", "B1 1AB"])]);
        Send("b4");
        Run(_output).Expect(0);
        Assert.Equal(["p2 weakened tier 1", "q5 confirmed", "q6 confirmed", "p7 confirmed", "p8 untracked"], Links("b4"));
        Assert.Equal(["0 contradicts b0 p1 tier 1", "3 lost p4 tier 1"], Review("b4"));

        var report = _output.Reports()[^1];
        Assert.Equal(
            "confirmed=3 contradicts=1 lost=1 untracked=1 weakened=1",
            string.Join(' ', report.Patients.LinkChanges!.OrderBy(static c => c.Key, StringComparer.Ordinal).Select(static c => $"{c.Key}={c.Value}")));
        Assert.Equal((1L, 1L), (report.Patients.Outcomes["contradicts"], report.Patients.Outcomes["lost"]));
        LinkageProgram.Run("verify", "--output", _output.Path).Expect(0);
        _output.AssertNothingLeftOver();
    }

    // The ledger commits with the first table. Read again for the others, every patient is judged as the first time, though the ledger knows better by now.
    [SkippableFact]
    public void A_crash_between_two_tables_changes_no_finding()
    {
        Duck.Require();
        Build(First);
        Send("b1");
        Run(_output).Expect(0);
        Build(Second);
        Send("b2", "b3");
        Run(_output).Expect(0);
        var expected = OutputFolder.Tables.Select(t => Everything(_output, t)).ToArray();
        Assert.Contains("contradicts", expected[4], StringComparison.Ordinal);
        for (var committed = 0; committed < OutputFolder.Tables.Length; committed++)
        {
            var output = new OutputFolder(Path.Combine(_root, $"crashed-{committed}"));
            Copy(_output, output);
            foreach (var table in OutputFolder.Tables[committed..])
            {
                File.Delete(output.Entries(table)[^1]);
            }

            // A run that crashed leaves no report. The next one may flush after each batch, and not after both.
            File.Delete(Directory.GetFiles(Path.Combine(output.Path, "_runs"), "*.json").Order(StringComparer.Ordinal).Last());
            Run(output, committed % 2 == 0 ? "Flush:MaxRows=1000" : "Flush:MaxRows=1").Expect(0);
            Assert.Equal(expected, OutputFolder.Tables.Select(t => Everything(output, t)));
            output.AssertNothingLeftOver();
            LinkageProgram.Run("verify", "--output", output.Path).Expect(0);
        }
    }

    [SkippableFact]
    public void Without_a_ledger_nothing_is_remembered_and_with_one_again_everything_is_new_once()
    {
        Duck.Require();
        Build(First);
        Send("b1");
        Run(_output, "Links:Ledger=off").Expect(0);
        Assert.All(Links("b1"), static l => Assert.EndsWith(" untracked", l, StringComparison.Ordinal));
        Assert.Empty(_output.LinksOnDisk());
        Send("b2");
        Run(_output).Expect(0);
        Assert.Equal(["p1 new", "p2 new", "p3 new", "p4 new", "p5 new", "p6 new", "p7 new", "p8 untracked"], Links("b2"));
        Send("b3");
        Run(_output, "Links:Ledger=off").Expect(0);
        Send("b4");
        Run(_output).Expect(0);
        Assert.Equal("p1 confirmed", Links("b4")[0]);
    }

    [Fact]
    public void Verify_looks_at_the_ledger_too()
    {
        Build(First);
        Send("b1");
        Run(_output).Expect(0);
        LinkageProgram.Run("verify", "--output", _output.Path).Expect(0);
        var folder = Path.Combine(_output.Path, "_links");
        Assert.Equal(2, _output.LinksOnDisk().Length);
        foreach (var file in _output.LinksOnDisk().Select(f => Path.Combine(folder, f)))
        {
            var bytes = File.ReadAllBytes(file);
            File.WriteAllBytes(file, [.. bytes[..^1], (byte)~bytes[^1]]);
            Assert.Contains(file, LinkageProgram.Run("verify", "--output", _output.Path).Expect(1).Output, StringComparison.Ordinal);
            File.Delete(file);
            LinkageProgram.Run("verify", "--output", _output.Path).Expect(1);
            File.WriteAllBytes(file, bytes);
        }

        LinkageProgram.Run("verify", "--output", _output.Path).Expect(0);
    }

    [SkippableFact]
    public void Tables_of_a_version_that_knew_no_ledger_gain_its_columns()
    {
        Duck.Require();
        string[] later = ["change", "previous_participant_id", "previous_tier", "previous_weight"];
        foreach (var spec in TableSpec.All(new Partitioning(PartitionBy.EventYear), keepOutsiders: false))
        {
            var before = spec.Schema with { Columns = [.. spec.Schema.Columns.Where(c => !later.Contains(c.Name, StringComparer.Ordinal))] };
            Assert.Equal(spec.Table == OutputTable.ParticipantLinks ? 4 : spec.Table == OutputTable.Review ? 3 : 0, spec.Schema.Columns.Length - before.Columns.Length);
            TableLog.OpenOrCreate(Path.Combine(_output.Path, spec.Schema.Name), new TableDefinition(before, spec.Partition is null ? [] : [spec.Partition.Name]), TimeProvider.System);
        }

        Build(First);
        Send("b1");
        Run(_output).Expect(0);
        Assert.Equal("p1 new", Links("b1")[0]);
        LinkageProgram.Run("verify", "--output", _output.Path).Expect(0);
    }

    [SkippableFact]
    public void A_lost_patient_is_nobody_that_could_be_kept_as_an_outsider()
    {
        Duck.Require();
        Build(First);
        Send("b1");
        Run(_output, "Output:Outsiders=keep").Expect(0);
        Build(Second);
        Send("b2");
        Run(_output, "Output:Outsiders=keep").Expect(0);

        // Nell, in both batches.
        Assert.Equal([2, 1], Duck.Numbers($"SELECT count(*) AS rows, count(DISTINCT patient_pseudonym) AS people FROM {_output.Sql("outsider_clinical")}"));
    }

    private static string Nhs(int i)
    {
        for (var number = 999_100_000 + (i * 2); ; number++)
        {
            var check = NhsNumber.CheckDigit(Encoding.ASCII.GetBytes($"{number}0"));
            if (check < 10)
            {
                return $"{number}{check}";
            }
        }
    }

    private static string Row(string id, string[] person, string? number = null, string consent = "") => string.Join(',', [id, number ?? person[0], .. person[1..], consent]);

    private static void Copy(OutputFolder from, OutputFolder to)
    {
        foreach (var file in Directory.EnumerateFiles(from.Path, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(to.Path, Path.GetRelativePath(from.Path, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }

    private static string Everything(OutputFolder output, string table) => output.Sql(table) is { } sql
        ? string.Join('\n', Duck.Rows($"SELECT to_json(t)::VARCHAR AS r FROM {sql} t ORDER BY r").Select(static r => r["r"]!.GetValue<string>()))
        : "";

    private static string Text(JsonObject row) => string.Join(' ', row.Select(static c => c.Value?.ToString()).Where(static v => v is not null));

    private void Build(string[] rows)
    {
        var csv = Path.Combine(_root, "participants.csv");
        File.WriteAllLines(csv, rows.Prepend(Header));
        LinkageProgram.Run("registry", "build", "--participants", csv, "--keys", Keys, "--out", Registry).Expect(0);
    }

    // Every patient with one event, whose unit names the batch.
    private void Send(params string[] batches)
    {
        foreach (var id in batches)
        {
            var builder = new BatchBuilder();
            var utf8 = Encoding.UTF8.GetBytes(id);
            builder.Begin(utf8, "X99999"u8, "TPP"u8, 3, 19_000, 1_717_245_296_789);
            var code = builder.Code(CodeSystem.Ctv3, "XE0rS"u8);
            var unit = builder.Text(utf8);
            foreach (var p in Patients.Select(static p => Array.ConvertAll(p, Encoding.UTF8.GetBytes)))
            {
                var patient = builder.AddPatient(p[0], p[1], p[2], default, p[3], p[4], p[5], default);
                builder.Add(new ClinicalRecord(patient, 18_000, 18_000, code, 0, 0, HasValue1: false, HasValue2: false, unit, Deleted: false));
            }

            _broker.Send(builder.SingleObject().ToArray());
        }
    }

    private Ended Run(OutputFolder output, params string[] settings) => LinkageProgram.Run(
    [
        "run", "--until-caught-up", "--brokers", _broker.Address, "--topic", Broker.Topic, "--group", "group-" + Guid.NewGuid().ToString("N"),
        "--registry", Registry, "--keys", Keys, "--output", output.Path, "--set", "Lanes:Count=1", .. settings.SelectMany(static s => new[] { "--set", s }),
    ]);

    private string[] Links(string batch) =>
        [.. Duck.Rows($"SELECT participant_id, change, previous_participant_id, 'tier ' || previous_tier AS previous_tier FROM {_output.Sql("participant_links")} WHERE batch_id = '{batch}' ORDER BY patient").Select(Text)];

    private string[] Review(string? batch = null) => _output.Sql("review") is { } review
        ? [.. Duck.Rows($"SELECT patient, reason, participant_id, previous_participant_id, 'tier ' || previous_tier AS previous_tier FROM {review} WHERE batch_id = '{batch}' ORDER BY patient").Select(Text)]
        : [];

    private string[] Events(string batch) => [.. Duck.Rows($"SELECT participant_id FROM {_output.Sql("gp_clinical")} WHERE value3 = '{batch}' ORDER BY ALL").Select(Text)];
}
