using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Linkage.Batches;

namespace Linkage.Worker.Tests.EndToEnd;

/// <summary>What sends a batch, and in which of the two encodings, makes no difference to the tables.</summary>
[Collection(SharedStudyTests.Name)]
public sealed class OtherClientsTests(SharedStudy shared)
{
    [SkippableFact]
    public void Avro_sent_by_the_program_gives_the_same_tables()
    {
        Duck.Require();
        using var broker = new Broker(3);
        var sent = LinkageProgram.Run("produce", "--from", shared.Study.Drop, "--brokers", broker.Address, "--topic", Broker.Topic).Expect(0);
        Assert.StartsWith(string.Create(CultureInfo.InvariantCulture, $"produced {shared.Study.Batches().Count} batches, "), sent.Output, StringComparison.Ordinal);
        var output = shared.Study.NewOutput();
        shared.Study.Run(broker, output).Expect(0);
        output.AssertSameRows(shared.Reference, OutputFolder.Places);
    }

    [SkippableFact]
    public void Json_sent_by_kcat_gives_the_same_tables()
    {
        Duck.Require();
        Skip.IfNot(HaveKcat(), "kcat is not installed (Debian package kcat).");
        var files = WriteJson();
        using var broker = new Broker(3);
        using (var kcat = new Child(new ProcessStartInfo("kcat", ["-P", "-b", broker.Address, "-t", Broker.Topic, "-H", "content-type=application/json", "-X", "message.max.bytes=10000000", .. files])))
        {
            kcat.WaitForEnd().Expect(0);
        }

        var output = shared.Study.NewOutput();
        shared.Study.Run(broker, output).Expect(0);
        Assert.Equal(files.Count, Assert.Single(output.Reports()).Batches);
        output.AssertSameRows(shared.Reference, OutputFolder.Places);
    }

    private static bool HaveKcat() => Environment.GetEnvironmentVariable("PATH")!.Split(':').Any(static folder => File.Exists(Path.Combine(folder, "kcat")));

    private List<string> WriteJson()
    {
        var folder = Directory.CreateDirectory(Path.Combine(shared.Study.Folder, "json")).FullName;
        var files = new List<string>();
        var decoder = new BatchDecoder(new BatchLimits());
        foreach (var bytes in shared.Study.Batches())
        {
            using var raw = RawBatch.Copy(bytes, isTombstone: false, BatchFormat.Avro, "", 0, 0, DateTime.UnixEpoch);
            Assert.True(decoder.Decode(raw, out var batch).Ok);
            files.Add(Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{files.Count:D5}.json")));
            using var file = File.Create(files[^1]);
            using var json = new Utf8JsonWriter(file);
            BatchJson.Write(batch, json);
        }

        return files;
    }
}
