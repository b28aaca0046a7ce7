namespace Linkage.Kernels;

/// <summary>
/// The arithmetic SHA-256 needs (FIPS 180-4, section 4.1.2) on a vector of 32-bit words, one word of every lane: what one source of the compression is compiled against, once a width.
/// </summary>
internal interface IWords<TVector>
    where TVector : unmanaged
{
    static abstract TVector Zero { get; }

    static abstract TVector Broadcast(uint word);

    static abstract TVector Add(TVector x, TVector y);

    // Ch: the bits of y where x has ones, of z where it has zeros.
    static abstract TVector Choose(TVector x, TVector y, TVector z);

    // Maj: the bit two or three of them have.
    static abstract TVector Majority(TVector x, TVector y, TVector z);

    // Σ0 and Σ1.
    static abstract TVector Sum0(TVector x);

    static abstract TVector Sum1(TVector x);

    // σ0 and σ1.
    static abstract TVector Mix0(TVector x);

    static abstract TVector Mix1(TVector x);
}

/// <summary>
/// Vectors of several lanes: how words of different messages come together. Memory is read and written in pieces of 16 bytes, four words of one message; a vector holds the piece of a
/// message in each of its 128-bit parts.
/// </summary>
internal unsafe interface ILanes<TVector> : IWords<TVector>
    where TVector : unmanaged
{
    /// <summary>Number of lanes: 4, 8 or 16.</summary>
    static abstract int Count { get; }

    static abstract TVector Load(uint* words);

    // Whether all words are the same.
    static abstract bool AllEqual(TVector x, TVector y);

    // Whether a word is above this one.
    static abstract bool AnyAbove(TVector x, uint word);

    // Word by word: a where x is above y, else b.
    static abstract TVector SelectAbove(TVector x, TVector y, TVector a, TVector b);

    // From big-endian words to the machine's, and back.
    static abstract TVector ReverseBytes(TVector x);

    // The pieces at the first Count / 4 addresses, one a 128-bit part.
    static abstract TVector LoadPieces(byte* p0, byte* p1, byte* p2, byte* p3);

    static abstract void StorePieces(TVector x, byte* p0, byte* p1, byte* p2, byte* p3);

    // Four by four words within every 128-bit part: what lay in vector j at word i lies in vector i at word j.
    static abstract void Transpose(ref TVector x0, ref TVector x1, ref TVector x2, ref TVector x3);
}
