using Linkage.Batches;
using Linkage.Delta;
using Linkage.Kafka;
using Linkage.Matching.Scoring;
using Linkage.Parquet;
using Linkage.Tables;
using Linkage.Worker.Metrics;

namespace Linkage.Worker.Configuration;

/// <summary>Settings to plan: every key is read, checked and given its default here, once (docs/configuration.md lists them).</summary>
public static class RunSettings
{
    /// <summary>Resolves a run's plan.</summary>
    /// <param name="settings">Flat keys below <c>Linkage:</c> (<see cref="SettingsSources"/>).</param>
    /// <param name="untilCaughtUp">Whether the run is bounded.</param>
    /// <exception cref="SettingsException">A key is unknown, missing or out of range.</exception>
    public static RunPlan Resolve(IReadOnlyDictionary<string, string> settings, bool untilCaughtUp)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var read = new SettingsReader(settings);
        var defaults = new BatchLimits();
        var by = read.Choice(
            "Output:PartitionBy",
            PartitionBy.EventYear,
            ("none", PartitionBy.None),
            ("event_year", PartitionBy.EventYear),
            ("event_month", PartitionBy.EventMonth),
            ("data_provider", PartitionBy.DataProvider),
            ("participant_bucket", PartitionBy.ParticipantBucket));
        var buckets = (int)read.Whole("Output:Buckets", 16, 1, 4096);
        var maxCount = read.Whole("Rejects:MaxCount", -1, 0, long.MaxValue);
        var brokers = read.Text("Source:Brokers");
        var topic = read.Text("Source:Topic");
        var group = read.Text("Source:Group");
        var keys = read.Text("Keys:Path");
        var registry = read.Text("Registry:Path");
        var output = read.Text("Output:Directory");
        var parquet = Parquet(read);
        var instance = read.Text("Source:InstanceId");
        var acceptMissing = read.Flag("Source:AcceptMissingStart", fallback: false);
        var connect = TimeSpan.FromSeconds(read.Whole("Source:ConnectTimeoutSeconds", 15, 1, 600));
        var kafkaSettings = read.Below("Kafka:");
        var keepOutsiders = read.Choice("Output:Outsiders", fallback: false, ("drop", false), ("keep", true));
        var remembersLinks = read.Choice("Links:Ledger", fallback: true, ("on", true), ("off", false));
        var limits = defaults with
        {
            MaxBytes = (int)read.Whole("Batch:MaxBytes", defaults.MaxBytes, 1024, 1 << 30),
            MaxRecords = (int)read.Whole("Batch:MaxRecords", defaults.MaxRecords, 1, 16_000_000),
        };
        var targetFile = TargetFile(read);
        var lanes = (int)read.Whole("Lanes:Count", Math.Clamp(Environment.ProcessorCount, 1, RowOrder.MaxLanes), 1, RowOrder.MaxLanes);
        var queue = read.Whole("Lanes:QueueMegabytes", 16, 1, 1024) << 20;
        var flushRows = read.Whole("Flush:MaxRows", 4_000_000, 1, RowOrder.MaxRows);
        var flushBytes = read.Whole("Flush:MaxMegabytes", 512, 64, 1024) << 20;
        var flushInterval = TimeSpan.FromSeconds(read.Whole("Flush:MaxSeconds", 60, 1, 86_400));
        var model = Model(read.Text("Matching:Model"));
        var share = read.Number("Rejects:MaxShare", 0, 1);
        var metrics = read.Address("Metrics:OtlpEndpoint");
        var metricsOverHttp = read.Choice("Metrics:OtlpProtocol", fallback: false, ("grpc", false), ("http/protobuf", true));
        read.RefuseUnknown();
        Require(parquet);
        return new RunPlan
        {
            Kafka = new KafkaOptions
            {
                Brokers = brokers ?? throw Missing("--brokers", "Source:Brokers"),
                Topic = topic ?? throw Missing("--topic", "Source:Topic"),
                Group = group ?? throw Missing("--group", "Source:Group"),
                InstanceId = instance,
                AcceptMissingStart = acceptMissing,
                ConnectTimeout = connect,
                Settings = kafkaSettings,
            },
            RegistryPath = registry ?? throw Missing("--registry", "Registry:Path"),
            KeysPath = keys ?? throw Missing("--keys", "Keys:Path"),
            OutputDirectory = Path.GetFullPath(output ?? throw Missing("--output", "Output:Directory")),
            UntilCaughtUp = untilCaughtUp,
            Partitioning = new Partitioning(by, buckets),
            Pipeline = new PipelineOptions { Limits = limits, KeepOutsiders = keepOutsiders, Model = model },
            RemembersLinks = remembersLinks,
            Parquet = parquet,
            TargetFileBytes = targetFile,
            Lanes = lanes,
            FlushRows = flushRows,
            FlushBytes = flushBytes,
            FlushInterval = flushInterval,
            QueueBytes = queue,
            Metrics = metrics is null ? null : new MetricsTarget(metrics, metricsOverHttp),
            MaxRejects = maxCount < 0 ? null : maxCount,
            MaxRejectShare = share,
        };
    }

    /// <summary>How files are written, by the same settings as a run's, of which the rest is of no concern here.</summary>
    /// <param name="settings">Flat keys below <c>Linkage:</c>, from all sources.</param>
    /// <param name="sets">KEY=VALUE pairs given to the command itself, which must be about files.</param>
    /// <returns>How files are written, and the bytes they aim at.</returns>
    /// <exception cref="SettingsException">A key of <paramref name="sets"/> is about something else, or a value is out of range.</exception>
    public static (ParquetOptions Parquet, long TargetBytes) ResolveFiles(IReadOnlyDictionary<string, string> settings, IEnumerable<string> sets)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(sets);
        var read = new SettingsReader(settings);
        var parquet = Parquet(read);
        var targetFile = TargetFile(read);
        read.RefuseUnknown(sets.Select(static s => s[..Math.Max(0, s.IndexOf('=', StringComparison.Ordinal))].Trim()).Select(static k => k.StartsWith("Linkage:", StringComparison.OrdinalIgnoreCase) ? k["Linkage:".Length..] : k));
        Require(parquet);
        return (parquet, targetFile);
    }

    private static long TargetFile(SettingsReader read) => read.Whole("Output:TargetFileMegabytes", PartitionedWriter.DefaultTargetBytes >> 20, 1, 1 << 20) << 20;

    private static ParquetOptions Parquet(SettingsReader read)
    {
        var parquet = new ParquetOptions();
        return parquet with
        {
            Codec = read.Choice("Output:Codec", parquet.Codec, ("zstd", Codec.Zstd), ("snappy", Codec.Snappy), ("lz4_raw", Codec.Lz4Raw), ("gzip", Codec.Gzip), ("none", Codec.None)),
            ZstdLevel = (int)read.Whole("Output:ZstdLevel", parquet.ZstdLevel, 1, 19),
            GzipLevel = (int)read.Whole("Output:GzipLevel", parquet.GzipLevel, 1, 9),
            Encodings = read.Choice("Output:Encodings", parquet.Encodings, ("basic", ColumnEncodings.Basic), ("mainstream", ColumnEncodings.Mainstream), ("all", ColumnEncodings.All)),
            PageVersion = (int)read.Whole("Output:PageVersion", parquet.PageVersion, 1, 2),
            PageRows = (int)read.Whole("Output:PageRows", parquet.PageRows, 1, 1 << 20),
            PageIndex = read.Choice("Output:PageIndex", parquet.PageIndex, ("on", true), ("off", false)),
            BloomFalsePositives = read.Number("Output:BloomFalsePositives", 0, 0.5) ?? parquet.BloomFalsePositives,
            RowGroupRows = (int)read.Whole("Output:RowGroupRows", parquet.RowGroupRows, 1, 1 << 24),
            RowGroupBytes = (int)read.Whole("Output:RowGroupMegabytes", parquet.RowGroupBytes >> 20, 1, 2047) << 20,
        };
    }

    private static void Require(ParquetOptions parquet)
    {
        if (parquet.BloomFalsePositives is > 0 and < 0.0001)
        {
            throw new SettingsException($"Linkage:Output:BloomFalsePositives is '{parquet.BloomFalsePositives}'; allowed: 0, or a number from 0.0001 to 0.5.");
        }

        if (parquet.MissingLibrary() is { } missing)
        {
            throw new SettingsException($"Linkage:Output:Codec: {missing}");
        }
    }

    private static MatchModel? Model(string? setting)
    {
        try
        {
            return setting switch
            {
                null or "default" => MatchModel.Default,
                "none" => null,
                _ => MatchModel.Load(setting),
            };
        }
        catch (MatchModelException e)
        {
            throw new SettingsException($"Linkage:Matching:Model: {e.Message}");
        }
    }

    private static SettingsException Missing(string flag, string key) => new($"{flag} is missing (or Linkage:{key} in the configuration).");
}
