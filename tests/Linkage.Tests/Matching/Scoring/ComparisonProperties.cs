using FsCheck;
using FsCheck.Fluent;
using Linkage.Matching.Scoring;

namespace Linkage.Tests.Matching.Scoring;

/// <summary>What holds for any two records. FsCheck and the pair name their seeds when a check fails.</summary>
public sealed class ComparisonProperties : IDisposable
{
    private static readonly Config Fixed = Config.QuickThrowOnFailure.WithMaxTest(4000).WithReplay(20251101, 31);
    private static readonly Arbitrary<MadeUpPair> Pairs = Arb.From(Gen.Choose(0, int.MaxValue).Select(MadeUpPair.Of));

    private readonly KeyedComparison _comparison = new(67);

    public void Dispose() => _comparison.Dispose();

    // Years that nobody was born in (9194) are no slips that a patient's record is asked for; the other way they are slips of the patient's. A field that both sides have in more than one way is looked at from the patient's side: exchanged names (the filters of the one side under the other name's key, near the threshold), and
    // forenames behind the first, which these pairs have not.
    [Fact]
    public void It_does_not_matter_which_of_two_is_the_patient() => Check.One(Fixed, Prop.ForAll(Pairs, pair =>
    {
        var (there, back) = (Compare(pair.One, pair.Other), Compare(pair.Other, pair.One));
        var yearsAreReal = IsReal(pair.One) && IsReal(pair.Other);
        for (var field = MatchField.Surname; (int)field < MatchLevels.Fields; field++)
        {
            if (field <= MatchField.Forename && (IsSwapped(there) || IsSwapped(back)))
                continue;
            if (field == MatchField.DateOfBirth && !yearsAreReal)
                continue;
            if (there[(int)field] != back[(int)field])
                return false;
        }

        return true;
    }));

    [Fact]
    public void Exchanged_names_are_seen_from_both_sides() => Check.One(Fixed, Prop.ForAll(Pairs, pair =>
    {
        var person = pair.One;
        // What is left of a name when it is normalised decides; two letters at least, or it is an initial.
        if (person.Surname.Length < 3 || person.Forename.Length < 3 || string.Equals(person.Surname, person.Forename, StringComparison.Ordinal))
            return true;
        var exchanged = person with { Surname = person.Forename, Forename = person.Surname };
        var alike = Compare(person, exchanged with { Surname = person.Surname })[(int)MatchField.Forename] < (byte)ForenameLevel.Similar;
        return alike || (IsSwapped(Compare(person, exchanged)) && IsSwapped(Compare(exchanged, person)));
    }));

    [Fact]
    public void A_record_agrees_with_itself_as_far_as_it_goes() => Check.One(Fixed, Prop.ForAll(Pairs, pair =>
    {
        var levels = Compare(pair.One, pair.One);
        var identity = pair.One.ToIdentity();
        var initial = identity.Forename.Length == 1;
        return levels[(int)MatchField.Surname] == (identity.Surname.Length > 1 ? (byte)SurnameLevel.Exact : (byte)0)
            && levels[(int)MatchField.Forename] == (identity.Forename.IsEmpty ? (byte)0 : (byte)(initial ? ForenameLevel.Initial : ForenameLevel.Exact))
            && (DateLevel)levels[(int)MatchField.DateOfBirth] == (identity.DateOfBirthAsWritten.Year == 0 ? DateLevel.Missing : identity.DateOfBirthAsWritten.IsFull ? DateLevel.Exact : identity.DateOfBirthAsWritten.Month == 0 ? DateLevel.YearOnly : DateLevel.TwoParts)
            && (SexLevel)levels[(int)MatchField.Sex] == (identity.Sex is Linkage.Identity.Sex.Female or Linkage.Identity.Sex.Male ? SexLevel.Exact : SexLevel.Missing)
            && (PostcodeLevel)levels[(int)MatchField.Postcode] == (identity.PostcodeIsFull || !identity.OpaquePostcode.IsEmpty ? PostcodeLevel.Exact : identity.Postcode.IsEmpty ? PostcodeLevel.Missing : PostcodeLevel.Outcode);
    }));

    [Fact]
    public void What_is_missing_on_a_side_is_missing_and_changes_no_other_field() => Check.One(Fixed, Prop.ForAll(Pairs, pair =>
    {
        var full = Compare(pair.One, pair.Other);
        (MatchField Field, Func<Person, Person> Without)[] fields =
        [
            (MatchField.Surname, p => p with { Surname = "" }), (MatchField.Forename, p => p with { Forename = "" }), (MatchField.DateOfBirth, p => p with { Born = "" }),
            (MatchField.Sex, p => p with { Sex = "" }), (MatchField.Postcode, p => p with { Postcode = "" }),
        ];
        foreach (var (field, without) in fields)
        {
            if (field <= MatchField.Forename && IsSwapped(full))
                continue;
            foreach (var less in new[] { Compare(without(pair.One), pair.Other), Compare(pair.One, without(pair.Other)) })
            {
                for (var i = 0; i < MatchLevels.Fields; i++)
                {
                    if (less[i] != (i == (int)field ? 0 : full[i]))
                        return false;
                }
            }
        }

        return true;
    }));

    [Fact]
    public void Levels_are_those_that_models_know() => Check.One(Fixed, Prop.ForAll(Pairs, pair =>
    {
        var levels = Compare(pair.One, pair.Other);
        for (var field = MatchField.Surname; (int)field < MatchLevels.Fields; field++)
        {
            if (levels[(int)field] >= MatchLevels.Of(field).Length)
                return false;
        }

        return Levels.Of(levels.Pattern).Pattern == levels.Pattern;
    }));

    private static bool IsReal(Person person) => person.ToIdentity().DateOfBirthAsWritten.Year is >= Linkage.Identity.DateOfBirth.MinYear and <= Linkage.Identity.DateOfBirth.MaxYear or 0;

    private static bool IsSwapped(Levels levels) => (SurnameLevel)levels[(int)MatchField.Surname] == SurnameLevel.Swapped;

    private Levels Compare(Person patient, Person participant) => _comparison.Compare(patient.ToIdentity(), participant.ToIdentity());
}
