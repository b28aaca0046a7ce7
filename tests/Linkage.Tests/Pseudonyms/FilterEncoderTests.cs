using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using Linkage.Identity;
using Linkage.Pseudonyms;
using Linkage.Testing;
using Linkage.Tests.Matching;

namespace Linkage.Tests.Pseudonyms;

[Collection(nameof(AllocationsCounted))]
public sealed class FilterEncoderTests : IDisposable
{
    private static readonly Person Anna = new("", "Smith", "Anna", "1961-03-25", "F", "LS1 4AP");
    private readonly KeyRing _ring = TestRegistry.Ring(31);
    private readonly Pseudonymiser _key;

    public FilterEncoderTests() => _key = _ring.Pseudonymiser(1);

    public void Dispose()
    {
        _key.Dispose();
        _ring.Dispose();
    }

    [Fact]
    public void Bits_are_drawn_from_the_hmac_of_each_element()
    {
        var filter = Encode(Anna);
        AssertSegment(FieldFilter.Surname, ["_S", "SM", "MI", "IT", "TH", "H_"], in filter);
        AssertSegment(FieldFilter.Forename, ["_A", "AN", "NN", "NA", "A_"], in filter);
        // Digits in their places; year, month and day with their digits in ascending order.
        AssertSegment(FieldFilter.DateOfBirth, ["01", "19", "26", "31", "40", "53", "62", "75", "a1169", "e03", "g25"], in filter);
        AssertSegment(FieldFilter.Sex, ["F"], in filter);
        // From the front, from the end, all characters in ascending order, outcode and sector.
        AssertSegment(FieldFilter.Postcode, ["AL", "BS", "C1", "d4", "cA", "bP", "*14ALPS", "<LS1", "<LS14"], in filter);
    }

    [Fact]
    public void Odd_values_are_encoded_as_they_are_written()
    {
        var filter = Encode(new Person("", "Ng", "J", "1643-02-31", "X", "75011 Paris"));
        AssertSegment(FieldFilter.Surname, ["_N", "NG", "G_"], in filter);
        AssertSegment(FieldFilter.Forename, [], in filter);
        AssertSegment(FieldFilter.DateOfBirth, ["01", "16", "24", "33", "40", "52", "63", "71", "a1346", "e02", "g13"], in filter);
        AssertSegment(FieldFilter.Sex, [], in filter);
        AssertSegment(FieldFilter.Postcode, ["A7", "B5", "C0", "D1", "E1", "FP", "GA", "dR", "cI", "bS", "*01157AIPRS"], in filter);
        AssertSegment(FieldFilter.DateOfBirth, ["01", "19", "28", "35", "a1589"], Encode(new Person(Born: "1985")));
        AssertSegment(FieldFilter.Postcode, ["AL", "BS", "C1", "*1LS", "<LS1"], Encode(new Person(Postcode: "LS1")));
    }

    [Fact]
    public void Letters_of_other_scripts_are_elements_byte_by_byte()
    {
        var filter = Encode(new Person(Surname: "Ян"));
        byte[] name = [(byte)'_', .. "ЯН"u8, (byte)'_'];
        var expected = default(FieldFilter);
        for (var i = 0; i + 1 < name.Length; i++)
            Draw(FieldFilter.Surname, name.AsSpan(i, 2), ref expected);
        Assert.True(Same(in expected, in filter));
    }

    [Fact]
    public void Segments_lie_side_by_side_and_bits_stay_inside_their_own()
    {
        var word = 0;
        foreach (ref readonly var segment in FieldFilter.Segments)
        {
            Assert.Equal(word, segment.FirstWord);
            Assert.InRange(segment.Hashes, 1, 16);
            word += segment.Words;
        }

        Assert.Equal(FieldFilter.Words, word);
        Person[] parts = [new(Surname: Anna.Surname), new(Forename: Anna.Forename), new(Born: Anna.Born), new(Sex: Anna.Sex), new(Postcode: Anna.Postcode)];
        var whole = Encode(Anna);
        for (var part = 0; part < parts.Length; part++)
        {
            var filter = Encode(parts[part]);
            for (var segment = 0; segment < parts.Length; segment++)
            {
                // A field that is not known leaves no bit; one that is leaves the same whatever the others are.
                Assert.Equal(segment == part, filter.Has(FieldFilter.Segments[segment]));
                if (segment == part)
                    Assert.Equal(whole.Count(FieldFilter.Segments[segment]), FieldFilter.Count(FieldFilter.Segments[segment], in whole, in filter).Both);
            }
        }

        var nobody = Encode(new Person());
        Assert.True(Same(default, in nobody));
    }

