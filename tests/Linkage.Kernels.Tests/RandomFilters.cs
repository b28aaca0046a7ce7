namespace Linkage.Kernels.Tests;

/// <summary>Filters of 1,024 bits to test with: each has a density of its own.</summary>
internal static class RandomFilters
{
    /// <summary>Filters one behind the other; densities are spread evenly from <paramref name="least"/> to <paramref name="most"/>, 0 and 1 among them when asked for.</summary>
    public static ulong[] Make(Random random, int count, double least = 0, double most = 1)
    {
        var words = new ulong[count * FilterBlocks.FilterWords];
        for (var i = 0; i < count; i++)
        {
            var density = least + ((most - least) * i / Math.Max(1, count - 1));
            Fill(random, density, words.AsSpan(i * FilterBlocks.FilterWords, FilterBlocks.FilterWords));
        }

        // In no order of density.
        for (var i = count - 1; i > 0; i--)
        {
            var other = random.Next(i + 1);
            Span<ulong> a = Of(words, i), b = Of(words, other);
            for (var word = 0; word < FilterBlocks.FilterWords; word++)
                (a[word], b[word]) = (b[word], a[word]);
        }

        return words;
    }

    /// <summary>One of them.</summary>
    public static Span<ulong> Of(ulong[] words, int filter) => words.AsSpan(filter * FilterBlocks.FilterWords, FilterBlocks.FilterWords);

    /// <summary>A tile of all of them.</summary>
    public static FilterTile Tile(ulong[] words)
    {
        var count = words.Length / FilterBlocks.FilterWords;
        var tile = new FilterTile(Math.Max(1, count));
        for (var i = 0; i < count; i++)
            tile.Add(Of(words, i));
        return tile;
    }

    private static void Fill(Random random, double density, Span<ulong> words)
    {
        // To 16 binary places: bit by bit of the density, from the last, each an "or" or an "and" with chance.
        var places = (int)Math.Round(density * 65536);
        if (places == 65536)
        {
            words.Fill(ulong.MaxValue);
            return;
        }

        words.Clear();
        for (var place = 0; place < 16; place++)
        {
            foreach (ref var word in words)
            {
                var chance = (ulong)random.NextInt64(long.MinValue, long.MaxValue);
                word = ((places >> place) & 1) == 1 ? word | chance : word & chance;
            }
        }
    }
}
