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
/// Elements of small alphabets come from tables, filled at construction; those that are not (three of a postcode, letters of other scripts) are gathered in a <see cref="TokenBatch"/>, with whatever
/// else of the person is hashed. Not thread-safe; one per lane. Allocates nothing per person.
/// </summary>
internal sealed class FilterEncoder : IDisposable
{
    /// <summary>Elements of a full date of birth: eight digits and three parts.</summary>
    public const int DateElements = 11;

    private const int Letters = 26;
    private const int NameAlphabet = (Letters + 1) * (Letters + 1);
    private const int Incode = 3;
    private const byte Mark = (byte)'_';

    // Tables of a date: a digit in its place; two digits in ascending order, of a month and of a day; four of a year.
    private const int DigitsInPlace = DateOfBirth.DigitsLength * 10;
    private const int YearsSorted = DigitsInPlace + 200;
    private const int DateAlphabet = YearsSorted + 10_000;

    // A character in its place from the front, or, in rows behind those, from the end.
    private const int Characters = 36;
    private const int CodeAlphabet = (Postcode.MaxLength + Incode + 1) * Characters;

    private readonly FilterElements _surname = new(FieldFilter.Surname, NameAlphabet);
    private readonly FilterElements _forename = new(FieldFilter.Forename, NameAlphabet);
    private readonly FilterElements _date = new(FieldFilter.DateOfBirth, DateAlphabet);
    private readonly FilterElements _sex = new(FieldFilter.Sex, 2);
    private readonly FilterElements _postcode = new(FieldFilter.Postcode, CodeAlphabet);
    private readonly TokenBatch _batch;

    /// <summary>An encoder under a key: fills its tables, about 3,000 elements hashed together.</summary>
    public FilterEncoder(Pseudonymiser pseudonymiser)
    {
        _batch = new TokenBatch(pseudonymiser);
        Fill(_surname, KeepBigrams);
        Fill(_forename, KeepBigrams);
        Fill(_date, KeepDates);
        Fill(_sex, KeepSexes);
        Fill(_postcode, KeepCharacters);
    }

    /// <summary>The person's filter. A surname of one letter, and what is missing, leave their segments empty.</summary>
    public void Encode(PersonIdentity person, out FieldFilter filter)
    {
        var slots = Gather(person, _batch, out filter);
        _batch.Compute();
        Take(_batch, in slots, ref filter);
        _batch.Clear();
    }

    /// <summary>The same in two steps, for a filter whose hashes are computed with others: all that the tables hold now, the rest by <see cref="Take"/> when the batch is computed.</summary>
    public FilterSlots Gather(PersonIdentity person, TokenBatch batch, out FieldFilter filter)
    {
        filter = default;
        FilterSlots slots = default;
        Name(_surname, person.Surname, ref filter, batch, ref slots.Surname);
        Name(_forename, person.Forename, ref filter, batch, ref slots.Forename);
        Date(person.DateOfBirthAsWritten, ref filter, batch, ref slots.DateOfBirth);
        if (person.Sex is Sex.Female or Sex.Male)
            _sex.Add(person.Sex == Sex.Female ? 0 : 1, person.SexLetter, _sex.Words(ref filter), batch, ref slots.Sex);
        Code(person.PostcodeState == FieldState.Present ? person.Postcode : person.OpaquePostcode, person.PostcodeIsFull || person.PostcodeState == FieldState.Malformed, ref filter, batch, ref slots.Postcode);
        if (person.PostcodeState == FieldState.Present)
            Prefixes(person.Postcode, person.PostcodeIsFull, batch, ref slots.Postcode);
        return slots;
    }

    /// <summary>Names only, surname and forename in each other's place, for records in which they were exchanged.</summary>
    public FilterSlots GatherSwapped(PersonIdentity person, TokenBatch batch, out FieldFilter filter)
    {
        filter = default;
        FilterSlots slots = default;
        Name(_surname, person.Forename, ref filter, batch, ref slots.Surname);
        Name(_forename, person.Surname, ref filter, batch, ref slots.Forename);
        return slots;
    }

