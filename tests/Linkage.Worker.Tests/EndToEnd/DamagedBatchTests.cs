using System.Text;

namespace Linkage.Worker.Tests.EndToEnd;

/// <summary>A batch that cannot be used is one reject with its reason and its place, and touches nothing else.</summary>
[Collection(SharedStudyTests.Name)]
public sealed class DamagedBatchTests(SharedStudy shared)
{
    [SkippableFact]
    public void Each_damaged_batch_is_one_reject_and_the_rest_is_unaffected()
    {
        Duck.Require();
        using var broker = new Broker(3);
        var batches = shared.Study.Batches();
        var most = Math.Max(batches.Max(static b => b.Length), 1024);
        var good = batches[0];
        var random = new Random(11);
        var noise = new byte[5000];
        random.NextBytes(noise);
        noise[0] = 0x7F;
        byte[] otherSchema = [.. good];
        otherSchema[2] ^= 1;

        (byte[]? Value, string? ContentType, string Reason)[] damaged =
        [
            (null, null, "tombstone"),
            ([], null, "truncated"),
            (noise, null, "unknown-framing"),
            (good[..(good.Length / 2)], null, "truncated"),
            (good[..^1], "avro/binary", "truncated"),
            ([.. good, 0], null, "trailing-bytes"),
            (otherSchema, null, "unknown-schema"),
            (new byte[most + 1], null, "oversized"),
            (Encoding.UTF8.GetBytes("""{"batch_id":"b","practice":"""), "application/json", "truncated"),
            (Encoding.UTF8.GetBytes("""{"batch_id":"b"}"""), "application/json", "missing-field"),
            (good, "application/json; charset=utf-8", "bad-utf8"),
        ];

        // Between the good ones, on all partitions, so that every one has good batches before and after it.
        var expected = new SortedSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < batches.Count; i++)
        {
            broker.Send(i % broker.Partitions, batches[i]);
            if (i >= 20 && i < 20 + damaged.Length)
            {
                var (value, contentType, reason) = damaged[i - 20];
                var partition = i * 2 % broker.Partitions;
                Assert.True(expected.Add($"{partition} {broker.Send(partition, value, contentType)} {reason}"));
            }
        }

        broker.Flush();
        var output = shared.Study.NewOutput();
        shared.Study.Run(broker, output, $"Batch:MaxBytes={most}").Expect(0);

        var found = Duck.Rows($"SELECT source_partition, source_offset, reason, batch_id, practice, record FROM {output.Sql("rejects")} WHERE kind = 'batch'");
        Assert.Equal(string.Join('\n', expected), string.Join('\n', found.Select(static r => $"{r["source_partition"]} {r["source_offset"]} {r["reason"]}").Order(StringComparer.Ordinal)));
        Assert.All(found, static r => Assert.True(r["record"] is null && r["batch_id"] is null && r["practice"] is null));
        output.AssertSameRows(shared.Reference, OutputFolder.Places, rejects: "kind <> 'batch'");
        var report = Assert.Single(output.Reports());
        Assert.Equal((batches.Count + damaged.Length, damaged.Length), (report.Batches, report.BatchesRejected));
        Assert.All(OutputFolder.Tables, table => Assert.Equal(broker.Ends, output.Progress(table)));
    }
}
