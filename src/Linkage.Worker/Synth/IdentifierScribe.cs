namespace Linkage.Worker.Synth;

/// <summary>Writes identifiers down irregularly. In: the fields as they should be. Out: the same with one or two irregularities, and which.</summary>
internal sealed class IdentifierScribe(FeedPlan plan, NhsNumberPool numbers)
{
    private readonly NameScribe _names = new();
    private readonly Utf8Buffer _scratch = new(64);
    private long _nextUnissued, _endUnissued;

    /// <summary>Numbers that belong to nobody, for each part of the feed.</summary>
    public const int UnissuedPerPart = 16;

    /// <summary>Starts a part of the feed (see <see cref="FeedPlan.Parts"/>).</summary>
    public void Begin(int part)
    {
        _nextUnissued = plan.People + ((long)part * UnissuedPerPart);
        _endUnissued = _nextUnissued + UnissuedPerPart;
    }

    /// <summary>Soils the fields of one patient; appends the kinds to <paramref name="applied"/>.</summary>
    public void Soil(PatientFields fields, ReadOnlySpan<Person> people, int index, ref SeededRandom random, List<IdentifierDirt> applied)
    {
        var first = DrawField(ref random);
        SoilField(first, fields, people, index, ref random, applied);
        if (random.Below(6) == 0)
        {
            var second = DrawField(ref random);
            if (second != first)
            {
                SoilField(second, fields, people, index, ref random, applied);
            }
        }
    }

    private static int DrawField(ref SeededRandom random)
    {
        var draw = random.Below(20);
        var field = 0;
        while ((draw -= IdentifierDirtKinds.Fields[field].Weight) >= 0)
        {
            field++;
        }

        return field;
    }

    private void SoilField(int field, PatientFields fields, ReadOnlySpan<Person> people, int index, ref SeededRandom random, List<IdentifierDirt> applied)
    {
        var (first, last, _) = IdentifierDirtKinds.Fields[field];
        var count = last - first + 1;
        var start = random.Below(count);
        for (var i = 0; i < count; i++)
        {
            // Not every kind suits everybody: the next one then.
            var kind = first + ((start + i) % count);
            if (Apply(kind, fields, people, index, ref random))
            {
                applied.Add(kind);
                return;
            }
        }
    }

    private bool Apply(IdentifierDirt kind, PatientFields fields, ReadOnlySpan<Person> people, int index, ref SeededRandom random)
    {
        switch (kind)
        {
            case >= IdentifierDirt.NameCase and <= IdentifierDirt.NamesSwapped:
                return _names.Apply(kind, fields, ref random);
            case >= IdentifierDirt.DobBritish and <= IdentifierDirt.DobMissing:
                return SoilBirth(kind, fields.DateOfBirth, people[index].Born, ref random);
            case <= IdentifierDirt.NhsOfPartner:
                return SoilNumber(kind, fields.NhsNumber, people, index, ref random);
            case IdentifierDirt.PostcodeUnspaced:
                fields.Postcode.Remove(fields.Postcode.Span.IndexOf((byte)' '), 1);
                return true;
            case IdentifierDirt.PostcodeLower:
                NameScribe.Lower(fields.Postcode.Span);
                return true;
            case IdentifierDirt.PostcodeOutcode:
                fields.Postcode.Truncate(fields.Postcode.Span.IndexOf((byte)' '));
                return true;
            case IdentifierDirt.PostcodeMissing:
                fields.Postcode.Clear();
                return true;
            case IdentifierDirt.PostcodeOther:
                fields.Postcode.Clear();
                Places.Write(plan.Options.Seed, Places.Other(ref random, people[index].Postcode), fields.Postcode);
                return true;
            case IdentifierDirt.SexMissing:
                fields.Sex.Clear();
                return true;
            default:
                fields.Sex.Set(people[index].Male ? "Male"u8 : "Female"u8);
                return true;
        }
    }

