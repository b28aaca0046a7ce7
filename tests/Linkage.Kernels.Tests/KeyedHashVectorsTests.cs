using System.Text;

namespace Linkage.Kernels.Tests;

/// <summary>
/// Published vectors: RFC 4231 (HMAC-SHA-256), NIST's Cryptographic Algorithm Validation Program (HMAC.rsp of CAVS 11.0, [L=32], counts 30 to 35, Tlen 32: its keys have 40 bytes, none
/// has 32), and the examples of FIPS 180-4.
/// </summary>
public sealed unsafe class KeyedHashVectorsTests
{
    private static readonly (string Key, string Message, string Mac)[] Rfc4231 =
    [
        (Times("0b", 20), Hex("Hi There"), "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"),
        (Hex("Jefe"), Hex("what do ya want for nothing?"), "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"),
        (Times("aa", 20), Times("dd", 50), "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"),
        ("0102030405060708090a0b0c0d0e0f10111213141516171819", Times("cd", 50), "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"),
        // Given to 128 bits.
        (Times("0c", 20), Hex("Test With Truncation"), "a3b6167473100ee06e0c796c2955552b"),
        (Times("aa", 131), Hex("Test Using Larger Than Block-Size Key - Hash Key First"), "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"),
        (
            Times("aa", 131),
            Hex("This is a test using a larger than block-size key and a larger than block-size data. The key needs to be hashed before being used by the HMAC algorithm."),
            "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"),
    ];

    private static readonly (string Key, string Message, string Mac)[] Cavp =
    [
        (
            "9779d9120642797f1747025d5b22b7ac607cab08e1758f2f3a46c8be1e25c53b8c6a8f58ffefa176",
            "b1689c2591eaf3c9e66070f8a77954ffb81749f1b00346f9dfe0b2ee905dcc288baf4a92de3f4001dd9f44c468c3d07d6c6ee82faceafc97c2fc0fc0601719d2"
            + "dcd0aa2aec92d1b0ae933c65eb06a03c9c935c2bad0459810241347ab87e9f11adb30415424c6c7f5f22a003b8ab8de54f6ded0e3ab9245fa79568451dfa258e",
            "769f00d3e6a6cc1fb426a14a4f76c6462e6149726e0dee0ec0cf97a16605ac8b"),
        (
            "09675f2dcc4783b599f18fb765583668a0fd8ae4096f6fcdc60d4f35b4130fbefcd542ffe7459d2a",
            "0cf2198c31376f5c8915660137725f2bbc180a986e5a7bda27fa81593a4a339bab92cbc39fb2b8581108ee48c794812d845a72ce8008c9e915d9e330bbb90e91"
            + "36aa53ba0e6693dd4046d6b03362dfb9edfa04c887153cc5de677aab8c7839d517035879679c29727e96c5426324a2575fbe678d6cc7fef5eb6cebd595cfddef",
            "6b142d4dfe217f1881aa0e6483b271dd5d43f70b85605953a0fef272ddde46ca"),
        (
            "cfd4a44910c9e567507abb6cede4fe601a7a2765c9755aa2cf6ba4814223811a26a8a1ef499cebd9",
            "3fb301cb4092f9623aa5ffd690d22d65d56e5a1c330b9c4a0d910c34e391c90a76d5401a2d3caa44b8c5d5aef3e928b90d2ee233e9f9a2cec4a32cd019d06a0d"
            + "c1fcb1125f5746a4fbd32169ed7bf0e4fd065fa7c8ac97c366380484495f5c5b6850dd1c9d8cd6694cf8686e46308ed0ed1f5bdf98cd831339771db63de5a7de",
            "20153bf8ea2953c48251ebcc4161f8b6e28499e5c76c24014cff4a9e2f62d25c"),
        (
            "5448998f9d8f98534addf0c8ba631c496bf8a8006cbb46ad15fa1fa2f55367120c19348c3afa90c3",
            "1c4396f7b7f9228e832a13692002ba2aff439dcb7fddbfd456c022d133ee8903a2d482562fdaa493ce3916d77a0c51441dab26f6b0340238a36a71f87fc3e179"
            + "cabca9482b704971ce69f3f20ab64b70413d6c2908532b2a888a9fc224cae1365da410b6f2e298904b63b4a41726321835a4774dd063c211cfc8b5166c2d11a2",
            "7e8cba9dd9f06ebdd7f92e0f1a67c7f4df52693c212bdd84f67370b351533c6c"),
        (
            "9da0c114682f82c1d1e9b54430580b9c569489ca16b92ee10498d55d7cad5db5e652063439311e04",
            "4953408be3ddde42521eb625a37af0d2cf9ed184f5b627e5e7e0e824e8e11648b418e5c4c1b0204bc519c9e578b800439bdd254f39f641082d03a28de44ac677"
            + "644c7b6c8df743f29f1dfd80fd25c2db31010ea02f60201cde24a364d4168da261d848aed01c10dee9149c1ebb29004398f0d29c605a8bca032b31d241ad3371",
            "cdeacfcebf46cc9d7e4d4175e5d8d267c23a64cde83e867e5001ecf26fbd30d2"),
        (
            "aaafd08fd89bebe239ab65bb190b86d49c5d39faa50b1109f7dc8b179bc693f0810449c36a68041a",
            "44131187c07a8e3979254b0c1d1cfa8081f0beb8890633744932af3f6987c7eace6e153876f639dba46b1e9f3e2a7fe673b3a954a00082cb7516ca9a54d9a1f1"
            + "f924499960192ee1e3b623dca4a9efc92a6608d34f769efb5912db5267f06a6b0f5d3610458c74347e2ee32916425213ef2f649d5c1090ea3d4f6bcf6b752a3f",
            "0c19ab5d4ee7b64396eff7b2ca9efa5ca7369c1a1ed14952445d2fb5ece9473a"),
    ];