    [Fact]
    public void Exchanged_names_are_encoded_under_each_others_key()
    {
        using var encoder = new FilterEncoder(_key);
        using var batch = new TokenBatch(_key);
        var swapped = EncodeSwapped(encoder, Anna.ToIdentity(), batch);
        AssertSegment(FieldFilter.Surname, ["_A", "AN", "NN", "NA", "A_"], in swapped);
        AssertSegment(FieldFilter.Forename, ["_S", "SM", "MI", "IT", "TH", "H_"], in swapped);
    }

    [Fact]
    public void Another_key_draws_other_bits_and_the_same_key_the_same()
    {
        using var otherRing = TestRegistry.Ring(32);
        using var other = otherRing.Pseudonymiser(1);
        using var again = _key.Clone();
        var (one, two, same) = (Encode(Anna), Encode(Anna, other), Encode(Anna, again));
        Assert.True(Same(in one, in same));
        foreach (ref readonly var segment in FieldFilter.Segments)
        {
            var (a, b, both) = FieldFilter.Count(in segment, in one, in two);
            // What chance leaves in common, and no more.
            Assert.True(both < 0.6 * Math.Min(a, b), $"{both} of {a} and {b} bits");
        }

        // A name under the surname's key and under the forename's has other bits, too.
        var (surname, forename) = (Encode(new Person(Surname: "Thomas")), Encode(new Person(Forename: "Thomas")));
        Assert.NotEqual(surname[0], forename[4]);
    }

    [Fact]
    public void Encoding_allocates_nothing()
    {
        using var encoder = new FilterEncoder(_key);
        using var batch = new TokenBatch(_key);
        var people = Enumerable.Range(0, 50).Select(i => (Anna with { Surname = $"Smi{(char)('a' + (i % 26))}h", Born = $"19{30 + i}-0{1 + (i % 9)}-2{i % 9}", Postcode = i % 3 == 0 ? $"QQ{i}X" : Anna.Postcode }).ToIdentity()).ToArray();
        ulong bits = 0;
        Assert.Equal(0, Allocations.Least(() =>
        {
            foreach (var person in people)
            {
                encoder.Encode(person, out var filter);
                var swapped = EncodeSwapped(encoder, person, batch);
                bits += filter[0] ^ swapped[0];
            }
        }));
        Assert.NotEqual(0UL, bits);
    }

    [Fact]
    public void Dispose_zeroes_what_was_computed()
    {
        var encoder = new FilterEncoder(_key);
        encoder.Encode(Anna.ToIdentity(), out _);
        var tables = typeof(FilterEncoder).GetFields(BindingFlags.Instance | BindingFlags.NonPublic)
            .Select(f => f.GetValue(encoder)).OfType<FilterElements>()
            .Select(e => (ulong[])typeof(FilterElements).GetField("_bits", BindingFlags.Instance | BindingFlags.NonPublic)!.GetValue(e)!).ToList();
        Assert.Equal(5, tables.Count);
        Assert.All(tables, table => Assert.True(table.AsSpan().ContainsAnyExcept(0UL)));
        encoder.Dispose();
        Assert.All(tables, table => Assert.False(table.AsSpan().ContainsAnyExcept(0UL)));
        Assert.DoesNotContain("Smith", encoder.ToString(), StringComparison.OrdinalIgnoreCase);
    }

