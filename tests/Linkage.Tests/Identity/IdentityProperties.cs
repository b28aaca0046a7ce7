using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Linkage.Identity;

namespace Linkage.Tests.Identity;

/// <summary>What holds for every text. Each check runs from a fixed seed, which FsCheck names when it fails.</summary>
public class IdentityProperties
{
    private static readonly Config Fixed = Config.QuickThrowOnFailure.WithMaxTest(5000).WithReplay(20250304, 15);

    // Pieces that real feeds are made of, put together at random: nearer to trouble than random bytes.
    private static readonly byte[][] Pieces =
    [
        .. new[]
        {
            "Smith", "o'", "Mc", "é", "ß", "Ł", "u\u0308", "\u0301", "-", "–", " ", "  ", "\u00A0", "\u200B", "(", ")", "[", "]", "/", ".", ",", "'", "’", "MR", "DR ", " JR", " III", "UNKNOWN",
            "N", "A", "K", "XX", "ZZZ", "TWIN", "ONE", "BABY ", "DO NOT USE", "李", "Иван", "सि", "ǅ", "😀", "1", "0", "O", "I", "9", "85", "1985", "-07", "-20", "T00:00", "JUL", "SW1A", "ZZ99", "1AA", "BFPO", "F", "M",
            "\0", "\t", "\uFFFD", "\u0345", "ﬁ", "K",
        }.Select(Encoding.UTF8.GetBytes),
        [0xFF], [0xC3], [0x80], [0xE2, 0x80], [0xF0, 0x9F], [0xED, 0xA0, 0x80],
    ];

    private static Arbitrary<byte[]> AnyBytes => Arb.From(Gen.OneOf(
        Gen.ArrayOf(Gen.Choose(0, 255).Select(i => (byte)i)),
        Gen.ArrayOf(Gen.Elements(Pieces)).Select(parts => parts.SelectMany(p => p).ToArray()),
        Gen.ArrayOf(Gen.Elements(Pieces), 60).Select(parts => parts.SelectMany(p => p).ToArray())));

    private static Arbitrary<string> AnyName => Arb.From(Gen.NonEmptyListOf(Gen.Elements("qwertyuiopasdfghjklcvbnm".ToCharArray())).Select(l => new string([.. l])));

    [Fact]
    public void NoBytesThrowInAnyField() => Check.One(Fixed, Prop.ForAll(AnyBytes, AnyBytes, (a, b) =>
    {
        var person = new PersonIdentity();
        person.Set(a, b, a, b, a, b, a);
        person.Set(b, a, b, a, b, a, b);
        return Utf8IsValid(person.Surname) && Utf8IsValid(person.Forename) && Utf8IsValid(person.ForenameInitial)
            && (person.NhsNumber.IsEmpty || person.NhsNumber.Length == 10)
            && person.Surname.IsEmpty == (person.SurnameState != FieldState.Present)
            && person.Forename.IsEmpty == (person.ForenameState != FieldState.Present)
            && person.Postcode.IsEmpty == (person.PostcodeState != FieldState.Present)
            && person.DateOfBirth.IsEmpty == (person.DateOfBirthState != FieldState.Present);
    }));

    [Fact]
    public void NormalisingANameTwiceIsNormalisingItOnce() => Check.One(Fixed, Prop.ForAll(AnyBytes, text =>
    {
        var once = new PersonName();
        var twice = new PersonName();
        var surname = once.SetSurname(text);
        var surnameAgain = twice.SetSurname(once.Value);
        var surnamesEqual = once.Value.SequenceEqual(twice.Value) && (surname != FieldState.Present || surnameAgain == FieldState.Present);
        var forename = once.SetForenames(text);
        var forenameAgain = twice.SetForenames(once.First);
        return surnamesEqual && once.First.SequenceEqual(twice.First) && (forename != FieldState.Present || forenameAgain == FieldState.Present);
    }));

