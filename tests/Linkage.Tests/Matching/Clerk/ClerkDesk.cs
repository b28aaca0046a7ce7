using System.Globalization;
using Linkage.Matching;
using Linkage.Matching.Scoring;

namespace Linkage.Tests.Matching.Clerk;

/// <summary>
/// The participants that the tests of this folder ask for, once in each of the <see cref="Surroundings"/>, and the linker with the model that ships. What a test expects is what a
/// careful clerk would sign.
/// </summary>
[CollectionDefinition(nameof(ClerkDesk))]
public sealed class ClerkDesk : ICollectionFixture<ClerkDesk>, IDisposable
{
    public static readonly Person Joan = new("", "Hathersage", "Joan", "1957-04-23", "F", "YO24 1AB");
    public static readonly Person Amy = new("", "Wetherby", "Amy", "1988-11-17", "F", "YO24 3PQ");
    public static readonly Person Paul = new("", "Otterburn", "Paul", "1979-08-30", "M", "YO31 7ZX");
    public static readonly Person Son = new("", "Pocklington", "Walter", "1985-06-14", "M", "YO10 5DD");
    public static readonly Person Twin1 = new("", "Skelton", "Peter", "1966-02-11", "M", "YO30 6AA");
    public static readonly Person Twin2 = Twin1 with { Forename = "Patrick" };
    public static readonly Person Numbered = new(Person.TestNhs(10), "Bainbridge", "Harriet", "1949-12-08", "F", "YO1 9QL");
    public static readonly Person Husband = new(Person.TestNhs(11), "Micklethwaite", "Frederick", "1944-03-19", "M", "YO26 4GH");
    public static readonly Person Wife = new(Person.TestNhs(12), "Micklethwaite", "Rosalind", "1946-10-27", "F", "YO26 4GH");
    public static readonly Person Scot = new(NumberTests.ChiNumber("010101000"), "Auchterlonie", "Duncan", "1953-07-21", "M", "YO19 2NB");
    public static readonly Person Gone = new("", "Ravensworth", "Beatrix", "1962-09-05", "F", "YO23 1JK");
    public static readonly Person Old = new("", "Thistlewood", "Ebenezer", "1643-05-12", "M", "YO41 8RT");
    public static readonly Person Impossible = new("", "Cawthorne", "Isabella", "1958-02-31", "F", "YO42 2WX");
    public static readonly Person Abroad = new("", "Brandreth", "Leopold", "1938-08-16", "M", "75011-PARIS");
    public static readonly Person Whole = new("", "Heslington", "Gwendolen", "1955-10-13", "F", "YO8 9TU");
    public static readonly Person Alike = new("", "Farndale", "Cuthbert", "1951-05-27", "M", "YO62 7YT");

    private readonly (Surroundings About, TestRegistry Registry)[] _registries;

    public ClerkDesk() => _registries = [.. Surroundings.All.Select(about => (about, Enrol(about)))];

    /// <summary>Registry of the surroundings of this number.</summary>
    public TestRegistry this[int surroundings] => _registries[surroundings].Registry;

    public static TheoryData<int> Everywhere => [.. Enumerable.Range(0, Surroundings.All.Count)];

    public static Linker Linker(TestRegistry registry, LinkerOptions? options = null) => new(registry.Registry, registry.Pseudonymiser, MatchModel.Default, options);

    public Decision Decide(int surroundings, Person patient)
    {
        using var linker = Linker(this[surroundings]);
        return linker.Link(patient.ToIdentity());
    }

    public Explanation? Explain(int surroundings, Person patient)
    {
        using var linker = Linker(this[surroundings]);
        return linker.Explain(patient.ToIdentity());
    }

    /// <summary>The patient is linked, and to this participant.</summary>
    public Decision Accepts(int surroundings, Person patient, string id)
    {
        var decision = Decide(surroundings, patient);
        Assert.True(decision.Outcome == Outcome.Linked, $"not linked: {About(surroundings, in decision, patient)}");
        Assert.True(string.Equals(id, this[surroundings].Id(decision.Participant), StringComparison.Ordinal), $"linked to somebody else: {About(surroundings, in decision, patient)}");
        return decision;
    }

    /// <summary>The patient is linked to nobody.</summary>
    public Decision Refuses(int surroundings, Person patient)
    {
        var decision = Decide(surroundings, patient);
        Assert.True(decision is { Outcome: not Outcome.Linked, Participant: -1 }, $"linked: {About(surroundings, in decision, patient)}");
        return decision;
    }

    /// <summary>The patient goes to review, with this participant as the candidate.</summary>
    public Decision Reviews(int surroundings, Person patient, string id)
    {
        var decision = Refuses(surroundings, patient);
        Assert.True(decision.Outcome == Outcome.Ambiguous, $"not for review: {About(surroundings, in decision, patient)}");
        Assert.True(decision.Candidate >= 0 && string.Equals(id, this[surroundings].Id(decision.Candidate), StringComparison.Ordinal), $"another candidate: {About(surroundings, in decision, patient)}");
        return decision;
    }

    public string About(int surroundings, in Decision decision, Person patient) => string.Create(
        CultureInfo.InvariantCulture,
        $"{patient.Forename} {patient.Surname} {patient.Born} {patient.Sex} {patient.Postcode} among {Surroundings.All[surroundings]}: {decision.Outcome}, tier {decision.Tier}, weight {decision.Weight:F2}, probability {decision.Probability:F4}, runner-up {decision.RunnerUpWeight:F2}, {Explain(surroundings, patient)?.Guard}");

    public void Dispose()
    {
        foreach (var (_, registry) in _registries)
            registry.Dispose();
    }

    private static TestRegistry Enrol(Surroundings about)
    {
        var registry = new TestRegistry(about.Key);
        registry.Add("joan", Joan).Add("amy", Amy).Add("paul", Paul).Add("son", Son).Add("twin-1", Twin1).Add("twin-2", Twin2)
            .Add("numbered", Numbered).Add("husband", Husband).Add("wife", Wife).Add("scot", Scot).Add("gone", Gone, consent: "withdrawn")
            .Add("old", Old).Add("impossible", Impossible).Add("abroad", Abroad).Add("whole", Whole)
            .Add("alike-1", Alike with { Postcode = "" }).Add("alike-2", Alike with { Postcode = "" });
        about.Enrol(registry);
        return registry;
    }
}
