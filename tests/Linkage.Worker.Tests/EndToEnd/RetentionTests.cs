using System.Globalization;
using System.Text;
using Linkage.Batches;

namespace Linkage.Worker.Tests.EndToEnd;

/// <summary>What the topic no longer has before it was read is an alarm, at the sender and at the reader, and never a silent jump.</summary>
[Collection(SharedStudyTests.Name)]
public sealed class RetentionTests(SharedStudy shared)
{
    [Fact]
    public void A_topic_that_lost_batches_before_they_were_read_ends_both_ends_with_4()
    {
        var drop = Directory.CreateTempSubdirectory("linkage-e2e-");
        try
        {
            WriteMoreThanAPartitionKeeps(Path.Combine(drop.FullName, "0.avro"));
            using var broker = new Broker(1);
            var sent = LinkageProgram.Run("produce", "--from", drop.FullName, "--brokers", broker.Address, "--topic", Broker.Topic).Expect(4);
            Assert.Contains("retention", Assert.Single(sent.ErrorLines), StringComparison.Ordinal);

            var output = shared.Study.NewOutput();
            var ended = shared.Study.Run(broker, output).Expect(4);
            Assert.Contains(ended.ErrorLines, static l => l.StartsWith("linkage: gp [0]: never read before", StringComparison.Ordinal) && l.Contains("Linkage:Source:AcceptMissingStart", StringComparison.Ordinal));
            Assert.All(OutputFolder.Tables, table => Assert.Empty(output.Progress(table)));

            // The setting that the message names is one, and does what it says.
            shared.Study.Run(broker, output, "Source:AcceptMissingStart=true").Expect(0);
            Assert.All(OutputFolder.Tables, table => Assert.Single(output.Progress(table)));
        }
        finally
        {
            drop.Delete(recursive: true);
        }
    }

    // Random text does not compress: 12 MB, where the embedded broker keeps 5.
    private static void WriteMoreThanAPartitionKeeps(string path)
    {
        var random = new Random(7);
        var builder = new BatchBuilder();
        using var file = File.Create(path);
        using var container = new AvroContainerWriter(file, new byte[16]);
        for (var i = 0; i < 40; i++)
        {
            builder.Begin(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"batch-{i}")), "X00000"u8, "EMIS"u8, 2, 19_000, 1_700_000_000_000);
            builder.Text(Encoding.ASCII.GetBytes(random.GetString("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", 400_000)));
            container.Append(builder.Datum());
        }
    }
}
