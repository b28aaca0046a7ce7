using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Linkage.Identity;
using Linkage.Matching;
using Linkage.Matching.Scoring;
using Linkage.Pseudonyms;
using Linkage.Worker.Display;
using Linkage.Worker.Linking;

namespace Linkage.Worker.Tests.Linking;

public sealed class LinkJobTests : IDisposable
{
    private static readonly string Ada = MadeUpStudy.TestNhs(1), Bob = MadeUpStudy.TestNhs(2), Wilma = MadeUpStudy.TestNhs(3), Cora = MadeUpStudy.TestNhs(4), Nobody = MadeUpStudy.TestNhs(5);
    private static readonly string Study = MadeUpStudy.ParticipantHeader
        + $"S1,{Ada},Thornwick,Adabella,1961-03-25,F,LS1 4AP,given\n"
        + $"S2,{Bob},Meredenby,Bobadil,1970-06-07,M,S1 2HE,\n"
        + $"S3,{Wilma},Crofthurst,Wilhelmina,1955-11-30,F,M1 1AE,withdrawn\n"
        + $"\"S,4\",{Cora},Aldstone,Corabelle,1948-08-19,F,B1 1AA,given\n";

    private readonly string _folder = Directory.CreateTempSubdirectory("linkage-link-").FullName;
    private readonly StringWriter _output = new(CultureInfo.InvariantCulture);
    private readonly StringWriter _error = new(CultureInfo.InvariantCulture);

    public LinkJobTests() => KeyRing.CreateFile(Keys, TimeProvider.System);

    private string Keys => Path.Combine(_folder, "keys");

    private string Participants => Path.Combine(_folder, "participants.csv");

    private string Patients => Path.Combine(_folder, "patients.csv");

    private string Links => Path.Combine(_folder, "links.csv");

