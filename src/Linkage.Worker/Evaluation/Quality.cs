using System.Runtime.InteropServices;

namespace Linkage.Worker.Evaluation;

/// <summary>How good a set of links is.</summary>
/// <param name="True">Links to the participant the patient is.</param>
/// <param name="WrongPerson">Links of a participant's records to another participant.</param>
/// <param name="Outsider">Links of a patient who is no participant.</param>
/// <param name="Linkable">Patients who are a participant: what recall is a share of.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Quality(long True, long WrongPerson, long Outsider, long Linkable)
{
    /// <summary>False links of both kinds.</summary>
    public long False => WrongPerson + Outsider;

    /// <summary>All links.</summary>
    public long Links => True + False;

    /// <summary>Patients who are a participant and not linked to them.</summary>
    public long Missed => Linkable - True;

    /// <summary>True links of all links.</summary>
    public Ratio Precision => new(True, Links);

    /// <summary>True links of all patients who are a participant.</summary>
    public Ratio Recall => new(True, Linkable);

    /// <summary>Harmonic mean of precision and recall: 2 · true / (links + linkable).</summary>
    public Ratio F1 => new(2 * True, Links + Linkable);

    /// <summary>This and one more row.</summary>
    public Quality With(Verdict verdict) => verdict switch
    {
        Verdict.True => this with { True = True + 1 },
        Verdict.WrongPerson => this with { WrongPerson = WrongPerson + 1 },
        Verdict.Outsider => this with { Outsider = Outsider + 1 },
        _ => this,
    };

    /// <summary>The links of two sets that share none.</summary>
    public Quality And(Quality other) => this with { True = True + other.True, WrongPerson = WrongPerson + other.WrongPerson, Outsider = Outsider + other.Outsider };
}
