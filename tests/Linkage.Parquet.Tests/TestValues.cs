using System.Globalization;
using System.Text;

namespace Linkage.Parquet.Tests;

/// <summary>Strings by id; null strings are ids that stand for a null.</summary>
internal sealed class TestValues(params string?[] values) : IUtf8Values
{
    private readonly byte[]?[] _bytes = [.. values.Select(value => value is null ? null : Encoding.UTF8.GetBytes(value))];

    public int Count => _bytes.Length;

    public ReadOnlySpan<byte> this[int id] => _bytes[id] ?? throw new InvalidOperationException($"Id {id} is a null and has no bytes.");

    public bool IsNull(int id) => _bytes[id] is null;
}

/// <summary>Millions of ids without memory: each value is its id in decimal, zero-padded, so that ids and bytes ascend together.</summary>
internal sealed class SparseValues(int count) : IUtf8Values
{
    private readonly Dictionary<int, byte[]> _values = [];

    public int Count => count;

    /// <summary>How many different values were asked for.</summary>
    public int Looked => _values.Count;

    public ReadOnlySpan<byte> this[int id]
    {
        get
        {
            if (!_values.TryGetValue(id, out byte[]? value))
                _values.Add(id, value = Encoding.UTF8.GetBytes(id.ToString("D10", CultureInfo.InvariantCulture)));
            return value;
        }
    }

    public bool IsNull(int id) => id % 1000 == 999;
}