    public void Dispose()
    {
        _output.Dispose();
        _error.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void Every_patient_has_a_row_in_file_order()
    {
        var rows = Link(
            Study,
            MadeUpStudy.PatientHeader
            + $"z,{Ada},Thornwick,Adabella,1961-03-25,F,LS1 4AP\n"
            + ",1,no,id,,,\n"
            + "y,,Meredenby,Bobadil,1970-06-07,M,S1 2HE\n"
            + $"x,{Wilma},Crofthurst,Wilhelmina,1955-11-30,F,M1 1AE\n"
            + $"w,{Nobody},Langfield,Ferdinand,1999-01-13,M,EH1 1YZ\n"
            + $"v,{Cora},Aldstone,Corabelle,1948-08-19,F,B1 1AA\n"
            + "u,,,,,,\n");
        Assert.Equal(["z", "y", "x", "w", "v", "u"], rows.Select(static r => r.Patient));
        Assert.Equal(["accept 1 S1", "accept 2 S2", "none 0 ", "none 0", "accept 1 S,4", "none 0 "], rows.Select(static r => r.Patient == "w" ? $"{r.Decision} {r.Tier}" : $"{r.Decision} {r.Tier} {r.Participant}"));
        // Tiers 1 and 2 are weighed as well, so that all can be put in one order.
        Assert.All(rows.Where(static r => r.Decision == "accept"), static r => Assert.True(r.Weight > 10, $"{r.Patient} weighs {r.Weight}"));
        Assert.All(rows.Where(static r => r.Patient is "x" or "u"), static r => Assert.Equal((double.NaN, double.NaN, double.NaN), (r.Weight, r.Probability, r.RunnerUp)));
        var printed = _output.ToString();
        Assert.Matches(@"\n  accept +2 +1 +0 +0 +3\n", printed);
        Assert.Matches(@"\n  none +0 +0 +0 +3 +3\n", printed);
        Assert.Matches(@"\n +no patient_id: line left out +1 +3\n", "\n" + printed);
        Assert.Contains($"links   {Links}", printed, StringComparison.Ordinal);
        Assert.Empty(_error.ToString());
        Assert.Equal([Keys, Links, Participants, Patients], Directory.GetFiles(_folder).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Claims_on_one_participant_go_to_review_unless_several_patients_may_be_one_person()
    {
        var patients = MadeUpStudy.PatientHeader
            + $"a,{Ada},Thornwick,Adabella,1961-03-25,F,LS1 4AP\n"
            + "b,,Thornwick,Adabella,1961-03-25,F,LS1 4AP\n"
            + $"c,{Bob},Meredenby,Bobadil,1970-06-07,M,S1 2HE\n"
            // One number and one date of birth: plainly the same person twice.
            + $"d,{Bob},Meredenby,Bobadil,1970-06-07,M,\n";
        Assert.Equal(["review S1", "review S1", "accept S2", "accept S2"], Link(Study, patients).Select(static r => $"{r.Decision} {r.Participant}"));
        Assert.Equal(["accept S1", "accept S1", "accept S2", "accept S2"], Link(Study, patients, manyToOne: true).Select(static r => $"{r.Decision} {r.Participant}"));
    }

    [Fact]
    public void A_participant_who_withdrew_is_named_nowhere()
    {
        string[] patients =
        [
            $"a,{Wilma},Crofthurst,Wilhelmina,1955-11-30,F,M1 1AE\n", "b,,Crofthurst,Wilhelmina,1955-11-30,F,M1 1AE\n", "c,,Crofthurst,Wilhelmine,1955-11-30,F,M1 1AF\n",
            $"d,{Wilma},,,1955,,\n", "e,,Crofthurts,Wilhelmina,1955-11-30,,\n", $"f,{Ada},Crofthurst,Wilhelmina,1955-11-30,F,M1 1AE\n",
        ];
        foreach (var manyToOne in new[] { false, true })
        {
            Assert.All(Link(Study, MadeUpStudy.PatientHeader + string.Concat(patients), manyToOne), static r => Assert.NotEqual("S3", r.Participant));
            Assert.All(Link(Study, MadeUpStudy.PatientHeader + string.Concat(patients), manyToOne), static r => Assert.NotEqual("accept", r.Decision));
        }

        foreach (var id in "abcdef")
        {
            Assert.Equal(0, Run(explain: $"{id}", output: null));
            Assert.Contains($"patient {id}", _output.ToString(), StringComparison.Ordinal);
        }

        Assert.DoesNotContain("S3", _output.ToString() + _error, StringComparison.Ordinal);
    }

    [Fact]
    public void Odd_dates_and_postcodes_of_elsewhere_are_compared_as_they_are()
    {
        const string Header = "postcode,date_of_birth,forename,surname,";
        var rows = Link(
            $"{Header}participant_id\n2119,1612-02-31,Mitchell,Greenthwaite,S1\n90210-4711,1844-13-45,Harley,Ockcombe,S2\n",
            $"\uFEFF{Header}patient_id\r\n\"2119\",1612-02-31,Mitchell,\"Greenthwaite\",a\r\n90210-4711,1844-13-45,Harley,Ockcombe,b\r\n");
        Assert.Equal(["a", "b"], rows.Select(static r => r.Patient));
        Assert.Equal(["S1", "S2"], rows.Select(static r => r.Participant));
        Assert.DoesNotContain("left out", _output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_decisions_are_those_of_the_linker_whatever_the_threads()
    {
        const int Seed = 31;
        const int Count = 9000; // more than one round
        var (participants, patients) = MadeUpStudy.Make(Count * 2 / 3, Count, Seed);
        foreach (var manyToOne in new[] { false, true })
        {
            var one = Link(participants, patients, manyToOne, threads: 1);
            var bytes = File.ReadAllBytes(Links);
            Link(participants, patients, manyToOne, threads: 5);
            Assert.True(bytes.AsSpan().SequenceEqual(File.ReadAllBytes(Links)), $"other bytes with more threads, seed {Seed}");
            var expected = ByOneLinker(participants, patients, manyToOne);
            Assert.Equal(expected.Count, one.Count);
            Assert.All(expected.Zip(one), pair => Assert.True(pair.First == $"{pair.Second.Patient} {pair.Second.Decision} {pair.Second.Participant}", $"{pair.First}, but {pair.Second}, seed {Seed}"));
        }

        Assert.True(Rows(Links).Count(static r => r.Decision == "accept") > Count / 3, $"the population links, seed {Seed}");
    }

    [Fact]
    public void An_explanation_adds_up_to_the_weight_in_the_file()
    {
        var patients = MadeUpStudy.PatientHeader
            + "typo,,Thornwik,Adabella,1961-03-25,F,LS1 4AP\n"
            + $"sure,{Bob},Meredenby,Bobadil,1970-06-07,M,S1 2HE\n"
            + "far,,Thornwick,Horatio,1944-01-09,M,LS1 4AP\n";
        foreach (var row in Link(Study, patients))
        {
            _output.GetStringBuilder().Clear();
            Assert.Equal(0, Run(explain: row.Patient, output: Links));
            var printed = _output.ToString();
            Assert.Contains($"patient {row.Patient}, best candidate {row.Participant}", printed, StringComparison.Ordinal);
            var numbers = Regex.Matches(printed, @"^  (?<what>prior|surname|forename|date of birth|sex|postcode|nhs number|relatives) .*?(?<bits>[+-]\d+\.\d\d|0\.00) +(?<sum>[+-]\d+\.\d\d|0\.00)", RegexOptions.Multiline, TimeSpan.FromSeconds(10));
            Assert.Equal(1 + MatchLevels.Fields + 1, numbers.Count);
            var sum = 0.0;
            foreach (Match step in numbers)
            {
                sum += double.Parse(step.Groups["bits"].Value, CultureInfo.InvariantCulture);
                Assert.Equal(sum, double.Parse(step.Groups["sum"].Value, CultureInfo.InvariantCulture), 0.05);
            }

            Assert.Equal(row.Weight, sum, 0.05);
            Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"weight {row.Weight:0.00} bits"), printed, StringComparison.Ordinal);
            Assert.Matches($@"\ndecision {row.Decision}", printed);
        }
    }

    [Fact]
    public void An_explanation_says_what_became_of_rivals_and_needs_no_output()
    {
        var patients = MadeUpStudy.PatientHeader + $"a,{Ada},Thornwick,Adabella,1961-03-25,F,LS1 4AP\nb,,Thornwick,Adabella,1961-03-25,F,LS1 4AP\n";
        Link(Study, patients);
        Assert.Equal(0, Run(explain: "b", output: Links));
        Assert.Matches(@"decision review, tier 2: another patient of the file claims the same participant", _output.ToString());
        File.Delete(Links);
        Assert.Equal(0, Run(explain: " b ", output: null));
        Assert.Matches(@"decision accept, tier 2: ", _output.ToString());
        Assert.False(File.Exists(Links));
    }

    [Fact]
    public void What_cannot_be_used_ends_with_2_and_leaves_no_output()
    {
        Link(Study, MadeUpStudy.PatientHeader + "a,,X,Y,,,\n");
        File.Delete(Links);
        _output.GetStringBuilder().Clear();
        Assert.Equal(2, Run(explain: "nobody", output: Links));
        Assert.Contains("has no line with the patient_id nobody", _error.ToString(), StringComparison.Ordinal);
        Assert.Equal(2, Run(explain: "nobody", output: null));
        Assert.Equal(2, Run(explain: null, output: null));
        Assert.Contains("--out is needed", _error.ToString(), StringComparison.Ordinal);
        Assert.Equal(2, Run(explain: null, output: Patients));
        Assert.Equal(2, Run(output: Links, keys: Keys + ".none"));
        Assert.Equal(2, Run(output: Links, participants: Participants + ".none"));
        Assert.Equal(2, Run(output: Links, patients: Patients + ".none"));
        Assert.Equal(2, Run(output: Links, model: Participants));
        Assert.Equal(2, Run(output: Links, participants: Patients));
        Assert.Equal(2, Run(output: Links, patients: Participants));
        Assert.Contains("has no column patient_id", _error.ToString(), StringComparison.Ordinal);
        Assert.Equal(5, Run(output: Path.Combine(_folder, "none", "links.csv")));
        Assert.Equal(5, Run(output: _folder));
        Assert.Equal(143, Run(output: Links, stopped: () => ExitCode.Terminated));
        Assert.Empty(_output.ToString());
        Assert.Equal([Keys, Participants, Patients], Directory.GetFiles(_folder).Order(StringComparer.Ordinal));
        Assert.All(_error.ToString().TrimEnd('\n').Split('\n'), static line => Assert.StartsWith("linkage: ", line, StringComparison.Ordinal));
    }

    [Fact]
    public void Exhaustive_compares_with_everybody()
    {
        var patients = MadeUpStudy.PatientHeader + $"w,{Nobody},Langfield,Ferdinand,1999-01-13,M,EH1 1YZ\n";
        Assert.Equal("", Assert.Single(Link(Study, patients)).Participant);
        _output.GetStringBuilder().Clear();
        Assert.Equal(0, Run(output: Links, exhaustive: true));
        var row = Assert.Single(Rows(Links));
        Assert.Equal("none", row.Decision);
        Assert.StartsWith("S", row.Participant, StringComparison.Ordinal);
        Assert.NotEqual("S3", row.Participant);
        Assert.Matches(@"comparisons a patient +4\.0 ", _output.ToString());
    }

    [Fact]
    public void A_file_without_patients_gives_a_header()
    {
        Assert.Empty(Link(Study, "patient_id\n"));
        Assert.Empty(Link("participant_id\n", "patient_id,surname\n"));
        Assert.Equal("none", Assert.Single(Link("participant_id\n", "patient_id,surname,forename,date_of_birth\na,Thornwick,Adabella,1961-03-25\n")).Decision);
    }

    [Fact]
    public void Nothing_printed_or_written_holds_an_identifier()
    {
        var (participants, patients) = MadeUpStudy.Make(120, 200, seed: 8);
        Link(participants, patients);
        for (var i = 0; i < 20; i++)
            Assert.Equal(0, Run(explain: $"P{i}", output: null));
        var left = File.ReadAllText(Links) + _output + _error;
        var values = (participants + patients).Split('\n').Where(static l => !l.Contains("_id", StringComparison.Ordinal)).SelectMany(static l => l.Split(',').Skip(1).Take(6)).Where(static v => v.Length > 3).Distinct(StringComparer.Ordinal).ToList();
        Assert.True(values.Count > 500, $"{values.Count} values");
        Assert.All(values, v => Assert.DoesNotContain(v, left, StringComparison.OrdinalIgnoreCase));
    }

    private sealed record Row(string Patient, string Participant, string Decision, string Tier, double Weight, double Probability, double RunnerUp);

    [Theory]
    [InlineData(true, 0)]
    [InlineData(false, 0.05)]
    [InlineData(true, 0.05)]
    public void Folded_and_noisy_filters_still_tell_a_slip_from_a_stranger(bool fold, double flip)
    {
        File.WriteAllText(Participants, Study);
        File.WriteAllText(Patients, MadeUpStudy.PatientHeader + "a,,Meredenbey,Bobadil,1970-06-07,M,S1 2HF\nb,,Langfield,Bobadil,1983-01-13,M,EH1 1YZ\n");
        var untreated = Weights(new FilterTreatment(false, 0));
        var treated = Weights(new FilterTreatment(fold, flip));
        Assert.Equal(["a accept S2", "b none"], treated.Select(static r => r.Decision == "accept" ? $"{r.Patient} {r.Decision} {r.Participant}" : $"{r.Patient} {r.Decision}"));
        // What is exact is so by tokens, whatever was done to filters.
        Assert.Equal(untreated[0].Tier, treated[0].Tier);

        List<Row> Weights(FilterTreatment filters)
        {
            var job = new LinkJob { Participants = Participants, Patients = Patients, Keys = Keys, Output = Links, Filters = filters };
            Assert.True(job.Run(TimeProvider.System, static () => null, Terminal.For(_output, plain: true, colours: false), _error) == 0, _error.ToString());
            return Rows(Links);
        }
    }

    private List<Row> Link(string participants, string patients, bool manyToOne = false, int threads = 2)
    {
        File.WriteAllText(Participants, participants);
        File.WriteAllText(Patients, patients);
        Assert.True(Run(output: Links, manyToOne: manyToOne, threads: threads) == 0, _error.ToString());
        return Rows(Links);
    }

    private static List<Row> Rows(string path)
    {
        var rows = new List<Row>();
        using var lines = new CsvLines(path, ["patient_id", "participant_id", "decision", "tier", "weight", "probability", "runner_up_weight"], required: 7, othersAllowed: false);
        while (lines.Read())
        {
            Assert.True(lines.IsReadable, $"line {lines.Line}");
            var fields = new string[7];
            for (var i = 0; i < fields.Length; i++)
                fields[i] = Encoding.UTF8.GetString(lines[i]);
            double Number(int i) => fields[i].Length == 0 ? double.NaN : double.Parse(fields[i], CultureInfo.InvariantCulture);
            rows.Add(new Row(fields[0], fields[1], fields[2], fields[3], Number(4), Number(5), Number(6)));
        }

        return rows;
    }

    private int Run(
        string? output, string? explain = null, bool manyToOne = false, int threads = 2, string? keys = null, string? participants = null, string? patients = null, string? model = null, Func<int?>? stopped = null,
        bool exhaustive = false)
    {
        var job = new LinkJob
        {
            Participants = participants ?? Participants,
            Patients = patients ?? Patients,
            Keys = keys ?? Keys,
            Output = output,
            Model = model,
            ManyToOne = manyToOne,
            Explain = explain,
            Exhaustive = exhaustive,
            Threads = threads,
        };
        return job.Run(TimeProvider.System, stopped ?? (static () => null), Terminal.For(_output, plain: true, colours: false), _error);
    }

    // The linker as a run uses it, on one thread and in one batch.
    private List<string> ByOneLinker(string participants, string patients, bool manyToOne)
    {
        using var ring = KeyRing.Load(Keys);
        using var key = ring.Pseudonymiser(ring.CurrentVersion);
        using var builder = new RegistryBuilder(key);
        File.WriteAllText(Participants, participants);
        ParticipantsCsv.Read(Participants, builder);
        using var study = PrivateRegistry.Of(builder, TimeProvider.System);
        using var linker = new Linker(study.Registry, key, MatchModel.Default, new LinkerOptions { WeighAll = true });
        var lines = patients.TrimEnd('\n').Split('\n')[1..];
        var decisions = new Decision[lines.Length];
        var person = new PersonIdentity();
        linker.BeginBatch(lines.Length);
        for (var i = 0; i < lines.Length; i++)
        {
            var f = lines[i].Split(',').Select(Encoding.UTF8.GetBytes).ToArray();
            person.Set(f[1], f[2], f[3], default, f[4], f[5], f[6]);
            decisions[i] = linker.Link(i, person);
        }

        if (!manyToOne)
            linker.SettleRivals(decisions);
        return [.. lines.Zip(decisions, (line, d) => $"{line.Split(',')[0]} {Word(d.Outcome)} {(d.Outcome != Outcome.Withdrawn && d.Candidate >= 0 ? Encoding.UTF8.GetString(study.Registry.ParticipantIds[d.Candidate]) : "")}")];

        static string Word(Outcome outcome) => outcome switch { Outcome.Linked => "accept", Outcome.Ambiguous or Outcome.Rivals => "review", _ => "none" };
    }
}