    [Fact]
    public void PartsOfANameMakeTheName() => Check.One(Fixed, Prop.ForAll(AnyBytes, text =>
    {
        var name = new PersonName();
        name.SetSurname(text);
        var parts = new List<byte>();
        for (var i = 0; i < name.PartCount; i++)
        {
            if (name.Part(i).IsEmpty)
                return false;
            parts.AddRange(name.Part(i));
        }
        return name.Value.SequenceEqual(parts.ToArray());
    }));

    [Fact]
    public void NormalisingAPostcodeTwiceIsNormalisingItOnce() => Check.One(Fixed, Prop.ForAll(AnyBytes, text =>
    {
        Span<byte> once = stackalloc byte[Postcode.MaxLength];
        Span<byte> twice = stackalloc byte[Postcode.MaxLength];
        var state = Postcode.Parse(text, once, out var length, out var full);
        if (length == 0)
            return true;
        var again = Postcode.Parse(once[..length], twice, out var lengthAgain, out var fullAgain);
        // A code that is no postcode may become one without its spaces ("M1 1 1AE"): only what was accepted must stay.
        return state != FieldState.Present || (again == state && full == fullAgain && once[..length].SequenceEqual(twice[..lengthAgain]));
    }));

    [Fact]
    public void ADateWrittenAsDigitsIsTheSameDate() => Check.One(Fixed, Prop.ForAll(
        Arb.From(Gen.Choose(DateOfBirth.MinYear, DateOfBirth.MaxYear)), Arb.From(Gen.Choose(0, 13)), Arb.From(Gen.Choose(0, 32)), (year, month, day) =>
    {
        Span<byte> digits = stackalloc byte[DateOfBirth.DigitsLength];
        new DateOfBirth((short)year, (byte)month, (byte)day).WriteDigits(digits);
        var state = DateOfBirth.Parse(digits, out var born);
        var real = month is >= 1 and <= 12 && day >= 1 && day <= DateTime.DaysInMonth(year, month);
        var partial = day == 0 && month <= 12;
        return state == FieldState.Absent
            ? (month, day) is (1, 1) or (12, 30) or (12, 31)
            : (state == FieldState.Present) == (real || partial) && born == new DateOfBirth((short)year, (byte)month, (byte)day);
    }));

    [Fact]
    public void CaseAndPunctuationOfANameDoNotMatter() => Check.One(Fixed, Prop.ForAll(AnyName, AnyName, Arb.From(Gen.Elements(" ", "-", "'", "’", " - ", "–", "  ", "\u00A0", "\u200B")), (a, b, between) =>
    {
        var plain = new PersonName();
        var other = new PersonName();
        // "mr" + "smith": a space makes a title of a part that otherwise belongs to the name.
        var state = plain.SetSurname(Encoding.UTF8.GetBytes(a + b));
        if (IsTitleOrSuffix(a) || IsTitleOrSuffix(b))
            return true;
        other.SetSurname(Encoding.UTF8.GetBytes(" " + a.ToUpperInvariant() + between + b + "."));
        return state == other.State && plain.Value.SequenceEqual(other.Value);
    }));

    [Fact]
    public void SeparatorsOfANumberDoNotMatter() => Check.One(Fixed, Prop.ForAll(
        Arb.From(Gen.Choose(0, 999_000)), Arb.From(Gen.ArrayOf(Gen.Elements("", " ", "-", "\u00A0", "."), 11)), (n, gaps) =>
    {
        var number = TestNumbers.FirstFrom(TestNumbers.TestRange + n);
        var text = gaps[0] + string.Concat(number.Select((digit, i) => digit + gaps[i + 1]));
        return TestNumbers.Parse(text, out var digits) == FieldState.Present && string.Equals(digits, number, StringComparison.Ordinal);
    }));

    private static bool IsTitleOrSuffix(string part)
    {
        var upper = Encoding.ASCII.GetBytes(part.ToUpperInvariant());
        return NameCharacters.IsTitle(upper) || NameCharacters.IsSuffix(upper);
    }

    private static bool Utf8IsValid(ReadOnlySpan<byte> utf8) => System.Text.Unicode.Utf8.IsValid(utf8);
}
