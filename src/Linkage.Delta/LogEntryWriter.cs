using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

namespace Linkage.Delta;

/// <summary>Writes log entries: one JSON action a line (PROTOCOL.md, "Actions").</summary>
internal static class LogEntryWriter
{
    /// <summary>Name and version of this program, for <c>engineInfo</c>.</summary>
    public static readonly string EngineInfo = $"Linkage/{typeof(LogEntryWriter).Assembly.GetName().Version!.ToString(3)}";

    /// <summary>The first entry of a table, or one that changes its metadata.</summary>
    public static byte[] Definition(MetaDataAction metaData, bool create, Guid commitId, DateTimeOffset timestamp)
    {
        var lines = new ArrayBufferWriter<byte>(4096);
        Line(lines, json => WriteInfo(json, new InfoLine(create ? "CREATE TABLE" : "ADD COLUMNS", commitId, timestamp, metaData.PartitionColumns)));
        if (create)
            Line(lines, json => WriteProtocol(json, ProtocolAction.Written));
        Line(lines, json => WriteMetaData(json, metaData));
        return lines.WrittenSpan.ToArray();
    }

    /// <summary>An entry that adds files together with the progress they carry.</summary>
    public static byte[] Commit(TableCommit commit, TableDefinition definition)
    {
        var lines = new ArrayBufferWriter<byte>(1024 + (commit.Files.Length * 1024));
        var time = commit.Timestamp.ToUnixTimeMilliseconds();
        Line(lines, json => WriteInfo(json, new InfoLine("WRITE", commit.CommitId, commit.Timestamp, definition.PartitionColumns)
        {
            RunId = commit.RunId,
            Progress = commit.Progress,
            Mode = "Append",
            Attached = commit.Attached,
            Metrics =
            [
                new("numFiles", commit.Files.Length),
                new("numOutputRows", commit.Files.Sum(f => f.Summary.Rows)),
                new("numOutputBytes", commit.Files.Sum(f => f.Summary.Bytes)),
            ],
        }));
        foreach (var progress in commit.Progress)
        {
            Line(lines, json =>
            {
                json.WriteStartObject("txn");
                json.WriteString("appId", progress.AppId);
                json.WriteNumber("version", progress.Next);
                json.WriteNumber("lastUpdated", time);
                json.WriteEndObject();
            });
        }
        foreach (var file in commit.Files)
            Line(lines, json => WriteAdd(json, file, definition, time, dataChange: true));
        return lines.WrittenSpan.ToArray();
    }

    /// <summary>An entry that puts the rows of some files into others. No progress: offsets stay where they are.</summary>
    public static byte[] Rewrite(Guid commitId, string runId, DateTimeOffset timestamp, TableDefinition definition, IReadOnlyCollection<LiveFile> removed, IReadOnlyCollection<DataFile> added)
    {
        var lines = new ArrayBufferWriter<byte>(1024 + (added.Count * 1024) + (removed.Count * 256));
        var time = timestamp.ToUnixTimeMilliseconds();
        Line(lines, json => WriteInfo(json, new InfoLine(CommitInfo.Rewrite, commitId, timestamp, definition.PartitionColumns)
        {
            RunId = runId,
            Metrics =
            [
                new("numRemovedFiles", removed.Count),
                new("numRemovedBytes", removed.Sum(f => f.Bytes)),
                new("numAddedFiles", added.Count),
                new("numAddedBytes", added.Sum(f => f.Summary.Bytes)),
                new("numOutputRows", added.Sum(f => f.Summary.Rows)),
            ],
        }));
        foreach (var file in removed)
            Line(lines, json => WriteRemove(json, file, time));
        foreach (var file in added)
            Line(lines, json => WriteAdd(json, file, definition, time, dataChange: false));
        return lines.WrittenSpan.ToArray();
    }

    private static void WriteAdd(Utf8JsonWriter json, DataFile file, TableDefinition definition, long time, bool dataChange)
    {
        json.WriteStartObject("add");
        json.WriteString("path", HivePath.ToLog(file.Path));
        WritePartition(json, file.PartitionValues);
        json.WriteNumber("size", file.Summary.Bytes);
        json.WriteNumber("modificationTime", time);
        json.WriteBoolean("dataChange", dataChange);
        json.WriteString("stats", FileStatistics.Format(file.Summary, definition));
        json.WriteEndObject();
    }

