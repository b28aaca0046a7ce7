using Linkage.Identity;
using Linkage.Pseudonyms;

namespace Linkage.Matching;

/// <summary>
/// Tiers in order: cross-check, exact keys, (scored). In: a patient's normalised identifiers. Out: a <see cref="Decision"/>. One per lane; allocates nothing per patient.
/// </summary>
public sealed class Linker(Registry registry, Pseudonymiser pseudonymiser)
{
    /// <summary>Decides on one patient by itself.</summary>
    public Decision Link(PersonIdentity person) => throw new NotSupportedException("stub: registry" + (registry is null) + (pseudonymiser is null));

    /// <summary>
    /// Settles rivalry inside one batch: patients that claim one participant all become <see cref="Outcome.Rivals"/>, except rows that are
    /// plainly the same person twice (equal NHS-number token). Spans run over the batch's patients.
    /// </summary>
    public void SettleRivals(Span<Decision> decisions) => throw new NotSupportedException("stub: registry");
}
