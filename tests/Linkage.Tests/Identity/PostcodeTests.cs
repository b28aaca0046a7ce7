using System.Text;
using Linkage.Identity;

namespace Linkage.Tests.Identity;

public class PostcodeTests
{
    [Theory]
    [InlineData("M1 1AE", "M11AE")] // the six shapes, with the examples of the Royal Mail's guide
    [InlineData("B33 8TH", "B338TH")]
    [InlineData("CR2 6XH", "CR26XH")]
    [InlineData("DN55 1PT", "DN551PT")]
    [InlineData("W1A 0AX", "W1A0AX")]
    [InlineData("EC1A 1BB", "EC1A1BB")]
    [InlineData("GIR 0AA", "GIR0AA")]
    [InlineData("NPT 1AA", "NPT1AA")] // Newport before 1984
    [InlineData("BF1 3AA", "BF13AA")]
    [InlineData("SL0 9AA", "SL09AA")]
    [InlineData("ec1a1bb", "EC1A1BB")]
    [InlineData(" EC1A  1BB ", "EC1A1BB")]
    [InlineData("E C1A1B B", "EC1A1BB")]
    [InlineData("EC1A\u00A01BB", "EC1A1BB")]
    [InlineData("EC1A-1BB", "EC1A1BB")]
    [InlineData("EC1A.1BB", "EC1A1BB")]
    [InlineData("M1  1AE", "M11AE")]
    [InlineData("AB1 2CD", "AB12CD")] // letters are not judged
    public void FullPostcodes(string text, string expected) => Check(text, FieldState.Present, expected, full: true);

    [Theory]
    [InlineData("SW1A OAA", "SW1A0AA")] // incode
    [InlineData("SW1A IAA", "SW1A1AA")]
    [InlineData("SW1A 1A0", "SW1A1AO")]
    [InlineData("S01 1AA", "SO11AA")] // no leading zero
    [InlineData("P01 1AA", "PO11AA")]
    [InlineData("P010 1AA", "PO101AA")]
    [InlineData("0X1 1AA", "OX11AA")]
    [InlineData("1P1 1AA", "IP11AA")]
    [InlineData("SO1O 1AA", "SO101AA")]
    [InlineData("0L1O 1AA", "OL101AA")]
    [InlineData("E1O 1AA", "E101AA")] // O is no district letter
    [InlineData("E1I 1AA", "E111AA")]
    [InlineData("SI1 1AA", "S111AA")] // I is no second letter
    [InlineData("B1O 1AA", "B101AA")]
    [InlineData("LO 1AA", "L01AA")]
    [InlineData("G1R 0AA", "GIR0AA")]
    [InlineData("GIR OAA", "GIR0AA")]
    public void ZeroAndOneAreToldFromLettersByPosition(string text, string expected) => Check(text, FieldState.Present, expected, full: true);

    [Theory]
    [InlineData("M1", "M1")]
    [InlineData("B33", "B33")]
    [InlineData("CR2", "CR2")]
    [InlineData("DN55", "DN55")]
    [InlineData("w1a", "W1A")]
    [InlineData("EC1A", "EC1A")]
    [InlineData("P010", "PO10")]
    [InlineData("SW1A 1", "SW1A")] // sector
    [InlineData("M1 1", "M1")]
    [InlineData("M11", "M11")]
    [InlineData("BFPO 57", "BFPO57")]
    [InlineData("bfpo1234", "BFPO1234")]
    public void OutcodesAlone(string text, string expected) => Check(text, FieldState.Present, expected, full: false);

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("-")]
    [InlineData("ZZ99 3VZ")] // no fixed abode
    [InlineData("ZZ99 3WZ")] // not known
    [InlineData("zz993cz")] // England, not otherwise stated
    [InlineData("ZZ99")]
    [InlineData("UNKNOWN")]
    [InlineData("N/K")]
    [InlineData("NFA")]
    [InlineData("No fixed abode")]
    public void NoAddressIsAbsent(string text) => Check(text, FieldState.Absent, "", full: false);

    [Theory]
    [InlineData("2065", "2065")]
    [InlineData("2065 1", "20651")]
    [InlineData("A", "A")]
    [InlineData("ABC", "ABC")]
    [InlineData("EC1A 1B", "EC1A1B")]
    [InlineData("SW1A1", "SW1A1")]
    [InlineData("SO01 1AA", "SO011AA")]
    [InlineData("ABC1 1AA", "ABC11AA")]
    [InlineData("BFPO", "BFPO")]
    [InlineData("BFPO 12345", "BFPO12345")]
    [InlineData("90210-1234", "902101234")]
    [InlineData("H3Z 2Y7", "H3Z2Y7")]
    [InlineData("10311", "10311")] // digits only: not IO3 1II
    [InlineData("1011", "1011")]
    public void OtherShapesAreMalformedButKeptAsOpaqueCodes(string text, string opaque) => Check(text, FieldState.Malformed, opaque, full: false);

    [Theory]
    [InlineData("12 Long Street, Sometown")]
    [InlineData("EC1A é1BB")]
    [InlineData("EC1A\u20AC1BB")]
    [InlineData("EC1A+1BB")]
    public void WhatIsNoCodeIsMalformed(string text) => Check(text, FieldState.Malformed, "", full: false);

    [Fact]
    public void EveryOutcodeOfEveryShapeIsReadAsWritten()
    {
        const string Letters = "ABCDEFGHJKLMNPRSTUW"; // no I, O: what those become is tested above
        foreach (var a in Letters)
        {
            for (var d = 1; d <= 9; d++)
            {
                Check($"{a}{d} 9AA", FieldState.Present, $"{a}{d}9AA", full: true);
                Check($"{a}{d}0 9AA", FieldState.Present, $"{a}{d}09AA", full: true);
                foreach (var b in Letters)
                {
                    Check($"{a}{b}{d} 9AA", FieldState.Present, $"{a}{b}{d}9AA", full: true);
                    Check($"{a}{b}{d}1 9AA", FieldState.Present, $"{a}{b}{d}19AA", full: true);
                    Check($"{a}{d}{b} 9AA", FieldState.Present, $"{a}{d}{b}9AA", full: true);
                    Check($"{a}{b}{d}A", FieldState.Present, $"{a}{b}{d}A", full: false);
                }
            }
        }
    }

    private static void Check(string text, FieldState state, string expected, bool full)
    {
        Span<byte> code = stackalloc byte[Postcode.MaxLength];
        Assert.Equal(state, Postcode.Parse(Encoding.UTF8.GetBytes(text), code, out var length, out var isFull));
        Assert.Equal(expected, Encoding.UTF8.GetString(code[..length]));
        Assert.Equal(full, isFull);
    }
}
