using Linkage.Parquet.Format;
using Linkage.Parquet.Pages;

namespace Linkage.Parquet.Reading;

/// <summary>Takes pages back from the codec they are stored with. Not thread-safe.</summary>
internal sealed class PageDecompressor : IDisposable
{
    private ZstdDecompressor? _zstd;
    private bool _hasSnappy;
    private bool _hasLz4;

    /// <summary>Fills <paramref name="output"/> with what <paramref name="stored"/> holds.</summary>
    /// <exception cref="InvalidDataException">The bytes are damaged, hold another number of bytes, or are of a codec this program does not read.</exception>
    public void Decompress(CompressionCodec codec, ReadOnlySpan<byte> stored, Span<byte> output)
    {
        long length;
        switch (codec)
        {
            case CompressionCodec.Uncompressed:
                if (stored.Length == output.Length)
                    stored.CopyTo(output);
                length = stored.Length;
                break;
            case CompressionCodec.Zstd:
                _zstd ??= new ZstdDecompressor();
                length = _zstd.Decompress(stored, output);
                break;
            case CompressionCodec.Snappy:
                Require(CodecLibrary.Snappy, ref _hasSnappy);
                length = OneShotDecompression.Snappy(stored, output);
                break;
            case CompressionCodec.Lz4Raw:
                Require(CodecLibrary.Lz4, ref _hasLz4);
                length = OneShotDecompression.Lz4(stored, output);
                break;
            case CompressionCodec.Gzip:
                length = OneShotDecompression.Gzip(stored, output);
                break;
            default:
                throw new InvalidDataException($"it is compressed with codec {(int)codec}, which this program does not read");
        }

        if (length != output.Length)
            throw new InvalidDataException($"it holds {length} bytes, its header says {output.Length}");
    }

    /// <inheritdoc/>
    public void Dispose() => _zstd?.Dispose();

    // Looked for once, not with every page.
    private static void Require(CodecLibrary library, ref bool found)
    {
        if (found)
            return;
        library.Require();
        found = true;
    }
}