    /// <summary>Adds what was gathered.</summary>
    public void Take(TokenBatch batch, in FilterSlots slots, ref FieldFilter filter)
    {
        _surname.Take(batch, slots.Surname, ref filter);
        _forename.Take(batch, slots.Forename, ref filter);
        _date.Take(batch, slots.DateOfBirth, ref filter);
        _sex.Take(batch, slots.Sex, ref filter);
        _postcode.Take(batch, slots.Postcode, ref filter);
    }

    /// <summary>Zeroes the tables.</summary>
    public void Dispose()
    {
        _surname.Dispose();
        _forename.Dispose();
        _date.Dispose();
        _sex.Dispose();
        _postcode.Dispose();
        _batch.Dispose();
    }

    /// <summary>Redacted.</summary>
    public override string ToString() => "FilterEncoder(redacted)";

    private void Fill(FilterElements elements, Action<FilterElements, TokenBatch> keep)
    {
        keep(elements, _batch);
        _batch.Compute();
        elements.TakeKept(_batch);
        _batch.Clear();
    }

    private static void KeepBigrams(FilterElements elements, TokenBatch batch)
    {
        Span<byte> bigram = stackalloc byte[2];
        for (var number = 0; number < NameAlphabet; number++)
        {
            bigram[0] = Character(number / (Letters + 1));
            bigram[1] = Character(number % (Letters + 1));
            elements.Keep(number, bigram, batch);
        }

        static byte Character(int letter) => letter == Letters ? Mark : (byte)('A' + letter);
    }

    private static void KeepDates(FilterElements elements, TokenBatch batch)
    {
        Span<byte> message = stackalloc byte[5];
        for (var number = 0; number < DigitsInPlace; number++)
        {
            message[0] = (byte)('0' + (number / 10));
            message[1] = (byte)('0' + (number % 10));
            elements.Keep(number, message[..2], batch);
        }

        // Of two and four digits those in ascending order: 55 and 715.
        for (var digits = 0; digits < 100; digits++)
        {
            if (!Sorted(digits, message[1..3]))
                continue;
            message[0] = (byte)('a' + 4);
            elements.Keep(DigitsInPlace + digits, message[..3], batch);
            message[0] = (byte)('a' + 6);
            elements.Keep(DigitsInPlace + 100 + digits, message[..3], batch);
        }

        message[0] = (byte)'a';
        for (var digits = 0; digits < 10_000; digits++)
        {
            if (Sorted(digits, message[1..]))
                elements.Keep(YearsSorted + digits, message, batch);
        }
    }

    private static bool Sorted(int number, Span<byte> digits)
    {
        for (var i = digits.Length - 1; i >= 0; i--, number /= 10)
            digits[i] = (byte)('0' + (number % 10));
        for (var i = 1; i < digits.Length; i++)
        {
            if (digits[i - 1] > digits[i])
                return false;
        }

        return true;
    }

    private static void KeepSexes(FilterElements elements, TokenBatch batch)
    {
        elements.Keep(0, SexCode.Letter(Sex.Female), batch);
        elements.Keep(1, SexCode.Letter(Sex.Male), batch);
    }

    private static void KeepCharacters(FilterElements elements, TokenBatch batch)
    {
        Span<byte> message = stackalloc byte[2];
        for (var place = 0; place <= Postcode.MaxLength + Incode; place++)
        {
            if (place == Postcode.MaxLength)
                continue;
            message[0] = (byte)(place > Postcode.MaxLength ? 'a' + place - Postcode.MaxLength : 'A' + place);
            for (var character = 0; character < Characters; character++)
            {
                message[1] = (byte)(character < 10 ? '0' + character : 'A' + character - 10);
                elements.Keep((place * Characters) + character, message, batch);
            }
        }
    }

    // One letter is an initial, or stands for nothing: as a bigram it would be like every name of that letter.
    private static void Name(FilterElements elements, ReadOnlySpan<byte> name, ref FieldFilter filter, TokenBatch batch, ref ElementSlots gathered)
    {
        if (name.Length < 2)
            return;
        var words = elements.Words(ref filter);
        Span<byte> bigram = [Mark, Mark];
        var first = Letters;
        for (var i = 0; i <= name.Length; i++)
        {
            bigram[1] = i == name.Length ? Mark : name[i];
            var second = Letter(bigram[1]);
            if (first < 0 || second < 0)
                elements.Gather(bigram, batch, ref gathered);
            else
                elements.Add((first * (Letters + 1)) + second, bigram, words, batch, ref gathered);
            (bigram[0], first) = (bigram[1], second);
        }
    }

