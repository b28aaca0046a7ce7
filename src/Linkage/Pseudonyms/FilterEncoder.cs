using Linkage.Identity;

namespace Linkage.Pseudonyms;

/// <summary>
/// One person's normalised identifiers to a <see cref="FieldFilter"/>. Elements of the fields:
/// <list type="bullet">
/// <item>names: bigrams of the letters, with a mark before the first and behind the last;</item>
/// <item>date of birth: the eight digits in their places, and for year, month and day their digits in ascending order, so that two exchanged digits cost no more than one
/// wrong digit;</item>
/// <item>sex: its letter;</item>
/// <item>postcode: characters in their places (the last three counted from the end), all characters in ascending order, and outcode and sector of a code of UK shape.</item>
/// </list>
/// Not thread-safe; one per lane. Allocates nothing per person.
/// </summary>
internal sealed class FilterEncoder(Pseudonymiser pseudonymiser) : IDisposable
{
    /// <summary>Elements of a full date of birth: eight digits and three parts.</summary>
    public const int DateElements = 11;

    private const int Letters = 26;
    private const int NameAlphabet = (Letters + 1) * (Letters + 1);
    private const int Incode = 3;
    private const byte Mark = (byte)'_';

    private readonly FilterElements _surname = new(pseudonymiser, FieldFilter.Surname, NameAlphabet);
    private readonly FilterElements _forename = new(pseudonymiser, FieldFilter.Forename, NameAlphabet);
    private readonly FilterElements _date = new(pseudonymiser, FieldFilter.DateOfBirth, (DateOfBirth.DigitsLength * 10) + 200 + 10_000);
    private readonly FilterElements _sex = new(pseudonymiser, FieldFilter.Sex, 2);
    private readonly FilterElements _postcode = new(pseudonymiser, FieldFilter.Postcode, 2 * Postcode.MaxLength * 36);

    /// <summary>The person's filter. A surname of one letter, and what is missing, leave their segments empty.</summary>
    public void Encode(PersonIdentity person, out FieldFilter filter)
    {
        filter = default;
        Encode(person, person.Surname, person.Forename, ref filter);
    }

    /// <summary>The same with surname and forename in each other's place, for records in which they were exchanged.</summary>
    public void EncodeSwapped(PersonIdentity person, out FieldFilter filter)
    {
        filter = default;
        Name(_surname, person.Forename, ref filter);
        Name(_forename, person.Surname, ref filter);
    }

    /// <summary>Zeroes the tables.</summary>
    public void Dispose()
    {
        _surname.Dispose();
        _forename.Dispose();
        _date.Dispose();
        _sex.Dispose();
        _postcode.Dispose();
    }

    /// <summary>Redacted.</summary>
    public override string ToString() => "FilterEncoder(redacted)";

    private void Encode(PersonIdentity person, ReadOnlySpan<byte> surname, ReadOnlySpan<byte> forename, ref FieldFilter filter)
    {
        Name(_surname, surname, ref filter);
        Name(_forename, forename, ref filter);
        Date(person.DateOfBirthAsWritten, ref filter);
        if (person.Sex is Sex.Female or Sex.Male)
            _sex.Add(person.Sex == Sex.Female ? 0 : 1, person.SexLetter, ref filter);
        Code(person.PostcodeState == FieldState.Present ? person.Postcode : person.OpaquePostcode, person.PostcodeIsFull || person.PostcodeState == FieldState.Malformed, ref filter);
        if (person.PostcodeState == FieldState.Present)
            Prefixes(person.Postcode, person.PostcodeIsFull, ref filter);
    }

    // One letter is an initial, or stands for nothing: as a bigram it would be like every name of that letter.
    private static void Name(FilterElements elements, ReadOnlySpan<byte> name, ref FieldFilter filter)
    {
        if (name.Length < 2)
            return;
        Span<byte> bigram = stackalloc byte[2];
        for (var i = 0; i <= name.Length; i++)
        {
            bigram[0] = i == 0 ? Mark : name[i - 1];
            bigram[1] = i == name.Length ? Mark : name[i];
            int first = Letter(bigram[0]), second = Letter(bigram[1]);
            if (first < 0 || second < 0)
                elements.Add(bigram, ref filter);
            else
                elements.Add((first * (Letters + 1)) + second, bigram, ref filter);
        }
    }

    private static int Letter(byte b) => b == Mark ? Letters : char.IsAsciiLetterUpper((char)b) ? b - 'A' : -1;

    private void Date(DateOfBirth date, ref FieldFilter filter)
    {
        if (date.Year == 0)
            return;
        Span<byte> digits = stackalloc byte[DateOfBirth.DigitsLength];
        date.WriteDigits(digits);
        Part(digits, 0, 4, ref filter);
        if (date.Month != 0)
            Part(digits, 4, 2, ref filter);
        if (date.Day != 0)
            Part(digits, 6, 2, ref filter);
    }

    private void Part(ReadOnlySpan<byte> digits, int start, int length, ref FieldFilter filter)
    {
        Span<byte> message = stackalloc byte[5];
        for (var i = start; i < start + length; i++)
        {
            message[0] = (byte)('0' + i);
            message[1] = digits[i];
            _date.Add((10 * i) + digits[i] - '0', message[..2], ref filter);
        }

        message[0] = (byte)('a' + start);
        digits.Slice(start, length).CopyTo(message[1..]);
        message[1..(1 + length)].Sort();
        if (length == 2)
            _date.Add((DateOfBirth.DigitsLength * 10) + (start == 4 ? 0 : 100) + ((message[1] - '0') * 10) + message[2] - '0', message[..3], ref filter);
        else
            _date.Add((DateOfBirth.DigitsLength * 10) + 200 + Number(message[1..]), message, ref filter);
    }

    private static int Number(ReadOnlySpan<byte> digits)
    {
        var number = 0;
        foreach (var digit in digits)
            number = (number * 10) + digit - '0';
        return number;
    }

    private void Code(ReadOnlySpan<byte> code, bool hasIncode, ref FieldFilter filter)
    {
        if (code.IsEmpty)
            return;
        Span<byte> message = stackalloc byte[Postcode.MaxLength + 1];
        for (var i = 0; i < code.Length; i++)
        {
            var fromEnd = hasIncode && i >= code.Length - Incode;
            var place = fromEnd ? Postcode.MaxLength + code.Length - i : i;
            message[0] = (byte)(fromEnd ? 'a' + code.Length - i : 'A' + i);
            message[1] = code[i];
            var character = char.IsAsciiDigit((char)code[i]) ? code[i] - '0' : 10 + code[i] - 'A';
            _postcode.Add((place * 36) + character, message[..2], ref filter);
        }

        message[0] = (byte)'*';
        code.CopyTo(message[1..]);
        message[1..(1 + code.Length)].Sort();
        _postcode.Add(message[..(1 + code.Length)], ref filter);
    }

    private void Prefixes(ReadOnlySpan<byte> code, bool full, ref FieldFilter filter)
    {
        Span<byte> message = stackalloc byte[Postcode.MaxLength + 1];
        message[0] = (byte)'<';
        code.CopyTo(message[1..]);
        var outcode = full ? code.Length - Incode : code.Length;
        _postcode.Add(message[..(1 + outcode)], ref filter);
        if (full)
            _postcode.Add(message[..(2 + outcode)], ref filter);
    }
}
