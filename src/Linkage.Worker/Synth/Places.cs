namespace Linkage.Worker.Synth;

/// <summary>
/// Postcodes of the shapes the United Kingdom has (A9, A99, AA9, AA99, AA9A before, 9AA after) in postcode areas it does not have, so that no
/// real address is hit. A practice's patients live in a few districts, about a dozen households to a postcode.
/// </summary>
internal static class Places
{
    private const int PostcodesPerPractice = 60;

    // Letters allowed in their places, and no area of Royal Mail's list.
    private static readonly byte[][] Areas =
    [
        .. "AC AD AE AF AG AH AK AM AN AO AP AR AS AU BC BE BK BM BP BU BW CC CE CK CN CP CS CU DB DC DF DK DM DP DS DU DW EA EB EE EF EG EK EM EO EP ER ES ET EU EW"
            .Split(' ').Concat("FA FB FC FE FF FG FH FM FN FO FP FR FS FT FU GA GB GC GD GE GF GH GK GM GN GO GP GR GS GT GW HB HC HE HF HH HK HM HN HO HT HW KB KC KD KE KF KG KH KK KL KM KN KO KP KR KS KU"
            .Split(' ')).Concat("LB LC LF LG LH LK LM LO LP LR LT LW MA MB MC MD MF MG MH MM MN MO MP MR MS MT MU MW NA NB NC ND NF NH NK NL NM NO NS NT NU OA OB OC OD OE OF OG OH OK OM A C D F H J K O P R T U Y"
            .Split(' ')).Select(System.Text.Encoding.ASCII.GetBytes),
    ];

    private static readonly byte[] InwardLetters = "ABDEFGHJLNPQRSTUWXYZ"u8.ToArray();

    /// <summary>One of the postcodes of a practice, as a number to keep; 0 is none.</summary>
    public static int Postcode(ref SeededRandom random, int practice) => 1 + (practice * PostcodesPerPractice) + random.Below(PostcodesPerPractice);

    /// <summary>Another postcode of the same practice.</summary>
    public static int Other(ref SeededRandom random, int postcode)
    {
        var index = (postcode - 1) % PostcodesPerPractice;
        return postcode - index + ((index + 1 + random.Below(PostcodesPerPractice - 1)) % PostcodesPerPractice);
    }

    /// <summary>Writes a postcode in its usual form: upper-case, with its space.</summary>
    public static void Write(long seed, int postcode, Utf8Buffer into)
    {
        var practice = (postcode - 1) / PostcodesPerPractice;
        var area = new SeededRandom(seed, RandomPurpose.Places, -1, practice);
        into.Add(Areas[area.Below(Areas.Length)]);
        var firstDistrict = 1 + area.Below(30);

        var unit = new SeededRandom(seed, RandomPurpose.Places, postcode);
        var district = firstDistrict + unit.Below(4);
        into.Add(district);
        if (district < 10 && unit.Below(10) == 0)
        {
            into.Add((byte)('A' + unit.Below(8)));
        }

        into.Add((byte)' ').Add(unit.Below(10));
        into.Add(InwardLetters[unit.Below(InwardLetters.Length)]).Add(InwardLetters[unit.Below(InwardLetters.Length)]);
    }
}
