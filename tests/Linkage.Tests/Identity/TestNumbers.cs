using System.Globalization;
using System.Text;
using Linkage.Identity;

namespace Linkage.Tests.Identity;

/// <summary>Ten-digit numbers made from ranges; none is written out in the tests.</summary>
internal static class TestNumbers
{
    /// <summary>First nine digits of the first number of the test range.</summary>
    public const int TestRange = 999_000_000;

    /// <summary>The number with these first nine digits, or null where the check digit would be 10.</summary>
    public static string? WithCheckDigit(int firstNine)
    {
        var digits = firstNine.ToString("D9", CultureInfo.InvariantCulture);
        var sum = 0;
        for (var i = 0; i < 9; i++)
            sum += (digits[i] - '0') * (10 - i);
        var check = 11 - (sum % 11);
        return check == 10 ? null : digits + (check == 11 ? 0 : check);
    }

    /// <summary>The first valid number from these nine digits on.</summary>
    public static string FirstFrom(int firstNine)
    {
        for (; ; firstNine++)
        {
            if (WithCheckDigit(firstNine) is { } number)
                return number;
        }
    }

    public static FieldState Parse(string text, out string digits) => Parse(Encoding.UTF8.GetBytes(text), out digits);

    public static FieldState Parse(ReadOnlySpan<byte> utf8, out string digits)
    {
        Span<byte> buffer = stackalloc byte[NhsNumber.Length];
        buffer.Fill(0xEE);
        var state = NhsNumber.Parse(utf8, buffer);
        digits = buffer[0] == 0 ? "" : Encoding.ASCII.GetString(buffer);
        return state;
    }
}
