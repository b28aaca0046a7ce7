using Linkage.Batches;
using Linkage.Tables;
using Linkage.Worker.Configuration;

namespace Linkage.Worker.Tests.Documents;

public sealed class DocumentTests
{
    [Fact]
    public void Every_reject_reason_is_explained()
    {
        var text = Repository.Text("docs", "rejects.md");
        var reasons = Enum.GetValues<RejectReason>().Where(static r => r != RejectReason.None).Select(Words.Text).ToList();
        Assert.All(reasons, reason => Assert.Contains($"| `{reason}` |", text, StringComparison.Ordinal));
        var documented = text.Split('\n').Where(static l => l.StartsWith("| `", StringComparison.Ordinal)).Select(static l => l.Split('`')[1]);
        Assert.Equal(reasons.Order(StringComparer.Ordinal), documented.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_setting_is_explained_with_its_variable()
    {
        var error = Assert.Throws<SettingsException>(static () => RunSettings.Resolve(new Dictionary<string, string>(StringComparer.Ordinal) { ["Nothing:Known"] = "x" }, untilCaughtUp: false));
        var list = error.Message[(error.Message.IndexOf("Known settings: ", StringComparison.Ordinal) + "Known settings: ".Length)..error.Message.IndexOf(", and Kafka:", StringComparison.Ordinal)];
        var known = list.Split(", ");
        Assert.True(known.Length > 15, list);
        var text = Repository.Text("docs", "configuration.md");
        Assert.All(known, key => Assert.Contains($"| `{key}` | `LINKAGE__{key.Replace(":", "__", StringComparison.Ordinal).ToUpperInvariant()}` |", text, StringComparison.Ordinal));
        var documented = text.Split('\n').Where(static l => l.StartsWith("| `", StringComparison.Ordinal) && l.Contains("LINKAGE__", StringComparison.Ordinal) && !l.Contains("`Kafka:", StringComparison.Ordinal)).Select(static l => l.Split('`')[1]);
        Assert.Equal(known.Order(StringComparer.Ordinal), documented.Order(StringComparer.Ordinal));
    }

    // What a plan has when only the needed settings are there, against the third column of the document.
    [Fact]
    public void Every_default_in_the_document_is_that_of_the_code()
    {
        var needed = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["Source:Brokers"] = "b",
            ["Source:Topic"] = "t",
            ["Source:Group"] = "g",
            ["Registry:Path"] = "r",
            ["Keys:Path"] = "k",
            ["Output:Directory"] = "o",
        };
        var plan = RunSettings.Resolve(needed, untilCaughtUp: false);
        var defaults = new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["Output:PartitionBy"] = plan.Partitioning.By == PartitionBy.EventYear ? "event_year" : "?",
            ["Output:Buckets"] = plan.Partitioning.Buckets,
            ["Output:Outsiders"] = plan.Pipeline.KeepOutsiders ? "keep" : "drop",
            ["Links:Ledger"] = plan.RemembersLinks ? "on" : "off",
            ["Output:Codec"] = Words.Text(plan.Parquet.Codec),
            ["Output:ZstdLevel"] = plan.Parquet.ZstdLevel,
            ["Output:GzipLevel"] = plan.Parquet.GzipLevel,
            ["Output:Encodings"] = Words.Text(plan.Parquet.Encodings),
            ["Output:PageVersion"] = plan.Parquet.PageVersion,
            ["Output:PageRows"] = plan.Parquet.PageRows,
            ["Output:PageIndex"] = plan.Parquet.PageIndex ? "on" : "off",
            ["Output:BloomFalsePositives"] = plan.Parquet.BloomFalsePositives.ToString(System.Globalization.CultureInfo.InvariantCulture),
            ["Output:RowGroupRows"] = plan.Parquet.RowGroupRows,
            ["Output:RowGroupMegabytes"] = plan.Parquet.RowGroupBytes >> 20,
            ["Output:TargetFileMegabytes"] = plan.TargetFileBytes >> 20,
            ["Flush:MaxRows"] = plan.FlushRows,
            ["Flush:MaxMegabytes"] = plan.FlushBytes >> 20,
            ["Flush:MaxSeconds"] = plan.FlushInterval.TotalSeconds,
            ["Lanes:QueueMegabytes"] = plan.QueueBytes >> 20,
            ["Batch:MaxBytes"] = plan.Pipeline.Limits.MaxBytes,
            ["Batch:MaxRecords"] = plan.Pipeline.Limits.MaxRecords,
            ["Rejects:MaxCount"] = plan.MaxRejects?.ToString() ?? "no limit",
            ["Rejects:MaxShare"] = plan.MaxRejectShare?.ToString() ?? "no limit",
            ["Metrics:OtlpEndpoint"] = plan.Metrics?.ToString() ?? "none",
            ["Source:InstanceId"] = plan.Kafka.InstanceId ?? "none",
            ["Source:ConnectTimeoutSeconds"] = plan.Kafka.ConnectTimeout.TotalSeconds,
            ["Source:AcceptMissingStart"] = plan.Kafka.AcceptMissingStart ? "true" : "false",
        };
        var rows = Repository.Text("docs", "configuration.md").Split('\n').Where(static l => l.StartsWith("| `", StringComparison.Ordinal)).Select(static l => l.Split('|', StringSplitOptions.TrimEntries)).ToList();
        Assert.All(defaults, d => Assert.Equal($"{d.Value}", rows.Single(r => r[1] == $"`{d.Key}`")[3]));
    }

    [Fact]
    public void Every_exit_code_is_explained()
    {
        var text = Repository.Text("docs", "operations.md");
        Assert.All(
            typeof(ExitCode).GetFields().Select(static f => (int)f.GetRawConstantValue()!),
            code => Assert.Contains($"| {code} |", text, StringComparison.Ordinal));
    }
}
