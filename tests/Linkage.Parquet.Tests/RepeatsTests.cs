using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Linkage.Parquet.Columns;
using Linkage.Parquet.Pages;
using Linkage.Parquet.Reading;

namespace Linkage.Parquet.Tests;

/// <summary>Pages of which zstd is told the repetitions must hold the same bytes as any others.</summary>
public sealed class RepeatsTests
{
    [SkippableFact]
    public void Whatever_repeats_comes_back()
    {
        Skip.IfNot(ZstdCompressor.TakesRepeats, "this libzstd cannot be told of repetitions");
        Gen<(string Text, int Times)> runs =
            from start in Gen.Elements("", "G", "GP0000", "a long beginning that many values have in common ", "é☃")
            from end in Gen.Choose(0, 2000)
            from times in Gen.Frequency((8, Gen.Choose(1, 6)), (1, Gen.Choose(1, 3000)), (1, Gen.Constant(30_000)))
            select ($"{start}{end}", times);
        using ZstdCompressor compressor = new();
        using ZstdDecompressor decompressor = new();
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(150).WithEndSize(400),
            Prop.ForAll(runs.NonEmptyListOf().ToArbitrary(), Gen.Choose(0, 300_000).ToArbitrary(), (page, leading) =>
            {
                ByteBuffer bytes = new(), frame = new();
                bytes.Write(new byte[leading]);
                TextPage text = new();
                text.Begin(TextEncoding.PlainTold, page.Sum(run => run.Times), bytes);
                byte[] previous = [];
                foreach ((string run, int times) in page)
                {
                    byte[] value = Encoding.UTF8.GetBytes(run);
                    text.Append(value, previous, times);
                    previous = value;
                }

                text.End();
                Assert.Equal(bytes.Length - leading, text.PlainBytes);
                compressor.CompressRepeats(bytes.Written, leading, text.Repeats, 1, frame);
                byte[] back = new byte[bytes.Length];
                Assert.Equal(back.Length, decompressor.Decompress(frame.Written, back));
                Assert.True(bytes.Written.SequenceEqual(back), "the page came back changed");
            }));
    }

    [SkippableFact]
    public void What_is_told_need_not_be_searched_and_is_smaller()
    {
        Skip.IfNot(ZstdCompressor.TakesRepeats, "this libzstd cannot be told of repetitions");
        Random random = new(31);
        ByteBuffer bytes = new(), told = new(), searched = new();
        TextPage text = new();
        text.Begin(TextEncoding.PlainTold, 40_000, bytes);
        byte[] previous = [];
        for (int i = 0; i < 5000; i++)
        {
            byte[] value = Encoding.UTF8.GetBytes($"G{random.NextInt64(10_000_000_000):D10}");
            text.Append(value, previous, 1 + random.Next(7));
            previous = value;
        }

        using ZstdCompressor compressor = new();
        compressor.CompressRepeats(bytes.Written, 0, text.Repeats, 1, told);
        compressor.Compress(bytes.Written, 1, searched);
        Assert.InRange(told.Length, 1, searched.Length * 9 / 10);
    }
}
