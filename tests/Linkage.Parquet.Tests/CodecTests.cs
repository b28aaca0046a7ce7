using System.IO.Compression;
using Linkage.Parquet.Pages;
using Linkage.Testing;

namespace Linkage.Parquet.Tests;

/// <summary>Pages through every codec, unpacked again by somebody else's code; what readers make of whole files is in <see cref="ReadersAgreeTests"/>.</summary>
[Collection(nameof(AllocationsCounted))]
public sealed class CodecTests
{
    public static TheoryData<Codec> All => [.. Enum.GetValues<Codec>().Where(codec => codec != Codec.None)];

    [SkippableTheory]
    [MemberData(nameof(All))]
    public void A_context_serves_page_after_page(Codec codec)
    {
        ParquetOptions options = Options(codec);
        using PageCodecs codecs = new();
        codecs.Prepare(options);
        ByteBuffer output = new();
        Random random = new(31);
        foreach (int length in (int[])[0, 1, 100, 65_536, 1, 1_000_000])
        {
            byte[] page = new byte[length];
            random.NextBytes(page.AsSpan(length / 2));
            int before = output.Length;
            codecs.Compress(page, options, output);
            codecs.Compress(page, options, output);
            int size = (output.Length - before) / 2;
            // The same page in the same state is the same bytes, and half of it is zeros.
            Assert.Equal(output.Written.Slice(before, size).ToArray(), output.Written.Slice(before + size, size).ToArray());
            Assert.InRange(size, 1, (length * 6 / 10) + 40);
        }
    }

    [SkippableFact]
    public void Gzip_members_are_what_others_unpack_at_every_level()
    {
        ParquetOptions options = Options(Codec.Gzip);
        using PageCodecs codecs = new();
        codecs.Prepare(options);
        byte[] page = new byte[50_000];
        new Random(32).NextBytes(page.AsSpan(0, 10_000));
        List<int> sizes = [];
        for (int level = 1; level <= 9; level++)
        {
            ByteBuffer output = new();
            codecs.Compress(page, options with { GzipLevel = level }, output);
            using MemoryStream packed = new(output.Written.ToArray());
            using GZipStream gzip = new(packed, CompressionMode.Decompress);
            using MemoryStream plain = new();
            gzip.CopyTo(plain);
            Assert.Equal(page, plain.ToArray());
            sizes.Add(output.Length);
        }

        Assert.True(sizes.Distinct().Count() > 1, "levels make no difference");
    }

    [SkippableTheory]
    [MemberData(nameof(All))]
    public void A_page_allocates_nothing(Codec codec)
    {
        ParquetOptions options = Options(codec);
        using PageCodecs codecs = new();
        codecs.Prepare(options);
        ByteBuffer output = new();
        byte[] page = new byte[100_000];
        codecs.Compress(page, options, output);
        Assert.Equal(0, Allocations.Least(() =>
        {
            output.Clear();
            codecs.Compress(page, options, output);
        }));
    }

    [Fact]
    public void A_missing_library_is_named_with_its_package()
    {
        CodecLibrary absent = new("libzstd-absent.so.1", "libzstd1");
        Assert.False(absent.IsPresent);
        DllNotFoundException missing = Assert.Throws<DllNotFoundException>(absent.Require);
        Assert.Contains("libzstd-absent.so.1", missing.Message, StringComparison.Ordinal);
        Assert.Contains("package libzstd1", missing.Message, StringComparison.Ordinal);
        Assert.Null(new ParquetOptions { Codec = Codec.None }.MissingLibrary());
    }

    private static ParquetOptions Options(Codec codec)
    {
        ParquetOptions options = new() { Codec = codec };
        Skip.If(options.MissingLibrary() is not null, options.MissingLibrary());
        return options;
    }
}
