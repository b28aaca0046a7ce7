using System.Collections.Concurrent;

namespace Linkage.Parquet;

/// <summary>
/// A growing list of values in chunks of equal size that go back to one pool: memory follows the values held, without the copies and the half-empty
/// arrays that doubling leaves behind in each of hundreds of partitions. A mutable struct: hold it in a field.
/// </summary>
/// <typeparam name="T">Value type.</typeparam>
internal struct Chunks<T>
    where T : unmanaged
{
    private const int Shift = 11;
    private const int Size = 1 << Shift;
    private static readonly ConcurrentBag<T[]> Pool = [];
    private T[][] _chunks;
    private T[] _last;
    private int _used;
    private int _at;

    public Chunks()
    {
        _chunks = new T[4][];
        _last = [];
        _at = Size;
    }

    /// <summary>Values held.</summary>
    public readonly int Count => (_used << Shift) - (Size - _at);

    /// <summary>Bytes of memory held.</summary>
    public readonly long AllocatedBytes => ((long)_used << Shift) * System.Runtime.CompilerServices.RuntimeHelpers.SizeOf(typeof(T).TypeHandle);

    /// <summary>The chunks as they are, for <see cref="Gather"/>.</summary>
    public readonly T[][] Arrays => _chunks;

    /// <summary>Values of several lists in the order of rows (<see cref="RowOrder"/>).</summary>
    /// <param name="lanes">Each lane's <see cref="Arrays"/>.</param>
    /// <param name="order">Lane and row of each value.</param>
    /// <param name="values">As long as <paramref name="order"/>.</param>
    public static void Gather(T[][][] lanes, ReadOnlySpan<ulong> order, Span<T> values)
    {
        if (lanes.Length == 1)
        {
            var only = lanes[0];
            for (var i = 0; i < order.Length; i++)
            {
                var row = RowOrder.Row(order[i]);
                values[i] = only[row >> Shift][row & (Size - 1)];
            }

            return;
        }

        for (var i = 0; i < order.Length; i++)
        {
            var row = RowOrder.Row(order[i]);
            values[i] = lanes[RowOrder.Lane(order[i])][row >> Shift][row & (Size - 1)];
        }
    }

    /// <summary>The value at an index below <see cref="Count"/>.</summary>
    public readonly T this[int index] => _chunks[index >> Shift][index & (Size - 1)];

    /// <summary>Adds a value.</summary>
    public void Append(T value)
    {
        var at = _at;
        var last = _last;
        if ((uint)at >= (uint)last.Length)
        {
            last = Next();
            at = 0;
        }

        last[at] = value;
        _at = at + 1;
    }

    /// <summary>Forgets all values and gives the chunks back.</summary>
    public void Clear()
    {
        for (var i = 0; i < _used; i++)
        {
            Pool.Add(_chunks[i]);
            _chunks[i] = null!;
        }

        _used = 0;
        _last = [];
        _at = Size;
    }

    private T[] Next()
    {
        if (_used == _chunks.Length)
        {
            Array.Resize(ref _chunks, _used * 2);
        }

        if (!Pool.TryTake(out var chunk))
        {
            chunk = GC.AllocateUninitializedArray<T>(Size);
        }

        _last = chunk;
        _chunks[_used++] = chunk;
        return chunk;
    }
}
