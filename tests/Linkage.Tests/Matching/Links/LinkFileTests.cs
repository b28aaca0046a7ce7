using Linkage.Matching;
using Linkage.Matching.Links;
using Linkage.Pseudonyms;

namespace Linkage.Tests.Matching.Links;

public sealed class LinkFileTests : IDisposable
{
    private static readonly Guid Table = new("0f0e0d0c-0b0a-0908-0706-050403020100");
    private readonly KeyRing ring = TestRegistry.Ring(7);
    private readonly Pseudonymiser key;

    public LinkFileTests() => key = ring.Pseudonymiser(1);

    public void Dispose()
    {
        key.Dispose();
        ring.Dispose();
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 0)]
    [InlineData(0, 1)]
    [InlineData(2_500, 1_300)]
    public void What_is_written_is_read(int links, int records)
    {
        const int Seed = 11;
        var (l, r) = (Links(Seed, links), Records(Seed, records));
        var bytes = Write(l, r);
        Assert.Equal(LinkFile.BytesOf(links, records), bytes.Length);
        var reader = Open(bytes);
        Assert.Equal(new LinkFileHeader(Table, 42, links, records), reader.Header);
        Assert.True(reader.IsOf(key));
        using var otherRing = TestRegistry.Ring(8);
        using var other = otherRing.Pseudonymiser(1);
        Assert.False(reader.IsOf(other));
        var readLinks = new List<RememberedLink>();
        while (reader.TryReadLink(out var link))
            readLinks.Add(link);
        var readRecords = new List<LinkRecord>();
        while (reader.TryReadRecord(out var record))
            readRecords.Add(record);
        Assert.Equal(l, readLinks);
        Assert.Equal(r, readRecords);
        Assert.False(reader.TryReadRecord(out _));

        // Links that nobody asks for are passed over.
        var passing = Open(bytes);
        Assert.Equal(records > 0, passing.TryReadRecord(out var first));
        Assert.Equal(records > 0 ? r[0] : default, first);
    }

    [Fact]
    public void Damage_anywhere_is_noticed()
    {
        var bytes = Write(Links(3, 2), Records(3, 2));
        ReadAll(bytes);
        for (var length = 0; length < bytes.Length; length++)
            Assert.Throws<InvalidDataException>(() => ReadAll(bytes[..length]));
        Assert.Throws<InvalidDataException>(() => ReadAll([.. bytes, 0]));
        for (var i = 0; i < bytes.Length; i++)
        {
            var damaged = bytes.ToArray();
            damaged[i] ^= 0x40;
            var error = Assert.Throws<InvalidDataException>(() => ReadAll(damaged));
            Assert.Contains("a-file.links", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_header_that_says_something_else_is_a_mistake()
    {
        using var stream = new MemoryStream();
        Assert.Throws<ArgumentException>(() => LinkFile.Write(stream, new LinkFileHeader(Table, 0, 1, 0), key, static _ => { }, []));
        Assert.Throws<ArgumentException>(() => LinkFile.Write(stream, new LinkFileHeader(Table, 0, 0, 1), key, static _ => { }, []));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(40)]
    [InlineData(60_000)]
    public void A_file_of_findings_is_the_file_of_their_records(int patients)
    {
        using var test = new TestRegistry();
        var ledger = new LinkLedger(test.With("p0", new Person(Person.TestNhs(0))).Registry);
        var random = new Random(patients);
        for (var i = 0; i < patients; i++)
            ledger.Judge(Key(random), new Decision { Outcome = Outcome.Linked, Tier = Tier.Scored, Weight = i }, new LinkPlace(3, i, 0), isSettled: false);
        var findings = ledger.Take();
        Assert.Equal(patients, findings.Count);
        using var stream = new MemoryStream();
        LinkFile.Write(stream, Table, key, findings);
        using var expected = new MemoryStream();
        LinkFile.Write(expected, new LinkFileHeader(Table, -1, 0, patients), key, static _ => { }, findings.ToArray());
        Assert.Equal(expected.ToArray(), stream.ToArray());
        findings.GiveBack();
        Assert.Throws<InvalidOperationException>(() => LinkFile.Write(stream, Table, key, findings));
    }

    [Fact]
    public void Texts_of_links_and_records_disclose_nothing()
    {
        Assert.Equal("LinkRecord(redacted)", Records(5, 1)[0].ToString());
        Assert.Equal("RememberedLink(redacted)", Links(5, 1)[0].ToString());
    }

    private static RememberedLink[] Links(int seed, int count)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => new RememberedLink(Key(random), (ulong)random.NextInt64(), Strength(random)))];
    }

    private static LinkRecord[] Records(int seed, int count)
    {
        var random = new Random(seed);
        return
        [
            .. Enumerable.Range(0, count).Select(_ => new LinkRecord(
                Key(random), new LinkPlace((ulong)random.NextInt64(), random.NextInt64(), random.Next()), (LinkFinding)random.Next(10), (ulong)random.NextInt64(), Strength(random), (ulong)random.NextInt64(), Strength(random))),
        ];
    }

    private static Token Key(Random random) => new((ulong)random.NextInt64(), (ulong)random.NextInt64());

    private static LinkStrength Strength(Random random) => new((Tier)random.Next(4), random.NextDouble() * 50);

    private static LinkFileReader Open(byte[] bytes) => new(new MemoryStream(bytes), bytes.Length, "a-file.links");

    private static void ReadAll(byte[] bytes)
    {
        var reader = Open(bytes);
        while (reader.TryReadRecord(out _))
        {
            // Reading is checking.
        }
    }

    private byte[] Write(RememberedLink[] links, LinkRecord[] records)
    {
        using var stream = new MemoryStream();
        LinkFile.Write(stream, new LinkFileHeader(Table, 42, links.Length, records.Length), key, write => Array.ForEach(links, write), records);
        return stream.ToArray();
    }
}
