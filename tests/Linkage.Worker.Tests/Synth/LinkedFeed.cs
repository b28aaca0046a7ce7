using System.Text;
using Linkage.Batches;
using Linkage.Identity;
using Linkage.Matching;
using Linkage.Pseudonyms;
using Linkage.Worker.Synth;

namespace Linkage.Worker.Tests.Synth;

/// <summary>A feed whose patients were linked by the real decoder, registry and linker.</summary>
internal static class LinkedFeed
{
    /// <summary>Decisions by batch and patient, with the participant_id of those linked ("" for the others).</summary>
    public static Dictionary<(string Batch, int Patient), (Outcome Outcome, Tier Tier, string ParticipantId)> Link(InMemoryFeed feed)
    {
        var directory = Directory.CreateTempSubdirectory("linkage-synth-").FullName;
        try
        {
            var participants = Path.Combine(directory, "participants.csv");
            var file = Path.Combine(directory, "registry");
            File.WriteAllBytes(participants, feed.Participants);
            using var keys = KeyRing.FromBytes(1, [.. Enumerable.Range(1, 32).Select(i => (byte)i)]);
            using var pseudonymiser = keys.Pseudonymiser(1);
            using (var builder = new RegistryBuilder(pseudonymiser))
            {
                ParticipantsCsv.Read(participants, builder);
                var report = builder.WriteFile(file, DateTimeOffset.UnixEpoch);
                Assert.Empty(report.Issues);
            }

            using var registry = Registry.Open(file);
            using var linker = new Linker(registry, pseudonymiser);
            return Link(feed, registry, linker);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static Dictionary<(string Batch, int Patient), (Outcome Outcome, Tier Tier, string ParticipantId)> Link(InMemoryFeed feed, Registry registry, Linker linker)
    {
        var decoder = new BatchDecoder(new BatchLimits());
        var person = new PersonIdentity();
        var found = new Dictionary<(string, int), (Outcome, Tier, string)>();
        foreach (var bytes in feed.Batches)
        {
            using var raw = RawBatch.Copy(bytes, isTombstone: false, BatchFormat.Avro, "topic", 0, 0, DateTime.UnixEpoch);
            Assert.True(decoder.Decode(raw, out var batch).Ok);
            var id = Encoding.UTF8.GetString(batch.Bytes(batch.BatchId));
            var decisions = new Decision[batch.PatientCount];
            linker.BeginBatch(batch.PatientCount);
            for (var i = 0; i < batch.PatientCount; i++)
            {
                var p = batch.Patients[i];
                person.Set(
                    batch.Bytes(p.NhsNumber), batch.Bytes(p.Surname), batch.Bytes(p.Forename), batch.Bytes(p.OtherForenames),
                    batch.Bytes(p.DateOfBirth), batch.Bytes(p.Sex), batch.Bytes(p.Postcode));
                decisions[i] = linker.Link(i, person);
            }

            linker.SettleRivals(decisions);
            for (var i = 0; i < decisions.Length; i++)
            {
                var linked = decisions[i].Outcome == Outcome.Linked;
                found.Add((id, i), (decisions[i].Outcome, decisions[i].Tier, linked ? Encoding.UTF8.GetString(registry.ParticipantIds[decisions[i].Participant]) : ""));
            }
        }

        return found;
    }
}
