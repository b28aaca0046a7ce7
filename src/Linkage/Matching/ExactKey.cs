using System.Buffers.Binary;
using System.IO.Hashing;

namespace Linkage.Matching;

/// <summary>
/// The combinations of fields by which tier 2 finds candidates. Each forgives one error and keeps enough that an outsider who has all of it by chance, or a
/// twin, or a father of the same name at the same address, does not turn up:
/// <list type="number">
/// <item>surname, forename initial, date of birth, sex, unit postcode: forgives the rest of the forename (candidates whose full forenames differ are set aside);</item>
/// <item>surname, forename, date of birth, sex, outcode: forgives the unit postcode, within the district. Without any postcode a common name and a date of birth fit
/// several people in England;</item>
/// <item>forename, date of birth, sex, unit postcode: forgives the surname (marriage);</item>
/// <item>surname, forename, date of birth, unit postcode: forgives the sex;</item>
/// <item>surname, forename, year of birth, sex, unit postcode: forgives month or day (confirmed to agree in one of them, exchanged, or unknown).</item>
/// </list>
/// No key goes without the forename: that would be a twin. No key goes without the year: that would be a father.
/// </summary>
/// <remarks>
/// The key is a hash of the fields' keyed tokens; it is a place in the table and is stored nowhere. A hit is confirmed token by token.
/// </remarks>
internal static class ExactKey
{
    private static readonly Field[][] Keys =
    [
        [Field.Surname, Field.ForenameInitial, Field.DateOfBirth, Field.Sex, Field.Postcode],
        [Field.Surname, Field.Forename, Field.DateOfBirth, Field.Sex, Field.Outcode],
        [Field.Forename, Field.DateOfBirth, Field.Sex, Field.Postcode],
        [Field.Surname, Field.Forename, Field.DateOfBirth, Field.Postcode],
        [Field.Surname, Field.Forename, Field.BirthYear, Field.Sex, Field.Postcode],
    ];

    private enum Field
    {
        Surname,
        Forename,
        ForenameInitial,
        DateOfBirth,
        BirthYear,
        Sex,
        Postcode,
        Outcode,
    }

    /// <summary>Number of keys; they count from 0.</summary>
    public static int Count => Keys.Length;

    /// <summary>
    /// Whether the key leans on a date of birth that is the person's own. Those without unit postcode or surname do: a shared 1 January, a common name and a
    /// district (or a hostel) are several people.
    /// </summary>
    public static bool NeedsTrueDate(int key)
    {
        var fields = Keys[key];
        return !fields.AsSpan().Contains(Field.Postcode) || !fields.AsSpan().Contains(Field.Surname);
    }

    /// <summary>The key's hash; false when a field of it is absent (an initial is not a forename).</summary>
    public static bool TryHash(int key, in RegistryRow row, out ulong hash)
    {
        var fields = Keys[key];
        Span<byte> tokens = stackalloc byte[sizeof(ulong) * 5];
        tokens = tokens[..(sizeof(ulong) * fields.Length)];
        for (var i = 0; i < fields.Length; i++)
        {
            var token = Read(fields[i], in row);
            if (token == 0)
            {
                hash = 0;
                return false;
            }

            BinaryPrimitives.WriteUInt64LittleEndian(tokens[(sizeof(ulong) * i)..], token);
        }

        hash = XxHash3.HashToUInt64(tokens, key + 1);
        return true;
    }

    /// <summary>Whether all the key's fields are there and equal.</summary>
    public static bool Agrees(int key, in RegistryRow a, in RegistryRow b)
    {
        foreach (var field in Keys[key])
        {
            var token = Read(field, in a);
            if (token == 0 || token != Read(field, in b))
                return false;
        }

        return true;
    }

    private static ulong Read(Field field, in RegistryRow row) => field switch
    {
        Field.Surname => row.Surname,
        Field.Forename => (row.Flags & RowFlags.ForenameIsInitial) != RowFlags.None ? 0 : row.Forename,
        Field.ForenameInitial => row.ForenameInitial,
        Field.DateOfBirth => row.DateOfBirth,
        Field.BirthYear => row.BirthYear,
        Field.Sex => row.Sex,
        Field.Postcode => row.Postcode,
        Field.Outcode => row.Outcode,
        _ => 0,
    };
}
