using System.Runtime.InteropServices;

namespace Linkage.Parquet.Pages;

/// <summary>
/// A page as zstd's sequences: literals, then a match some bytes back. Split into blocks of the size zstd allows, each closed by literals without a match.
/// </summary>
/// <remarks>ZSTD_Sequence of https://github.com/facebook/zstd/blob/dev/lib/zstd.h</remarks>
internal sealed class SequenceList
{
    /// <summary>Bytes of a block at most (ZSTD_BLOCKSIZE_MAX).</summary>
    private const int MaxBlock = 1 << 17;

    /// <summary>Shortest match that every version takes.</summary>
    private const int MinMatch = 4;

    private Sequence[] _sequences = [];
    private int _count;
    private int _literals;
    private int _block;

    /// <summary>The page's sequences.</summary>
    public ReadOnlySpan<Sequence> All => _sequences.AsSpan(0, _count);

    /// <summary>Makes the sequences of a page.</summary>
    /// <param name="leading">Bytes before the first entry: levels.</param>
    /// <param name="repeats">The page's entries.</param>
    public void Build(int leading, RepeatList repeats)
    {
        _count = 0;
        _literals = 0;
        _block = 0;
        Skip(leading);
        int entry = 0, match = 0;
        foreach (RepeatList.Run run in repeats.Runs)
        {
            // The repeats of the entry before run on into what this one shares with it: both lie one entry back.
            int shared = match + run.Shared >= MinMatch ? run.Shared : 0;
            Match(entry, match + shared);
            Skip(run.Entry - shared);
            entry = run.Entry;
            match = entry * (run.Times - 1);
        }

        Match(entry, match);
        EndBlock();
    }

    private void Skip(int literals)
    {
        while (literals > 0)
        {
            if (_block == MaxBlock)
                EndBlock();
            int taken = Math.Min(literals, MaxBlock - _block);
            _literals += taken;
            _block += taken;
            literals -= taken;
        }
    }

    private void Match(int back, int length)
    {
        while (length > 0)
        {
            // No part may be shorter than a match can be.
            if (MaxBlock - _block < 2 * MinMatch)
                EndBlock();
            int taken = Math.Min(length, MaxBlock - _block);
            if (length - taken is > 0 and < MinMatch)
                taken -= MinMatch;
            Add(new Sequence((uint)back, (uint)_literals, (uint)taken, 0));
            _literals = 0;
            _block += taken;
            length -= taken;
        }
    }

    private void EndBlock()
    {
        Add(new Sequence(0, (uint)_literals, 0, 0));
        _literals = 0;
        _block = 0;
    }

    private void Add(Sequence sequence)
    {
        if (_count == _sequences.Length)
            Array.Resize(ref _sequences, Math.Max(1024, 2 * _count));
        _sequences[_count++] = sequence;
    }

    /// <summary>ZSTD_Sequence.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal readonly record struct Sequence(uint Offset, uint Literals, uint Match, uint Repeat);
}
