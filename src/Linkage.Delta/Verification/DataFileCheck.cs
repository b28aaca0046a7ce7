using System.Text.Json;
using Linkage.Parquet;

namespace Linkage.Delta.Verification;

/// <summary>Holds a live data file against what the log says of it: that it is there, its length, rows, columns and statistics; where asked for, its values too.</summary>
internal sealed class DataFileCheck(string tableDirectory, TableDefinition? definition, bool values, Action<Severity, string, string> report) : IDisposable
{
    private readonly ValueCheck? _values = values ? new ValueCheck() : null;

    /// <inheritdoc/>
    public void Dispose() => _values?.Dispose();

    /// <summary>Checks a file and returns its rows by its footer; 0 when it cannot be read.</summary>
    public long Check(LiveFile file)
    {
        var path = Path.Combine(tableDirectory, file.Path);
        var info = new FileInfo(path);
        if (!info.Exists)
            return IsGone(file);
        if (info.Length != file.Bytes)
            report(Severity.Error, $"The log says {file.Bytes} bytes, the file has {info.Length}.", file.Path);
        CheckPartition(file);
        ParquetFooter footer;
        try
        {
            footer = ParquetFooter.Read(path);
        }
        catch (InvalidDataException e)
        {
            report(Severity.Error, e.Message, file.Path);
            return 0;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return IsGone(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw OutputDisk.Unavailable("read", path, e);
        }
        if (file.Rows is { } rows && rows != footer.Rows)
            report(Severity.Error, $"The log says {rows} rows, the file's footer {footer.Rows}.", file.Path);
        if (footer.RowGroups.Sum(g => g.Rows) != footer.Rows)
            report(Severity.Error, $"The row groups have {footer.RowGroups.Sum(g => g.Rows)} rows, the footer says {footer.Rows}.", file.Path);
        if (definition is not null)
        {
            CheckColumns(file, footer, definition);
            if (file.StatisticsJson is not null)
                CheckStatistics(file, footer, definition);
        }
        if (_values is not null)
            CheckValues(path, footer, file);
        return footer.Rows;
    }

    /// <summary>Also of a file that goes while it is looked at, as in a compaction; the caller sees that there was one, and looks again.</summary>
    private long IsGone(LiveFile file)
    {
        report(Severity.Error, "A file of the table is not there.", file.Path);
        return 0;
    }

    private void CheckValues(string path, ParquetFooter footer, LiveFile file)
    {
        try
        {
            _values!.Check(path, footer, what => report(Severity.Error, what, file.Path));
        }
        catch (InvalidDataException e)
        {
            report(Severity.Error, e.Message, file.Path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            IsGone(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw OutputDisk.Unavailable("read", path, e);
        }
    }

    private void CheckPartition(LiveFile file)
    {
        // Only of files that this program named: others may lie where they like.
        if (DataFileName.RunOf(Path.GetFileName(file.Path)) is null)
            return;
        var folder = Path.GetDirectoryName(file.Path) ?? "";
        if (!string.Equals(folder, HivePath.Format(file.PartitionValues), StringComparison.Ordinal))
            report(Severity.Error, "The file's folder is not that of its partition values in the log.", file.Path);
    }

    private void CheckColumns(LiveFile file, ParquetFooter footer, TableDefinition table)
    {
        var wanted = table.Schema.Columns.Where(c => !table.IsPartitionColumn(c.Name)).ToList();
        foreach (var column in footer.Columns)
        {
            var match = wanted.Find(c => string.Equals(c.Name, column.Name, StringComparison.Ordinal));
            if (match is null)
                report(Severity.Error, $"The file has a column '{column.Path}' that the table has not.", file.Path);
            else if (match.Type != column.RowType)
                report(Severity.Error, $"Column '{column.Path}' is {column.RowType?.ToString() ?? "of another type"} in the file and {match.Type} in the table.", file.Path);
        }
        // A file from before a column was added lacks it, which reads as null.
        foreach (var column in wanted.Where(c => !c.Nullable && !footer.Columns.Any(f => string.Equals(f.Name, c.Name, StringComparison.Ordinal))))
            report(Severity.Error, $"The file lacks column '{column.Name}', which is not nullable.", file.Path);
    }

    private void CheckStatistics(LiveFile file, ParquetFooter footer, TableDefinition table)
    {
        using var logged = JsonDocument.Parse(file.StatisticsJson!);
        var summary = FooterStatistics.Of(footer, table);
        using var expected = JsonDocument.Parse(FileStatistics.Format(summary.Summary, table));
        foreach (var kind in (ReadOnlySpan<string>)["minValues", "maxValues", "nullCount"])
        {
            if (!logged.RootElement.TryGetProperty(kind, out var ours))
                continue;
            foreach (var column in expected.RootElement.GetProperty(kind).EnumerateObject())
            {
                // What the footer only bounds, or the log leaves out, cannot contradict.
                if (summary.IsKnown(column.Name, kind) && ours.TryGetProperty(column.Name, out var value) && !Same(value, column.Value))
                    report(Severity.Error, $"The log's {kind} of column '{column.Name}' is not that of the file's footer.", file.Path);
            }
        }
    }

    private static bool Same(JsonElement a, JsonElement b) =>
        a.ValueKind == b.ValueKind
        && (string.Equals(a.GetRawText(), b.GetRawText(), StringComparison.Ordinal)
            || (a.ValueKind == JsonValueKind.Number && (a.TryGetInt64(out var x) && b.TryGetInt64(out var y) ? x == y : a.GetDouble() == b.GetDouble()))
            || (a.ValueKind == JsonValueKind.String && string.Equals(a.GetString(), b.GetString(), StringComparison.Ordinal)));
}
