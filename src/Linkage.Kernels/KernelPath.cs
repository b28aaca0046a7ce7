namespace Linkage.Kernels;

/// <summary>The width of the vectors a kernel computes with. Every path of a kernel gives the same bits.</summary>
public enum KernelPath
{
    /// <summary>No vectors: the reference the others are tested against, and the fall-back.</summary>
    Scalar,

    /// <summary>128 bits: SSE, or NEON on Arm.</summary>
    Vector128,

    /// <summary>256 bits: AVX2.</summary>
    Vector256,

    /// <summary>512 bits: AVX-512 (F, BW, VL).</summary>
    Vector512,
}
