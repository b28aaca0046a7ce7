using System.Runtime.Versioning;

namespace Linkage.Worker.Tests.EndToEnd;

/// <summary>A run that cannot start ends with the code of its cause and one clear line, and leaves nothing behind.</summary>
[Collection(SharedStudyTests.Name)]
public sealed class ExitCodeTests(SharedStudy shared)
{
    private readonly string _id = Guid.NewGuid().ToString("N");

    [Fact]
    public void Another_key_file() => Refused(2, ["built with another key", shared.Study.Registry], ("--keys", OtherKeys()));

    [Fact]
    public void The_registry_of_another_key()
    {
        var registry = Other("registry");
        LinkageProgram.Run("registry", "build", "--participants", shared.Study.Participants, "--keys", OtherKeys(), "--out", registry).Expect(0);
        Refused(2, ["built with another key", registry], ("--registry", registry));
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public void A_key_file_that_others_can_read()
    {
        var keys = OtherKeys();
        File.SetUnixFileMode(keys, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
        Refused(2, ["open to other users", keys], ("--keys", keys));
    }

    [Fact]
    public void No_key_file() => Refused(2, ["does not exist", Other("keys")], ("--keys", Other("keys")));

    [Fact]
    public void No_registry() => Refused(2, ["cannot be read", Other("registry")], ("--registry", Other("registry")));

    [Theory]
    [InlineData(0, "not a registry")]
    [InlineData(100, "damaged")]
    [InlineData(-20_000, "damaged")]
    [InlineData(-1, "damaged")]
    public void A_damaged_registry(int at, string said)
    {
        var registry = Other("registry");
        var bytes = File.ReadAllBytes(shared.Study.Registry);
        bytes[at < 0 ? bytes.Length + at : at] ^= 0x40;
        File.WriteAllBytes(registry, bytes);
        Refused(2, [said, registry], ("--registry", registry));
    }

    [Fact]
    public void A_registry_that_was_cut_off()
    {
        var registry = Other("registry");
        var bytes = File.ReadAllBytes(shared.Study.Registry);
        File.WriteAllBytes(registry, bytes[..^1]);
        Refused(2, [registry], ("--registry", registry));
    }

    [Theory]
    [InlineData("Output:PartitionBuy=none", "Output:PartitionBuy", "Did you mean Linkage:Output:PartitionBy?")]
    [InlineData("Output:PartitionBy=weekday", "Output:PartitionBy", "event_month")]
    [InlineData("Flush:MaxRows=0", "Flush:MaxRows", "from 1")]
    [InlineData("Kafka:no.such.property=1", "Kafka:no.such.property", "librdkafka")]
    [InlineData("Kafka:auto.offset.reset=latest", "Kafka:auto.offset.reset", "never a jump")]
    [InlineData("Kafka:ssl.key.password=correct-horse-battery", "Kafka:ssl.key.password", "secret")]
    [InlineData("nonsense", "--set", "KEY=VALUE")]
    public void A_setting_that_cannot_be_used(string set, string key, string said)
    {
        var ended = Refused(2, [key, said], ("--set", set));
        Assert.DoesNotContain("correct-horse", ended.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void No_brokers_named() => Refused(2, ["--brokers is missing"], ("--brokers", null));

    [Theory]
    [InlineData("--no-such-flag")]
    [InlineData("surplus")]
    public void A_command_line_that_cannot_be_read(string extra)
    {
        var output = shared.Study.NewOutput();
        var ended = LinkageProgram.Run([.. shared.Study.RunArguments(shared.Broker, output, untilCaughtUp: true, []), extra]).Expect(2);

        // The line, and where to read more.
        Assert.Equal(2, ended.ErrorLines.Length);
        Assert.Contains(extra, ended.ErrorLines[0], StringComparison.Ordinal);
        Assert.Equal("linkage: see `linkage run --help`.", ended.ErrorLines[1]);
        Assert.False(Directory.Exists(output.Path));
    }

    [Fact]
    public void A_broker_that_is_not_there() => Refused(4, ["127.0.0.1:9", "--brokers"], ("--brokers", "127.0.0.1:9"), ("--set", "Source:ConnectTimeoutSeconds=2"));

    [Fact]
    public void A_topic_that_is_not_there() => Refused(4, ["no-such-topic", "--topic"], ("--topic", "no-such-topic"), ("--set", "Source:ConnectTimeoutSeconds=10"));

    [Fact]
    public void An_output_that_cannot_be_written()
    {
        var file = Other("output");
        File.WriteAllText(file, "not a folder");
        Refused(5, [file], ("--output", Path.Combine(file, "below")));
        Refused(5, [file], ("--output", file));
        Assert.Equal("not a folder", File.ReadAllText(file));
    }

    [Theory]
    [InlineData("Rejects:MaxCount=0", 3)]
    [InlineData("Rejects:MaxShare=0.001", 3)]
    [InlineData("Rejects:MaxShare=1", 0)]
    public void Rejects_beyond_the_limit(string limit, int exitCode)
    {
        var output = shared.Study.NewOutput();
        var ended = shared.Study.Run(shared.Broker, output, limit, "Output:PartitionBy=none").Expect(exitCode);
        Assert.Equal(exitCode == 0 ? 0 : 1, ended.ErrorLines.Count(l => l.StartsWith("linkage: ", StringComparison.Ordinal) && l.Contains(limit.Split('=')[0], StringComparison.Ordinal)));

        // Whatever the code, everything is committed.
        Assert.True(output.HasReached(shared.Ends()));
        Assert.All(OutputFolder.Tables, table => Assert.Equal(shared.Reference.RowsByLog(table), output.RowsByLog(table)));
        Assert.Equal(("completed", exitCode), Assert.Single(output.Reports()) is var r ? (r.Outcome, r.ExitCode) : default);
    }

    private Ended Refused(int exitCode, string[] said, params (string Flag, string? Value)[] changes)
    {
        var output = shared.Study.NewOutput();
        var arguments = shared.Study.RunArguments(shared.Broker, output, untilCaughtUp: true, []).ToList();
        foreach (var (flag, value) in changes)
        {
            var at = arguments.IndexOf(flag);
            if (flag == "--set")
            {
                arguments.AddRange([flag, value!]);
            }
            else if (value is null)
            {
                arguments.RemoveRange(at, 2);
            }
            else
            {
                arguments[at + 1] = value;
            }
        }

        var ended = LinkageProgram.Run([.. arguments]).Expect(exitCode);
        var line = Assert.Single(ended.ErrorLines, static l => !IsLogLine(l));
        Assert.StartsWith("linkage: ", line, StringComparison.Ordinal);
        Assert.All(said, word => Assert.Contains(word, line, StringComparison.Ordinal));
        Assert.False(Directory.Exists(output.Path), "an output folder was made");
        return ended;
    }

    // Lines of the log carry a time; a stack trace would not.
    private static bool IsLogLine(string line) => line.Length > 20 && line[10] == 'T' && line[19] == 'Z';

    private string OtherKeys()
    {
        var keys = Other("keys");
        LinkageProgram.Run("keys", "new", "--out", keys).Expect(0);
        return keys;
    }

    private string Other(string name) => Path.Combine(Directory.CreateDirectory(Path.Combine(shared.Study.Folder, "other-" + _id)).FullName, name);

}
