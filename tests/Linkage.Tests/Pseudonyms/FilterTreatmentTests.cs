using System.Buffers.Binary;
using System.Security.Cryptography;
using Linkage.Pseudonyms;
using Linkage.Tests.Matching;

namespace Linkage.Tests.Pseudonyms;

public class FilterTreatmentTests
{
    // From the rule, not from the code: a message of one byte that counts sixteens of bits and the segment as it is; each 16 bits of its HMAC that are below the share flip one bit.
    [Theory]
    [InlineData(false, 0.05)]
    [InlineData(false, 0.4)]
    [InlineData(true, 0.1)]
    public void Noise_is_drawn_from_the_hmac_of_each_segment(bool fold, double flip)
    {
        using var ring = TestRegistry.Ring(39);
        using var key = ring.Pseudonymiser(1);
        using var encoder = new FilterEncoder(key);
        using var batch = new TokenBatch(key);
        var treatment = new FilterTreatment(fold, flip);
        var subKey = key.SubKeys.Slice((int)Purpose.FilterNoise * KeySchedule.KeySize, KeySchedule.KeySize).ToArray();
        Person[] people = [new("", "Smith", "Anna", "1961-03-25", "F", "LS1 4AP"), new("", "", "Anna", "", "M", "LS1"), new("", "Smith", "", "1985"), new()];
        foreach (var person in people)
        {
            encoder.Encode(person.ToIdentity(), out var filter);
            treatment.FoldInto(ref filter);
            var (expected, found) = (filter, filter);
            var live = fold ? 32 : 64;
            foreach (ref readonly var segment in FieldFilter.Segments)
            {
                if (!filter.Has(in segment))
                    continue;
                var message = new byte[1 + (8 * segment.Words)];
                for (var word = 0; word < segment.Words; word++)
                    BinaryPrimitives.WriteUInt64LittleEndian(message.AsSpan(1 + (8 * word)), filter[segment.FirstWord + word]);
                for (var bit = 0; bit < segment.Words * live; bit++)
                {
                    message[0] = (byte)((segment.FirstWord * 16) + (bit / 16));
                    var mac = HMACSHA256.HashData(subKey, message);
                    if ((256 * mac[bit % 16 * 2]) + mac[(bit % 16 * 2) + 1] < (int)(flip * 65536))
                        expected[segment.FirstWord + (bit / live)] ^= 1UL << (bit % live);
                }
            }

            treatment.Disturb(batch, ref found);
            for (var word = 0; word < FieldFilter.Words; word++)
                Assert.Equal(expected[word], found[word]);
            Assert.Equal(0, batch.Count);
        }
    }
}
