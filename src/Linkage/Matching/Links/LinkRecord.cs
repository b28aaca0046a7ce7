using System.Buffers.Binary;
using Linkage.Pseudonyms;

namespace Linkage.Matching.Links;

/// <summary>
/// One finding as the ledger's files keep it. Confirmations are not kept: they change nothing. 72 bytes, little-endian.
/// </summary>
/// <param name="Key">The patient.</param>
/// <param name="Place">Where the finding was made.</param>
/// <param name="Finding">The finding.</param>
/// <param name="Participant">XXH3 (64 bits) of the participant_id now linked or claimed, which outlives a rebuilt registry as ordinals do not; 0 when there is none.</param>
/// <param name="Strength">Evidence of now.</param>
/// <param name="Previous">XXH3 of the participant_id of the earlier link; 0 when there is none.</param>
/// <param name="PreviousStrength">Evidence of the earlier link.</param>
public readonly record struct LinkRecord(Token Key, LinkPlace Place, LinkFinding Finding, ulong Participant, LinkStrength Strength, ulong Previous, LinkStrength PreviousStrength)
{
    /// <summary>Bytes of a record.</summary>
    public const int Size = 72;

    /// <summary>Whether the record says what the patient's link is from here on.</summary>
    public bool SetsLink => Finding is LinkFinding.New or LinkFinding.Strengthened or LinkFinding.Changed;

    /// <summary>Writes the record to the start of <paramref name="bytes"/>.</summary>
    public void Write(Span<byte> bytes)
    {
        bytes = bytes[..Size];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, Key.High);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[8..], Key.Low);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[16..], Participant);
        BinaryPrimitives.WriteDoubleLittleEndian(bytes[24..], Strength.Weight);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[32..], Previous);
        BinaryPrimitives.WriteDoubleLittleEndian(bytes[40..], PreviousStrength.Weight);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[48..], Place.Source);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[56..], Place.Offset);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[64..], Place.Patient);
        bytes[68] = (byte)Finding;
        bytes[69] = (byte)Strength.Tier;
        bytes[70] = (byte)PreviousStrength.Tier;
        bytes[71] = 0;
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    public static LinkRecord Read(ReadOnlySpan<byte> bytes) => new(
        new Token(BinaryPrimitives.ReadUInt64LittleEndian(bytes), BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..])),
        new LinkPlace(BinaryPrimitives.ReadUInt64LittleEndian(bytes[48..]), BinaryPrimitives.ReadInt64LittleEndian(bytes[56..]), BinaryPrimitives.ReadInt32LittleEndian(bytes[64..])),
        (LinkFinding)bytes[68],
        BinaryPrimitives.ReadUInt64LittleEndian(bytes[16..]),
        new LinkStrength((Tier)bytes[69], BinaryPrimitives.ReadDoubleLittleEndian(bytes[24..])),
        BinaryPrimitives.ReadUInt64LittleEndian(bytes[32..]),
        new LinkStrength((Tier)bytes[70], BinaryPrimitives.ReadDoubleLittleEndian(bytes[40..])));

    /// <summary>Redacted.</summary>
    public override string ToString() => "LinkRecord(redacted)";
}

/// <summary>What is remembered of one patient: 40 bytes in a file, little-endian.</summary>
/// <param name="Key">The patient.</param>
/// <param name="Participant">XXH3 (64 bits) of the participant_id.</param>
/// <param name="Strength">The strongest evidence so far.</param>
public readonly record struct RememberedLink(Token Key, ulong Participant, LinkStrength Strength)
{
    /// <summary>Bytes of a link.</summary>
    public const int Size = 40;

    /// <summary>Writes the link to the start of <paramref name="bytes"/>.</summary>
    public void Write(Span<byte> bytes)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, Key.High);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[8..], Key.Low);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[16..], Participant);
        BinaryPrimitives.WriteDoubleLittleEndian(bytes[24..], Strength.Weight);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[32..], (byte)Strength.Tier);
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    public static RememberedLink Read(ReadOnlySpan<byte> bytes) => new(
        new Token(BinaryPrimitives.ReadUInt64LittleEndian(bytes), BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..])),
        BinaryPrimitives.ReadUInt64LittleEndian(bytes[16..]),
        new LinkStrength((Tier)bytes[32], BinaryPrimitives.ReadDoubleLittleEndian(bytes[24..])));

    /// <summary>The link after a record that sets it: of one participant the strongest evidence, of another the record's word.</summary>
    public RememberedLink After(in LinkRecord record) => record.Participant == Participant && !record.Strength.Exceeds(Strength)
        ? this
        : new RememberedLink(Key, record.Participant, record.Strength);

    /// <summary>Redacted.</summary>
    public override string ToString() => "RememberedLink(redacted)";
}
