using System.Runtime.InteropServices;

namespace Linkage.Parquet.Pages;

/// <summary>
/// Frames of pages whose repetitions are known (<see cref="RepeatList"/>): zstd is told the matches and only codes them, which takes a fraction of the time and, at low levels, of the
/// bytes. The frames are ordinary ones. The function is one that zstd calls experimental: it is used where the library has it and passes a check of its own at first use.
/// </summary>
internal sealed unsafe partial class ZstdCompressor
{
    /// <summary>Entries up to this are worth it; behind larger ones the search finds what there is.</summary>
    public const int MaxEntry = 1 << 12;

    // ZSTD_c_blockDelimiters and ZSTD_c_searchForExternalRepcodes; the latter came later, and versions before it search anyway.
    private const int BlockDelimiters = 1008;
    private const int SearchRepeatedOffsets = 1016;

    private static readonly Lazy<bool> Known = new(TryRepeats);
    private SequenceList? _sequences;
    private bool _prepared;

    /// <summary>Whether the library can be told of repetitions.</summary>
    public static bool TakesRepeats => Known.Value;

    /// <summary>Appends one frame that holds <paramref name="input"/>.</summary>
    /// <param name="input">A page.</param>
    /// <param name="leading">Bytes before its first entry.</param>
    /// <param name="repeats">Its entries, all of them.</param>
    /// <param name="level">zstd's level: how it codes what it is told.</param>
    /// <param name="output">Where to.</param>
    public void CompressRepeats(ReadOnlySpan<byte> input, int leading, RepeatList repeats, int level, ByteBuffer output)
    {
        ObjectDisposedException.ThrowIf(IsClosed, this);
        SetLevel(level);
        if (!_prepared)
        {
            Check(ZstdLibrary.SetParameter(handle, BlockDelimiters, 1));
            _ = ZstdLibrary.SetParameter(handle, SearchRepeatedOffsets, 1);
            _prepared = true;
        }

        _sequences ??= new SequenceList();
        _sequences.Build(leading, repeats);
        ReadOnlySpan<SequenceList.Sequence> sequences = _sequences.All;
        Span<byte> room = output.Reserve(checked((int)ZstdLibrary.CompressBound((nuint)input.Length)));
        nuint length;
        fixed (byte* source = input, destination = room)
        fixed (SequenceList.Sequence* first = sequences)
            length = ZstdLibrary.CompressSequences(handle, destination, (nuint)room.Length, first, (nuint)sequences.Length, source, (nuint)input.Length);
        Check(length);
        output.Advance((int)length);
    }

    /// <summary>Whether the function is there and what it makes of a page comes back as it was.</summary>
    private static bool TryRepeats()
    {
        if (!NativeLibrary.TryLoad(ZstdLibrary.Name, typeof(ZstdCompressor).Assembly, null, out nint library) ||
            !NativeLibrary.TryGetExport(library, "ZSTD_compressSequences", out _))
        {
            return false;
        }

        ByteBuffer page = new(), frame = new();
        RepeatList repeats = new();
        FillTrial(page, repeats);
        using ZstdCompressor compressor = new();
        using Reading.ZstdDecompressor decompressor = new();
        byte[] back = new byte[page.Length];
        try
        {
            compressor.CompressRepeats(page.Written, 0, repeats, 1, frame);
            return decompressor.Decompress(frame.Written, back) == back.Length && page.Written.SequenceEqual(back);
        }
        catch (Exception e) when (e is InvalidOperationException or InvalidDataException)
        {
            // This version does not know the setting, or means something else by it.
            return false;
        }
    }

    /// <summary>Entries with short runs, a long one, and changes of length that share nothing: several blocks.</summary>
    private static void FillTrial(ByteBuffer page, RepeatList repeats)
    {
        Span<byte> value = stackalloc byte[11];
        int before = 0;
        for (int i = 0; i < 5000; i++)
        {
            int times = i == 2500 ? 20_000 : 1 + (i % 5);
            int length = i % 97 == 96 ? 7 : 11;
            value.Fill((byte)'0');
            System.Buffers.Text.Utf8Formatter.TryFormat((uint)i * 2_654_435_761u, value, out _);
            int entry = length + sizeof(int);
            page.WriteByteArray(value[..length]);
            Span<byte> written = page.Written;
            repeats.Add(entry, times, before == entry ? written[^(2 * entry)..^entry].CommonPrefixLength(written[^entry..]) : 0);
            for (int copy = 1; copy < times; copy++)
                page.WriteByteArray(value[..length]);
            before = entry;
        }
    }
}
