using Linkage.Delta;
using Linkage.Kafka;
using Linkage.Matching;
using Linkage.Matching.Links;
using Linkage.Pseudonyms;
using Linkage.Worker.Commands;
using Linkage.Worker.Ingestion;

namespace Linkage.Worker.Tests.Ingestion;

/// <summary>The link ledger's files and the log they go with, without batches: several workers in one process.</summary>
public sealed partial class LinkStoreTests : IDisposable
{
    private const string Topic = "gp";
    private const int Participants = 20;
    private readonly string _root = Directory.CreateTempSubdirectory("linkage-links-").FullName;
    private readonly RunPlan _plan;
    private readonly Registry _registry;
    private readonly KeyRing _keys;
    private readonly Pseudonymiser _key;
    private readonly List<Worker> _workers = [];

    public LinkStoreTests()
    {
        var (keys, registry, csv) = (Path.Combine(_root, "keys"), Path.Combine(_root, "registry"), Path.Combine(_root, "participants.csv"));
        File.WriteAllLines(csv, Enumerable.Range(0, Participants).Select(static i => $"p{i:D2},1970-01-{i + 1:D2}").Prepend("participant_id,date_of_birth"));
        KeyRing.CreateFile(keys, TimeProvider.System);
        Assert.Equal(0, RegistryCommands.Build(csv, keys, registry, TimeProvider.System, TextWriter.Null, TextWriter.Null));
        _keys = KeyRing.Load(keys);
        _key = _keys.Pseudonymiser(1);
        _registry = Registry.Open(registry);
        _plan = new RunPlan
        {
            Kafka = new KafkaOptions { Brokers = "none", Topic = Topic, Group = "tests" },
            RegistryPath = registry,
            KeysPath = keys,
            OutputDirectory = Path.Combine(_root, "tables"),
        };
    }

    private string Links => Path.Combine(_plan.OutputDirectory, "_links");

    private string[] Files => [.. Directory.GetFiles(Links).Select(static f => Path.GetFileName(f)).Order(StringComparer.Ordinal)];

    public void Dispose()
    {
        _workers.ForEach(static w => w.Dispose());
        _registry.Dispose();
        _key.Dispose();
        _keys.Dispose();
        Directory.Delete(_root, recursive: true);
    }

    [Fact]
    public void What_was_committed_is_remembered_and_what_was_not_is_not()
    {
        var first = Start();
        Assert.Equal(LinkFinding.New, first.Link(patient: 1, participant: 3));
        first.Commit();
        Assert.Equal(LinkFinding.New, first.Link(patient: 2, participant: 4));
        first.Crash();

        var second = Start();
        Assert.Equal(LinkFinding.Confirmed, second.Link(patient: 1, participant: 3));
        Assert.Equal(LinkFinding.New, second.Link(patient: 2, participant: 4));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, new DirectoryInfo(Links).UnixFileMode);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Findings_of_a_run_that_died_before_its_log_entry_are_removed_and_count_for_nothing(bool published)
    {
        var first = Start();
        first.Link(1, 3);
        first.Commit();
        first.Link(1, 5, Tier.CrossCheck);
        first.DieBeforeTheEntry(published);
        Assert.Equal(3, Files.Length);

        var second = Start(out var orphans);
        Assert.Equal(1, orphans);
        Assert.Equal(2, Files.Length);
        Assert.Equal((3, Tier.ExactKeys), second.Remembered(1));
        Assert.Equal(LinkFinding.Changed, second.Link(1, 5, Tier.CrossCheck));
    }

    // The log entry of the first table is there, the others' are not: the batch is read again for them.
    [Fact]
    public void A_batch_that_only_some_tables_have_is_judged_as_it_was()
    {
        var first = Start();
        first.Link(1, 3);
        first.Commit();
        var place = first.Place;
        Assert.Equal(LinkFinding.Changed, first.Link(1, 5, Tier.CrossCheck));
        first.Commit(tables: 1);
        first.Crash();

        var second = Start();
        second.Store.Assigned(lag: true);
        var verdict = second.Judge(1, Decided(5, Tier.CrossCheck), place, isSettled: true);
        Assert.Equal((LinkFinding.Changed, 3, Tier.ExactKeys), (verdict.Finding, verdict.Previous, verdict.PreviousStrength.Tier));
        Assert.Equal(0, second.Ledger.Take().Count);
        Assert.Equal((5, Tier.CrossCheck), second.Remembered(1));
    }

