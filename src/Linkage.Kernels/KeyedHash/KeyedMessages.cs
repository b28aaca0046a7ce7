using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Linkage.Kernels;

/// <summary>
/// Messages waiting to be hashed together by <see cref="KeyedHash.Compute(KeyedMessages)"/>, each under a key of its own, and their MACs afterwards. Grows to the largest batch, then
/// allocates nothing. Not thread-safe. Holds identifiers: <see cref="Clear"/> and <see cref="Dispose"/> zero them.
/// </summary>
/// <remarks>
/// A message that fits one block behind the key's (<see cref="LongestInBlock"/>) lies there padded, as the lanes load it; a longer one lies in as many blocks as it takes, elsewhere, and its
/// place among the others is hashed for nothing.
/// </remarks>
public sealed unsafe class KeyedMessages : IDisposable
{
    /// <summary>Bytes of a block of SHA-256.</summary>
    internal const int BlockSize = 64;

    /// <summary>Bytes of the longest message that shares its block with the padding: a byte 0x80 and the length in 8.</summary>
    internal const int LongestInBlock = BlockSize - 9;

    // Lanes of the widest path: arrays end with a full group.
    private const int Group = 16;

    // Full groups whose blocks one array can hold.
    private const int MostMessages = ((0x7FFFFFC7 / BlockSize) - 1) & -Group;

    private const byte EndMark = 0x80;

    private readonly PinnedBytes _blocks = new(4 * Group * BlockSize);
    private readonly PinnedBytes _macs = new(4 * Group * KeyedHash.MacSize);
    private readonly PinnedBytes _bits = new(4 * Group * sizeof(uint));
    private readonly PinnedBytes _keys = new(4 * Group * sizeof(uint));
    private readonly PinnedBytes _longBlocks = new(4 * BlockSize);
    private LongMessage[] _long = new LongMessage[4];
    private int _longCount;
    private int _longEnd;
    private int _capacity = 4 * Group;

    /// <summary>Messages queued.</summary>
    public int Count { get; private set; }

    /// <summary>Highest number of a key since <see cref="Clear"/>; -1 when nothing is queued.</summary>
    internal int HighestKey { get; private set; } = -1;

    /// <summary>A padded block a message, without the length: the lanes take it from <see cref="Bits"/>. Like the other pointers, only while this object is reachable.</summary>
    internal byte* Blocks => _blocks.Start;

    /// <summary>Bits hashed inside, a number a message: of the key's block and the message.</summary>
    internal uint* Bits => (uint*)_bits.Start;

    /// <summary>Number of the key, one a message.</summary>
    internal uint* Keys => (uint*)_keys.Start;

    /// <summary>MACs, one behind the other.</summary>
    internal byte* Macs => _macs.Start;

    /// <summary>Messages of several blocks.</summary>
    internal ReadOnlySpan<LongMessage> Long => _long.AsSpan(0, _longCount);

    /// <summary>Blocks of the messages of several blocks, with padding and length.</summary>
    internal byte* LongBlocks => _longBlocks.Start;

    /// <summary>Queues a message; returns its number, from 0.</summary>
    /// <param name="key">Number of the key.</param>
    /// <param name="message">Any length; copied.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public int Add(int key, ReadOnlySpan<byte> message)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(key);
        var number = Count;
        if (number == _capacity)
            Grow();
        if (message.Length <= LongestInBlock)
        {
            Pad(message, _blocks.Start + (number * (nint)BlockSize));
            Bits[number] = (uint)(BlockSize + message.Length) * 8;
        }
        else
        {
            AddLong(number, message);
            Bits[number] = BlockSize * 8;
        }

