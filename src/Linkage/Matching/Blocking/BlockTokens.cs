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
    public static BlockTokens Gather(PersonIdentity person, TokenBatch batch)
    {
        BlockTokens tokens = default;
        // One letter has no sound.
        var (surname, forename) = (person.Surname.Length > 1, person.Forename.Length > 1);
        if (surname)
            tokens.SurnameSound = Sound(Purpose.SurnameSound, person.Surname, batch);
        if (forename)
            tokens.ForenameSound = Sound(Purpose.ForenameSound, ForenameForms.Root(person.Forename), batch);
        if (surname && forename)
        {
            tokens.SwappedSurnameSound = Sound(Purpose.SurnameSound, person.Forename, batch);
            tokens.SwappedForenameSound = Sound(Purpose.ForenameSound, ForenameForms.Root(person.Surname), batch);
        }

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

    private static uint Sound(Purpose purpose, ReadOnlySpan<byte> name, TokenBatch batch)
    {
        Span<byte> sound = stackalloc byte[NameSound.MaxLength];
        return batch.Add(purpose, sound[..NameSound.Write(name, sound)]);
    }
}
