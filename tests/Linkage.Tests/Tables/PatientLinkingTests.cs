using System.Text;
using Linkage.Batches;
using Linkage.Identity;
using Linkage.Matching;
using Linkage.Matching.Links;
using Linkage.Matching.Scoring;
using Linkage.Pseudonyms;
using Linkage.Tables;
using Linkage.Testing;
using Linkage.Tests.Batches;
using Linkage.Tests.Matching;

namespace Linkage.Tests.Tables;

/// <summary>The patients of a batch, hashed together, against each by itself.</summary>
[Collection(nameof(AllocationsCounted))]
public sealed class PatientLinkingTests : IDisposable
{
    private const int Seed = 411;
    private readonly TestRegistry _test = new(43);
    private readonly Population _town = new(Seed, 250);
    private readonly Person[] _patients;
    private readonly LaneTables _tables;

    public PatientLinkingTests()
    {
        _town.Enrol(_test);
        // Strangers without a number, by whom pseudonyms are made of names and dates, and one who has too little for one.
        _patients =
        [
            .. _town.Residents.Select(r => _town.RecordOf(r).Record),
            new("", "Zimmer", "Zoe", "1961-03-25", "F", "ZE1 0AA"), new("", "Zimmer", "Zoe", "1961-03-26", "F", "ZE1 0AA"), new("", "Zimmer", "", "1961-03-25"), new(),
        ];
        var ids = _test.Registry;
        _tables = new LaneTables(new ParticipantColumns(ids.ParticipantIds, ids.GenomeIds, ids.QuestionnaireIds, ids.AllGenomeIds, ids.AllQuestionnaireIds, ids.AllSampleIds), new Partitioning(PartitionBy.EventYear));
    }

    public void Dispose() => _test.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_batch_has_the_links_and_pseudonyms_of_its_patients_one_by_one(bool remembers)
    {
        var ledger = remembers ? new LinkLedger(_test.Registry) : null;
        using var linking = new PatientLinking(_test.Registry, _test.Pseudonymiser.Clone(), _tables, MatchModel.Default, keepOutsiders: true, ledger);
        Link(linking);

        using var linker = new Linker(_test.Registry, _test.Pseudonymiser, MatchModel.Default);
        var people = _patients.Select(p => p.ToIdentity()).ToArray();
        var decisions = new Decision[people.Length];
        linker.BeginBatch(people.Length);
        for (var i = 0; i < people.Length; i++)
            decisions[i] = linker.Link(i, people[i]);
        linker.SettleRivals(decisions);
        int linked = 0, outsiders = 0, judged = 0;
        for (var i = 0; i < people.Length; i++)
        {
            var row = linking.Rows[i];
            // The batch's own links, seen twice, are the ledger's business.
            if (remembers && row.Outcome is Outcome.Lost or Outcome.Contradicts)
            {
                Assert.Equal((-1, false), (row.Subject, row.Linked));
                judged++;
                continue;
            }

            Assert.True(decisions[i].Outcome == row.Outcome, $"patient {i}, seed {Seed}: {decisions[i].Outcome} and {row.Outcome}");
            Assert.Equal(decisions[i].Outcome == Outcome.Linked, row.Linked);
            Assert.Equal(DateMask.For(Header.Today, people[i].DateOfBirth), row.Mask);
            linked += row.Linked ? 1 : 0;
            var pseudonym = decisions[i].Outcome == Outcome.NotAParticipant ? Pseudonym(people[i]) : "";
            if (pseudonym.Length > 0)
                outsiders++;
            if (row.Linked)
                Assert.Equal(decisions[i].Participant, row.Subject);
            else if (pseudonym.Length == 0)
                Assert.Equal(-1, row.Subject);
            else
                Assert.Equal(pseudonym, Encoding.ASCII.GetString(_tables.Dictionaries.Pseudonyms[row.Subject]));
        }

        Assert.True(linked > 100 && outsiders > 50 && judged < 20, $"{linked} linked, {outsiders} outsiders, {judged} judged by the ledger, seed {Seed}");
        Assert.Equal(people.Count(p => p.NhsNumberState == FieldState.BadCheckDigit), _tables.Counts.NhsNumbers(FieldState.BadCheckDigit));
        Assert.Equal(people.Count(p => p.DateOfBirthState == FieldState.Present), _tables.Counts.BirthDates(FieldState.Present));
        if (ledger is null)
            return;
        // The same batch again: every key is known, and its link confirmed.
        ledger.Committed(ledger.Take());
        _tables.Clear();
        Link(linking);
        Assert.Equal(0, _tables.Counts.Findings(LinkFinding.New));
        Assert.True(_tables.Counts.Findings(LinkFinding.Confirmed) > 100, $"{_tables.Counts.Findings(LinkFinding.Confirmed)} confirmed");
    }

