using System.Reflection;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using System.Text.Json;

namespace Linkage.Kernels;

/// <summary>
/// Which path each kernel takes on this machine: the one place that decides. Decided once a process, so that the compiler sees a constant and drops the other paths. The environment
/// variable <see cref="Variable"/> forces one path for all kernels; a kernel that has no path of that width takes its widest below.
/// </summary>
public static class KernelDispatch
{
    /// <summary>Environment variable that forces a path: scalar, vector128, vector256 or vector512.</summary>
    public const string Variable = "LINKAGE_FORCE_PATH";

    private static readonly KernelPath? Forced = Read(Environment.GetEnvironmentVariable(Variable), out _);

    /// <summary>What is wrong with <see cref="Variable"/>, and what is allowed; null when nothing is. A program refuses to start on it; nothing is forced then.</summary>
    public static string? Problem { get; } = Read(Environment.GetEnvironmentVariable(Variable), out var problem) is null ? problem : null;

    /// <summary>Widest vectors of this machine, whether or not a path is forced.</summary>
    public static KernelPath Widest { get; } = Supported(KernelPath.Vector512);

    // ns a message of 10 bytes: 35, 55, 91, and 706 one by one. Without AVX-512's rotations 8 lanes take 83, 4 lanes 167.
    /// <summary>Path of <see cref="Kernels.KeyedHash"/>.</summary>
    public static readonly KernelPath KeyedHash = Choose([KernelPath.Vector512, KernelPath.Vector256, KernelPath.Vector128, KernelPath.Scalar]);

    // Tiles at 500,000 filters, every pair counted to the end: 2.2, 1.0, 0.6 and 0.2 billion comparisons a second.
    /// <summary>Path of <see cref="BitSimilarity"/>.</summary>
    public static readonly KernelPath BitSimilarity = Choose([KernelPath.Vector512, KernelPath.Vector256, KernelPath.Vector128, KernelPath.Scalar]);

    // ns a look-up at 500,000 entries, half hits: 23, 25, 44; at 60 million, where memory decides: 57, 53, 110. Wider vectors would find nothing more to compare: a bucket has eight tags.
    /// <summary>Path of <see cref="TokenProbe"/>.</summary>
    public static readonly KernelPath TokenProbe = Choose([KernelPath.Vector256, KernelPath.Vector128, KernelPath.Scalar]);

    /// <summary>Path of <see cref="Kernels.BitPacker"/>.</summary>
    public static readonly KernelPath BitPacker = Choose([KernelPath.Vector256, KernelPath.Scalar]);

    /// <summary>Path of <see cref="Kernels.DeltaBlock"/>.</summary>
    public static readonly KernelPath DeltaBlock = Choose([KernelPath.Vector256, KernelPath.Scalar]);

    /// <summary>Path of <see cref="Kernels.Presence"/>.</summary>
    public static readonly KernelPath Presence = Choose([KernelPath.Vector512, KernelPath.Vector256, KernelPath.Scalar]);

    /// <summary>Path of <see cref="Kernels.Extremes"/>.</summary>
    public static readonly KernelPath Extremes = Choose([KernelPath.Vector512, KernelPath.Vector256, KernelPath.Scalar]);

    /// <summary>Path of <see cref="Runs.Count(ReadOnlySpan{int}, out bool)"/>.</summary>
    public static readonly KernelPath RunCount = Choose([KernelPath.Vector256, KernelPath.Scalar]);

    /// <summary>Path of <see cref="Runs.Find(ReadOnlySpan{int}, Span{int})"/>.</summary>
    public static readonly KernelPath RunEnds = Choose([KernelPath.Vector512, KernelPath.Vector256, KernelPath.Scalar]);

    /// <summary>Path of <see cref="Kernels.ByteStreams"/>.</summary>
    public static readonly KernelPath ByteStreams = Choose([KernelPath.Vector512, KernelPath.Scalar]);

    /// <summary>
    /// The path of every kernel by the kernel's name (<c>token_probe</c>), for logs and reports: the fields above, so that no kernel can be left out. Reads them by reflection: not for hot paths.
    /// </summary>
    public static IReadOnlyDictionary<string, KernelPath> Chosen => typeof(KernelDispatch)
        .GetFields(BindingFlags.Public | BindingFlags.Static)
        .Where(static kernel => kernel.FieldType == typeof(KernelPath))
        .OrderBy(static kernel => kernel.Name, StringComparer.Ordinal)
        .ToDictionary(static kernel => JsonNamingPolicy.SnakeCaseLower.ConvertName(kernel.Name), static kernel => (KernelPath)kernel.GetValue(null)!, StringComparer.Ordinal);

    /// <summary>A path as <see cref="Variable"/>, logs and reports spell it.</summary>
    public static string Name(KernelPath path) => path.ToString().ToLowerInvariant();

    /// <summary>Whether this machine, and the runtime's settings (DOTNET_EnableAVX2=0 and the like), have a path.</summary>
    public static bool IsSupported(KernelPath path) => path switch
    {
        KernelPath.Scalar => true,
        KernelPath.Vector128 => Vector128.IsHardwareAccelerated,
        KernelPath.Vector256 => Vector256.IsHardwareAccelerated && Avx2.IsSupported,
        KernelPath.Vector512 => Vector512.IsHardwareAccelerated && Avx512BW.IsSupported && Avx512F.VL.IsSupported,
        _ => false,
    };

    /// <summary>Reads a value of <see cref="Variable"/>: the path, or null and perhaps a problem.</summary>
    internal static KernelPath? Read(string? value, out string? problem)
    {
        problem = null;
        if (string.IsNullOrEmpty(value))
            return null;
        if (!Enum.TryParse<KernelPath>(value, ignoreCase: true, out var path) || !Enum.IsDefined(path) || char.IsAsciiDigit(value[0]))
        {
            problem = $"{Variable} is \"{value}\"; it must be one of scalar, vector128, vector256, vector512, or not set";
            return null;
        }

        if (IsSupported(path))
            return path;
        problem = $"{Variable} asks for {value}, which this machine does not have; its widest path is {Name(Supported(KernelPath.Vector512))}";
        return null;
    }

    // The first of a kernel's paths, fastest first, that may be taken.
    private static KernelPath Choose(ReadOnlySpan<KernelPath> ranked)
    {
        foreach (var path in ranked)
        {
            if (IsSupported(path) && (Forced is not { } forced || path <= forced))
                return path;
        }

        return KernelPath.Scalar;
    }

    private static KernelPath Supported(KernelPath widest)
    {
        while (!IsSupported(widest))
            widest--;
        return widest;
    }
}
