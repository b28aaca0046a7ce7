using Linkage.Matching;
using Linkage.Worker.Synth;

namespace Linkage.Worker.Tests.Synth;

public class LinkedFeedTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Nobody_is_linked_to_another_person_and_all_who_are_clean_are_linked(long seed)
    {
        var options = new SynthOptions { Participants = 3_000, Records = 12_000, BatchRecords = 200, Dirt = 0.5, Seed = seed };
        var feed = SyntheticFeed.InMemory(options);
        var decisions = LinkedFeed.Link(feed);
        var tiers = new HashSet<Tier>();
        foreach (var row in TruthRow.Read(feed.Truth))
        {
            var (outcome, tier, participant) = decisions[(row.BatchId, row.Patient)];
            var described = $"seed {seed}, {row.BatchId} patient {row.Patient} ({row.Kind}, {string.Join(';', row.Dirt)}): {outcome} in {tier}";
            Assert.True(participant.Length == 0 || participant == row.ParticipantId, described + " to another person");
            Assert.True(participant.Length > 0 || !row.Clean, described + " though clean");
            tiers.Add(tier);
        }

        Assert.Superset(new HashSet<Tier> { Tier.CrossCheck, Tier.ExactKeys, Tier.None }, tiers);
    }
}
