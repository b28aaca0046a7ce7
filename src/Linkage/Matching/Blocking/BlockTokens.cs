using Linkage.Identity;
using Linkage.Pseudonyms;

namespace Linkage.Matching.Blocking;

/// <summary>
/// Tokens of one person that serve blocks only: with those of <see cref="RegistryRow"/> they are what tier 3 looks candidates up by. 0 is an absent field; between <see cref="Gather"/> and
/// <see cref="Take"/> a field holds its slot in the batch.
/// </summary>
internal struct BlockTokens
{
    // The last two characters of a unit postcode lie within the sector.
    private const int BehindSector = 2;

    /// <summary>Sound of the surname.</summary>
    public ulong SurnameSound;

    /// <summary>Sound of the forename's root.</summary>
    public ulong ForenameSound;

    /// <summary>The same of a person whose names were exchanged.</summary>
    public ulong SwappedSurnameSound, SwappedForenameSound;

    /// <summary>Postcode sector.</summary>
    public ulong Sector;

    /// <summary>A code that is not of UK shape.</summary>
    public ulong OpaqueCode;

    /// <summary>Adds what is to be hashed to a batch.</summary>
    /// <param name="person">The person.</param>
    /// <param name="swapped">Whether names could have been exchanged: in a patient's record, never in a registry's row.</param>
    /// <param name="batch">Where it is gathered.</param>
    public static BlockTokens Gather(PersonIdentity person, bool swapped, TokenBatch batch)
    {
        BlockTokens tokens = default;
        // One letter has no sound.
        var (hasSurname, hasForename) = (person.Surname.Length > 1, person.Forename.Length > 1);
        swapped &= hasSurname && hasForename;
        if (hasSurname)
            Sounds(person.Surname, asSurname: true, asForename: swapped, batch, ref tokens.SurnameSound, ref tokens.SwappedForenameSound);
        if (hasForename)
            Sounds(person.Forename, asSurname: swapped, asForename: true, batch, ref tokens.SwappedSurnameSound, ref tokens.ForenameSound);
        if (person.PostcodeState == FieldState.Malformed)
            tokens.OpaqueCode = batch.Add(Purpose.Postcode, person.OpaquePostcode);
        else if (person.PostcodeIsFull)
            tokens.Sector = batch.Add(Purpose.PostcodeSector, person.Postcode[..^BehindSector]);
        return tokens;
    }

    /// <summary>Takes the tokens out of the computed batch.</summary>
    public void Take(TokenBatch batch)
    {
        batch.Take(ref SurnameSound);
        batch.Take(ref ForenameSound);
        batch.Take(ref SwappedSurnameSound);
        batch.Take(ref SwappedForenameSound);
        batch.Take(ref Sector);
        batch.Take(ref OpaqueCode);
    }

    private static void Sounds(ReadOnlySpan<byte> name, bool asSurname, bool asForename, TokenBatch batch, ref ulong surnameSound, ref ulong forenameSound)
    {
        Span<byte> sound = stackalloc byte[NameSound.MaxLength];
        var length = 0;
        if (asSurname)
        {
            length = NameSound.Write(name, sound);
            surnameSound = batch.Add(Purpose.SurnameSound, sound[..length]);
        }

        if (!asForename)
            return;
        // Mostly a name is its own root, and has been heard above.
        var root = ForenameForms.Root(name);
        if (!asSurname || root != name)
            length = NameSound.Write(root, sound);
        forenameSound = batch.Add(Purpose.ForenameSound, sound[..length]);
    }
}
