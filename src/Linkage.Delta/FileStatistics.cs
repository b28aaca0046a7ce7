using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Linkage.Parquet;

namespace Linkage.Delta;

/// <summary>
/// The statistics of a data file as Delta's per-file statistics (PROTOCOL.md, "Per-file Statistics"): what lets a reader skip the file.
/// A bound that JSON or the rules cannot carry is left out, which is always allowed: a reader then does not skip.
/// </summary>
internal static class FileStatistics
{
    /// <summary>Characters of a string bound, Spark's default (delta.dataSkippingStringPrefixLength).</summary>
    public const int PrefixLength = 32;

    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);
    private static readonly Rune Last = new(0x10FFFF);

    /// <summary>The statistics as JSON text. Partition columns are not part of it: they are not in the file.</summary>
    public static string Format(ParquetFileSummary summary, TableDefinition definition)
    {
        var bytes = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(bytes, DeltaSchema.Relaxed))
        {
            json.WriteStartObject();
            json.WriteNumber("numRecords", summary.Rows);
            json.WriteStartObject("minValues");
            foreach (var column in summary.Columns.Where(c => !definition.IsPartitionColumn(c.Column.Name)))
                WriteBound(json, column.Column, column.Min, upper: false);
            json.WriteEndObject();
            json.WriteStartObject("maxValues");
            foreach (var column in summary.Columns.Where(c => !definition.IsPartitionColumn(c.Column.Name)))
                WriteBound(json, column.Column, column.Max, upper: true);
            json.WriteEndObject();
            json.WriteStartObject("nullCount");
            foreach (var column in summary.Columns.Where(c => !definition.IsPartitionColumn(c.Column.Name)))
                json.WriteNumber(column.Column.Name, column.NullCount);
            json.WriteEndObject();
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(bytes.WrittenSpan);
    }

    private static void WriteBound(Utf8JsonWriter json, ColumnSchema column, object? bound, bool upper)
    {
        switch (column.Type, bound)
        {
            case (ColumnType.Int32, int value):
                json.WriteNumber(column.Name, value);
                break;
            case (ColumnType.Int64, long value):
                json.WriteNumber(column.Name, value);
                break;
            // JSON has no infinity.
            case (ColumnType.Double, double value) when double.IsFinite(value):
                json.WriteNumber(column.Name, value);
                break;
            case (ColumnType.Date, int days) when DateText(days) is { } text:
                json.WriteString(column.Name, text);
                break;
            case (ColumnType.TimestampMicros, long micros) when TimestampText(micros) is { } text:
                json.WriteString(column.Name, text);
                break;
            case (ColumnType.String, byte[] utf8) when (upper ? UpperBound(utf8) : LowerBound(utf8)) is { } text:
                json.WriteString(column.Name, text);
                break;
                // Boolean: Delta collects the null count only.
        }
    }

    /// <summary>ISO date; null outside the years 1 to 9999.</summary>
    public static string? DateText(int days)
    {
        var number = days + (long)new DateOnly(1970, 1, 1).DayNumber;
        return number >= 0 && number <= DateOnly.MaxValue.DayNumber
            ? DateOnly.FromDayNumber((int)number).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)
            : null;
    }

    /// <summary>
    /// ISO time in UTC with all six digits. The rules allow truncation to milliseconds, and readers that expect it widen the bound by one; the exact
    /// value is right for them and for readers that do not.
    /// </summary>
    public static string? TimestampText(long micros)
    {
        const long ticksPerMicro = TimeSpan.TicksPerMicrosecond;
        if (micros < -DateTime.UnixEpoch.Ticks / ticksPerMicro || micros > (DateTime.MaxValue.Ticks - DateTime.UnixEpoch.Ticks) / ticksPerMicro)
            return null;
        return new DateTime(DateTime.UnixEpoch.Ticks + (micros * ticksPerMicro), DateTimeKind.Utc).ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
    }

    /// <summary>The value, or its first 32 characters: a prefix is never above it. Null when not valid UTF-8.</summary>
    public static string? LowerBound(byte[] utf8)
    {
        if (Text(utf8) is not { } text)
            return null;
        return text[..PrefixChars(text, PrefixLength)];
    }

    /// <summary>
    /// The value, or, when longer, its first 32 characters and the highest character there is, which puts it above every value with that
    /// prefix in UTF-8 order. Where the next character is that highest one itself, it is kept and the next decides.
    /// </summary>
    public static string? UpperBound(byte[] utf8)
    {
        if (Text(utf8) is not { } text)
            return null;
        var length = PrefixChars(text, PrefixLength);
        while (length < text.Length && Rune.GetRuneAt(text, length) == Last)
            length += Last.Utf16SequenceLength;
        return length == text.Length ? text : text[..length] + Last;
    }

    private static int PrefixChars(string text, int runes)
    {
        var chars = 0;
        for (; runes > 0 && chars < text.Length; runes--)
            chars += Rune.GetRuneAt(text, chars).Utf16SequenceLength;
        return chars;
    }

    private static string? Text(byte[] utf8)
    {
        try { return Strict.GetString(utf8); }
        catch (DecoderFallbackException) { return null; }
    }
}
