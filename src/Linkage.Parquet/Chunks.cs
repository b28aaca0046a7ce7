using System.Collections.Concurrent;

namespace Linkage.Parquet;

/// <summary>
/// A growing list of values in chunks of equal size that go back to one pool: memory follows the values held, without the copies and the half-empty
/// arrays that doubling leaves behind in each of hundreds of partitions. A mutable struct: hold it in a field.
/// </summary>
/// <typeparam name="T">Value type.</typeparam>
internal struct Chunks<T>
    where T : unmanaged, IEquatable<T>
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

    /// <summary>The list as it is now, for <see cref="Gather"/>.</summary>
    public readonly Lane Values => new(_chunks, Count);

    /// <summary>Values of several lists, each at its place in a row group.</summary>
    /// <param name="lanes">Each lane's <see cref="Values"/>.</param>
    /// <param name="rows">The row group.</param>
    /// <param name="values">As many as the group has rows.</param>
    public static void Gather(ReadOnlySpan<Lane> lanes, GroupRows rows, Span<T> values) => Gather(lanes, rows, values, default(AsTheyAre));

    /// <summary>The same for values that mean something else from lane to lane.</summary>
    /// <param name="lanes">Each lane's <see cref="Values"/>.</param>
    /// <param name="rows">The row group.</param>
    /// <param name="values">As many as the group has rows.</param>
    /// <param name="map">What each value becomes.</param>
    public static void Gather<TMap>(ReadOnlySpan<Lane> lanes, GroupRows rows, Span<T> values, TMap map)
        where TMap : struct, ILaneMap<T>, allows ref struct
    {
        if (rows.InOrder)
        {
            Copy(lanes, rows.Start, values, map);
            return;
        }

        T[] chunk = [];
        var last = -1;
        foreach (var word in rows.Words)
        {
            var source = GroupRows.Source(word);
            if ((int)(source >> Shift) != last)
            {
                last = (int)(source >> Shift);
                var lane = RowOrder.Lane(source);
                chunk = lanes[lane].Chunks[RowOrder.Row(source) >> Shift];
                map.Enter(lane);
            }

            values[GroupRows.Place(word)] = map.Map(chunk[(int)source & (Size - 1)]);
        }
    }

    /// <summary>Whether all values of several lists are the same.</summary>
    /// <param name="lanes">The lists, not all of them empty.</param>
    /// <param name="value">Some value of them.</param>
    public static bool IsUniform(ReadOnlySpan<Lane> lanes, out T value)
    {
        value = default;
        var any = false;
        foreach (var lane in lanes)
        {
            for (var start = 0; start < lane.Count; start += Size)
            {
                var chunk = lane.From(start);
                value = any ? value : chunk[0];
                any = true;
                if (chunk.ContainsAnyExcept(value))
                    return false;
            }
        }

        return true;
    }

    private static void Copy<TMap>(ReadOnlySpan<Lane> lanes, int start, Span<T> values, TMap map)
        where TMap : struct, ILaneMap<T>, allows ref struct
    {
        for (var lane = 0; lane < lanes.Length; lane++)
        {
            var count = lanes[lane].Count;
            map.Enter(lane);
            while (start < count && !values.IsEmpty)
            {
                var stretch = lanes[lane].From(start);
                stretch = stretch[..Math.Min(stretch.Length, values.Length)];
                stretch.CopyTo(values);
                map.MapAll(values[..stretch.Length]);
                values = values[stretch.Length..];
                start += stretch.Length;
            }

            start = Math.Max(0, start - count);
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

    /// <summary>One lane's list.</summary>
    /// <param name="Chunks">Chunks of equal size.</param>
    /// <param name="Count">Values in them.</param>
    public readonly record struct Lane(T[][] Chunks, int Count)
    {
        /// <summary>The chunk's values, as many as count, from a position on.</summary>
        public ReadOnlySpan<T> From(int start)
        {
            var at = start & (Size - 1);
            return Chunks[start >> Shift].AsSpan(at, Math.Min(Size - at, Count - start));
        }
    }

    private readonly struct AsTheyAre : ILaneMap<T>
    {
        public void Enter(int lane)
        {
        }

        public T Map(T value) => value;

        public void MapAll(Span<T> values)
        {
        }
    }
}

/// <summary>What a lane's values become in the file.</summary>
/// <typeparam name="T">Value type.</typeparam>
internal interface ILaneMap<T>
{
    /// <summary>Goes to a lane.</summary>
    void Enter(int lane);

    /// <summary>What a value of the lane becomes.</summary>
    T Map(T value);

    /// <summary>The same for many, in place.</summary>
    void MapAll(Span<T> values);
}
