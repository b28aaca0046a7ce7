namespace Linkage.Kafka.Tests;

public class SettingsTests
{
    // Nobody listens there: a test that reached the network would take ConnectTimeout and fail otherwise.
    private static KafkaOptions Options(string name, string value) => new()
    {
        Brokers = "127.0.0.1:1",
        Topic = "t",
        Group = "g",
        Settings = new Dictionary<string, string>(StringComparer.Ordinal) { [name] = value },
    };

    public static TheoryData<string> Owned => [
        "bootstrap.servers", "metadata.broker.list", "group.id", "group.instance.id", "enable.auto.commit", "auto.commit.enable", "enable.auto.offset.store",
        "auto.offset.reset", "enable.partition.eof", "isolation.level", "group.protocol", "partition.assignment.strategy",
        "allow.auto.create.topics", "enable.idempotence", "acks", "partitioner", "plugin.library.paths", "test.mock.num.brokers",
    ];

    [Theory]
    [MemberData(nameof(Owned))]
    public void A_setting_that_Linkage_owns_is_refused_by_name_with_the_reason(string name)
    {
        var thrown = Assert.Throws<KafkaConfigurationException>(() => new KafkaSource(Options(name, "true"), new Owner()));
        Assert.StartsWith($"Linkage:Kafka:{name} is not for setting: ", thrown.Message, StringComparison.Ordinal);
        var sending = Assert.Throws<KafkaConfigurationException>(() => BatchProducer.Send(".", Options(name, "true"), balance: false, null, default));
        Assert.Equal(thrown.Message, sending.Message);
    }

    [Theory]
    [InlineData("sesion.timeout.ms")]
    [InlineData("dotnet.cancellation.delay.max.ms")]
    [InlineData("Brokerz")]
    public void An_unknown_setting_is_refused_by_name(string name)
    {
        var thrown = Assert.Throws<KafkaConfigurationException>(() => new KafkaSource(Options(name, "s3cret-value"), new Owner()));
        Assert.Contains($"Linkage:Kafka:{name} ", thrown.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret-value", thrown.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("session.timeout.ms", "s3cret-value")]
    [InlineData("security.protocol", "s3cret-value")]
    [InlineData("session.timeout.ms", "999999999999")]
    public void An_impossible_value_is_refused_without_showing_it(string name, string value)
    {
        var thrown = Assert.Throws<KafkaConfigurationException>(() => new KafkaSource(Options(name, value), new Owner()));
        Assert.Contains($"Linkage:Kafka:{name} ", thrown.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(value, thrown.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Settings_that_only_fail_together_are_refused_without_showing_them()
    {
        var options = Options("ssl.ca.location", "/nowhere/s3cret-value.pem") with
        {
            Settings = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["security.protocol"] = "sasl_ssl",
                ["sasl.mechanism"] = "SCRAM-SHA-512",
                ["sasl.username"] = "s3cret-user",
                ["sasl.password"] = "s3cret-value",
                ["ssl.ca.location"] = "/nowhere/s3cret-value.pem",
            },
        };
        var thrown = Assert.Throws<KafkaConfigurationException>(() => new KafkaSource(options, new Owner()));
        Assert.Contains("ssl.ca.location", thrown.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", thrown.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "t", "g", "Brokers")]
    [InlineData("127.0.0.1:1", " ", "g", "Topic")]
    [InlineData("127.0.0.1:1", "t", "", "Group")]
    public void What_must_be_set_is_named(string brokers, string topic, string group, string name)
    {
        var options = new KafkaOptions { Brokers = brokers, Topic = topic, Group = group };
        var thrown = Assert.Throws<KafkaConfigurationException>(() => new KafkaSource(options, new Owner()));
        Assert.Contains($"Linkage:Source:{name} ", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Settings_passed_through_reach_the_client_and_no_value_reaches_the_log()
    {
        using var topic = new Topic(partitions: 1);
        topic.SendNumbers(0, 0, 5);
        var log = new ListLogger();
        var owner = new Owner();
        var options = topic.Options(
            ("client.id", "name-of-this-client"), ("debug", "conf,cgrp,fetch,protocol,security"), ("sasl.username", "s3cret-user"), ("sasl.password", "s3cret-value"));
        using (var source = new KafkaSource(options, owner, log))
        {
            owner.PollUntil(source, () => owner.Ends.Count == 1, "end");
            source.Close();
        }

        Assert.Contains(log.Lines, line => line.Contains("name-of-this-client", StringComparison.Ordinal));
        Assert.DoesNotContain(log.Lines, line => line.Contains("s3cret-value", StringComparison.Ordinal));
        Assert.DoesNotContain(log.Lines, line => line.Contains("value 1 of 0", StringComparison.Ordinal));
    }

    [Fact]
    public void A_broker_that_does_not_know_the_credentials_is_named_and_they_are_not()
    {
        using var topic = new Topic(partitions: 1);
        var options = topic.Options(("security.protocol", "SASL_PLAINTEXT"), ("sasl.mechanism", "PLAIN"), ("sasl.username", "s3cret-user"), ("sasl.password", "s3cret-value"));
        options = options with { ConnectTimeout = TimeSpan.FromSeconds(3) };
        var thrown = Assert.Throws<KafkaUnavailableException>(() => new KafkaSource(options, new Owner()));
        Assert.Contains(topic.Broker.Bootstrap, thrown.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", thrown.ToString(), StringComparison.Ordinal);
    }
}
