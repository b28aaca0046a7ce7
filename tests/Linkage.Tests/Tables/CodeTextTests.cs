using System.Text;
using Linkage.Batches;
using Linkage.Tables;

namespace Linkage.Tests.Tables;

public class CodeTextTests
{
    [Theory]
    [InlineData(CodeSystem.Read2, "G30..", "G30..")]
    [InlineData(CodeSystem.Read2, "G30", "G30..")]
    [InlineData(CodeSystem.Read2, "G30..00", "G30..")]
    [InlineData(CodeSystem.Read2, "G30z.11", "G30z.")]
    [InlineData(CodeSystem.Read2, "g30..", "g30..")]
    [InlineData(CodeSystem.Ctv3, "XaBVJ", "XaBVJ")]
    [InlineData(CodeSystem.Ctv3, " XaBVJ ", "XaBVJ")]
    [InlineData(CodeSystem.Ctv3, "xAbvj", "xAbvj")]
    [InlineData(CodeSystem.Bnf, "04.03.03.00.00", "0403030000")]
    [InlineData(CodeSystem.Bnf, "0403030e0aaaaaa", "0403030E0AAAAAA")]
    [InlineData(CodeSystem.SnomedCt, "44054006", "44054006")]
    [InlineData(CodeSystem.Dmd, "319740004", "319740004")]
    [InlineData(CodeSystem.SnomedCt, "123456789012345678", "123456789012345678")]
    public void Codes_have_one_normal_form(CodeSystem system, string code, string expected) =>
        Assert.Equal(expected, Normalise(system, code));

    [Theory]
    [InlineData(CodeSystem.Read2, "G30..0")]
    [InlineData(CodeSystem.Read2, "G30..000")]
    [InlineData(CodeSystem.Read2, "G 0..")]
    [InlineData(CodeSystem.Ctv3, "Xa\u00e9VJ")]
    [InlineData(CodeSystem.SnomedCt, "44054")]
    [InlineData(CodeSystem.SnomedCt, "04405400")]
    [InlineData(CodeSystem.SnomedCt, "4405400x")]
    [InlineData(CodeSystem.SnomedCt, "1234567890123456789")]
    [InlineData(CodeSystem.Dmd, "NOT A CODE")]
    [InlineData(CodeSystem.Bnf, "0")]
    [InlineData(CodeSystem.Bnf, "0403030E0AAAAAA0")]
    [InlineData(CodeSystem.Bnf, "04-03")]
    public void What_is_no_code_of_the_system_is_malformed(CodeSystem system, string code) =>
        Assert.Equal("malformed", Normalise(system, code));

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    public void Nothing_is_missing(string code)
    {
        foreach (var system in Enum.GetValues<CodeSystem>())
        {
            Assert.Equal("missing", Normalise(system, code));
        }
    }

    [Fact]
    public void Any_bytes_are_a_code_or_not_and_never_a_crash()
    {
        const int Seed = 20261121;
        var random = new Random(Seed);
        var bytes = new byte[40];
        var destination = new byte[CodeText.MaxLength];
        for (var i = 0; i < 50_000; i++)
        {
            random.NextBytes(bytes);
            var code = bytes.AsSpan(0, random.Next(bytes.Length));
            foreach (var system in Enum.GetValues<CodeSystem>())
            {
                var length = CodeText.Normalise(system, code, destination);
                Assert.InRange(length, -1, CodeText.MaxLength);
                if (length > 0)
                {
                    var again = new byte[CodeText.MaxLength];
                    Assert.Equal(length, CodeText.Normalise(system, destination.AsSpan(0, length), again));
                    Assert.True(destination.AsSpan(0, length).SequenceEqual(again.AsSpan(0, length)), $"seed {Seed}: not idempotent");
                }
            }
        }
    }

    private static string Normalise(CodeSystem system, string code)
    {
        var destination = new byte[CodeText.MaxLength];
        var length = CodeText.Normalise(system, Encoding.UTF8.GetBytes(code), destination);
        return length switch
        {
            0 => "missing",
            < 0 => "malformed",
            _ => Encoding.UTF8.GetString(destination, 0, length),
        };
    }
}
