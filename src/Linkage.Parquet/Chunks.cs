using System.Runtime.CompilerServices;
using Linkage.Kernels;

namespace Linkage.Parquet;

/// <summary>
/// A growing list of values in chunks of equal size that go back to one pool (<see cref="Blocks"/>): memory follows the values held, without the copies and the half-empty
/// arrays that doubling leaves behind in each of hundreds of partitions. A mutable struct: hold it in a field.
/// </summary>
/// <typeparam name="T">Value type.</typeparam>
internal struct Chunks<T>
    where T : unmanaged, IEquatable<T>
{
    private const int Shift = Blocks.Shift;
    private const int Size = Blocks.Length;
    private Block<T>[] _chunks;
    private Block<T> _last;
    private int _used;
    private int _at;

    public Chunks()
    {
        _chunks = new Block<T>[4];
        _at = Size;
    }

    /// <summary>Values held.</summary>
    public readonly int Count => (_used << Shift) - (Size - _at);

    /// <summary>Bytes of memory held.</summary>
    public readonly long AllocatedBytes => ((long)_used << Shift) * RuntimeHelpers.SizeOf(typeof(T).TypeHandle);

    /// <summary>The list as it is now, for <see cref="Gather"/>.</summary>
    public readonly Lane Values => new(_chunks, Count);

    /// <summary>Values of several lists, each at its place in a row group.</summary>
    /// <param name="lanes">Each lane's <see cref="Values"/>.</param>
    /// <param name="rows">The row group.</param>
    /// <param name="uniform">Whether all values are the same (<see cref="IsUniform"/>); the first list then has some.</param>
    /// <param name="values">As many as the group has rows.</param>
    public static void Gather(ReadOnlySpan<Lane> lanes, GroupRows rows, bool uniform, Span<T> values)
    {
        if (uniform)
            values.Fill(lanes[0].From(0)[0]);
        else
            Gather(lanes, rows, values, default(AsTheyAre));
    }

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

        ReadOnlySpan<T> chunk = [];
        var last = -1;
        foreach (var word in rows.Words)
        {
            var source = GroupRows.Source(word);
            if ((int)(source >> Shift) != last)
            {
                last = (int)(source >> Shift);
                var lane = RowOrder.Lane(source);
                chunk = lanes[lane].Chunks[RowOrder.Row(source) >> Shift].Values;
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
    public readonly T this[int index] => _chunks[index >> Shift].Values[index & (Size - 1)];

    /// <summary>Adds a value.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Append(T value)
    {
        if (_at == Size)
        {
            Next();
        }

        _last.Values[_at] = value;
        _at++;
    }

    /// <summary>Forgets all values and gives the chunks back.</summary>
    public void Clear()
    {
        foreach (ref var chunk in _chunks.AsSpan(0, _used))
        {
            Blocks.Return(chunk);
            chunk = default;
        }

        _used = 0;
        _last = default;
        _at = Size;
    }

    private void Next()
    {
        if (_used == _chunks.Length)
        {
            Array.Resize(ref _chunks, _used * 2);
        }

        _last = Blocks.Take<T>();
        _chunks[_used++] = _last;
        _at = 0;
    }

    /// <summary>One lane's list.</summary>
    /// <param name="Chunks">Chunks of equal size.</param>
    /// <param name="Count">Values in them.</param>
    public readonly record struct Lane(Block<T>[] Chunks, int Count)
    {
        /// <summary>The chunk's values, as many as count, from a position on.</summary>
        public ReadOnlySpan<T> From(int start)
        {
            var at = start & (Size - 1);
            return Chunks[start >> Shift].Values.Slice(at, Math.Min(Size - at, Count - start));
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
