using System.Buffers.Binary;
using System.Text;
using Linkage.Matching;
using Linkage.Pseudonyms;
using Linkage.Testing;

namespace Linkage.Tests.Matching;

/// <summary>Many NHS numbers looked up at once are found as one by one.</summary>
[Collection(nameof(AllocationsCounted))]
public sealed class NhsNumberLookupTests : IDisposable
{
    private const int People = 3_000;
    private readonly TestRegistry _test = new();

    public NhsNumberLookupTests()
    {
        for (var i = 0; i < People; i++)
            _test.Add($"p{i:D4}", new Person(i % 4 == 0 ? "" : Number(i), "S" + (char)('A' + (i % 26)), "F" + (char)('A' + (i / 26 % 26)), "1960-01-02", "F", "LS1 4AP"));
    }

    public void Dispose() => _test.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(17)]
    [InlineData(1000)]
    [InlineData(6000)]
    public void A_batch_finds_what_single_look_ups_find(int patients)
    {
        const int seed = 41;
        var random = new Random(seed + patients);
        var tokens = new Token[patients];
        // Participants and strangers, in any order, some without a number.
        for (var i = 0; i < patients; i++)
            tokens[i] = random.Next(10) == 0 ? default : Token(random.Next(2 * People));
        var found = new int[patients];
        _test.Registry.FindNhsNumbers(tokens, found);
        var hits = 0;
        for (var i = 0; i < patients; i++)
        {
            var expected = tokens[i].IsEmpty ? -1 : _test.Registry.FindNhsNumber(tokens[i]);
            Assert.True(expected == found[i], $"patient {i} of {patients}: row {found[i]}, and {expected} by itself, seed {seed}");
            hits += expected >= 0 ? 1 : 0;
        }

        Assert.True(patients < 1000 || (hits > patients / 4 && hits < patients / 2), $"{hits} of {patients} found, seed {seed}");
    }

    [Fact]
    public void It_needs_room_for_every_row_and_allocates_nothing()
    {
        var tokens = new Token[500];
        for (var i = 0; i < tokens.Length; i++)
            tokens[i] = Token(i);
        var found = new int[tokens.Length];
        Assert.Throws<ArgumentException>(() => _test.Registry.FindNhsNumbers(tokens, found.AsSpan(1)));
        Assert.Equal(0, Allocations.Least(() => _test.Registry.FindNhsNumbers(tokens, found)));
    }

    [Fact]
    public void Row_numbers_that_are_none_are_damage()
    {
        Token[] tokens = [Token(1), Token(2), Token(3)];
        var found = new int[tokens.Length];
        _test.Registry.FindNhsNumbers(tokens, found);
        Assert.DoesNotContain(-1, found);
        var file = File.ReadAllBytes(_test.File);
        // The header says where the token table of NHS numbers is: section 1.
        var section = file.AsSpan(256 + 24);
        var table = file.AsSpan(BinaryPrimitives.ReadInt32LittleEndian(section), BinaryPrimitives.ReadInt32LittleEndian(section[8..]));
        for (var bucket = 0; bucket < table.Length; bucket += 64)
            table.Slice(bucket + 32, 32).Fill(0x7F);
        var damaged = Path.Combine(Path.GetDirectoryName(_test.File)!, "damaged.registry");
        File.WriteAllBytes(damaged, file);
        using var registry = Registry.Open(damaged);
        Assert.Throws<RegistryException>(() => registry.FindNhsNumbers(tokens, found));
        Assert.Throws<RegistryException>(() => registry.FindNhsNumber(tokens[0]));
    }

    [Fact]
    public void A_registry_that_is_gone_finds_nobody()
    {
        var token = Token(1);
        var registry = _test.Registry;
        registry.Dispose();
        var found = new int[1];
        registry.FindNhsNumbers([token], found);
        Assert.Equal(-1, found[0]);
    }

    private Token Token(int i) => _test.Pseudonymiser.Token(Purpose.NhsNumber, Encoding.ASCII.GetBytes(Number(i)));

    private static string Number(int i) => Person.TestNhs(i);
}
