using System.Runtime.InteropServices;

namespace Linkage.Parquet.Pages;

/// <summary>A codec's library as the dynamic linker knows it, and the Debian package that has it.</summary>
internal sealed record CodecLibrary(string Name, string Package)
{
    public static readonly CodecLibrary Zstd = new(ZstdLibrary.Name, "libzstd1");
    public static readonly CodecLibrary Snappy = new(SnappyLibrary.Name, "libsnappy1v5");
    public static readonly CodecLibrary Lz4 = new(Lz4Library.Name, "liblz4-1");
    public static readonly CodecLibrary Zlib = new(ZlibLibrary.Name, "zlib1g");

    /// <summary>What a codec needs; null for no compression.</summary>
    public static CodecLibrary? Of(Codec codec) => codec switch
    {
        Codec.Zstd => Zstd,
        Codec.Snappy => Snappy,
        Codec.Lz4Raw => Lz4,
        Codec.Gzip => Zlib,
        _ => null,
    };

    /// <summary>Whether it is there.</summary>
    public bool IsPresent => NativeLibrary.TryLoad(Name, typeof(CodecLibrary).Assembly, DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories, out _);

    /// <summary>What is missing and what to do, in one sentence and a half.</summary>
    public string Missing => $"The library {Name} was not found. Install it (Debian and Ubuntu: package {Package}), or choose another codec.";

    /// <summary>Makes sure that the library is there.</summary>
    /// <exception cref="DllNotFoundException">It is not; the message says what to install.</exception>
    public void Require()
    {
        if (!IsPresent)
            throw new DllNotFoundException(Missing);
    }
}