    private static void WriteRemove(Utf8JsonWriter json, LiveFile file, long time)
    {
        json.WriteStartObject("remove");
        json.WriteString("path", HivePath.ToLog(file.Path));
        json.WriteNumber("deletionTimestamp", time);
        json.WriteBoolean("dataChange", false);
        json.WriteBoolean("extendedFileMetadata", true);
        WritePartition(json, file.PartitionValues);
        json.WriteNumber("size", file.Bytes);
        json.WriteEndObject();
    }

    private static void WritePartition(Utf8JsonWriter json, ImmutableArray<KeyValuePair<string, string?>> values)
    {
        json.WriteStartObject("partitionValues");
        foreach (var (column, value) in values)
            json.WriteString(column, string.IsNullOrEmpty(value) ? null : value);
        json.WriteEndObject();
    }

    private static void Line(ArrayBufferWriter<byte> lines, Action<Utf8JsonWriter> write)
    {
        using (var json = new Utf8JsonWriter(lines, DeltaSchema.Relaxed))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }
        lines.Write("\n"u8);
    }

    private static void WriteInfo(Utf8JsonWriter json, InfoLine info)
    {
        json.WriteStartObject("commitInfo");
        json.WriteNumber("timestamp", info.Timestamp.ToUnixTimeMilliseconds());
        json.WriteString("operation", info.Operation);
        json.WriteStartObject("operationParameters");
        if (info.Mode is not null)
            json.WriteString("mode", info.Mode);
        // Readers of the history expect the list as JSON text.
        json.WriteString("partitionBy", ListText(info.PartitionColumns));
        json.WriteEndObject();
        if (!info.Metrics.IsEmpty)
        {
            json.WriteStartObject("operationMetrics");
            foreach (var (name, value) in info.Metrics)
                json.WriteString(name, value.ToString(CultureInfo.InvariantCulture));
            json.WriteEndObject();
        }
        json.WriteBoolean("isBlindAppend", info.Mode is not null);
        json.WriteString("engineInfo", EngineInfo);
        json.WriteString("txnId", info.CommitId);
        json.WriteStartObject("linkage");
        json.WriteString("commitId", info.CommitId);
        if (info.RunId is not null)
            json.WriteString("runId", info.RunId);
        if (info.Attached is not null)
            json.WriteString("attached", info.Attached);
        json.WriteStartArray("progress");
        foreach (var step in info.Progress)
        {
            json.WriteStartObject();
            json.WriteString("appId", step.AppId);
            if (step.Expected is { } from)
                json.WriteNumber("from", from);
            json.WriteNumber("to", step.Next);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static ReadOnlySpan<byte> ListText(ImmutableArray<string> names)
    {
        var text = new ArrayBufferWriter<byte>(64);
        using (var json = new Utf8JsonWriter(text))
        {
            json.WriteStartArray();
            foreach (var name in names)
                json.WriteStringValue(name);
            json.WriteEndArray();
        }
        return text.WrittenSpan;
    }

    private static void WriteProtocol(Utf8JsonWriter json, ProtocolAction protocol)
    {
        json.WriteStartObject("protocol");
        json.WriteNumber("minReaderVersion", protocol.MinReaderVersion);
        json.WriteNumber("minWriterVersion", protocol.MinWriterVersion);
        json.WriteEndObject();
    }

    private static void WriteMetaData(Utf8JsonWriter json, MetaDataAction metaData)
    {
        json.WriteStartObject("metaData");
        json.WriteString("id", metaData.Id);
        if (metaData.Name is not null)
            json.WriteString("name", metaData.Name);
        if (metaData.Description is not null)
            json.WriteString("description", metaData.Description);
        json.WriteStartObject("format");
        json.WriteString("provider", "parquet");
        json.WriteStartObject("options");
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteString("schemaString", metaData.SchemaString);
        json.WriteStartArray("partitionColumns");
        foreach (var column in metaData.PartitionColumns)
            json.WriteStringValue(column);
        json.WriteEndArray();
        json.WriteStartObject("configuration");
        foreach (var (key, value) in metaData.Configuration)
            json.WriteString(key, value);
        json.WriteEndObject();
        if (metaData.CreatedTime is { } created)
            json.WriteNumber("createdTime", created);
        json.WriteEndObject();
    }

    /// <summary>What an entry says about itself. Mode: how an entry that only adds says so; null for others.</summary>
    private sealed record InfoLine(string Operation, Guid CommitId, DateTimeOffset Timestamp, ImmutableArray<string> PartitionColumns)
    {
        public string? RunId { get; init; }

        public ImmutableArray<SourceProgress> Progress { get; init; } = [];

        public string? Mode { get; init; }

        public string? Attached { get; init; }

        public ImmutableArray<KeyValuePair<string, long>> Metrics { get; init; } = [];
    }
}
