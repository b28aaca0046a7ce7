namespace Linkage.Identity;

/// <summary>Words that stand where a value is not known. Compared after folding: A–Z only, no separators.</summary>
internal static class Placeholders
{
    private const int MaxLength = 20;

    // Say "nothing" in any field.
    private static readonly byte[][][] General = ByLength(
        "NK NA UNK UNKN UNKNOWN UNKOWN NOTKNOWN NOTGIVEN NOTSTATED NOTRECORDED NOTAVAILABLE NOTAPPLICABLE NOTSPECIFIED NOTPROVIDED NONE NIL NULL NAN NAT " +
        "MISSING BLANK EMPTY UNDEFINED UNAVAILABLE UNRECORDED NFA NOFIXEDABODE NOFIXEDADDRESS NOADDRESS");

    // Say "nothing" in a name. Some are, rarely, a real name (Null, Baby): that person is then linked by the other fields, while two
    // strangers named UNKNOWN are not linked by it. NA and NAN are left out: real surnames and forenames too often.
    private static readonly byte[][][] Names = ByLength(
        "NK UNK UNKN UNKNOWN UNKOWN NOTKNOWN NOTGIVEN NOTSTATED NOTRECORDED NOTAVAILABLE NOTAPPLICABLE NOTSPECIFIED NOTPROVIDED NONE NULL " +
        "MISSING BLANK UNDEFINED UNAVAILABLE UNRECORDED NONAME NOTYETNAMED TOBENAMED TOBECONFIRMED TBA TBC NAMENOTKNOWN NAMEUNKNOWN UNNAMED NOTNAMED NOSURNAME NOFORENAME NOFIRSTNAME NOMIDDLENAME ANON ANONYMOUS " +
        "BABY BABYBOY BABYGIRL BABYONE BABYTWO BABYA BABYB BABYOF BABYMALE BABYFEMALE MALEBABY FEMALEBABY INFANT MALEINFANT FEMALEINFANT INFANTBOY INFANTGIRL NEWBORN BOY GIRL MALE FEMALE " +
        "TWIN TWINONE TWINTWO TWINA TWINB TWINI TWINII TWINBOY TWINGIRL TWINMALE TWINFEMALE TRIPLET TRIPLETONE TRIPLETTWO TRIPLETTHREE TRIPLETA TRIPLETB TRIPLETC " +
        "TEST TESTER TESTING TESTPATIENT PATIENTTEST TESTRECORD TESTDATA DUMMY DUMMYPATIENT DUMMYRECORD DUPLICATE DUPLICATERECORD DELETED DELETEDPATIENT DECEASED ERROR INVALID " +
        "XX ZZ MR MRS MS MISS MX DR");

    /// <summary>Whether a raw field is nothing but one of the words that mean "no value", in any case and with any ASCII punctuation.</summary>
    public static bool SaysNothing(ReadOnlySpan<byte> utf8)
    {
        Span<byte> folded = stackalloc byte[MaxLength];
        var length = 0;
        foreach (var b in utf8)
        {
            if (char.IsAsciiLetter((char)b))
            {
                if (length == MaxLength)
                    return false;
                folded[length++] = (byte)(b & ~0x20);
            }
            else if (b >= 0x80 || char.IsAsciiDigit((char)b))
            {
                return false;
            }
        }
        return length > 0 && Contains(General, folded[..length]);
    }

    /// <summary>Whether a folded name is a placeholder, not a name.</summary>
    public static bool IsNotAName(ReadOnlySpan<byte> folded) =>
        Contains(Names, folded)
        || folded.StartsWith("XXX"u8) || folded.StartsWith("ZZZ"u8)
        || folded.StartsWith("XXTEST"u8) || folded.StartsWith("ZZTEST"u8) // the NHS convention for test patients
        || (folded.Length >= 3 && !folded.ContainsAnyExcept(folded[0]))
        || (folded.Length >= 8 && folded.IndexOf("DONOTUSE"u8) >= 0);

    private static bool Contains(byte[][][] words, ReadOnlySpan<byte> folded)
    {
        if (folded.Length >= words.Length)
            return false;
        foreach (var word in words[folded.Length])
        {
            if (folded.SequenceEqual(word))
                return true;
        }
        return false;
    }

    private static byte[][][] ByLength(string words)
    {
        var split = words.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var table = new byte[MaxLength + 1][][];
        for (var length = 0; length < table.Length; length++)
            table[length] = [.. split.Where(w => w.Length == length).Select(System.Text.Encoding.ASCII.GetBytes)];
        return table;
    }
}
