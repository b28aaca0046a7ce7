using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Linkage.Pseudonyms;

namespace Linkage.Tests.Pseudonyms;

public class KeyScheduleTests
{
    // RFC 5869, appendix A: ikm, salt, info, okm.
    [Theory]
    [InlineData(
        "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b", "000102030405060708090a0b0c", "f0f1f2f3f4f5f6f7f8f9",
        "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865")]
    [InlineData(
        "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f404142434445464748494a4b4c4d4e4f",
        "606162636465666768696a6b6c6d6e6f707172737475767778797a7b7c7d7e7f808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9fa0a1a2a3a4a5a6a7a8a9aaabacadaeaf",
        "b0b1b2b3b4b5b6b7b8b9babbbcbdbebfc0c1c2c3c4c5c6c7c8c9cacbcccdcecfd0d1d2d3d4d5d6d7d8d9dadbdcdddedfe0e1e2e3e4e5e6e7e8e9eaebecedeeeff0f1f2f3f4f5f6f7f8f9fafbfcfdfeff",
        "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c59045a99cac7827271cb41c65e590e09da3275600c2f09b8367793a9aca3db71cc30c58179ec3e87c14c01d5c1f3434f1d87")]
    [InlineData(
        "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b", "", "",
        "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8")]
    public void TheReferenceIsHkdfOfRfc5869(string ikm, string salt, string info, string okm)
    {
        var expected = Convert.FromHexString(okm);
        Assert.Equal(expected, Hkdf(Convert.FromHexString(ikm), Convert.FromHexString(salt), Convert.FromHexString(info), expected.Length));
    }

    [Fact]
    public void SubKeysAreTheReferenceOfLabelAndVersion()
    {
        var random = new Random(5869);
        var root = new byte[32];
        var subKey = new byte[32];
        foreach (var version in new[] { 1, 2, 255, 256, int.MaxValue })
        {
            random.NextBytes(root);
            foreach (var purpose in Enum.GetValues<Purpose>())
            {
                var info = new byte[KeySchedule.Label(purpose).Length + 5];
                KeySchedule.Label(purpose).CopyTo(info);
                BinaryPrimitives.WriteInt32BigEndian(info.AsSpan(info.Length - 4), version);
                KeySchedule.Derive(root, version, purpose, subKey);
                Assert.Equal(Hkdf(root, Encoding.ASCII.GetBytes("linkage/keys/1"), info, 32), subKey);
            }
        }
    }

    [Fact]
    public void EveryPurposeHasALabelOfItsOwnAndNoNumberIsLeftOut()
    {
        var purposes = Enum.GetValues<Purpose>();
        Assert.Equal(Enumerable.Range(0, purposes.Length), purposes.Select(p => (int)p));
        Assert.Equal(purposes.Length, purposes.Select(p => Encoding.ASCII.GetString(KeySchedule.Label(p))).Distinct(StringComparer.Ordinal).Count());
        Assert.All(purposes, p => Assert.Matches("^[a-z0-9/-]+$", Encoding.ASCII.GetString(KeySchedule.Label(p))));
        Assert.Throws<ArgumentOutOfRangeException>(() => KeySchedule.Label((Purpose)purposes.Length).Length);
    }

    [Fact]
    public void PurposesVersionsAndRootKeysAllGiveOtherSubKeys()
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var subKey = new byte[32];
        var count = 0;
        foreach (var first in new byte[] { 1, 2 })
        {
            var root = new byte[32];
            root[0] = first;
            for (var version = 1; version <= 20; version++)
            {
                foreach (var purpose in Enum.GetValues<Purpose>())
                {
                    KeySchedule.Derive(root, version, purpose, subKey);
                    seen.Add(Convert.ToHexString(subKey));
                    count++;
                }
            }
        }
        Assert.Equal(count, seen.Count);
    }

    // RFC 5869 by the book, on the platform's HMAC.
    private static byte[] Hkdf(byte[] ikm, byte[] salt, byte[] info, int length)
    {
        var prk = HMACSHA256.HashData(salt, ikm);
        var okm = new List<byte>();
        byte[] block = [];
        for (byte i = 1; okm.Count < length; i++)
        {
            byte[] message = [.. block, .. info, i];
            block = HMACSHA256.HashData(prk, message);
            okm.AddRange(block);
        }
        return [.. okm.Take(length)];
    }
}