    private static int Letter(byte b) => b == Mark ? Letters : char.IsAsciiLetterUpper((char)b) ? b - 'A' : -1;

    private void Date(DateOfBirth date, ref FieldFilter filter, TokenBatch batch, ref ElementSlots gathered)
    {
        if (date.Year == 0)
            return;
        Span<byte> digits = stackalloc byte[DateOfBirth.DigitsLength];
        date.WriteDigits(digits);
        var words = _date.Words(ref filter);
        Part(digits, 0, 4, words, batch, ref gathered);
        if (date.Month != 0)
            Part(digits, 4, 2, words, batch, ref gathered);
        if (date.Day != 0)
            Part(digits, 6, 2, words, batch, ref gathered);
    }

    private void Part(ReadOnlySpan<byte> digits, int start, int length, Span<ulong> words, TokenBatch batch, ref ElementSlots gathered)
    {
        Span<byte> message = stackalloc byte[5];
        for (var i = start; i < start + length; i++)
        {
            message[0] = (byte)('0' + i);
            message[1] = digits[i];
            _date.Add((10 * i) + digits[i] - '0', message[..2], words, batch, ref gathered);
        }

        message[0] = (byte)('a' + start);
        digits.Slice(start, length).CopyTo(message[1..]);
        Sort(message[1..(1 + length)]);
        if (length == 2)
            _date.Add(DigitsInPlace + (start == 4 ? 0 : 100) + ((message[1] - '0') * 10) + message[2] - '0', message[..3], words, batch, ref gathered);
        else
            _date.Add(YearsSorted + Number(message[1..]), message, words, batch, ref gathered);
    }

    // By insertion: a handful of bytes.
    private static void Sort(Span<byte> bytes)
    {
        for (var i = 1; i < bytes.Length; i++)
        {
            var moved = bytes[i];
            var at = i;
            for (; at > 0 && bytes[at - 1] > moved; at--)
                bytes[at] = bytes[at - 1];
            bytes[at] = moved;
        }
    }

    private static int Number(ReadOnlySpan<byte> digits)
    {
        var number = 0;
        foreach (var digit in digits)
            number = (number * 10) + digit - '0';
        return number;
    }

    private void Code(ReadOnlySpan<byte> code, bool hasIncode, ref FieldFilter filter, TokenBatch batch, ref ElementSlots gathered)
    {
        if (code.IsEmpty)
            return;
        var words = _postcode.Words(ref filter);
        Span<byte> message = stackalloc byte[Postcode.MaxLength + 1];
        for (var i = 0; i < code.Length; i++)
        {
            var fromEnd = hasIncode && i >= code.Length - Incode;
            var place = fromEnd ? Postcode.MaxLength + code.Length - i : i;
            message[0] = (byte)(fromEnd ? 'a' + code.Length - i : 'A' + i);
            message[1] = code[i];
            var character = char.IsAsciiDigit((char)code[i]) ? code[i] - '0' : 10 + code[i] - 'A';
            _postcode.Add((place * Characters) + character, message[..2], words, batch, ref gathered);
        }

        message[0] = (byte)'*';
        code.CopyTo(message[1..]);
        Sort(message[1..(1 + code.Length)]);
        _postcode.Gather(message[..(1 + code.Length)], batch, ref gathered);
    }

    private void Prefixes(ReadOnlySpan<byte> code, bool full, TokenBatch batch, ref ElementSlots gathered)
    {
        Span<byte> message = stackalloc byte[Postcode.MaxLength + 1];
        message[0] = (byte)'<';
        code.CopyTo(message[1..]);
        var outcode = full ? code.Length - Incode : code.Length;
        _postcode.Gather(message[..(1 + outcode)], batch, ref gathered);
        if (full)
            _postcode.Gather(message[..(2 + outcode)], batch, ref gathered);
    }
}
