namespace Linkage.Kernels.Tests;

/// <summary>A block is one holder's alone, from when it is taken until it is given back.</summary>
public sealed class BlocksTests
{
    [Fact]
    public void Blocks_of_all_types_and_threads_do_not_touch_one_another() => Parallel.For(0, 8, static thread =>
    {
        var random = new Random(thread);
        var bytes = new List<(Block<bool> Block, bool Value)>();
        var numbers = new List<(Block<int> Block, int Value)>();
        var doubles = new List<(Block<double> Block, double Value)>();
        for (var step = 0; step < 600; step++)
        {
            Step(random, bytes, random.Next(2) == 0);
            Step(random, numbers, random.Next());
            Step(random, doubles, random.NextDouble());
        }

        Return(bytes, 0);
        Return(numbers, 0);
        Return(doubles, 0);
    });

    [Fact]
    public void What_was_given_back_is_taken_again()
    {
        // Of a type that no other test takes: nobody else gives back or takes between.
        var block = Blocks.Take<short>();
        block.Values.Fill(7);
        Blocks.Return(block);
        var again = Blocks.Take<short>();
        again.Values[5] = 8;
        Assert.Equal(8, block.Values[5]);
        Assert.NotEqual(8, Blocks.Take<short>().Values[5] = 9);
        Assert.Equal(8, again.Values[5]);
    }

    [Fact]
    public void No_block_is_none()
    {
        Assert.True(default(Block<int>).IsNone);
        Assert.Throws<ArgumentException>(static () => Blocks.Return(default(Block<int>)));
        Assert.True(default(Block<long>).Values.IsEmpty);
        Assert.Throws<IndexOutOfRangeException>(static () => Blocks.Take<int>().Values[Blocks.Length]);
    }

    private static void Step<T>(Random random, List<(Block<T> Block, T Value)> held, T value)
        where T : unmanaged, IEquatable<T>
    {
        var block = Blocks.Take<T>();
        Assert.Equal(Blocks.Length, block.Values.Length);
        block.Values.Fill(value);
        held.Add((block, value));
        if (random.Next(20) == 0)
            Return(held, random.Next(held.Count));
    }

    private static void Return<T>(List<(Block<T> Block, T Value)> held, int keep)
        where T : unmanaged, IEquatable<T>
    {
        foreach (var (block, value) in held)
            Assert.Equal(-1, block.Values.IndexOfAnyExcept(value));
        foreach (var (block, _) in held[keep..])
            Blocks.Return(block);
        held.RemoveRange(keep, held.Count - keep);
    }
}