    // Every element of a small alphabet is in a table, and every table entry is an element: what the tables lack is gathered, so nothing is lost by it, but time.
    [Theory]
    [InlineData("Smith", "Anna", "1961-03-25", "F", "LS1 4AP", 3)]
    [InlineData("Oyelaran", "Jo", "1904-10-01", "M", "M1 1AE", 3)]
    [InlineData("Ng", "J", "1643-02-31", "X", "75011 Paris", 1)]
    [InlineData("", "", "1985-12", "", "LS1", 2)]
    [InlineData("Ян", "Anna", "", "", "", 5)]
    public void Only_what_is_of_no_small_alphabet_is_gathered(string surname, string forename, string born, string sex, string postcode, int gathered)
    {
        using var encoder = new FilterEncoder(_key);
        using var batch = new TokenBatch(_key);
        encoder.Gather(new Person("", surname, forename, born, sex, postcode).ToIdentity(), batch, out _);
        Assert.Equal(gathered, batch.Count);
    }

    [Fact]
    public void People_gathered_together_have_the_filters_of_people_alone()
    {
        using var encoder = new FilterEncoder(_key);
        using var batch = new TokenBatch(_key);
        var people = Enumerable.Range(0, 40).Select(i => (Anna with { Surname = i % 4 == 0 ? "Ян" : $"Smi{(char)('a' + (i % 26))}h", Born = $"19{30 + i}-0{1 + (i % 9)}-2{i % 9}", Postcode = i % 3 == 0 ? $"QQ{i}X" : $"LS{i} 4AP" }).ToIdentity()).ToArray();
        var filters = new FieldFilter[people.Length];
        var slots = new FilterSlots[people.Length];
        batch.Add(Purpose.NhsNumber, "0"u8);
        for (var i = 0; i < people.Length; i++)
            slots[i] = encoder.Gather(people[i], batch, out filters[i]);
        batch.Compute();
        for (var i = 0; i < people.Length; i++)
        {
            encoder.Take(batch, in slots[i], ref filters[i]);
            encoder.Encode(people[i], out var alone);
            Assert.True(Same(in alone, in filters[i]), $"person {i}");
        }
    }

    private static FieldFilter EncodeSwapped(FilterEncoder encoder, PersonIdentity person, TokenBatch batch)
    {
        var slots = encoder.GatherSwapped(person, batch, out var filter);
        batch.Compute();
        encoder.Take(batch, in slots, ref filter);
        batch.Clear();
        return filter;
    }

    private static bool Same(in FieldFilter a, in FieldFilter b)
    {
        for (var word = 0; word < FieldFilter.Words; word++)
        {
            if (a[word] != b[word])
                return false;
        }

        return true;
    }

    private FieldFilter Encode(Person person, Pseudonymiser? key = null)
    {
        using var encoder = new FilterEncoder(key ?? _key);
        encoder.Encode(person.ToIdentity(), out var filter);
        return filter;
    }

    // From the rule, not from the code: the first numbers of 16 bits of HMAC-SHA-256, each scaled to the segment.
    private void Draw(FilterSegment segment, ReadOnlySpan<byte> element, ref FieldFilter filter)
    {
        var mac = HMACSHA256.HashData(_key.SubKeys.Slice((int)segment.Purpose * KeySchedule.KeySize, KeySchedule.KeySize), element);
        for (var hash = 0; hash < segment.Hashes; hash++)
        {
            var drawn = (256 * mac[2 * hash]) + mac[(2 * hash) + 1];
            var bit = (int)Math.Floor(drawn / 65536.0 * segment.Bits);
            filter[segment.FirstWord + (bit / 64)] |= 1UL << (bit % 64);
        }
    }

    private void AssertSegment(FilterSegment segment, string[] elements, in FieldFilter filter)
    {
        var expected = default(FieldFilter);
        foreach (var element in elements)
            Draw(segment, Encoding.ASCII.GetBytes(element), ref expected);
        for (var word = segment.FirstWord; word < segment.FirstWord + segment.Words; word++)
            Assert.Equal(expected[word], filter[word]);
    }
}
