using Linkage.Parquet.Format;

namespace Linkage.Parquet.Pages;

/// <summary>The codecs' contexts of one thread, each made when first used. In: a page. Out: its compressed form, without an object of its own.</summary>
internal sealed class PageCodecs : IDisposable
{
    private ZstdCompressor? _zstd;
    private GzipCompressor? _gzip;

    /// <summary>parquet.thrift's number of a codec.</summary>
    public static CompressionCodec Number(Codec codec) => codec switch
    {
        Codec.None => CompressionCodec.Uncompressed,
        Codec.Zstd => CompressionCodec.Zstd,
        Codec.Snappy => CompressionCodec.Snappy,
        Codec.Lz4Raw => CompressionCodec.Lz4Raw,
        Codec.Gzip => CompressionCodec.Gzip,
        _ => throw new ArgumentOutOfRangeException(nameof(codec), codec, "Not a codec."),
    };

    /// <summary>Fails early and clearly where the codec's library is missing.</summary>
    /// <exception cref="DllNotFoundException">It is; the message says what to install.</exception>
    public void Prepare(ParquetOptions options)
    {
        switch (options.Codec)
        {
            case Codec.Zstd:
                _zstd ??= new ZstdCompressor();
                break;
            case Codec.Gzip:
                _gzip ??= new GzipCompressor(options.GzipLevel);
                break;
            default:
                CodecLibrary.Of(options.Codec)?.Require();
                break;
        }
    }

    /// <summary>Appends a page compressed by the options' codec, which is not None and has been prepared.</summary>
    public void Compress(ReadOnlySpan<byte> page, ParquetOptions options, ByteBuffer output)
    {
        switch (options.Codec)
        {
            case Codec.Zstd:
                _zstd!.Compress(page, options.ZstdLevel, output);
                break;
            case Codec.Snappy:
                SnappyLibrary.Compress(page, output);
                break;
            case Codec.Lz4Raw:
                Lz4Library.Compress(page, output);
                break;
            case Codec.Gzip:
                _gzip!.Compress(page, options.GzipLevel, output);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(options), options.Codec, "Not a codec that compresses.");
        }
    }

    /// <summary>Appends a page of which it is known what repeats, compressed by zstd (<see cref="ZstdCompressor.TakesRepeats"/>).</summary>
    public void CompressRepeats(ReadOnlySpan<byte> page, int leading, RepeatList repeats, ParquetOptions options, ByteBuffer output) =>
        _zstd!.CompressRepeats(page, leading, repeats, options.ZstdLevel, output);

    /// <inheritdoc/>
    public void Dispose()
    {
        _zstd?.Dispose();
        _gzip?.Dispose();
    }
}
