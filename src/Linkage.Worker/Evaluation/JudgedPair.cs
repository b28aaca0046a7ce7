using System.Runtime.InteropServices;

namespace Linkage.Worker.Evaluation;

/// <summary>The word of a pairs file's column decision.</summary>
internal enum PairDecision : byte
{
    /// <summary>Not linked.</summary>
    None,

    /// <summary>For a clerk.</summary>
    Review,

    /// <summary>Linked.</summary>
    Accept,
}

/// <summary>What the truth says of the participant a row names.</summary>
internal enum Verdict : byte
{
    /// <summary>The row names nobody.</summary>
    NobodyNamed,

    /// <summary>The patient is the participant named.</summary>
    True,

    /// <summary>The patient is another participant.</summary>
    WrongPerson,

    /// <summary>The patient is no participant.</summary>
    Outsider,
}

/// <summary>One row of a pairs file, held against the truth.</summary>
/// <param name="Weight">Match weight in bits; NaN when the row has none.</param>
/// <param name="Decision">What was decided.</param>
/// <param name="Tier">Tier that decided, 0 to 3; 0: none.</param>
/// <param name="Verdict">What the truth says.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct JudgedPair(double Weight, PairDecision Decision, byte Tier, Verdict Verdict);
