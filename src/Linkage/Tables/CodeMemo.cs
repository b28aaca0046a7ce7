using System.Buffers.Binary;
using Linkage.Batches;

namespace Linkage.Tables;

/// <summary>
/// Codes a lane has mapped before: from a code's bytes as they were sent to its id in the lane's dictionary, in one look. A batch brings each of its codes once, and most of them were in many batches before it: they are
/// neither brought to their normal form nor searched in the dictionary again.
/// </summary>
/// <remarks>
/// Grows with the codes up to <see cref="MaxBytes"/>, then a new code takes an old one's place. What is not found is mapped the long way, with the same outcome. Codes are compared by all their bytes, and a search ends
/// after <see cref="Reach"/> places: a batch made of codes that share a place costs little more than it would without the memo.
/// </remarks>
internal sealed class CodeMemo
{
    /// <summary>Most memory held: 1,573,056 bytes.</summary>
    public const int MaxBytes = ((1 << MaxBits) + Reach) * PlaceBytes;

    private const int PlaceBytes = 24;
    private const int FirstBits = 10;
    private const int MaxBits = 16;
    private const int Reach = 8;
    private Place[] _places = new Place[(1 << FirstBits) + Reach];
    private int _bits = FirstBits;
    private int _count;
    private int _turn;

    /// <summary>
    /// Reads where a code would be, and gives some of what is there, of no meaning. Asked for some hundred codes of a batch one after another, memory answers for many of them at once; a search waits for its answer, to
    /// know where to go on.
    /// </summary>
    public uint Touch(in CodeKey key) => _places[Home(key)].Mark;

    /// <summary>Id of a code; false when it is not known.</summary>
    public bool TryGet(in CodeKey key, out int id)
    {
        foreach (ref readonly var place in _places.AsSpan(Home(key), Reach))
        {
            // Asked first: the key of no code equals an empty place.
            if (place.IsEmpty)
            {
                break;
            }

            if (place.Holds(key))
            {
                id = place.Id;
                return true;
            }
        }

        id = -1;
        return false;
    }

    /// <summary>Takes note of a code that was not found.</summary>
    public void Add(in CodeKey key, int id)
    {
        if (_count >= 1 << (_bits - 1) && _bits < MaxBits)
        {
            Grow();
        }

        Put(new Place(key, id));
    }

    /// <summary>Forgets all codes; keeps the memory.</summary>
    public void Clear()
    {
        Array.Clear(_places);
        _count = 0;
    }

    private int Home(in CodeKey key) => (int)(key.Hash() >> (64 - _bits));

    private void Put(in Place place)
    {
        var near = _places.AsSpan(Home(place.Key), Reach);
        foreach (ref var other in near)
        {
            if (other.IsEmpty)
            {
                other = place;
                _count++;
                return;
            }
        }

        near[_turn++ & (Reach - 1)] = place;
    }

    private void Grow()
    {
        var before = _places;
        _bits++;
        _places = new Place[(1 << _bits) + Reach];
        _count = 0;
        foreach (ref readonly var place in before.AsSpan())
        {
            if (!place.IsEmpty)
            {
                Put(place);
            }
        }
    }

    private readonly struct Place(in CodeKey key, int id)
    {
        private readonly CodeKey _key = key;

        public CodeKey Key => _key;

        public int Id { get; } = id;

        public bool IsEmpty => _key.IsNone;

        public uint Mark => _key.Mark;

        public bool Holds(in CodeKey key) => _key.Is(key);
    }
}

/// <summary>The bytes of a code, at most <see cref="CodeText.MaxLength"/>, and the column it is meant for. The default is no code's.</summary>
internal readonly struct CodeKey
{
    // What is read of a batch at once; what of it is not the code's is masked away.
    private const int Window = 3 * sizeof(ulong);
    private readonly ulong _first;
    private readonly ulong _second;

    // Bytes 17 and 18, length, column.
    private readonly uint _rest;

    private CodeKey(ulong first, ulong second, uint rest)
    {
        _first = first;
        _second = second;
        _rest = rest;
    }

    // For a word of the window, at the length of the code − 8 × word + 16: which of its bytes are the code's.
    private static ReadOnlySpan<ulong> Masks =>
    [
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        0, 0xFF, 0xFFFF, 0xFF_FFFF, 0xFFFF_FFFF, 0xFF_FFFF_FFFF, 0xFFFF_FFFF_FFFF, 0xFF_FFFF_FFFF_FFFF,
        ulong.MaxValue, ulong.MaxValue, ulong.MaxValue, ulong.MaxValue, ulong.MaxValue, ulong.MaxValue, ulong.MaxValue, ulong.MaxValue, ulong.MaxValue, ulong.MaxValue, ulong.MaxValue,
    ];

    /// <summary>Whether this is the key of no code.</summary>
    public bool IsNone => _rest == 0;

    /// <summary>Where the code goes.</summary>
    public CodeColumn Column => (CodeColumn)(_rest >> 24);

    /// <summary>A part of it.</summary>
    public uint Mark => _rest;

    /// <summary>Makes the key of a code. False for one that is empty, too long or too near the end of the text to be read in whole words.</summary>
    /// <param name="text">What the slice refers to.</param>
    /// <param name="code">The code in it, as sent.</param>
    /// <param name="column">Where it goes.</param>
    /// <param name="key">The key.</param>
    public static bool TryMake(ReadOnlySpan<byte> text, Slice code, CodeColumn column, out CodeKey key)
    {
        var length = code.Length;
        if ((uint)(length - 1) >= CodeText.MaxLength || code.Offset > text.Length - Window)
        {
            key = default;
            return false;
        }

        var window = text.Slice(code.Offset, Window);
        var masks = Masks;
        key = new CodeKey(
            BinaryPrimitives.ReadUInt64LittleEndian(window) & masks[length + 16],
            BinaryPrimitives.ReadUInt64LittleEndian(window[8..]) & masks[length + 8],
            (uint)(BinaryPrimitives.ReadUInt64LittleEndian(window[16..]) & masks[length]) | ((uint)length << 16) | ((uint)column << 24));
        return true;
    }

    /// <summary>Whether two keys are of the same bytes and column.</summary>
    public bool Is(in CodeKey other) => _first == other._first && _second == other._second && _rest == other._rest;

    /// <summary>64 bits of which the highest depend on every byte.</summary>
    public ulong Hash()
    {
        var hash = (_first * 0x9E37_79B9_7F4A_7C15) ^ (_second * 0xC2B2_AE3D_27D4_EB4F) ^ (_rest * 0x1656_67B1_9E37_79F9UL);
        return (hash ^ (hash >> 32)) * 0x9FB2_1C65_1E98_DF25;
    }
}
