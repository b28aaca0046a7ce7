using Linkage.Pseudonyms;
using Linkage.Testing;

namespace Linkage.Tests.Matching;

/// <summary>Many NHS numbers looked up at once are found as one by one.</summary>
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
            tokens[i] = random.Next(10) == 0 ? default : _test.Pseudonymiser.Token(Purpose.NhsNumber, System.Text.Encoding.ASCII.GetBytes(Number(random.Next(2 * People))));
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
            tokens[i] = _test.Pseudonymiser.Token(Purpose.NhsNumber, System.Text.Encoding.ASCII.GetBytes(Number(i)));
        var found = new int[tokens.Length];
        Assert.Throws<ArgumentException>(() => _test.Registry.FindNhsNumbers(tokens, found.AsSpan(1)));
        Assert.Equal(0, Allocations.Least(() => _test.Registry.FindNhsNumbers(tokens, found)));
    }

    private static string Number(int i) => Person.TestNhs(i);
}