    [Fact]
    public void One_worker_sees_what_another_committed_before_its_own_commit()
    {
        var (a, b) = (Start(), Start(partition: 1));
        a.Link(1, 3);
        a.Link(2, 4);
        a.Commit();

        // Judged before anything was seen: of one patient the same, of another the contrary.
        Assert.Equal(LinkFinding.New, b.Link(1, 3));
        Assert.Equal(LinkFinding.New, b.Link(2, 9, Tier.Scored));
        var entries = b.Version;
        Assert.IsAssignableFrom<OwnershipLostException>(Assert.Throws<LinksMovedException>(() => b.Commit()));
        Assert.Equal(entries, b.Version);

        // Read again it is what it is.
        b.Store.Load();
        Assert.Equal(LinkFinding.Confirmed, b.Link(1, 3));
        Assert.Equal(LinkFinding.Contradicts, b.Link(2, 9, Tier.Scored));
        b.Commit();

        // The same participant at the same time is no contradiction, even where both say new.
        Assert.Equal([LinkFinding.New, LinkFinding.New], [a.Link(3, 5), b.Link(3, 5)]);
        a.Commit();
        b.Commit();
        Assert.Equal((4, Tier.ExactKeys), b.Remembered(2));
    }

    [Fact]
    public void A_partition_that_is_taken_over_brings_its_last_workers_findings()
    {
        var (a, b) = (Start(), Start(partition: 1));
        a.Link(1, 3);
        var place = a.Place;
        a.Link(2, 4);
        a.Commit(tables: 2);
        b.Store.Assigned(lag: true);
        Assert.Equal((3, Tier.ExactKeys), b.Remembered(1));
        Assert.Equal(LinkFinding.New, b.Judge(1, Decided(3, Tier.ExactKeys), place with { Offset = 0 }, isSettled: true).Finding);
    }

    // Two workers, links that agree and disagree, flushes that are refused, crashes: in the order of the log every finding follows from those before it.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void In_the_order_of_the_log_every_finding_follows_from_those_before(int seed)
    {
        const int Patients = 25;
        var random = new Random(seed);
        var workers = new[] { Start(), Start(partition: 1) };
        var refused = 0;
        for (var step = 0; step < 260; step++)
        {
            var w = random.Next(2);
            for (var n = random.Next(4); n >= 0; n--)
            {
                workers[w].Link(random.Next(Patients), random.Next(3), (Tier)random.Next(1, 4), random.Next(40));
            }

            switch (random.Next(12))
            {
                case 0:
                    workers[w].Crash();
                    workers[w] = Start(partition: w);
                    break;
                case 1:
                    workers[w].Store.Assigned(lag: random.Next(2) == 0);
                    break;
                default:
                    try
                    {
                        workers[w].Commit();
                    }
                    catch (LinksMovedException)
                    {
                        refused++;
                        workers[w].Store.Load();
                    }

                    break;
            }
        }

        // Some of the files are in bases by now, and removed: what is remembered must be what the whole history says.
        Assert.InRange(refused, 1, 200);
        Assert.InRange(Files.Count(static f => f.StartsWith("base-", StringComparison.Ordinal)), 2, 3);
        var model = Replayed(seed);
        Assert.InRange(Files.Length, 2, _history.Count / 2);
        var fresh = Start(partition: 2);
        workers[0].Store.Load();
        for (var patient = 0; patient < Patients; patient++)
        {
            Assert.True(model.GetValueOrDefault(KeyOf(patient), (-1, Tier.None)) == fresh.Remembered(patient), $"seed {seed}, patient {patient}");
            Assert.Equal(fresh.Remembered(patient), workers[0].Remembered(patient));
        }
    }

