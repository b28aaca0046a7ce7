using System.Text;
using Linkage.Matching;
using Linkage.Pseudonyms;

namespace Linkage.Tests.Matching;

/// <summary>A registry in a folder of its own, with its key; both go on dispose.</summary>
public sealed class TestRegistry : IDisposable
{
    public static readonly DateTimeOffset Created = new(2024, 2, 29, 12, 0, 0, TimeSpan.Zero);
    private readonly KeyRing ring;
    private readonly string folder = Directory.CreateTempSubdirectory("registry-").FullName;
    private int lines = 1;
    private Registry? registry;

    public TestRegistry(byte key = 7)
    {
        ring = Ring(key);
        Pseudonymiser = ring.Pseudonymiser(1);
        Builder = new RegistryBuilder(Pseudonymiser);
    }

    public Pseudonymiser Pseudonymiser { get; }

    public RegistryBuilder Builder { get; }

    public RegistryReport? Report { get; private set; }

    public string File => Path.Combine(folder, "people.registry");

    /// <summary>Written at first use.</summary>
    public Registry Registry
    {
        get
        {
            if (registry is null)
            {
                Report = Builder.WriteFile(File, Created);
                registry = Registry.Open(File);
            }

            return registry;
        }
    }

    public static KeyRing Ring(byte key) => KeyRing.FromBytes(1, Enumerable.Repeat(key, 32).ToArray());

    /// <summary>Adds rows of one participant; lines count from 2.</summary>
    public TestRegistry With(string id, params Person[] rows)
    {
        foreach (var row in rows)
            Builder.Add(row.ToRow(++lines, id));
        return this;
    }

    public TestRegistry Add(string id, Person row, string consent = "", string genome = "", string questionnaire = "", string sample = "")
    {
        Builder.Add(row.ToRow(++lines, id, consent, genome, questionnaire, sample));
        return this;
    }

    public Decision Link(Person patient)
    {
        using var linker = new Linker(Registry, Pseudonymiser);
        return linker.Link(patient.ToIdentity());
    }

    /// <summary>participant_id the patient is linked to; null when to nobody.</summary>
    public string? Linked(Person patient)
    {
        var decision = Link(patient);
        return decision.Outcome == Outcome.Linked ? Id(decision.Participant) : null;
    }

    public string Id(int participant) => Encoding.UTF8.GetString(Registry.ParticipantIds[participant]);

    public void Dispose()
    {
        registry?.Dispose();
        Builder.Dispose();
        Pseudonymiser.Dispose();
        ring.Dispose();
        Directory.Delete(folder, recursive: true);
    }
}
