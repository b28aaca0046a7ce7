using System.Security.Cryptography;
using System.Text;
using Linkage.Identity;
using Linkage.Matching;

namespace Linkage.Tests.Matching;

public sealed class PopulationTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void Nobody_is_linked_to_somebody_else_and_clean_patients_are_all_linked(int seed)
    {
        var town = new Population(seed, 700);
        using var test = new TestRegistry();
        town.Enrol(test);
        using var linker = new Linker(test.Registry, test.Pseudonymiser);
        var identity = new PersonIdentity();
        int byNumber = 0, byKeys = 0, review = 0;
        for (var visit = 0; visit < 3; visit++)
        {
            foreach (var resident in town.Residents)
            {
                var (record, clean) = town.RecordOf(resident);
                record.Fill(identity);
                var decision = linker.Link(identity);
                var about = $"{resident.Id}, visit {visit}, seed {seed}";
                if (decision.Outcome == Outcome.Linked)
                {
                    Assert.True(resident.IsParticipant && !resident.Withdrew, $"an outsider or who withdrew was linked: {about}");
                    Assert.True(test.Id(decision.Participant) == resident.Id, $"linked to somebody else: {about}");
                    byNumber += decision.Tier == Tier.CrossCheck ? 1 : 0;
                    byKeys += decision.Tier == Tier.ExactKeys ? 1 : 0;
                }
                else
                {
                    Assert.True(decision.Participant < 0, about);
                    Assert.False(clean && resident.IsParticipant && !resident.Withdrew && resident.KnownNhs.Length > 0, $"clean and not linked: {about}");
                    review += decision.Outcome == Outcome.Ambiguous ? 1 : 0;
                }
            }
        }

        // The town must be one in which both tiers and the clerk have work.
        Assert.True(byNumber > 1000 && byKeys > 200 && review > 100, $"{byNumber} by number, {byKeys} by keys, {review} to review, seed {seed}");
    }

    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    public void A_batch_links_no_participant_to_two_people(int seed)
    {
        var town = new Population(seed, 300);
        using var test = new TestRegistry();
        town.Enrol(test);
        using var linker = new Linker(test.Registry, test.Pseudonymiser);
        // Everybody twice in one batch: where both records are linked, they are of one number and one date of birth.
        var records = town.Residents.Concat(town.Residents).Select(resident => town.RecordOf(resident).Record).ToArray();
        linker.BeginBatch(records.Length);
        var decisions = new Decision[records.Length];
        for (var i = 0; i < records.Length; i++)
            decisions[i] = linker.Link(i, records[i].ToIdentity());
        linker.SettleRivals(decisions);
        var claims = decisions.Index().Where(d => d.Item.Outcome == Outcome.Linked).GroupBy(d => d.Item.Participant);
        foreach (var claim in claims)
        {
            var identities = claim.Select(d => records[d.Index].ToIdentity()).ToArray();
            Assert.True(identities.Length == 1 || identities.All(p => p.HasNhsNumber && p.NhsNumber.SequenceEqual(identities[0].NhsNumber) && p.DateOfBirth == identities[0].DateOfBirth), $"seed {seed}");
        }

        Assert.Contains(decisions, d => d.Outcome == Outcome.Rivals);
    }

    [Fact]
    public void The_file_holds_no_identifier_in_any_guise()
    {
        const int seed = 21;
        var town = new Population(seed, 100);
        using var test = new TestRegistry();
        town.Enrol(test);
        _ = test.Registry;
        var file = File.ReadAllBytes(test.File);
        var text = Encoding.Latin1.GetString(file).ToUpperInvariant();
        var hits = 0;
        foreach (var resident in town.Residents.Where(r => r.IsParticipant))
        {
            Assert.Contains(resident.Id, text, StringComparison.Ordinal);
            var person = resident.Truth;
            string[] values = [person.Nhs, $"{person.Nhs[..3]} {person.Nhs[3..6]} {person.Nhs[6..]}", person.Surname, person.Forename, person.Born, person.Born.Replace("-", "", StringComparison.Ordinal), person.Postcode, person.Postcode.Replace(" ", "", StringComparison.Ordinal)];
            foreach (var value in values.SelectMany(v => new[] { v, v.ToUpperInvariant(), v.ToLowerInvariant() }).Distinct())
            {
                // Four letters turn up in noise; longer ones do not.
                if (value.Length > 4)
                    Assert.DoesNotContain(value.ToUpperInvariant(), text, StringComparison.Ordinal);
                var hash = SHA256.HashData(Encoding.UTF8.GetBytes(value));
                Assert.True(file.AsSpan().IndexOf(hash.AsSpan(0, 8)) < 0, $"unkeyed hash in the file, seed {seed}");
                Assert.DoesNotContain(Convert.ToHexString(hash)[..16], text, StringComparison.Ordinal);
                hits++;
            }
        }

        Assert.True(hits > 1000, $"only {hits} values looked for");
    }
}
