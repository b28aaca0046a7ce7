using System.Collections.Immutable;
using Linkage.Parquet;

namespace Linkage.Tables;

/// <summary>Column a code goes to.</summary>
public enum CodeColumn : byte
{
    /// <summary>No code.</summary>
    None,

    /// <summary>read_2.</summary>
    Read2,

    /// <summary>read_3.</summary>
    Read3,

    /// <summary>snomed_ct.</summary>
    SnomedCt,

    /// <summary>bnf_code.</summary>
    Bnf,

    /// <summary>dmd_code.</summary>
    Dmd,
}

/// <summary>A code of the batch as a row refers to it: its column, and its id in that column's dictionary.</summary>
public readonly record struct MappedCode(CodeColumn Column, int Id);

/// <summary>Distinct values a lane has seen since the last flush, one dictionary a kind of value. Cleared at each flush, so that memory follows a flush and not the run.</summary>
public sealed class LaneDictionaries
{
    /// <summary>Empty dictionaries.</summary>
    public LaneDictionaries() => All = [Read2, Read3, SnomedCt, Bnf, Dmd, Units, DrugNames, Quantities, BatchIds, Practices, Words, Pseudonyms];

    /// <summary>Read v2 codes.</summary>
    public Utf8Dictionary Read2 { get; } = new();

    /// <summary>CTV3 codes.</summary>
    public Utf8Dictionary Read3 { get; } = new();

    /// <summary>SNOMED CT concept ids.</summary>
    public Utf8Dictionary SnomedCt { get; } = new();

    /// <summary>BNF codes.</summary>
    public Utf8Dictionary Bnf { get; } = new();

    /// <summary>dm+d codes.</summary>
    public Utf8Dictionary Dmd { get; } = new();

    /// <summary>Units (value3).</summary>
    public Utf8Dictionary Units { get; } = new();

    /// <summary>Drug names.</summary>
    public Utf8Dictionary DrugNames { get; } = new();

    /// <summary>Quantities.</summary>
    public Utf8Dictionary Quantities { get; } = new();

    /// <summary>Batch ids.</summary>
    public Utf8Dictionary BatchIds { get; } = new();

    /// <summary>Practices.</summary>
    public Utf8Dictionary Practices { get; } = new();

    /// <summary>Words of fixed vocabularies: reasons, tiers, agreements, topics.</summary>
    public Utf8Dictionary Words { get; } = new();

    /// <summary>Release pseudonyms of outsiders.</summary>
    public Utf8Dictionary Pseudonyms { get; } = new();

    /// <summary>All of them, in a fixed order: the same position is the same kind in every lane.</summary>
    public ImmutableArray<Utf8Dictionary> All { get; }

    /// <summary>Bytes that the values of now take.</summary>
    public long UsedBytes
    {
        get
        {
            long bytes = 0;
            foreach (var dictionary in All)
            {
                bytes += dictionary.UsedBytes;
            }

            return bytes;
        }
    }

    /// <summary>How often the values were forgotten: an id means its value within one generation only.</summary>
    public int Generation { get; private set; }

    /// <summary>Forgets all values.</summary>
    public void Clear()
    {
        Generation++;
        foreach (var dictionary in All)
        {
            dictionary.Clear();
        }
    }
}
