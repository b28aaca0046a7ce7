using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Linkage.Pseudonyms;

/// <summary>
/// Root key to sub-keys: HKDF-SHA-256 (RFC 5869) with
/// ikm = the 32-byte root key, salt = ASCII "linkage/keys/1",
/// info = ASCII label of the purpose, one zero byte, key version as 32-bit big-endian; 32 bytes out.
/// The zero byte ends the label, so no label and version can be read as another pair. Frozen: a change here changes every token.
/// </summary>
internal static class KeySchedule
{
    /// <summary>Bytes of a root key and of a sub-key.</summary>
    public const int KeySize = 32;

    private const int MaxInfo = 64;

    /// <summary>Number of purposes; <see cref="Purpose"/> counts from 0 without gaps.</summary>
    public static int PurposeCount { get; } = Enum.GetValues<Purpose>().Length;

    private static ReadOnlySpan<byte> Salt => "linkage/keys/1"u8;

    /// <summary>HKDF label of a purpose.</summary>
    public static ReadOnlySpan<byte> Label(Purpose purpose) => purpose switch
    {
        Purpose.NhsNumber => "token/nhs-number"u8,
        Purpose.DateOfBirth => "token/date-of-birth"u8,
        Purpose.BirthYear => "token/birth-year"u8,
        Purpose.BirthMonth => "token/birth-month"u8,
        Purpose.BirthDay => "token/birth-day"u8,
        Purpose.Surname => "token/surname"u8,
        Purpose.Forename => "token/forename"u8,
        Purpose.ForenameInitial => "token/forename-initial"u8,
        Purpose.Sex => "token/sex"u8,
        Purpose.Postcode => "token/postcode"u8,
        Purpose.ExactKey1 => "token/exact-key/1"u8,
        Purpose.ExactKey2 => "token/exact-key/2"u8,
        Purpose.ExactKey3 => "token/exact-key/3"u8,
        Purpose.ExactKey4 => "token/exact-key/4"u8,
        Purpose.ExactKey5 => "token/exact-key/5"u8,
        Purpose.ExactKey6 => "token/exact-key/6"u8,
        Purpose.Outsiders => "release/outsiders"u8,
        Purpose.KeyCheck => "audit"u8,
        Purpose.FilterSurname => "filter/surname"u8,
        Purpose.FilterForename => "filter/forename"u8,
        Purpose.FilterDateOfBirth => "filter/date-of-birth"u8,
        Purpose.FilterSex => "filter/sex"u8,
        Purpose.FilterPostcode => "filter/postcode"u8,
        Purpose.FilterNoise => "filter/noise"u8,
        Purpose.SurnameSound => "token/surname-sound"u8,
        Purpose.ForenameSound => "token/forename-sound"u8,
        Purpose.ForenameRoot => "token/forename-root"u8,
        Purpose.PostcodeSector => "token/postcode-sector"u8,
        Purpose.Patient => "release/patient"u8,
        _ => throw new ArgumentOutOfRangeException(nameof(purpose), purpose, "not a purpose with a label"),
    };

    /// <summary>Derives one sub-key of 32 bytes into <paramref name="subKey"/>.</summary>
    public static void Derive(ReadOnlySpan<byte> rootKey, int version, Purpose purpose, Span<byte> subKey)
    {
        var label = Label(purpose);
        Span<byte> info = stackalloc byte[MaxInfo];
        label.CopyTo(info);
        info[label.Length] = 0;
        BinaryPrimitives.WriteInt32BigEndian(info[(label.Length + 1)..], version);
        HKDF.DeriveKey(HashAlgorithmName.SHA256, rootKey, subKey[..KeySize], Salt, info[..(label.Length + 5)]);
    }
}