    private bool SoilNumber(IdentifierDirt kind, Utf8Buffer number, ReadOnlySpan<Person> people, int index, ref SeededRandom random)
    {
        switch (kind)
        {
            case IdentifierDirt.NhsSpaced:
            case IdentifierDirt.NhsDashed:
                var separator = kind == IdentifierDirt.NhsSpaced ? " "u8 : "-"u8;
                number.Insert(6, separator);
                number.Insert(3, separator);
                return true;
            case IdentifierDirt.NhsBadCheckDigit:
                ref var last = ref number.Span[9];
                last = (byte)('0' + ((last - '0' + 1 + random.Below(9)) % 10));
                return true;
            case IdentifierDirt.NhsZeros:
                number.Set("0000000000"u8);
                return true;
            case IdentifierDirt.NhsNines:
                number.Set("9999999999"u8);
                return true;
            case IdentifierDirt.NhsChi:
                WriteChi(number, people[index], ref random);
                return true;
            case IdentifierDirt.NhsMissing:
                number.Clear();
                return true;
            case IdentifierDirt.NhsUnissued:
                if (_nextUnissued == _endUnissued)
                {
                    return false;
                }

                number.Clear();
                number.Add(numbers[_nextUnissued++], 10);
                return true;
            default:
                var partner = people[index].Partner;
                if (partner < 0 || DatesAgree(people[index].Born, people[partner].Born))
                {
                    return false;
                }

                number.Clear();
                number.Add(numbers[people[partner].Ordinal], 10);
                return true;
        }
    }

    /// <summary>CHI: DDMMYY, two digits, one for the sex (odd: male), Modulus 11 check digit.</summary>
    private static void WriteChi(Utf8Buffer number, in Person person, ref SeededRandom random)
    {
        var born = Calendar.Date(person.Born);
        var day = (born.Day * 10_000) + (born.Month * 100) + (born.Year % 100);
        var serial = random.Below(100);
        int stem, check;
        do
        {
            serial = (serial + 1) % 100;
            stem = (day * 1_000) + (serial * 10) + (random.Below(5) * 2) + (person.Male ? 1 : 0);
            check = NhsNumberPool.CheckDigit(stem);
        }
        while (check == 10);

        number.Clear();
        number.Add(stem, 9).Add(check);
    }

    private bool SoilBirth(IdentifierDirt kind, Utf8Buffer birth, int born, ref SeededRandom random)
    {
        var date = Calendar.Date(born);
        switch (kind)
        {
            case IdentifierDirt.DobBritish:
                birth.Clear();
                birth.Add(date.Day, 2).Add((byte)'/').Add(date.Month, 2).Add((byte)'/').Add(date.Year, 4);
                return true;
            case IdentifierDirt.DobCompact:
                birth.Clear();
                birth.Add(date.Year, 4).Add(date.Month, 2).Add(date.Day, 2);
                return true;
            case IdentifierDirt.DobTimestamp:
                birth.Add("T00:00:00"u8);
                return true;
            case IdentifierDirt.DobSwapped:
                if (date.Day > 12 || date.Day == date.Month)
                {
                    return false;
                }

                birth.Clear();
                birth.Add(date.Year, 4).Add((byte)'-').Add(date.Day, 2).Add((byte)'-').Add(date.Month, 2);
                return true;
            case IdentifierDirt.DobTypo:
                WriteNearby(birth, date, ref random);
                return true;
            case IdentifierDirt.DobYearMonth:
                birth.Truncate(7);
                return true;
            case IdentifierDirt.DobYear:
                birth.Truncate(4);
                return true;
            default:
                birth.Clear();
                return true;
        }
    }

    private void WriteNearby(Utf8Buffer birth, DateOnly date, ref SeededRandom random)
    {
        // Days to 28 exist in every month, so that the result is a date, and never the right one.
        var (month, day) = (date.Month, date.Day);
        if (day > 28 || random.Below(2) == 0)
        {
            day = 1 + ((day + random.Below(27)) % 28);
            day = day == date.Day ? (day % 28) + 1 : day;
        }
        else
        {
            month = 1 + ((month + random.Below(11)) % 12);
        }

        _scratch.Clear();
        _scratch.Add(date.Year, 4).Add((byte)'-').Add(month, 2).Add((byte)'-').Add(day, 2);
        birth.Set(_scratch.Span);
    }

    /// <summary>Two parts of three equal, as they stand or with day and month swapped: the agreement that the cross-check asks for.</summary>
    private static bool DatesAgree(int first, int second)
    {
        var (a, b) = (Calendar.Date(first), Calendar.Date(second));
        var straight = Parts(a.Year == b.Year, a.Month == b.Month, a.Day == b.Day);
        var swapped = Parts(a.Year == b.Year, a.Month == b.Day, a.Day == b.Month);
        return straight >= 2 || swapped >= 2;

        static int Parts(bool year, bool month, bool day) => (year ? 1 : 0) + (month ? 1 : 0) + (day ? 1 : 0);
    }
}
