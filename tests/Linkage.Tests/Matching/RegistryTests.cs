using System.Text;
using Linkage.Identity;
using Linkage.Matching;
using Linkage.Parquet;
using Linkage.Testing;

namespace Linkage.Tests.Matching;

[Collection(nameof(AllocationsCounted))]
public sealed class RegistryTests : IDisposable
{
    private static readonly Person Anna = new(Person.TestNhs(1), "Archer", "Anna", "1961-03-25", "F", "LS1 4AP");
    private readonly TestRegistry test = new();

    public void Dispose() => test.Dispose();

    [Fact]
    public void Ids_come_back_in_bytewise_order()
    {
        string[] ids = ["zeta", "10", "9", "Ärzte", "a", "aa", "1000000000000", "10000000", "100000000", "A", "Z"];
        for (var i = 0; i < ids.Length; i++)
            test.Add(ids[i], Anna with { Nhs = Person.TestNhs(i) });
        var expected = ids.OrderBy(id => id, Comparer<string>.Create((a, b) => Encoding.UTF8.GetBytes(a).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(b))));
        Assert.Equal(expected, All(test.Registry.ParticipantIds));
        for (var i = 0; i < ids.Length; i++)
            Assert.Equal(ids[i], test.Linked(Anna with { Nhs = Person.TestNhs(i) }));
    }

    [Fact]
    public void Lists_of_several_rows_are_merged_in_order_each_id_once()
    {
        test.Add("p2", Anna, genome: "G3; G1 ;;G3", questionnaire: "Q1", sample: "")
            .Add("p1", Anna with { Nhs = "" })
            .Add("p2", Anna with { Surname = "Former" }, genome: "G1;G2", sample: "S9")
            .Add("p2", Anna, genome: "G7", questionnaire: "Q1");
        var registry = test.Registry;
        Assert.Equal(["p1", "p2"], All(registry.ParticipantIds));
        Assert.Equal([null, "G3;G1;G2;G7"], All(registry.AllGenomeIds));
        Assert.Equal([null, "G3"], All(registry.GenomeIds));
        Assert.Equal([null, "Q1"], All(registry.AllQuestionnaireIds));
        Assert.Equal([null, "Q1"], All(registry.QuestionnaireIds));
        Assert.Equal([null, "S9"], All(registry.AllSampleIds));
        Assert.Equal(new RegistryCounts { Participants = 2, Rows = 3, NhsNumbers = 1, WithGenome = 1, WithQuestionnaire = 1 }, registry.Counts);
    }

    [Fact]
    public void Announcing_texts_changes_nothing_and_takes_ids_that_are_none()
    {
        test.Add("p1", Anna, genome: "G1;G2").Add("p2", Anna with { Nhs = Person.TestNhs(2) });
        var registry = test.Registry;
        foreach (var texts in (IUtf8Values[])[registry.ParticipantIds, registry.GenomeIds, registry.AllSampleIds])
        {
            var before = All(texts);
            texts.Ahead([]);
            texts.Ahead([1, -1, 0, texts.Count, int.MaxValue, int.MinValue, 0]);
            Assert.Equal(before, All(texts));
        }
    }

    [Fact]
    public void The_header_says_what_it_is()
    {
        test.With("p1", Anna).Add("p2", Anna with { Nhs = Person.TestNhs(2) }, consent: "withdrawn");
        var registry = test.Registry;
        registry.Verify();
        Assert.Equal(1, registry.KeyVersion);
        Assert.Equal(2, registry.FormatVersion);
        Assert.Equal(TestRegistry.Created, registry.Created);
        Assert.Equal(2, registry.ParticipantCount);
        Assert.Equal(1, registry.Counts.Withdrawn);
        Assert.Equal(new FileInfo(test.File).Length, registry.FileLength);
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(test.File));
        Assert.Equal([test.File], Directory.GetFiles(Path.GetDirectoryName(test.File)!));
    }

    [Fact]
    public void The_same_rows_give_the_same_bytes()
    {
        using var other = new TestRegistry();
        foreach (var made in new[] { test, other })
        {
            for (var i = 0; i < 500; i++)
                made.Add($"p{i * 7919 % 500}", Anna with { Nhs = Person.TestNhs(i), Surname = $"S{(char)('A' + (i % 26))}" }, genome: $"G{i}");
            _ = made.Registry;
        }

        Assert.Equal(File.ReadAllBytes(test.File), File.ReadAllBytes(other.File));
    }

    [Fact]
    public void An_empty_registry_links_nobody()
    {
        test.Registry.Verify();
        Assert.Equal(0, test.Registry.ParticipantCount);
        Assert.Empty(All(test.Registry.ParticipantIds));
        Assert.Equal(Outcome.NotAParticipant, test.Link(Anna).Outcome);
    }

    [Fact]
    public void Another_key_is_refused()
    {
        test.With("p1", Anna);
        using var ring = TestRegistry.Ring(8);
        using var wrong = ring.Pseudonymiser(1);
        var refused = Assert.Throws<RegistryException>(() => test.Registry.RequireKey(wrong));
        Assert.Contains(test.File, refused.Message, StringComparison.Ordinal);
        Assert.Throws<RegistryException>(() => new Linker(test.Registry, wrong));
        test.Registry.RequireKey(test.Pseudonymiser);
    }

    [Fact]
    public void A_failed_write_leaves_the_old_registry()
    {
        test.With("p1", Anna);
        _ = test.Registry;
        var before = File.ReadAllBytes(test.File);
        using var again = new RegistryBuilder(test.Pseudonymiser);
        again.Add(Anna.ToRow(2, "p9"));
        Assert.Throws<DirectoryNotFoundException>(() => again.WriteFile(Path.Combine(test.File + ".none", "x"), TestRegistry.Created));
        Assert.Equal(before, File.ReadAllBytes(test.File));
        Assert.Throws<InvalidOperationException>(() => test.Builder.WriteFile(test.File, TestRegistry.Created));
        Assert.Equal(before, File.ReadAllBytes(test.File));
        using var next = new RegistryBuilder(test.Pseudonymiser);
        next.Add(Anna.ToRow(2, "p9"));
        next.WriteFile(test.File, TestRegistry.Created);
        // Who has the old one mapped goes on with it; who opens it gets the new one.
        Assert.Equal(["p1"], All(test.Registry.ParticipantIds));
        using var reopened = Registry.Open(test.File);
        Assert.Equal(["p9"], All(reopened.ParticipantIds));
    }

    [Fact]
    public void Files_that_are_no_registry_are_refused_by_name()
    {
        var path = Path.Combine(Path.GetDirectoryName(test.File)!, "other");
        foreach (var content in new[] { [], "participant_id\n"u8.ToArray(), new byte[4096], [.. "LKREG\r\n\u001a"u8, 2, 0, 0, 0, .. new byte[2000]] })
        {
            File.WriteAllBytes(path, content);
            Assert.Contains(path, Assert.Throws<RegistryException>(() => Registry.Open(path)).Message, StringComparison.Ordinal);
        }

        Assert.Contains("none", Assert.Throws<RegistryException>(() => Registry.Open(path + ".none")).Message, StringComparison.Ordinal);
        Assert.Throws<RegistryException>(() => Registry.Open(Path.GetDirectoryName(path)!));
    }

    [Fact]
    public void After_dispose_nothing_is_read()
    {
        test.With("p1", Anna);
        var registry = Registry.Open(Written());
        var linker = new Linker(registry, test.Pseudonymiser);
        Assert.Equal(Outcome.Linked, linker.Link(Anna.ToIdentity()).Outcome);
        registry.Dispose();
        registry.Dispose();
        Assert.Equal(Outcome.NotAParticipant, linker.Link(Anna.ToIdentity()).Outcome);
        linker.Dispose();
    }

    [Fact]
    public void Linking_allocates_nothing()
    {
        test.With("p1", Anna).With("p2", Anna with { Nhs = "", Forename = "Alice" });
        using var linker = new Linker(test.Registry, test.Pseudonymiser);
        PersonIdentity[] pool =
        [
            Anna.ToIdentity(), (Anna with { Born = "1961-03-26" }).ToIdentity(), (Anna with { Nhs = "" }).ToIdentity(),
            (Anna with { Nhs = Person.TestNhs(7) }).ToIdentity(), new Person().ToIdentity(),
        ];
        var decisions = new Decision[pool.Length];
        Round(linker, pool, decisions);
        var allocated = Allocations.Least(() =>
        {
            for (var i = 0; i < 100; i++)
                Round(linker, pool, decisions);
        });
        Assert.Equal(0, allocated);
    }

    private static void Round(Linker linker, PersonIdentity[] pool, Decision[] decisions)
    {
        linker.BeginBatch(pool.Length);
        for (var i = 0; i < pool.Length; i++)
            decisions[i] = linker.Link(i, pool[i]);
        linker.SettleRivals(decisions);
    }

    private string Written()
    {
        _ = test.Registry;
        return test.File;
    }

    private static List<string?> All(IUtf8Values values)
    {
        var all = new List<string?>();
        for (var i = 0; i < values.Count; i++)
            all.Add(values.IsNull(i) ? null : Encoding.UTF8.GetString(values[i]));
        return all;
    }
}
