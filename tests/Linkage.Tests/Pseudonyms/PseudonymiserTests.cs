using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Linkage.Pseudonyms;
using Linkage.Testing;

namespace Linkage.Tests.Pseudonyms;

[Collection(nameof(AllocationsCounted))]
public class PseudonymiserTests
{
    private static readonly byte[] Root = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];

    // Root key 00 01 … 1f, version 7, value "LINKAGE": computed apart from this code, from RFC 5869 and RFC 2104. A failure here means that every registry and
    // every released pseudonym would have to be made again.
    [Theory]
    [InlineData(Purpose.NhsNumber, "d4632427a21bc2b862ab603708a4494f")]
    [InlineData(Purpose.DateOfBirth, "d11e81e716e6e513be248e40fa02b5d7")]
    [InlineData(Purpose.BirthYear, "a31ca492609d8c455733efdc470ad565")]
    [InlineData(Purpose.BirthMonth, "aded2104f25e33e64a68269da9a0d6dd")]
    [InlineData(Purpose.BirthDay, "c76f965844ddc4b15eac9118dac24931")]
    [InlineData(Purpose.Surname, "94276e5300462d359fd859cc52b6c6e6")]
    [InlineData(Purpose.Forename, "84fbad48e69b77612a88b9f7bbfeea8c")]
    [InlineData(Purpose.ForenameInitial, "f299ba96bce6c81a5659dbb2a3b469a2")]
    [InlineData(Purpose.Sex, "9a266b37dd3b35a28fb0c9008eb578a6")]
    [InlineData(Purpose.Postcode, "bab9af419e1ceedb835a6ae9bc1922ee")]
    [InlineData(Purpose.ExactKey1, "c90714ded716531b35b605584704a9d9")]
    [InlineData(Purpose.ExactKey2, "00575ad41676a84a9a286b5e475514a2")]
    [InlineData(Purpose.ExactKey3, "c521fa9b6294eaf35fef09fa7ec238f7")]
    [InlineData(Purpose.ExactKey4, "9238fa4a0b232dd64df5888f1ca6a3c1")]
    [InlineData(Purpose.ExactKey5, "9e47d2fcfc315404d34527e2ef7ccef6")]
    [InlineData(Purpose.ExactKey6, "10518bd7bb87d1f12e3ace5c3efd46a6")]
    [InlineData(Purpose.Outsiders, "0feaedc1d9a780fa5cb13d44c9594ea4")]
    [InlineData(Purpose.KeyCheck, "3da082c776855d8cbb17ab5e1032b4bb")]
    [InlineData(Purpose.FilterSurname, "44c7356cb9b08c14bc131309e792746f")]
    [InlineData(Purpose.FilterForename, "28ed17f4e6035bdd7979fdf09493922f")]
    [InlineData(Purpose.FilterDateOfBirth, "169c4f67bd584bd2f5d6fb2e70467a75")]
    [InlineData(Purpose.FilterSex, "b0e939303c76ed4199b7adc4587dc65d")]
    [InlineData(Purpose.FilterPostcode, "0b05a1a8c6fff9063a6a67fafef6be68")]
    [InlineData(Purpose.FilterNoise, "aafe5c28e65a7cdb8a60fbee9f90bce2")]
    [InlineData(Purpose.SurnameSound, "c50ee86dadd63d5e91471e78385eb244")]
    [InlineData(Purpose.ForenameSound, "ab387b7fea4e8b023eab2f026344d803")]
    [InlineData(Purpose.ForenameRoot, "212192d8a65a6269cd4c65138f1dfa52")]
    [InlineData(Purpose.PostcodeSector, "a6c5a59427e91a7d9851ceb3de80bbcb")]
    [InlineData(Purpose.Patient, "a86997ecb7d953977b30ba7620645550")]
    public void TokensAreFrozen(Purpose purpose, string expected)
    {
        using var pseudonymiser = NewPseudonymiser(7);
        Assert.Equal(expected, Hex(pseudonymiser.Token(purpose, "LINKAGE"u8)));
    }

    [Fact]
    public void EveryPurposeHasAFrozenToken()
    {
        var frozen = typeof(PseudonymiserTests).GetMethod(nameof(TokensAreFrozen))!.GetCustomAttributesData()
            .Where(a => a.AttributeType == typeof(InlineDataAttribute))
            .Select(a => ((IReadOnlyList<System.Reflection.CustomAttributeTypedArgument>)a.ConstructorArguments[0].Value!)[0].Value);
        Assert.Equal(Enum.GetValues<Purpose>().Select(p => (object)(int)p), frozen);
    }

    [Fact]
    public void KeyCheckIsFrozenAndTellsKeysApart()
    {
        using var pseudonymiser = NewPseudonymiser(7);
        Assert.Equal("a15f20dcd4cd62b2419292a97b19b4a37004a4d3ffcd7c0c2edf69805bae676b", Convert.ToHexStringLower(pseudonymiser.KeyCheck));
        Assert.True(pseudonymiser.KeyCheckEquals(pseudonymiser.KeyCheck));

        using var otherVersion = NewPseudonymiser(8);
        Assert.False(pseudonymiser.KeyCheckEquals(otherVersion.KeyCheck));
        Assert.False(pseudonymiser.KeyCheckEquals(pseudonymiser.KeyCheck[..31]));
        Assert.False(pseudonymiser.KeyCheckEquals(default));
        for (var bit = 0; bit < 256; bit++)
        {
            var changed = pseudonymiser.KeyCheck.ToArray();
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(pseudonymiser.KeyCheckEquals(changed));
        }
    }

    // RFC 4231. HMAC pads a key with zeros to a block, so a shorter key is the 32-byte key with zeros behind. Cases 6 and 7 have longer keys.
    [Theory]
    [InlineData("0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b", "4869205468657265", "b0344c61d8db38535ca8afceaf0bf12b")]
    [InlineData("4a656665", "7768617420646f2079612077616e7420666f72206e6f7468696e673f", "5bdcc146bf60754e6a042426089575c7")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd", "773ea91e36800e46854db8ebd09181a7")]
    [InlineData("0102030405060708090a0b0c0d0e0f10111213141516171819", "cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd", "82558a389a443c0ea4cc819899f2083a")]
    [InlineData("0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c", "546573742057697468205472756e636174696f6e", "a3b6167473100ee06e0c796c2955552b")]
    public void TokensAreHmacOfRfc4231(string key, string data, string expected)
    {
        var subKeys = new byte[KeySchedule.PurposeCount * 32];
        Convert.FromHexString(key).CopyTo(subKeys, (int)Purpose.Surname * 32);
        using var pseudonymiser = new Pseudonymiser(1, subKeys);
        Assert.Equal(expected, Hex(pseudonymiser.Token(Purpose.Surname, Convert.FromHexString(data))));
    }

    [Fact]
    public void TokensOfAnyLengthAreTheFirst128BitsOfThePlatformsHmac()
    {
        const int Seed = 4231;
        var random = new Random(Seed);
        using var pseudonymiser = NewPseudonymiser(1);
        for (var length = 1; length <= 300; length++)
        {
            var value = new byte[length];
            random.NextBytes(value);
            var purpose = (Purpose)random.Next(KeySchedule.PurposeCount);
            var subKey = pseudonymiser.SubKeys.Slice((int)purpose * 32, 32).ToArray();
            var expected = Convert.ToHexStringLower(HMACSHA256.HashData(subKey, value))[..32];
            Assert.True(string.Equals(expected, Hex(pseudonymiser.Token(purpose, value)), StringComparison.Ordinal), $"seed {Seed}, length {length}");
        }
    }

    [Fact]
    public void OneValueUnderTwoPurposesOrVersionsNeverGivesOneToken()
    {
        var tokens = new HashSet<Token>();
        for (var version = 1; version <= 5; version++)
        {
            using var pseudonymiser = NewPseudonymiser(version);
            Assert.Equal(version, pseudonymiser.KeyVersion);
            foreach (var purpose in Enum.GetValues<Purpose>())
                Assert.True(tokens.Add(pseudonymiser.Token(purpose, "19850720"u8)));
        }
    }

    [Fact]
    public void TheEmptyValueHasTheEmptyTokenAndNoOtherDoes()
    {
        using var pseudonymiser = NewPseudonymiser(1);
        foreach (var purpose in Enum.GetValues<Purpose>())
        {
            Assert.True(pseudonymiser.Token(purpose, default).IsEmpty);
            Assert.Equal(default, pseudonymiser.Token(purpose, ""u8));
            Assert.False(pseudonymiser.Token(purpose, "\0"u8).IsEmpty);
        }
        Assert.False(new Token(0, 1).IsEmpty);
        Assert.False(new Token(1, 0).IsEmpty);
    }

    [Fact]
    public void ComposedTokensAreFrozen()
    {
        using var pseudonymiser = NewPseudonymiser(7);
        Assert.Equal("7a77944596f3c07b17bc640f597aff91", Hex(pseudonymiser.Token(Purpose.ExactKey1, "AB"u8, "C"u8, "19850720"u8)));
        Assert.Equal("a13781e6a9cf3f55937d719184bc2b48", Hex(pseudonymiser.Token(Purpose.ExactKey1, Repeat('x', 300), "C"u8)));
    }

    [Fact]
    public void ComposedTokensKeepTheirFieldsApart()
    {
        using var pseudonymiser = NewPseudonymiser(1);
        const Purpose Key = Purpose.ExactKey1;
        Token[] tokens =
        [
            pseudonymiser.Token(Key, "ABCDE"u8),
            pseudonymiser.Token(Key, "AB"u8, "CDE"u8),
            pseudonymiser.Token(Key, "ABC"u8, "DE"u8),
            pseudonymiser.Token(Key, "DE"u8, "ABC"u8),
            pseudonymiser.Token(Key, "AB"u8, "C"u8, "DE"u8),
            pseudonymiser.Token(Key, "A"u8, "BC"u8, "DE"u8),
            pseudonymiser.Token(Key, "A"u8, "B"u8, "C"u8, "DE"u8),
            pseudonymiser.Token(Key, "A"u8, "B"u8, "CD"u8, "E"u8),
            pseudonymiser.Token(Key, "A"u8, "B"u8, "C"u8, "D"u8, "E"u8),
            pseudonymiser.Token(Key, "A"u8, "B\x01C"u8, "D"u8, "E"u8),
            pseudonymiser.Token(Purpose.ExactKey2, "A"u8, "B"u8, "C"u8, "D"u8, "E"u8),
        ];
        Assert.Equal(tokens.Length, tokens.Distinct().Count());
    }

    // A length of 254 is the last in one byte, and 256 bytes of message the last on the stack: the message is one and the same all the way.
    [Fact]
    public void ComposedTokensAreOneMessageAtEveryLength()
    {
        using var pseudonymiser = NewPseudonymiser(1);
        foreach (var length in new[] { 1, 100, 200, 228, 229, 230, 231, 232, 240, 252, 253, 254, 255, 256, 257, 300, 70_000 })
        {
            var a = Repeat('a', length);
            var prefix = length < 255
                ? new[] { (byte)length }
                : [255, (byte)(length >> 24), (byte)(length >> 16), (byte)(length >> 8), (byte)length];
            byte[] field = [.. prefix, .. a];
            byte[] b = [1, (byte)'B'], c = [1, (byte)'C'], d = [1, (byte)'D'], e = [1, (byte)'E'];
            Assert.Equal(pseudonymiser.Token(Purpose.ExactKey3, [2, .. field, .. b]), pseudonymiser.Token(Purpose.ExactKey3, a, "B"u8));
            Assert.Equal(pseudonymiser.Token(Purpose.ExactKey3, [3, .. b, .. field, .. c]), pseudonymiser.Token(Purpose.ExactKey3, "B"u8, a, "C"u8));
            Assert.Equal(pseudonymiser.Token(Purpose.ExactKey3, [4, .. b, .. c, .. d, .. field]), pseudonymiser.Token(Purpose.ExactKey3, "B"u8, "C"u8, "D"u8, a));
            Assert.Equal(
                pseudonymiser.Token(Purpose.ExactKey3, [5, .. b, .. c, .. d, .. e, .. field]),
                pseudonymiser.Token(Purpose.ExactKey3, "B"u8, "C"u8, "D"u8, "E"u8, a));
        }
    }

    [Fact]
    public void AComposedTokenWithAnEmptyFieldIsEmpty()
    {
        using var pseudonymiser = NewPseudonymiser(1);
        for (var empty = 0; empty < 5; empty++)
        {
            var f = new byte[5][];
            for (var i = 0; i < f.Length; i++)
                f[i] = i == empty ? [] : [(byte)'A'];
            Assert.Equal(empty < 2, pseudonymiser.Token(Purpose.ExactKey1, f[0], f[1]).IsEmpty);
            Assert.Equal(empty < 3, pseudonymiser.Token(Purpose.ExactKey1, f[0], f[1], f[2]).IsEmpty);
            Assert.Equal(empty < 4, pseudonymiser.Token(Purpose.ExactKey1, f[0], f[1], f[2], f[3]).IsEmpty);
            Assert.True(pseudonymiser.Token(Purpose.ExactKey1, f[0], f[1], f[2], f[3], f[4]).IsEmpty);
        }
    }

    [Fact]
    public void OutsidersGetThirtyTwoHexCharacters()
    {
        using var pseudonymiser = NewPseudonymiser(7);
        var hex = new byte[40];
        Assert.True(pseudonymiser.WriteOutsider("LINKAGE"u8, hex));
        Assert.Equal("0feaedc1d9a780fa5cb13d44c9594ea4", Encoding.ASCII.GetString(hex[..32]));
        Assert.All(hex[32..], b => Assert.Equal(0, b));

        Array.Clear(hex);
        Assert.False(pseudonymiser.WriteOutsider(default, hex));
        Assert.All(hex, b => Assert.Equal(0, b));
        Assert.Throws<ArgumentOutOfRangeException>(() => pseudonymiser.WriteOutsider("LINKAGE"u8, new byte[31]));
    }

    [Fact]
    public void DisposeZeroesTheSubKeysAndEndsUse()
    {
        var pseudonymiser = NewPseudonymiser(1);
        using var clone = pseudonymiser.Clone();
        Assert.True(pseudonymiser.SubKeys.ContainsAnyExcept((byte)0));
        pseudonymiser.Dispose();
        pseudonymiser.Dispose();
        Assert.False(pseudonymiser.SubKeys.ContainsAnyExcept((byte)0));
        Assert.Throws<ObjectDisposedException>(() => pseudonymiser.Token(Purpose.NhsNumber, "1"u8));
        Assert.Throws<ObjectDisposedException>(() => pseudonymiser.Token(Purpose.NhsNumber, "1"u8, "2"u8));
        Assert.Throws<ObjectDisposedException>(pseudonymiser.Clone);

        // The clone has keys of its own.
        using var same = NewPseudonymiser(1);
        Assert.Equal(same.Token(Purpose.NhsNumber, "1"u8), clone.Token(Purpose.NhsNumber, "1"u8));
    }

    [Fact]
    public void ClonesOnManyThreadsGiveTheSameTokens()
    {
        using var pseudonymiser = NewPseudonymiser(1);
        var expected = Tokens(pseudonymiser);
        var clones = Enumerable.Range(0, 4).Select(_ => pseudonymiser.Clone()).ToArray();
        var results = new Token[clones.Length][];
        var threads = clones.Select((clone, i) => new Thread(() => results[i] = Tokens(clone))).ToArray();
        Array.ForEach(threads, t => t.Start());
        Array.ForEach(threads, t => t.Join());
        Array.ForEach(clones, c => c.Dispose());
        Assert.All(results, r => Assert.Equal(expected, r));
    }

    [Fact]
    public void TokensAllocateNothing()
    {
        using var pseudonymiser = NewPseudonymiser(1);
        var hex = new byte[32];
        var longField = Repeat('x', 400);
        Work();
        var allocated = Allocations.Least(() =>
        {
            for (var i = 0; i < 1000; i++)
                Work();
        });
        Assert.Equal(0, allocated);

        void Work()
        {
            pseudonymiser.Token(Purpose.NhsNumber, "LINKAGE"u8);
            pseudonymiser.Token(Purpose.ExactKey1, "A"u8, "B"u8, "C"u8, "D"u8, "E"u8);
            pseudonymiser.Token(Purpose.ExactKey1, "A"u8, longField);
            pseudonymiser.WriteOutsider("LINKAGE"u8, hex);
            pseudonymiser.KeyCheckEquals(hex);
        }
    }

    private static Token[] Tokens(Pseudonymiser pseudonymiser) =>
        [.. Enumerable.Range(0, 2000).Select(i => pseudonymiser.Token((Purpose)(i % KeySchedule.PurposeCount), Encoding.ASCII.GetBytes(i.ToString(CultureInfo.InvariantCulture))))];

    private static Pseudonymiser NewPseudonymiser(int version)
    {
        using var ring = KeyRing.FromBytes(version, Root);
        return ring.Pseudonymiser(version);
    }

    private static byte[] Repeat(char letter, int count)
    {
        var bytes = new byte[count];
        Array.Fill(bytes, (byte)letter);
        return bytes;
    }

    private static string Hex(Token token) => $"{token.High:x16}{token.Low:x16}";
}
