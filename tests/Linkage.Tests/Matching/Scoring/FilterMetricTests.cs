using System.Globalization;
using System.Numerics;
using Linkage.Matching.Scoring;
using Linkage.Pseudonyms;

namespace Linkage.Tests.Matching.Scoring;

/// <summary>Estimates of shared bigrams against the true numbers, over random names under one key.</summary>
public sealed class FilterMetricTests : IDisposable
{
    private const int Seed = 301;
    private const int Pairs = 4000;
    private readonly KeyRing _ring = TestRegistry.Ring(37);
    private readonly Pseudonymiser _key;
    private readonly FilterEncoder _encoder;
    private readonly TokenBatch _batch;

    public FilterMetricTests()
    {
        _key = _ring.Pseudonymiser(1);
        _encoder = new FilterEncoder(_key);
        _batch = new TokenBatch(_key);
    }

    public void Dispose()
    {
        _batch.Dispose();
        _encoder.Dispose();
        _key.Dispose();
        _ring.Dispose();
    }

    // Bounds for the mean error and the standard deviation, in bigrams of about eight: what was measured, and a third more.
    public static TheoryData<bool, double, double, double> Treatments => new()
    {
        { false, 0, 0.05, 0.55 },
        { true, 0, 0.32, 2.1 },
        { false, 0.02, 0.05, 0.6 },
        { false, 0.05, 0.07, 0.7 },
        { true, 0.05, 0.35, 2.2 },
    };

    [Theory]
    [MemberData(nameof(Treatments))]
    public void Estimates_are_near_the_true_number_and_lean_to_no_side(bool fold, double flip, double bias, double spread)
    {
        var treatment = new FilterTreatment(fold, flip);
        var metric = new FilterMetric(FieldFilter.Surname, treatment);
        var random = new Random(Seed);
        double sum = 0, squares = 0, own = 0;
        for (var pair = 0; pair < Pairs; pair++)
        {
            var name = Name(random);
            var other = random.Next(3) == 0 ? Name(random) : Mistyped(random, name);
            var (patient, row) = (Encode(name), Encode(other));
            treatment.FoldInto(ref patient);
            treatment.FoldInto(ref row);
            treatment.Disturb(_batch, ref row);
            var shared = metric.Share(in patient, in row);
            var error = shared.Both - Bigrams(name).Intersect(Bigrams(other), StringComparer.Ordinal).Count();
            sum += error;
            squares += error * error;
            own += shared.First - Bigrams(name).Count;
        }

        var mean = sum / Pairs;
        var deviation = Math.Sqrt((squares / Pairs) - (mean * mean));
        var about = string.Create(CultureInfo.InvariantCulture, $"mean error {mean:F3}, deviation {deviation:F3}, own {own / Pairs:F3}, seed {Seed}");
        Assert.True(Math.Abs(mean) <= bias && deviation <= spread, about);
        Assert.True(deviation > 0.01, about);
    }

    [Fact]
    public void Equal_names_share_all_and_missing_ones_nothing()
    {
        var metric = new FilterMetric(FieldFilter.Surname, default);
        var name = Encode("Featherstonehaugh");
        var same = metric.Share(in name, in name);
        Assert.Equal(1, same.Dice, 4);
        Assert.Equal(1, same.Overlap, 4);
        Assert.Equal(same.First, same.Both, 4);
        var nobody = default(FieldFilter);
        Assert.Equal((0, 0), (metric.Share(in name, in nobody).Dice, metric.Share(in nobody, in name).Overlap));
        // A part of a double-barrelled name.
        var part = metric.Share(Encode("Smith"), Encode("Smithjones"));
        Assert.True(part.Overlap > 0.7 && part.Dice < part.Overlap, $"{part}");
    }

    [Fact]
    public void Folding_is_the_exclusive_or_of_the_halves_of_each_word()
    {
        var filter = Encode("Archer");
        var folded = filter;
        new FilterTreatment(Fold: true, 0).FoldInto(ref folded);
        for (var word = 0; word < FieldFilter.Words; word++)
        {
            for (var bit = 0; bit < 64; bit++)
            {
                var expected = bit < 32 && ((filter[word] >> bit) & 1) != ((filter[word] >> (bit + 32)) & 1);
                Assert.Equal(expected, ((folded[word] >> bit) & 1) == 1);
            }
        }

        var untouched = filter;
        default(FilterTreatment).FoldInto(ref untouched);
        default(FilterTreatment).Disturb(_batch, ref untouched);
        Assert.Equal(filter[0], untouched[0]);
    }

    [Theory]
    [InlineData(false, 0.02)]
    [InlineData(false, 0.1)]
    [InlineData(true, 0.1)]
    public void Noise_is_of_the_share_asked_for_the_same_each_time_and_of_the_key(bool fold, double flip)
    {
        var treatment = new FilterTreatment(fold, flip);
        using var otherRing = TestRegistry.Ring(38);
        using var otherKey = otherRing.Pseudonymiser(1);
        using var otherBatch = new TokenBatch(otherKey);
        var random = new Random(Seed);
        long flipped = 0, all = 0, differ = 0;
        for (var i = 0; i < 500; i++)
        {
            var filter = Encode(Name(random));
            treatment.FoldInto(ref filter);
            FieldFilter once = filter, again = filter, other = filter;
            treatment.Disturb(_batch, ref once);
            treatment.Disturb(_batch, ref again);
            treatment.Disturb(otherBatch, ref other);
            for (var word = 0; word < FieldFilter.Words; word++)
            {
                Assert.Equal(once[word], again[word]);
                // Only the surname is known here; and of a folded word the upper half stays empty.
                Assert.True(word < FieldFilter.Surname.Words || once[word] == 0);
                Assert.True(!fold || once[word] >> 32 == 0);
                flipped += BitOperations.PopCount(once[word] ^ filter[word]);
                differ += BitOperations.PopCount(once[word] ^ other[word]);
            }

            all += FieldFilter.Surname.Bits / (fold ? 2 : 1);
        }

        var share = (double)flipped / all;
        Assert.InRange(share, 0.9 * flip, 1.1 * flip);
        // Two keys flip independently.
        Assert.InRange((double)differ / all, 0.9 * 2 * flip * (1 - flip), 1.1 * 2 * flip * (1 - flip));
    }

    private static string Name(Random random)
    {
        const string consonants = "bcdfghjklmnprstvw", vowels = "aeiou";
        var letters = new char[random.Next(3, 12)];
        for (var i = 0; i < letters.Length; i++)
            letters[i] = i % 2 == 0 ? consonants[random.Next(consonants.Length)] : vowels[random.Next(vowels.Length)];
        return new string(letters);
    }

    private static string Mistyped(Random random, string name)
    {
        var letters = name.ToCharArray();
        letters[random.Next(letters.Length)] = (char)('a' + random.Next(26));
        return new string(letters);
    }

    private static HashSet<string> Bigrams(string name)
    {
        var marked = $"_{name}_";
        return [.. Enumerable.Range(0, marked.Length - 1).Select(i => marked.Substring(i, 2))];
    }

    private FieldFilter Encode(string surname)
    {
        _encoder.Encode(new Person(Surname: surname).ToIdentity(), out var filter);
        return filter;
    }
}
