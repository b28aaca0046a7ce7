using System.Collections;
using Linkage.Parquet;
using Linkage.Tables;
using Linkage.Worker.Configuration;

namespace Linkage.Worker.Tests.Configuration;

public sealed class SettingsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("linkage-settings-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_later_source_wins()
    {
        File.WriteAllText(Path.Combine(_folder, "appsettings.json"), """{ "Linkage": { "Output": { "ZstdLevel": 2, "PageRows": 3, "Codec": "none", "RowGroupRows": 4 } }, "Other": { "x": 1 } }""");
        var environment = new Hashtable { ["LINKAGE__OUTPUT__PAGEROWS"] = "5", ["linkage__output__codec"] = "zstd", ["LINKAGE__OUTPUT__ROWGROUPROWS"] = "6", ["LINKAGE_OTHER"] = "x" };
        var settings = Read([.. Needed, "Output:Codec=NONE", "Linkage:Output:RowGroupRows=7"], [new("Output:RowGroupRows", "8"), new("Output:ZstdLevel", null)], environment);
        var parquet = RunSettings.Resolve(settings, untilCaughtUp: true).Parquet;
        Assert.Equal((2, 5, Codec.None, 8), (parquet.ZstdLevel, parquet.PageRows, parquet.Codec, parquet.RowGroupRows));
    }

    [Theory]
    [InlineData("0", 0.0)]
    [InlineData("0.0001", 0.0001)]
    [InlineData("0.5", 0.5)]
    [InlineData("0.00001", null)]
    [InlineData("0.6", null)]
    [InlineData("-1", null)]
    public void Bloom_filters_have_a_rate_or_are_off(string text, double? rate)
    {
        var settings = Read([.. Needed, $"Output:BloomFalsePositives={text}", "Output:PageIndex=off"], [], new Hashtable());
        if (rate is null)
        {
            Assert.Contains("Linkage:Output:BloomFalsePositives", Problem(() => RunSettings.Resolve(settings, untilCaughtUp: true)), StringComparison.Ordinal);
            return;
        }

        var parquet = RunSettings.Resolve(settings, untilCaughtUp: true).Parquet;
        Assert.Equal((rate.Value, false), (parquet.BloomFalsePositives, parquet.PageIndex));
    }

    [Theory]
    [InlineData("basic", ColumnEncodings.Basic)]
    [InlineData("mainstream", ColumnEncodings.Mainstream)]
    [InlineData("all", ColumnEncodings.All)]
    public void Encodings_are_named_by_who_reads_them(string word, ColumnEncodings encodings)
    {
        var parquet = RunSettings.Resolve(Read([.. Needed, $"Output:Encodings={word}", "Output:PageVersion=2"], [], new Hashtable()), untilCaughtUp: true).Parquet;
        Assert.Equal((encodings, 2), (parquet.Encodings, parquet.PageVersion));
    }

    [SkippableTheory]
    [InlineData("snappy", Codec.Snappy)]
    [InlineData("lz4_raw", Codec.Lz4Raw)]
    [InlineData("gzip", Codec.Gzip)]
    public void Codecs_are_named_as_the_format_names_them(string word, Codec codec)
    {
        var missing = new ParquetOptions { Codec = codec }.MissingLibrary();
        var settings = Read([.. Needed, $"Output:Codec={word}", "Output:GzipLevel=9"], [], new Hashtable());
        if (missing is not null)
        {
            Assert.Contains(missing, Problem(() => RunSettings.Resolve(settings, untilCaughtUp: true)), StringComparison.Ordinal);
        }

        Skip.If(missing is not null, missing);
        var parquet = RunSettings.Resolve(settings, untilCaughtUp: true).Parquet;
        Assert.Equal((codec, 9), (parquet.Codec, parquet.GzipLevel));
    }

    [Fact]
    public void A_named_file_takes_the_place_of_appsettings_json()
    {
        File.WriteAllText(Path.Combine(_folder, "appsettings.json"), """{ "Linkage": { "Output": { "ZstdLevel": 2 } } }""");
        var named = Path.Combine(_folder, "other.json");
        File.WriteAllText(named, """{ "Linkage": { "Output": { "PageRows": 3 } } }""");
        Assert.Equal(["Output:PageRows"], SettingsSources.Read(named, [], [], _folder, new Hashtable()).Keys);
        var missing = Path.Combine(_folder, "missing.json");
        Assert.Contains(missing, Problem(() => SettingsSources.Read(missing, [], [], _folder, new Hashtable())), StringComparison.Ordinal);
        File.WriteAllText(named, "{ \"Linkage\": ");
        Assert.Contains(named, Problem(() => SettingsSources.Read(named, [], [], _folder, new Hashtable())), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_not_json_is_named_by_line_and_not_quoted()
    {
        var file = Path.Combine(_folder, "appsettings.json");
        File.WriteAllText(file, "{ \"Linkage\": { \"Kafka\": {\n \"sasl.password\": truePassw0rd } } }");
        var problem = Problem(() => SettingsSources.Read(null, [], [], _folder, new Hashtable()));
        Assert.Contains("line 2", problem, StringComparison.Ordinal);
        Assert.DoesNotContain("Passw0rd", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Kafka_settings_pass_through_under_any_spelling_a_shell_can_export()
    {
        var environment = new Hashtable { ["LINKAGE__KAFKA__SASL_PASSWORD"] = "s3cret", ["LINKAGE__KAFKA__FETCH_MIN_BYTES"] = "7" };
        var plan = RunSettings.Resolve(Read([.. Needed, "Kafka:security.protocol=SASL_SSL"], [], environment), untilCaughtUp: false);
        Assert.Equal(("s3cret", "7", "SASL_SSL"), (plan.Kafka.Settings["sasl.password"], plan.Kafka.Settings["fetch.min.bytes"], plan.Kafka.Settings["security.protocol"]));
        Assert.DoesNotContain("s3cret", plan.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Kafka:sasl.password=hunter2")]
    [InlineData("Linkage:Kafka:ssl.key.password=hunter2")]
    [InlineData("KAFKA:SSL.KEYSTORE.PASSWORD=hunter2")]
    [InlineData("Kafka:sasl.oauthbearer.client.secret=hunter2")]
    [InlineData("Kafka:ssl.key.pem=hunter2")]
    public void A_secret_is_refused_as_a_flag_and_not_repeated(string set)
    {
        var problem = Problem(() => Read([set], [], new Hashtable()));
        Assert.Contains("LINKAGE__KAFKA__", problem, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Output:PartitionBy")]
    [InlineData("=secret")]
    [InlineData("")]
    public void A_malformed_pair_is_refused(string set) => Assert.Contains("--set takes KEY=VALUE", Problem(() => Read([set], [], new Hashtable())), StringComparison.Ordinal);

    [Theory]
    [InlineData("Output:PartitonBy", "Linkage:Output:PartitionBy")]
    [InlineData("Flush:MaxRow", "Linkage:Flush:MaxRows")]
    [InlineData("lane:count", "Linkage:Lanes:Count")]
    public void An_unknown_key_is_an_error_that_names_the_nearest(string key, string nearest)
    {
        var problem = Problem(() => RunSettings.Resolve(Read([.. Needed, key + "=1"], [], new Hashtable()), untilCaughtUp: false));
        Assert.Contains($"Linkage:{key} is not a setting", problem, StringComparison.Ordinal);
        Assert.Contains($"Did you mean {nearest}?", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_like_none_has_no_suggestion() =>
        Assert.DoesNotContain("Did you mean", Problem(() => RunSettings.Resolve(Read([.. Needed, "Something:Else:Altogether=1"], [], new Hashtable()), untilCaughtUp: false)), StringComparison.Ordinal);

    [Theory]
    [InlineData("--brokers", "Source:Brokers")]
    [InlineData("--topic", "Source:Topic")]
    [InlineData("--group", "Source:Group")]
    [InlineData("--registry", "Registry:Path")]
    [InlineData("--keys", "Keys:Path")]
    [InlineData("--output", "Output:Directory")]
    public void A_missing_key_names_its_flag(string flag, string key)
    {
        var problem = Problem(() => RunSettings.Resolve(Read(Needed.Where(n => !n.StartsWith(key + "=", StringComparison.Ordinal)), [], new Hashtable()), untilCaughtUp: false));
        Assert.Equal($"{flag} is missing (or Linkage:{key} in the configuration).", problem);
    }

    [Theory]
    [InlineData("Output:Buckets", "0", "4097")]
    [InlineData("Output:ZstdLevel", "0", "20")]
    [InlineData("Output:PageRows", "0", "1048577")]
    [InlineData("Output:RowGroupRows", "0", "16777217")]
    [InlineData("Lanes:Count", "0", "65")]
    [InlineData("Lanes:QueueMegabytes", "0", "1025")]
    [InlineData("Flush:MaxRows", "0", "16777217000")]
    [InlineData("Flush:MaxMegabytes", "63", "1025")]
    [InlineData("Flush:MaxSeconds", "0", "86401")]
    [InlineData("Batch:MaxBytes", "1023", "1073741825")]
    [InlineData("Batch:MaxRecords", "0", "16000001")]
    [InlineData("Rejects:MaxCount", "-1", "9223372036854775808")]
    [InlineData("Rejects:MaxShare", "-0.1", "1.1")]
    [InlineData("Source:ConnectTimeoutSeconds", "0", "601")]
    public void A_number_out_of_bounds_is_refused(string key, string below, string above)
    {
        foreach (var value in (string[])[below, above, "many"])
        {
            var problem = Problem(() => RunSettings.Resolve(Read([.. Needed, $"{key}={value}"], [], new Hashtable()), untilCaughtUp: false));
            Assert.StartsWith($"Linkage:{key} is '{value}'; allowed: ", problem, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("Output:PartitionBy", "event_year, event_month")]
    [InlineData("Output:Outsiders", "drop, keep")]
    [InlineData("Output:Codec", "zstd, snappy, lz4_raw, gzip, none")]
    [InlineData("Output:PageIndex", "on, off")]
    [InlineData("Output:BloomFalsePositives", "0 to 0.5")]
    [InlineData("Links:Ledger", "on, off")]
    [InlineData("Source:AcceptMissingStart", "true or false")]
    public void A_word_that_is_no_choice_is_refused(string key, string allowed) =>
        Assert.Contains(allowed, Problem(() => RunSettings.Resolve(Read([.. Needed, key + "=perhaps"], [], new Hashtable()), untilCaughtUp: false)), StringComparison.Ordinal);

    [Theory]
    [InlineData("collector:4317")]
    [InlineData("ftp://user:hunter2@collector")]
    [InlineData("/v1/metrics")]
    public void An_address_that_is_none_is_refused_and_not_repeated(string address)
    {
        var problem = Problem(() => RunSettings.Resolve(Read([.. Needed, "Metrics:OtlpEndpoint=" + address], [], new Hashtable()), untilCaughtUp: false));
        Assert.Contains("Linkage:Metrics:OtlpEndpoint", problem, StringComparison.Ordinal);
        Assert.DoesNotContain(address, problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Metrics_go_nowhere_unless_told()
    {
        Assert.Null(RunSettings.Resolve(Read(Needed, [], new Hashtable()), untilCaughtUp: false).Metrics);
        var target = RunSettings.Resolve(Read([.. Needed, "Metrics:OtlpEndpoint=http://collector:4318/v1/metrics", "Metrics:OtlpProtocol=http/protobuf"], [], new Hashtable()), untilCaughtUp: false).Metrics;
        Assert.Equal(("http://collector:4318/v1/metrics", true), (target?.Endpoint.ToString(), target?.OverHttp));
    }

    [Fact]
    public void Settings_reach_the_plan()
    {
        string[] sets =
        [
            .. Needed, "Output:PartitionBy=participant_bucket", "Output:Buckets=32", "Output:Outsiders=keep", "Links:Ledger=off", "Lanes:Count=3", "Lanes:QueueMegabytes=2", "Flush:MaxRows=5",
            "Flush:MaxMegabytes=64", "Flush:MaxSeconds=6", "Batch:MaxBytes=2048", "Batch:MaxRecords=7", "Rejects:MaxCount=0", "Rejects:MaxShare=0.5", "Source:InstanceId=worker-1", "Source:AcceptMissingStart=true",
            "Source:ConnectTimeoutSeconds=9",
        ];
        var plan = RunSettings.Resolve(Read(sets, [], new Hashtable()), untilCaughtUp: true);
        Assert.Equal(new Partitioning(PartitionBy.ParticipantBucket, 32), plan.Partitioning);
        Assert.False(plan.RemembersLinks);
        Assert.Equal((true, 2048, 7), (plan.Pipeline.KeepOutsiders, plan.Pipeline.Limits.MaxBytes, plan.Pipeline.Limits.MaxRecords));
        Assert.Equal((3, 2L << 20, 5L, 64L << 20, 6.0), (plan.Lanes, plan.QueueBytes, plan.FlushRows, plan.FlushBytes, plan.FlushInterval.TotalSeconds));
        Assert.Equal((0L, 0.5, true), (plan.MaxRejects, plan.MaxRejectShare, plan.UntilCaughtUp));
        Assert.Equal(("b:1", "t", "g", "worker-1", true, 9.0), (plan.Kafka.Brokers, plan.Kafka.Topic, plan.Kafka.Group, plan.Kafka.InstanceId, plan.Kafka.AcceptMissingStart, plan.Kafka.ConnectTimeout.TotalSeconds));
        Assert.True(Path.IsPathFullyQualified(plan.OutputDirectory), plan.OutputDirectory);
    }

    private static string[] Needed => ["Source:Brokers=b:1", "Source:Topic=t", "Source:Group=g", "Registry:Path=r", "Keys:Path=k", "Output:Directory=o"];

    private static string Problem(Action action) => Assert.Throws<SettingsException>(action).Message;

    private IReadOnlyDictionary<string, string> Read(IEnumerable<string> sets, IEnumerable<KeyValuePair<string, string?>> flags, Hashtable environment) =>
        SettingsSources.Read(configFile: null, sets, flags, _folder, environment);
}