    [Fact]
    public void A_damaged_base_is_made_good_by_the_one_before()
    {
        var worker = Start();
        FillTwoBases(worker);
        worker.Crash();
        var bases = Files.Where(static f => f.StartsWith("base-", StringComparison.Ordinal)).ToArray();
        Assert.Equal(2, bases.Length);
        var newest = Path.Combine(Links, bases[^1]);
        var bytes = File.ReadAllBytes(newest);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(newest, bytes);

        var next = Start();
        Assert.False(File.Exists(newest));
        Assert.Equal(worker.Ledger.Count, next.Ledger.Count);
        for (var patient = 0; patient < worker.Ledger.Count; patient++)
        {
            Assert.Equal((patient % Participants, Tier.ExactKeys), next.Remembered(patient));
        }

        next.Crash();
        foreach (var file in Directory.GetFiles(Links, "base-*"))
        {
            File.WriteAllText(file, "no base");
        }

        Assert.Contains(Links, Assert.Throws<InvalidDataException>(() => Start()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Findings_that_are_gone_are_an_error_and_not_forgotten()
    {
        var worker = Start();
        worker.Link(1, 3);
        worker.Commit();
        worker.Crash();
        File.Delete(Assert.Single(Directory.GetFiles(Links, "part-*")));
        Assert.Contains(Links, Assert.Throws<InvalidDataException>(() => Start()).Message, StringComparison.Ordinal);

        // What the message offers.
        Directory.Delete(Links, recursive: true);
        Assert.Equal(LinkFinding.New, Start().Link(1, 3));
    }

    [Fact]
    public void Tables_made_anew_begin_with_nothing()
    {
        var worker = Start();
        worker.Link(1, 3);
        worker.Commit();
        worker.Crash();
        Directory.Delete(Path.Combine(_plan.OutputDirectory, "gp_clinical"), recursive: true);
        var next = Start();
        Assert.Equal(0, next.Ledger.Count);
        Assert.Equal(LinkFinding.New, next.Link(1, 3));
        next.Commit();
        next.Crash();
        Assert.Equal(LinkFinding.Confirmed, Start().Link(1, 3));
    }

    [Fact]
    public void Links_of_another_key_are_not_remembered_and_do_no_harm()
    {
        var worker = Start();
        worker.Link(1, 3);
        worker.Commit();
        worker.Crash();
        KeyRing.RotateFile(_plan.KeysPath, TimeProvider.System);
        using var keys = KeyRing.Load(_plan.KeysPath);
        using var rotated = keys.Pseudonymiser(2);
        var next = Start(key: rotated);
        Assert.Equal(0, next.Ledger.Count);
        FillTwoBases(next);
        next.Crash();
        var again = Start(key: rotated);
        Assert.Equal(next.Ledger.Count, again.Ledger.Count);
        again.Crash();
        Assert.Equal(0, Start().Ledger.Count);
    }

    [Fact]
    public void A_base_of_a_log_that_is_no_more_is_not_believed()
    {
        var worker = Start();
        FillTwoBases(worker);
        worker.Crash();
        var log = Path.Combine(_plan.OutputDirectory, "gp_clinical", "_delta_log");
        var newest = Files.Last(static f => f.StartsWith("base-", StringComparison.Ordinal));
        foreach (var entry in Directory.GetFiles(log, "*.json").Where(f => string.CompareOrdinal(Path.GetFileNameWithoutExtension(f), newest["base-".Length..^".links".Length]) >= 0))
        {
            File.Delete(entry);
        }

        var next = Start();
        Assert.False(File.Exists(Path.Combine(Links, newest)));
        Assert.InRange(next.Ledger.Count, 1, worker.Ledger.Count - 1);
    }

    private readonly List<LinkRecord> _history = [];

    private static Token KeyOf(int patient) => new((ulong)(patient + 1) * 0x9E3779B97F4A7C15, (ulong)patient);

    private static Decision Decided(int participant, Tier tier, double weight = double.NaN) =>
        new() { Outcome = Outcome.Linked, Participant = participant, Candidate = participant, Tier = tier, Weight = tier == Tier.Scored ? weight : double.NaN };

    private Worker Start(int partition = 0, Pseudonymiser? key = null) => Start(out _, partition, key);

    private Worker Start(out int orphans, int partition = 0, Pseudonymiser? key = null)
    {
        var worker = new Worker(this, $"run-{_workers.Count}", partition, key ?? _key, out orphans);
        _workers.Add(worker);
        return worker;
    }

    private static void FillTwoBases(Worker worker)
    {
        for (var flush = 0; flush < 45; flush++)
        {
            worker.Link(flush, flush % Participants);
            worker.Commit();
        }
    }

    /// <summary>What all committed findings make together, each checked against those before it.</summary>
    private Dictionary<Token, (int Participant, Tier Tier)> Replayed(int seed)
    {
        var hashes = Enumerable.Range(0, Participants).ToDictionary(i => System.IO.Hashing.XxHash3.HashToUInt64(_registry.ParticipantIds[i]));
        var model = new Dictionary<Token, (int Participant, LinkStrength Strength)>();
        foreach (var record in _history.Where(static r => r.SetsLink))
        {
            var known = model.TryGetValue(record.Key, out var link);
            var same = known && link.Participant == hashes[record.Participant];
            Assert.True(
                record.Finding switch
                {
                    LinkFinding.New => !known || same,
                    LinkFinding.Strengthened => same,
                    _ => known && !same && link.Participant == hashes[record.Previous] && record.Strength.Against(link.Strength) == StrengthOrder.Stronger,
                },
                $"seed {seed}: {record.Finding} does not follow");
            model[record.Key] = same && !record.Strength.Exceeds(link.Strength) ? link : (hashes[record.Participant], record.Strength);
        }

        return model.ToDictionary(static m => m.Key, static m => (m.Value.Participant, m.Value.Strength.Tier));
    }
}
