using System.Runtime.CompilerServices;

namespace Linkage.Kernels;

/// <summary>HMAC-SHA-256 of as many messages at once as a vector has lanes.</summary>
internal readonly unsafe ref struct KeyedHashLanes<TVector, TLanes>
    where TVector : unmanaged
    where TLanes : struct, ILanes<TVector>
{
    // (64 + 15) and (64 + 31) bytes: what leaves words 4 to 14, and 8 to 14, of the block zero.
    private const uint ShortBits = (64 + 15) * 8;
    private const uint HalfBits = (64 + 31) * 8;

    // Bits of the outer hash: the key's block and the inner hash.
    private const uint OuterBits = (64 + 32) * 8;

    private readonly uint* _keys;
    private readonly TVector* _inner;
    private readonly TVector* _outer;
    private readonly TVector* _state;
    private readonly TVector* _next;
    private readonly byte* _staging;

    /// <summary>Takes the states of the keys (<see cref="KeyState"/>) and <see cref="ScratchSize"/> bytes, in which secrets are left.</summary>
    public KeyedHashLanes(uint* keys, TVector* scratch)
    {
        _keys = keys;
        _inner = scratch;
        _outer = _inner + Sha256<TVector, TLanes>.ScheduleLength;
        _state = _outer + Sha256<TVector, TLanes>.ScheduleLength;
        _next = _state + Sha256<TVector, TLanes>.StateLength;
        _staging = (byte*)(_next + Sha256<TVector, TLanes>.StateLength);
        _outer[8] = TLanes.Broadcast(0x80000000);
        for (var i = 9; i < 15; i++)
            _outer[i] = TLanes.Zero;
        _outer[15] = TLanes.Broadcast(OuterBits);
    }

    /// <summary>Bytes of scratch memory: two schedules, two states, a block of every lane.</summary>
    public static int ScratchSize =>
        (2 * (Sha256<TVector, TLanes>.ScheduleLength + Sha256<TVector, TLanes>.StateLength) * sizeof(TVector)) + (TLanes.Count * KeyedMessages.BlockSize);

    /// <summary>MACs of messages of one block. The last group reads and writes as if it were full.</summary>
    /// <param name="blocks">64 bytes a message: message, 0x80, zeros.</param>
    /// <param name="bits">Bits hashed inside, one number a message.</param>
    /// <param name="keys">Number of the key, one a message.</param>
    /// <param name="macs">32 bytes a message.</param>
    /// <param name="count">Messages.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Compute(byte* blocks, uint* bits, uint* keys, byte* macs, int count)
    {
        for (var i = 0; i < count; i += TLanes.Count)
        {
            Inner(blocks, TLanes.Load(bits));
            LoadStates(_keys, keys);
            Sha256<TVector, TLanes>.Compress(_state, _inner, _outer);
            Outer(keys, macs);
            blocks += TLanes.Count * 64;
            bits += TLanes.Count;
            keys += TLanes.Count;
            macs += TLanes.Count * 32;
        }
    }

    /// <summary>MACs of messages of several blocks; a lane whose message has ended keeps its state while the others go on.</summary>
    /// <param name="messages">As many as there are lanes, or fewer.</param>
    /// <param name="blocks">What they are offsets into.</param>
    /// <param name="keys">Number of the key, one a message of the queue.</param>
    /// <param name="macs">32 bytes a message of the queue.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Compute(ReadOnlySpan<LongMessage> messages, byte* blocks, uint* keys, byte* macs)
    {
        var laneKeys = stackalloc uint[TLanes.Count];
        var laneBlocks = stackalloc uint[TLanes.Count];
        var most = 0;
        for (var i = 0; i < TLanes.Count; i++)
        {
            var message = OfLane(messages, i);
            laneKeys[i] = keys[message.Number];
            laneBlocks[i] = (uint)message.Blocks;
            most = Math.Max(most, message.Blocks);
        }

        LoadStates(_keys, laneKeys);
        for (var block = 0; block < most; block++)
        {
            for (var i = 0; i < TLanes.Count; i++)
            {
                var message = OfLane(messages, i);
                Unsafe.CopyBlock(_staging + (i * 64), blocks + message.Start + (Math.Min(block, message.Blocks - 1) * 64), 64);
            }

            for (var i = 0; i < 16; i += 4)
                LoadWords(_staging + (i * 4), _inner + i);
            Sha256<TVector, TLanes>.Expand(_inner);
            Sha256<TVector, TLanes>.Compress(_state, _inner, _next);
            for (var i = 0; i < 8; i++)
                _state[i] = TLanes.SelectAbove(TLanes.Load(laneBlocks), TLanes.Broadcast((uint)block), _next[i], _state[i]);
        }

        for (var i = 0; i < 8; i++)
            _outer[i] = _state[i];
        Outer(laneKeys, _staging);
        for (var i = 0; i < messages.Length; i++)
            Unsafe.CopyBlock(macs + (messages[i].Number * (nint)32), _staging + (i * 32), 32);
    }

    // The lanes that have no message repeat the last one.
    private static ref readonly LongMessage OfLane(ReadOnlySpan<LongMessage> messages, int lane) => ref messages[Math.Min(lane, messages.Length - 1)];

    // From the inner hashes, words 0 to 7 of the outer block, to the MACs.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Outer(uint* keys, byte* macs)
    {
        LoadStates(_keys + 8, keys);
        Sha256<TVector, TLanes>.ExpandHalf(_outer);
        Sha256<TVector, TLanes>.Compress(_state, _outer, _state);
        StoreMacs(macs);
    }

    // Words 0 to 31 of the inner block.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Inner(byte* blocks, TVector bits)
    {
        _inner[15] = bits;
        if (!TLanes.AnyAbove(bits, ShortBits))
        {
            LoadWords(blocks, _inner);
            for (var i = 4; i < 15; i++)
                _inner[i] = TLanes.Zero;
            Sha256<TVector, TLanes>.ExpandShort(_inner);
        }
        else if (!TLanes.AnyAbove(bits, HalfBits))
        {
            LoadWords(blocks, _inner);
            LoadWords(blocks + 16, _inner + 4);
            for (var i = 8; i < 15; i++)
                _inner[i] = TLanes.Zero;
            Sha256<TVector, TLanes>.ExpandHalf(_inner);
        }
        else
        {
            for (var i = 0; i < 16; i += 4)
                LoadWords(blocks + (i * 4), _inner + i);
            _inner[14] = TLanes.Zero;
            _inner[15] = bits;
            Sha256<TVector, TLanes>.Expand(_inner);
        }
    }

    // The same four words of all messages; lane i is message i.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void LoadWords(byte* blocks, TVector* words)
    {
        var x0 = TLanes.ReverseBytes(TLanes.LoadPieces(blocks, blocks + 256, blocks + 512, blocks + 768));
        var x1 = TLanes.ReverseBytes(TLanes.LoadPieces(blocks + 64, blocks + 320, blocks + 576, blocks + 832));
        var x2 = TLanes.ReverseBytes(TLanes.LoadPieces(blocks + 128, blocks + 384, blocks + 640, blocks + 896));
        var x3 = TLanes.ReverseBytes(TLanes.LoadPieces(blocks + 192, blocks + 448, blocks + 704, blocks + 960));
        TLanes.Transpose(ref x0, ref x1, ref x2, ref x3);
        words[0] = x0;
        words[1] = x1;
        words[2] = x2;
        words[3] = x3;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void LoadStates(uint* states, uint* keys)
    {
        if (TLanes.AllEqual(TLanes.Load(keys), TLanes.Broadcast(keys[0])))
        {
            var state = states + (keys[0] * (nuint)16);
            for (var i = 0; i < 8; i++)
                _state[i] = TLanes.Broadcast(state[i]);
        }
        else
        {
            LoadMixedStates((byte*)states, keys, _state);
            LoadMixedStates((byte*)states + 16, keys, _state + 4);
        }
    }

    // Four words of the states of as many keys as there are lanes.
    private static void LoadMixedStates(byte* states, uint* keys, TVector* words)
    {
        var x0 = LoadPieces(states, keys);
        var x1 = LoadPieces(states, keys + 1);
        var x2 = LoadPieces(states, keys + 2);
        var x3 = LoadPieces(states, keys + 3);
        TLanes.Transpose(ref x0, ref x1, ref x2, ref x3);
        words[0] = x0;
        words[1] = x1;
        words[2] = x2;
        words[3] = x3;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector LoadPieces(byte* states, uint* keys) => TLanes.Count switch
    {
        4 => TLanes.LoadPieces(State(states, keys[0]), null, null, null),
        8 => TLanes.LoadPieces(State(states, keys[0]), State(states, keys[4]), null, null),
        _ => TLanes.LoadPieces(State(states, keys[0]), State(states, keys[4]), State(states, keys[8]), State(states, keys[12])),
    };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static byte* State(byte* states, uint key) => states + (key * (nuint)KeyState.Size);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void StoreMacs(byte* macs)
    {
        for (var i = 0; i < 8; i += 4, macs += 16)
        {
            var x0 = TLanes.ReverseBytes(_state[i]);
            var x1 = TLanes.ReverseBytes(_state[i + 1]);
            var x2 = TLanes.ReverseBytes(_state[i + 2]);
            var x3 = TLanes.ReverseBytes(_state[i + 3]);
            TLanes.Transpose(ref x0, ref x1, ref x2, ref x3);
            TLanes.StorePieces(x0, macs, macs + 128, macs + 256, macs + 384);
            TLanes.StorePieces(x1, macs + 32, macs + 160, macs + 288, macs + 416);
            TLanes.StorePieces(x2, macs + 64, macs + 192, macs + 320, macs + 448);
            TLanes.StorePieces(x3, macs + 96, macs + 224, macs + 352, macs + 480);
        }
    }
}
