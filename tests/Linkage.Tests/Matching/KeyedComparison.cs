using Linkage.Identity;
using Linkage.Matching;
using Linkage.Matching.Scoring;
using Linkage.Pseudonyms;

namespace Linkage.Tests.Matching;

/// <summary>Tier 3's comparison of two people, with one key.</summary>
internal sealed class KeyedComparison : IDisposable
{
    private readonly KeyRing _ring;
    private readonly Pseudonymiser _pseudonymiser;
    private readonly PersonTokens _tokens;
    private readonly PersonFeatures _patient;
    private readonly PersonFeatures _row;
    private readonly RowComparer _comparer = new(default);

    public KeyedComparison(byte key)
    {
        _ring = TestRegistry.Ring(key);
        _pseudonymiser = _ring.Pseudonymiser(1);
        _tokens = new PersonTokens(_pseudonymiser);
        _patient = new PersonFeatures(_pseudonymiser, _tokens.FewValues);
        _row = new PersonFeatures(_pseudonymiser, _tokens.FewValues);
    }

    public Levels Compare(PersonIdentity patient, PersonIdentity participant)
    {
        _tokens.Read(participant);
        _row.Read(_tokens);
        _tokens.Read(patient);
        _patient.ReadPatient(_tokens, default);
        return _comparer.Compare(_patient, in _row.Tokens, in _row.Scored);
    }

    public void Dispose()
    {
        _row.Dispose();
        _patient.Dispose();
        _tokens.Dispose();
        _pseudonymiser.Dispose();
        _ring.Dispose();
    }
}
