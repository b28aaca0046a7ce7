using Linkage.Parquet.Format;

namespace Linkage.Parquet.Columns;

/// <summary>Ways to write strings without a dictionary.</summary>
internal enum TextEncoding
{
    /// <summary>PLAIN; the codec searches for repetitions.</summary>
    Plain,

    /// <summary>PLAIN; the codec is told of repeats and common beginnings of neighbours.</summary>
    PlainTold,

    /// <summary>DELTA_BYTE_ARRAY: what is shared with the value before, and the rest.</summary>
    Prefixes,

    /// <summary>DELTA_LENGTH_BYTE_ARRAY: lengths, then bytes.</summary>
    Lengths,

    /// <summary>Not among these: a dictionary.</summary>
    Dictionary,
}

internal static class TextEncodings
{
    public static PageEncoding Stored(this TextEncoding encoding) => encoding switch
    {
        TextEncoding.Prefixes => PageEncoding.DeltaByteArray,
        TextEncoding.Lengths => PageEncoding.DeltaLengthByteArray,
        TextEncoding.Dictionary => PageEncoding.RleDictionary,
        _ => PageEncoding.Plain,
    };
}
