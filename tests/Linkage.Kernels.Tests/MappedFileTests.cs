using System.Buffers.Binary;

namespace Linkage.Kernels.Tests;

public sealed class MappedFileTests : IDisposable
{
    private readonly string path = Path.GetTempFileName();

    public void Dispose() => File.Delete(path);

    [Fact]
    public void Sections_read_what_the_file_holds()
    {
        var bytes = new byte[64];
        for (var i = 0; i < 8; i++)
            BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(8 * i), i * 1000L);
        File.WriteAllBytes(path, bytes);
        using var file = MappedFile.Open(path);
        var section = file.Section<long>(16, 6);
        Assert.Equal(6, section.Length);
        for (var i = 0; i < 6; i++)
            Assert.Equal((i + 2) * 1000L, section[i]);
        Assert.Equal([5000L, 6000L], section.Slice(3, 2).ToArray());
        Assert.True(section.Slice(6, 0).IsEmpty);
        Assert.Equal(3, file.SectionOfBytes<long>(32, 31).Length);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(8)]
    [InlineData(long.MaxValue)]
    [InlineData(long.MinValue)]
    public void Elements_outside_are_refused(long index)
    {
        File.WriteAllBytes(path, new byte[64]);
        using var file = MappedFile.Open(path);
        var section = file.Section<long>(0, 8);
        Assert.Throws<ArgumentOutOfRangeException>(() => section[index]);
        Assert.Throws<ArgumentOutOfRangeException>(() => section.Slice(index, 1).Length);
    }

    [Theory]
    [InlineData(-8, 1)]
    [InlineData(0, -1)]
    [InlineData(0, 9)]
    [InlineData(64, 1)]
    [InlineData(72, 0)]
    [InlineData(4, 1)]
    [InlineData(8, long.MaxValue)]
    [InlineData(long.MaxValue - 7, 1)]
    public void Sections_outside_or_askew_are_refused(long offset, long count)
    {
        File.WriteAllBytes(path, new byte[64]);
        using var file = MappedFile.Open(path);
        Assert.Throws<ArgumentOutOfRangeException>(() => file.Section<long>(offset, count));
    }

    [SkippableTheory]
    [InlineData(5 << 20, true)]
    [InlineData(1 << 20, false)]
    public void Large_pages_are_asked_for_where_one_fits(int length, bool asked)
    {
        Skip.IfNot(Directory.Exists("/sys/kernel/mm/transparent_hugepage"), "this system has no large pages");
        File.WriteAllBytes(path, new byte[length]);
        using var file = MappedFile.Open(path);
        Assert.Equal(0, file.Section<byte>(length - 1, 1)[0]);
        var mapping = File.ReadLines("/proc/self/smaps").SkipWhile(l => !l.EndsWith(path, StringComparison.Ordinal)).First(l => l.StartsWith("VmFlags:", StringComparison.Ordinal));
        Assert.Equal(asked, mapping.Split(' ').Contains("hg"));
    }

    [Fact]
    public void A_file_beyond_two_gibibytes_is_reached_to_its_end()
    {
        // Sparse: takes no room on the disk.
        const long length = (3L << 30) + 8;
        using (var stream = new FileStream(path, FileMode.Create))
        {
            stream.SetLength(length);
            stream.Position = length - 8;
            stream.Write("12345678"u8);
        }

        using var file = MappedFile.Open(path);
        Assert.Equal(length, file.Length);
        var bytes = file.Section<byte>(0, length);
        Assert.Equal((byte)'8', bytes[length - 1]);
        Assert.Equal("12345678"u8.ToArray(), bytes.Slice(length - 8, 8).ToArray());
        Assert.Equal(0, file.Section<long>(0, length / 8)[(length / 8) - 2]);
    }

    [Fact]
    public void Empty_missing_and_disposed_files()
    {
        using (var empty = MappedFile.Open(path))
        {
            Assert.Equal(0, empty.Length);
            Assert.Equal(0, empty.Section<long>(0, 0).Length);
        }

        Assert.Throws<FileNotFoundException>(() => MappedFile.Open(path + ".none"));
        File.WriteAllBytes(path, new byte[8]);
        var file = MappedFile.Open(path);
        file.Dispose();
        file.Dispose();
        Assert.Equal(0, file.Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => file.Section<byte>(0, 1));
    }

    [Fact]
    public void A_replaced_file_stays_readable()
    {
        File.WriteAllBytes(path, "old text"u8.ToArray());
        using var file = MappedFile.Open(path);
        var next = path + ".next";
        File.WriteAllBytes(next, "new text"u8.ToArray());
        File.Replace(next, path, null);
        Assert.Equal("old text"u8.ToArray(), file.Section<byte>(0, 8).Slice(0, 8).ToArray());
    }
}