    [Fact]
    public void A_batch_leaves_no_identifier_and_no_token()
    {
        using var linking = new PatientLinking(_test.Registry, _test.Pseudonymiser.Clone(), _tables, MatchModel.Default, keepOutsiders: true, new LinkLedger(_test.Registry));
        Link(linking);
        Assert.Contains(SecretMemory.Of(linking), block => block.AsSpan().ContainsAnyExcept((byte)0));
        linking.Clear();
        var blocks = SecretMemory.Of(linking);
        // Three blocks each for what is hashed of the batch, of its numbers, of one patient, of dates, and of filters; the identity; the messages of several fields.
        Assert.True(blocks.Count >= 16, $"{blocks.Count} blocks");
        Assert.All(blocks, block => Assert.False(block.AsSpan().ContainsAnyExcept((byte)0)));
    }

    [Fact]
    public void A_batch_allocates_nothing()
    {
        using var linking = new PatientLinking(_test.Registry, _test.Pseudonymiser.Clone(), _tables, MatchModel.Default, keepOutsiders: true, ledger: null);
        using var raw = Raw();
        new BatchDecoder(new BatchLimits()).Decode(raw, out var batch);
        var header = Header;
        Assert.Equal(0, Allocations.Least(() => linking.Link(raw, batch, in header, new TableMask(0))));
        Assert.True(_tables.Counts.Patients > 0);
    }

    private static BatchHeader Header => new() { Today = 20_000 };

    private string Pseudonym(PersonIdentity person)
    {
        var hex = new byte[Pseudonymiser.OutsiderLength];
        var born = person.DateOfBirth;
        byte[] value = person.HasNhsNumber ? person.NhsNumber.ToArray()
            : person.Surname.IsEmpty || person.Forename.IsEmpty || !born.IsFull ? []
            : [.. person.Surname, 0x1F, .. person.Forename, 0x1F, .. BitConverter.GetBytes(born.ToEpochDay()).Reverse()];
        return _test.Pseudonymiser.WriteOutsider(value, hex) ? Encoding.ASCII.GetString(hex) : "";
    }

    private RawBatch Raw()
    {
        var builder = new BatchBuilder();
        builder.Begin("b1"u8, "A81001"u8, "TPP"u8, 3, ClinicalRecord.NoDate, 0);
        foreach (var p in _patients)
            builder.AddPatient(Utf8(p.Nhs), Utf8(p.Surname), Utf8(p.Forename), Utf8(p.Others), Utf8(p.Born), Utf8(p.Sex), Utf8(p.Postcode), default);
        return Decoding.Raw(builder.SingleObject());
    }

    private void Link(PatientLinking linking)
    {
        using var raw = Raw();
        Assert.True(new BatchDecoder(new BatchLimits()).Decode(raw, out var batch).Ok);
        linking.Link(raw, batch, Header, TableMask.All);
    }

    private static byte[] Utf8(string value) => Encoding.UTF8.GetBytes(value);
}
