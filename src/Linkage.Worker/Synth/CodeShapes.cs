using System.Globalization;

namespace Linkage.Worker.Synth;

/// <summary>
/// Makes codes of the right shape that need not mean anything: SNOMED CT identifiers with their Verhoeff check digit and partition, Read codes of five
/// characters, BNF codes of fifteen. Sources: SNOMED CT Release File Specifications, section 6; NHSBSA's BNF code structure.
/// </summary>
internal static class CodeShapes
{
    private const string Alphanumeric = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private const string Capitals = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

    // Verhoeff's tables: the dihedral group D5 and the permutation (1 5 8 9 4 2 7 0 3 6).
    private static readonly byte[][] Product =
    [
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 2, 3, 4, 0, 6, 7, 8, 9, 5], [2, 3, 4, 0, 1, 7, 8, 9, 5, 6], [3, 4, 0, 1, 2, 8, 9, 5, 6, 7], [4, 0, 1, 2, 3, 9, 5, 6, 7, 8],
        [5, 9, 8, 7, 6, 0, 4, 3, 2, 1], [6, 5, 9, 8, 7, 1, 0, 4, 3, 2], [7, 6, 5, 9, 8, 2, 1, 0, 4, 3], [8, 7, 6, 5, 9, 3, 2, 1, 0, 4], [9, 8, 7, 6, 5, 4, 3, 2, 1, 0],
    ];

    private static readonly byte[] Permutation = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4];
    private static readonly byte[] Inverse = [0, 4, 3, 2, 1, 5, 6, 7, 8, 9];

    /// <summary>A SNOMED CT concept id: short form, or of the United Kingdom's clinical extension (namespace 1000000).</summary>
    public static string Snomed(ref SeededRandom random) => random.Below(8) == 0
        ? WithCheckDigit(Number(ref random, 10_000, 10_000_000) + "1000000" + "10")
        : WithCheckDigit(Number(ref random, 10_000, random.Below(3) == 0 ? 100_000_000 : 1_000_000) + "00");

    /// <summary>A dm+d id: of the drug extension (namespace 1000001), or an old short one.</summary>
    public static string Dmd(ref SeededRandom random) => random.Below(4) == 0
        ? WithCheckDigit(Number(ref random, 300_000, 420_000) + "00")
        : WithCheckDigit(Number(ref random, 10_000, 40_000_000) + "1000001" + "10");

    /// <summary>A Read version 2 code: digits and letters, filled up with dots; clinical chapters begin with a digit or capital, drugs with a small letter.</summary>
    public static string Read2(ref SeededRandom random, bool drug)
    {
        var first = drug ? Pick(ref random, "abcdefghijklmnopqrstuvwxyz") : Pick(ref random, "0123456789ABCDEFGHJKLMNPQRSTUZ");
        var second = Pick(ref random, drug ? "123456789abcdefghijk" : "0123456789ABCDEFGHyz");
        var rest = string.Create(random.Below(4), random.Next(), static (span, bits) =>
        {
            foreach (ref var c in span)
            {
                c = Alphanumeric[(int)(bits % 62)];
                bits /= 62;
            }
        });
        return $"{first}{second}{rest}".PadRight(5, '.');
    }

    /// <summary>A CTV3 code: mostly X and four more, else like Read version 2.</summary>
    public static string Ctv3(ref SeededRandom random) => random.Below(5) < 2
        ? Read2(ref random, drug: false)
        : $"X{Pick(ref random, "aaaaEM0178")}{Pick(ref random, Alphanumeric)}{Pick(ref random, Alphanumeric)}{Pick(ref random, Alphanumeric)}";

    /// <summary>A BNF presentation code: chapter, section, paragraph, subparagraph, chemical, product, strength and form, equivalent.</summary>
    public static string Bnf(ref SeededRandom random) => string.Create(
        CultureInfo.InvariantCulture,
        $"{1 + random.Below(15):00}{1 + random.Below(12):00}{random.Below(9):00}{random.Below(4)}{Pick(ref random, Capitals)}{random.Below(10)}{(random.Below(3) == 0 ? "B" + Pick(ref random, Capitals) : "AA")}{Pick(ref random, Capitals)}{Pick(ref random, Capitals)}{Pick(ref random, Capitals)}{Pick(ref random, Capitals)}");

    /// <summary>Appends Verhoeff's check digit.</summary>
    public static string WithCheckDigit(string digits)
    {
        var check = 0;
        for (var i = 0; i < digits.Length; i++)
        {
            var digit = digits[digits.Length - 1 - i] - '0';
            for (var turn = 0; turn <= i % 8; turn++)
            {
                digit = Permutation[digit];
            }

            check = Product[check][digit];
        }

        return digits + (char)('0' + Inverse[check]);
    }

    private static string Number(ref SeededRandom random, int least, int bound) =>
        (least + random.Below(bound - least)).ToString(CultureInfo.InvariantCulture);

    private static char Pick(ref SeededRandom random, string from) => from[random.Below(from.Length)];
}
