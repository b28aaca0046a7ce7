namespace Linkage.Worker.Synth;

/// <summary>Writes names down irregularly: case, accents, apostrophes, hyphens, slips of the keyboard. Works on UTF-8 and leaves it valid.</summary>
internal sealed class NameScribe
{
    // U+00C0 to U+00FF without their accents; 0 for what has none (×, ÷).
    private static readonly byte[] Latin1Base = "AAAAAAACEEEEIIIIDNOOOOO\0OUUUUYTsaaaaaaaceeeeiiiidnooooo\0ouuuuyty"u8.ToArray();

    private readonly Utf8Buffer _scratch = new(64);

    /// <summary>Applies a kind, or says that it does not suit these names.</summary>
    public bool Apply(IdentifierDirt kind, PatientFields fields, ref SeededRandom random)
    {
        switch (kind)
        {
            case IdentifierDirt.NameCase:
                if (random.Below(3) != 0)
                {
                    Upper(fields.Surname.Span);
                    Upper(fields.Forename.Span);
                    Upper(fields.OtherForenames.Span);
                }
                else
                {
                    Lower(fields.Surname.Span);
                    Lower(fields.Forename.Span);
                    Lower(fields.OtherForenames.Span);
                }

                return true;
            case IdentifierDirt.NameAccent:
                return ChangeAccent(fields.Surname) || ChangeAccent(fields.Forename);
            case IdentifierDirt.NameApostrophe:
                ChangeApostrophe(fields.Surname, ref random);
                return true;
            case IdentifierDirt.NameDoubleBarrelled:
                ChangeHyphen(fields.Surname, ref random);
                return true;
            case IdentifierDirt.SurnameTypo:
                return Mistype(fields.Surname, ref random);
            case IdentifierDirt.ForenameTypo:
                return Mistype(fields.Forename, ref random);
            case IdentifierDirt.ForenameInitial:
                if (fields.Forename.Span[0] >= 0x80)
                {
                    return false;
                }

                fields.Forename.Truncate(1);
                return true;
            case IdentifierDirt.ForenameMissing:
                fields.Forename.Clear();
                return true;
            default:
                _scratch.Set(fields.Surname.Span);
                fields.Surname.Set(fields.Forename.Span);
                fields.Forename.Set(_scratch.Span);
                return true;
        }
    }

    /// <summary>Small letters in place: ASCII and Latin-1.</summary>
    public static void Lower(Span<byte> text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            var afterC3 = i > 0 && text[i - 1] == 0xC3;
            if (text[i] is >= (byte)'A' and <= (byte)'Z' || (afterC3 && text[i] is >= 0x80 and <= 0x9E and not 0x97))
            {
                text[i] += 0x20;
            }
        }
    }

    /// <summary>Capitals in place: ASCII and Latin-1.</summary>
    private static void Upper(Span<byte> text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            var afterC3 = i > 0 && text[i - 1] == 0xC3;
            if (text[i] is >= (byte)'a' and <= (byte)'z' || (afterC3 && text[i] is >= 0xA0 and <= 0xBE and not 0xB7))
            {
                text[i] -= 0x20;
            }
        }
    }

    private static bool ChangeAccent(Utf8Buffer name)
    {
        var at = name.Span.IndexOf((byte)0xC3);
        if (at >= 0)
        {
            name.Span[at] = Latin1Base[name.Span[at + 1] - 0x80];
            name.Remove(at + 1, 1);
            return true;
        }

        at = name.Span.IndexOfAny("aeiou"u8);
        if (at < 0)
        {
            return false;
        }

        var accented = name.Span[at] switch
        {
            (byte)'a' => "á"u8,
            (byte)'e' => "é"u8,
            (byte)'i' => "í"u8,
            (byte)'o' => "ö"u8,
            _ => "ü"u8,
        };
        name.Remove(at, 1);
        name.Insert(at, accented);
        return true;
    }

    private static void ChangeApostrophe(Utf8Buffer name, ref SeededRandom random)
    {
        var at = name.Span.IndexOf((byte)'\'');
        if (at < 0)
        {
            name.Add((byte)'\'');
            return;
        }

        name.Remove(at, 1);
        switch (random.Below(3))
        {
            case 0:
                name.Insert(at, "’"u8);
                break;
            case 1:
                name.Insert(at, " "u8);
                break;
        }
    }

    private static void ChangeHyphen(Utf8Buffer name, ref SeededRandom random)
    {
        var at = name.Span.IndexOf((byte)'-');
        if (at < 0)
        {
            name.Add((byte)'-').Add(NameTables.Instance.Surname(ref random));
            return;
        }

        switch (random.Below(3))
        {
            case 0:
                name.Span[at] = (byte)' ';
                break;
            case 1:
                name.Truncate(at);
                break;
            default:
                name.Remove(0, at + 1);
                break;
        }
    }

    private static bool Mistype(Utf8Buffer name, ref SeededRandom random)
    {
        // Not the first letter, and only between two ASCII letters.
        var length = name.Length - 2;
        if (length < 1)
        {
            return false;
        }

        var start = random.Below(length);
        for (var i = 0; i < length; i++)
        {
            var at = 1 + ((start + i) % length);
            var (a, b) = (name.Span[at], name.Span[at + 1]);
            if (a == b || !IsSmallLetter(a) || !IsSmallLetter(b))
            {
                continue;
            }

            switch (random.Below(3))
            {
                case 0:
                    (name.Span[at], name.Span[at + 1]) = (b, a);
                    break;
                case 1:
                    name.Remove(at, 1);
                    break;
                default:
                    name.Insert(at, [a]);
                    break;
            }

            return true;
        }

        return false;
    }

    private static bool IsSmallLetter(byte b) => b is >= (byte)'a' and <= (byte)'z';
}