        Keys[number] = (uint)key;
        HighestKey = Math.Max(HighestKey, key);
        Count = number + 1;
        return number;
    }

    /// <summary>MAC of a message, <see cref="KeyedHash.MacSize"/> bytes; valid after <see cref="KeyedHash.Compute(KeyedMessages)"/>, until <see cref="Clear"/> or the next <see cref="Add"/>.</summary>
    public ReadOnlySpan<byte> Mac(int number) => MacBuffer(number);

    /// <summary>64 bits of a MAC as a big-endian number; valid as long as <see cref="Mac"/>.</summary>
    /// <param name="number">Number of the message.</param>
    /// <param name="part">Which 64 bits, from 0 (the first 8 bytes) to 3.</param>
    public ulong MacPart(int number, int part)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)number, (uint)Count, nameof(number));
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)part, (uint)(KeyedHash.MacSize / sizeof(ulong)), nameof(part));
        var bits = Unsafe.ReadUnaligned<ulong>(Macs + (number * (nint)KeyedHash.MacSize) + (part * sizeof(ulong)));
        GC.KeepAlive(this);
        return BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(bits) : bits;
    }

    /// <summary>Empties the queue; zeroes messages and MACs.</summary>
    public void Clear()
    {
        if (Count == 0)
            return;
        _blocks.Zero(Count * BlockSize);
        // Up to a full group: the lanes left over have written something, too.
        _macs.Zero(FullGroups() * KeyedHash.MacSize);
        _bits.Zero(FullGroups() * sizeof(uint));
        _longBlocks.Zero(_longEnd);
        _long.AsSpan(0, _longCount).Clear();
        _longCount = 0;
        _longEnd = 0;
        HighestKey = -1;
        Count = 0;
    }

    /// <inheritdoc/>
    public void Dispose() => Clear();

    /// <summary>Redacted.</summary>
    public override string ToString() => "KeyedMessages(redacted)";

    /// <summary>Copies of all memory that holds messages and MACs, for tests of zeroing.</summary>
    internal byte[][] Memory() =>
    [
        _blocks.Span(0, _blocks.Length).ToArray(),
        _macs.Span(0, _macs.Length).ToArray(),
        _longBlocks.Span(0, _longBlocks.Length).ToArray(),
    ];

    /// <summary>The lanes that have no message repeat the last one's key, and its length, so that they cost no slower path.</summary>
    internal void FillGroup()
    {
        for (var i = Count; i < FullGroups(); i++)
        {
            Keys[i] = Keys[Count - 1];
            Bits[i] = Bits[Count - 1];
        }
    }

    internal int KeyOf(int number) => (int)Keys[number];

    internal ReadOnlySpan<byte> Message(in LongMessage message) => _longBlocks.Span(message.Start, message.Length);

    /// <summary>A message of one block. A longer one seems empty here.</summary>
    internal ReadOnlySpan<byte> Message(int number) => _blocks.Span(number * BlockSize, (int)(Bits[number] / 8) - BlockSize);

    internal Span<byte> MacBuffer(int number)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)number, (uint)Count, nameof(number));
        return _macs.Span(number * KeyedHash.MacSize, KeyedHash.MacSize);
    }

    // The block must be zero, unless all of it is written.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Pad(ReadOnlySpan<byte> message, byte* block)
    {
        if (Avx512BW.IsSupported && !message.IsEmpty)
        {
            // One masked load, which touches no byte behind the message, takes any length without a branch.
            var end = Vector512.Create((byte)message.Length);
            var inside = Vector512.LessThan(Vector512<byte>.Indices, end);
            var mark = Vector512.Equals(Vector512<byte>.Indices, end) & Vector512.Create(EndMark);
            fixed (byte* start = message)
                (Avx512BW.MaskLoad(start, inside, Vector512<byte>.Zero) | mark).Store(block);
            return;
        }

        message.CopyTo(new Span<byte>(block, BlockSize));
        block[message.Length] = EndMark;
    }

    private int FullGroups() => (Count + Group - 1) & -Group;

    private void AddLong(int number, ReadOnlySpan<byte> message)
    {
        var blocks = ((long)message.Length + 9 + BlockSize - 1) / BlockSize;
        var end = checked((int)(_longEnd + (blocks * BlockSize)));
        if (end > _longBlocks.Length)
            _longBlocks.Grow(end);
        if (_longCount == _long.Length)
            Array.Resize(ref _long, 2 * _long.Length);
        var padded = _longBlocks.Span(_longEnd, end - _longEnd);
        message.CopyTo(padded);
        padded[message.Length] = EndMark;
        BinaryPrimitives.WriteUInt64BigEndian(padded[^sizeof(ulong)..], 8 * ((ulong)message.Length + BlockSize));
        _long[_longCount++] = new LongMessage(number, _longEnd, message.Length, (int)blocks);
        _longEnd = end;
    }

    private void Grow()
    {
        if (_capacity == MostMessages)
            throw new InvalidOperationException($"{MostMessages} messages are queued, and no more can be: compute and clear them");
        var capacity = (int)Math.Min(2L * _capacity, MostMessages);
        _blocks.Grow(capacity * BlockSize);
        _macs.Grow(capacity * KeyedHash.MacSize);
        _bits.Grow(capacity * sizeof(uint));
        _keys.Grow(capacity * sizeof(uint));
        _capacity = capacity;
    }
}

/// <summary>A message of several blocks: its number, where its blocks begin, its bytes, its blocks.</summary>
internal readonly record struct LongMessage(int Number, int Start, int Length, int Blocks);
