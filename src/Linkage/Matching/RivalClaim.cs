using Linkage.Pseudonyms;

namespace Linkage.Matching;

/// <summary>
/// What settling rivals needs of a linked patient: tokens of the NHS number and the date of birth, in memory only. Opaque outside; the default claims nothing.
/// </summary>
public readonly struct RivalClaim
{
    internal RivalClaim(Token nhsNumber, ulong dateOfBirth) => (NhsNumber, DateOfBirth) = (nhsNumber, dateOfBirth);

    internal Token NhsNumber { get; }

    internal ulong DateOfBirth { get; }

    /// <summary>Redacted.</summary>
    public override string ToString() => "RivalClaim(redacted)";
}
