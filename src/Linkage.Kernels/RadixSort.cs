namespace Linkage.Kernels;

/// <summary>Stable sort of words by their high 32 bits, least significant byte first; bytes that do not vary cost one counting pass and no move.</summary>
public static class RadixSort
{
    /// <summary>Sorts <paramref name="words"/> in place.</summary>
    /// <param name="words">Words to sort; the low 32 bits travel with the high ones.</param>
    /// <param name="scratch">At least as long as <paramref name="words"/>.</param>
    public static void ByHighWord(Span<ulong> words, Span<ulong> scratch)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(scratch.Length, words.Length, nameof(scratch));
        if (words.Length < 2)
        {
            return;
        }

        Span<int> counts = stackalloc int[4 * 256];
        counts.Clear();
        foreach (var word in words)
        {
            counts[(int)(word >> 32) & 255]++;
            counts[256 + ((int)(word >> 40) & 255)]++;
            counts[512 + ((int)(word >> 48) & 255)]++;
            counts[768 + (int)(word >> 56)]++;
        }

        var from = words;
        var to = scratch[..words.Length];
        for (var digit = 0; digit < 4; digit++)
        {
            var buckets = counts.Slice(digit * 256, 256);
            var shift = 32 + (digit * 8);
            if (buckets[(int)(from[0] >> shift) & 255] == words.Length)
            {
                continue;
            }

            var next = 0;
            for (var b = 0; b < 256; b++)
            {
                var count = buckets[b];
                buckets[b] = next;
                next += count;
            }

            foreach (var word in from)
            {
                to[buckets[(int)(word >> shift) & 255]++] = word;
            }

            var swap = from;
            from = to;
            to = swap;
        }

        if (from != words)
        {
            from.CopyTo(words);
        }
    }
}