    public static TheoryData<KernelPath> Paths => KernelDispatchTests.Paths;

    /// <summary>Each in every place of a group, every message under a key of its own.</summary>
    [Theory]
    [MemberData(nameof(Paths))]
    public void Published_MACs(KernelPath path)
    {
        var vectors = Rfc4231.Concat(Cavp).Select(static v => (Key: Convert.FromHexString(v.Key), Message: Convert.FromHexString(v.Message), v.Mac)).ToArray();
        using var hash = KeyedHash.OfAnyKeys([.. vectors.Select(static v => v.Key)]);
        using var messages = new KeyedMessages();
        for (var shift = 0; shift < 16; shift++)
        {
            messages.Clear();
            for (var i = 0; i < shift; i++)
                messages.Add(0, "filler"u8);
            for (var i = 0; i < vectors.Length; i++)
                messages.Add(i, vectors[i].Message);
            hash.Compute(messages, path);
            for (var i = 0; i < vectors.Length; i++)
                Assert.Equal(vectors[i].Mac, Convert.ToHexStringLower(messages.Mac(shift + i))[..vectors[i].Mac.Length]);
        }
    }

    [Theory]
    [InlineData("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")]
    [InlineData("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1")]
    public void The_compression_gives_the_examples_of_the_standard(string message, string digest)
    {
        var padded = new byte[(message.Length + 9 + 63) / 64 * 64];
        Encoding.ASCII.GetBytes(message).CopyTo(padded, 0);
        padded[message.Length] = 0x80;
        padded[^2] = (byte)(message.Length * 8 >> 8);
        padded[^1] = (byte)(message.Length * 8);
        var state = stackalloc uint[8];
        var w = stackalloc uint[Sha256<uint, Words>.ScheduleLength];
        KeyState.Compress(padded.AsSpan(0, 64), state);
        for (var block = 64; block < padded.Length; block += 64)
        {
            for (var i = 0; i < 16; i++)
                w[i] = System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(padded.AsSpan(block + (4 * i)));
            Sha256<uint, Words>.Expand(w);
            Sha256<uint, Words>.Compress(state, w, state);
        }

        var words = new StringBuilder();
        for (var i = 0; i < 8; i++)
            words.Append(state[i].ToString("x8"));
        Assert.Equal(digest, words.ToString());
    }

    private static string Times(string hex, int count) => string.Concat(Enumerable.Repeat(hex, count));

    private static string Hex(string text) => Convert.ToHexString(Encoding.ASCII.GetBytes(text));
}
