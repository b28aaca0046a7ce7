using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Linkage.Kernels.Tests;

/// <summary>
/// Bytes that end where a page begins that must not be touched, and begin behind another one: a kernel that reads or writes beyond its span ends the process instead of
/// going unseen.
/// </summary>
internal sealed unsafe class GuardedMemory : IDisposable
{
    private const int ReadWrite = 3;
    private const int PrivateAnonymous = 0x22;
    private readonly int _page = Environment.SystemPageSize;
    private readonly nuint _mapped;
    private readonly byte* _start;
    private readonly int _length;

    /// <summary>Room for spans of up to <paramref name="length"/> bytes.</summary>
    public GuardedMemory(int length)
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "guard pages are made with Linux' mmap");
        _length = length;
        var inner = (length + _page - 1) / _page * _page;
        _mapped = (nuint)(inner + (2 * _page));
        _start = (byte*)Map(null, _mapped, 0, PrivateAnonymous, -1, 0);
        if (_start == (byte*)-1 || Protect(_start + _page, (nuint)inner, ReadWrite) != 0)
            throw new Win32Exception(Marshal.GetLastPInvokeError());
    }

    /// <summary>The last <paramref name="length"/> bytes before the page behind.</summary>
    public Span<byte> AtEnd(int length)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, _length);
        return new Span<byte>(_start + _mapped - _page - length, length);
    }

    /// <summary>The first <paramref name="length"/> bytes behind the page before.</summary>
    public Span<byte> AtStart(int length)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, _length);
        return new Span<byte>(_start + _page, length);
    }

    /// <inheritdoc/>
    public void Dispose() => _ = Unmap(_start, _mapped);

    [DllImport("libc", EntryPoint = "mmap", SetLastError = true)]
    private static extern void* Map(void* address, nuint length, int protection, int flags, int file, nint offset);

    [DllImport("libc", EntryPoint = "mprotect", SetLastError = true)]
    private static extern int Protect(void* address, nuint length, int protection);

    [DllImport("libc", EntryPoint = "munmap", SetLastError = true)]
    private static extern int Unmap(void* address, nuint length);
}
