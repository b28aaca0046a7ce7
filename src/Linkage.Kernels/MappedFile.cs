using System.IO.MemoryMappedFiles;
using System.Runtime.CompilerServices;

namespace Linkage.Kernels;

/// <summary>
/// A file mapped read-only as a whole. In: a path. Out: typed, bounds-checked sections (<see cref="MappedSpan{T}"/>) at any 64-bit offset.
/// Nothing is read before it is touched. A file of at most half the machine's memory is mapped by pages of 2 MiB where the system gives them. The file must not be shortened by others while mapped (replace it by rename instead);
/// nothing may read a section after <see cref="Dispose"/>.
/// </summary>
public sealed unsafe class MappedFile : IDisposable
{
    private readonly MemoryMappedFile? file;
    private readonly MemoryMappedViewAccessor? view;
    private byte* start;

    private MappedFile(MemoryMappedFile? file, MemoryMappedViewAccessor? view, long length)
    {
        this.file = file;
        this.view = view;
        Length = length;
        // Takes a reference on the view: it stays mapped until Dispose gives it back.
        view?.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
        // A larger file does not stay in memory: to read 2 MiB for the sake of a row, again and again, would cost more than the large pages save.
        if (length <= GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 2)
            LargePages.Ask(start, length);
    }

    /// <summary>Bytes of the file when it was opened; 0 after <see cref="Dispose"/>.</summary>
    public long Length { get; private set; }

    /// <summary>Maps a file. Throws what opening a file throws (<see cref="IOException"/>, <see cref="UnauthorizedAccessException"/>).</summary>
    public static MappedFile Open(string path)
    {
        using var stream = new FileStream(path, new FileStreamOptions { Mode = FileMode.Open, Access = FileAccess.Read, Share = FileShare.Read | FileShare.Delete, BufferSize = 0 });
        var length = stream.Length;
        // The system refuses to map nothing.
        if (length == 0)
            return new MappedFile(null, null, 0);
        // The mapping keeps its own reference to the file: the stream may go.
        var mapping = MemoryMappedFile.CreateFromFile(stream, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
        try
        {
            return new MappedFile(mapping, mapping.CreateViewAccessor(0, length, MemoryMappedFileAccess.Read), length);
        }
        catch
        {
            mapping.Dispose();
            throw;
        }
    }

    /// <summary>
    /// <paramref name="count"/> elements from byte <paramref name="offset"/>. <see cref="ArgumentOutOfRangeException"/> when they do not lie within the
    /// file or the offset is not a multiple of the element's natural alignment (8 bytes at most).
    /// </summary>
    public MappedSpan<T> Section<T>(long offset, long count)
        where T : unmanaged
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        var size = Unsafe.SizeOf<T>();
        if (offset % Math.Min(size, 8) != 0)
            throw new ArgumentOutOfRangeException(nameof(offset), offset, $"must be a multiple of {Math.Min(size, 8)}");
        if (offset > Length || count > (Length - offset) / size)
            throw new ArgumentOutOfRangeException(nameof(count), count, $"elements of {size} bytes at {offset} do not fit a file of {Length} bytes");
        return new MappedSpan<T>((T*)(start + offset), count);
    }

    /// <summary>Likewise, by length in bytes; a remainder shorter than an element is left out.</summary>
    public MappedSpan<T> SectionOfBytes<T>(long offset, long length)
        where T : unmanaged => Section<T>(offset, length / Unsafe.SizeOf<T>());

    /// <inheritdoc/>
    public void Dispose()
    {
        if (start is not null)
        {
            start = null;
            view!.SafeMemoryMappedViewHandle.ReleasePointer();
        }

        Length = 0;
        view?.Dispose();
        file?.Dispose();
    }
}
