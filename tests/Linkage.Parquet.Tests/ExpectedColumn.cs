using System.Globalization;
using System.Text;

namespace Linkage.Parquet.Tests;

/// <summary>What readers must report of a column: the definition of tests/interop/README.md, written a second time.</summary>
internal sealed class ExpectedColumn(ColumnType type)
{
    private ulong _sum;
    private long _count;
    private long _nulls;
    private object? _min;
    private object? _max;

    public void Add(object? value)
    {
        if (value is null)
        {
            _nulls++;
            return;
        }

        _count++;
        _sum = unchecked(_sum + Fnv(value as byte[] ?? Encoding.UTF8.GetBytes(Text(value)!)));
        if (value is double.NaN or byte[][])
            return;
        if (_min is null || Compare(value, _min) < 0)
            _min = value;
        if (_max is null || Compare(value, _max) > 0)
            _max = value;
    }

    public ReportedColumn ToReport() => new(
        type switch
        {
            ColumnType.Boolean => "boolean",
            ColumnType.Int32 => "int32",
            ColumnType.Int64 => "int64",
            ColumnType.Double => "double",
            ColumnType.Date => "date",
            ColumnType.TimestampMicros => "timestamp_us",
            ColumnType.StringList => "list<string>",
            _ => "string",
        },
        _count,
        _nulls,
        Text(_min),
        Text(_max),
        _sum.ToString("x16", CultureInfo.InvariantCulture));

    /// <summary>The canonical text of a value.</summary>
    public static string? Text(object? value) => value switch
    {
        null => null,
        bool b => b ? "true" : "false",
        double.NaN => "nan",
        double d => BitConverter.DoubleToUInt64Bits(d).ToString("x16", CultureInfo.InvariantCulture),
        byte[][] elements => string.Concat(elements.Select(element => $"{element.Length}:{Encoding.UTF8.GetString(element)},")),
        byte[] bytes => Encoding.UTF8.GetString(bytes),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => throw new ArgumentException($"No column holds {value.GetType()}.", nameof(value)),
    };

    private static int Compare(object left, object right) => (left, right) switch
    {
        (byte[] a, byte[] b) => a.AsSpan().SequenceCompareTo(b),
        (double a, double b) => a == b ? double.IsNegative(b).CompareTo(double.IsNegative(a)) : a.CompareTo(b),
        _ => Comparer<object>.Default.Compare(left, right),
    };

    private static ulong Fnv(ReadOnlySpan<byte> bytes)
    {
        ulong hash = 0xcbf29ce484222325;
        foreach (byte b in bytes)
            hash = unchecked((hash ^ b) * 0x100000001b3);
        return hash;
    }
}

/// <summary>What a reader reports of a column.</summary>
internal sealed record ReportedColumn(string Type, long Count, long Nulls, string? Min, string? Max, string Checksum);
