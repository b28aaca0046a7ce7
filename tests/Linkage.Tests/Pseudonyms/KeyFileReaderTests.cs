using System.Text;
using Linkage.Pseudonyms;

namespace Linkage.Tests.Pseudonyms;

public class KeyFileReaderTests
{
    private static readonly string Key1 = Convert.ToBase64String([.. Enumerable.Range(100, 32).Select(i => (byte)i)]);
    private static readonly string Key2 = Convert.ToBase64String([.. Enumerable.Range(200, 32).Select(i => (byte)i)]);

    private static string Entry1 => Entry("1", Key1);

    private static string Good => File("1", Entry1);

    [Fact]
    public void PropertiesMayStandInAnyOrder()
    {
        using var ring = Parse($$"""{ "keys": [ {"key":"{{Key1}}","created":"2025-01-01T00:00:00+01:00","version":9}, {{Entry("4", Key2)}} ], "current": 4, "format": "linkage-keys/1" }""");
        Assert.Equal((4, 2), (ring.CurrentVersion, ring.Count));
        using var nine = ring.Pseudonymiser(9);
        using var expected = KeyRing.FromBytes(9, Convert.FromBase64String(Key1)).Pseudonymiser(9);
        Assert.True(expected.KeyCheckEquals(nine.KeyCheck));
    }

    public static TheoryData<string, string> Bad => new()
    {
        { "", "not JSON" },
        { "{", "not JSON" },
        { "[]", "an object" },
        { "null", "an object" },
        { "{}", "missing" },
        { Good + "x", "not JSON" },
        { Good + Good, "not JSON" },
        { Good.Replace("linkage-keys/1", "linkage-keys/2", StringComparison.Ordinal), "format" },
        { Good.Replace("\"linkage-keys/1\"", "1", StringComparison.Ordinal), "format" },
        { Good.Replace("\"current\":1", "\"current\":2", StringComparison.Ordinal), "no such key" },
        { Good.Replace("\"current\":1", "\"current\":\"1\"", StringComparison.Ordinal), "current" },
        { Good.Replace("\"current\":1", "\"current\":1.5", StringComparison.Ordinal), "current" },
        { Good.Replace("\"current\":1,", "", StringComparison.Ordinal), "missing" },
        { Good.Replace("\"current\":1", "\"current\":1,\"current\":1", StringComparison.Ordinal), "twice" },
        { Good.Replace("\"current\":1", "\"current\":1,\"owner\":\"x\"", StringComparison.Ordinal), "unknown" },
        { File("1", ""), "no such key" },
        { File("1", "5"), "not an object" },
        { File("1", Entry("0", Key1)), "version" },
        { File("1", Entry("-1", Key1)), "version" },
        { File("1", Entry("99999999999", Key1)), "version" },
        { File("1", Entry("\"1\"", Key1)), "version" },
        { File("1", Entry1 + "," + Entry("1", Key2)), "twice" },
        { File("1", Entry1 + "," + Entry("2", Key1)), "one key" },
        { File("1", Entry1.Replace("\"key\"", "\"kei\"", StringComparison.Ordinal)), "unknown" },
        { File("1", Entry1.Replace("\"version\":1,", "", StringComparison.Ordinal)), "missing" },
        { File("1", Entry1.Replace("2025-01-01T00:00:00Z", "yesterday", StringComparison.Ordinal)), "created" },
        { File("1", """{"version":1,"created":"2025-01-01T00:00:00Z"}"""), "base64" },
        { File("1", Entry("1", "")), "base64" },
        { File("1", Entry("1", Key1[..40])), "base64" },
        { File("1", Entry("1", Key1 + "AAAA")), "base64" },
        { File("1", Entry("1", "!" + Key1[1..])), "base64" },
        { File("1", Entry("1", Convert.ToBase64String(new byte[31]))), "base64" },
        { File("1", Entry("1", Convert.ToBase64String(new byte[33]))), "base64" },
        { File("1", Entry("1", Convert.ToBase64String(new byte[32]))), "not random" },
        { File("1", Entry("1", Convert.ToBase64String([.. Enumerable.Repeat((byte)0xFF, 32)]))), "not random" },
        { File("1", Entry("1", Convert.ToBase64String([.. Enumerable.Range(0, 32).Select(i => (byte)(i % 7))]))), "not random" },
    };

    [Theory]
    [MemberData(nameof(Bad))]
    public void WhatIsNoKeyFileIsRefusedWithoutShowingContent(string json, string why)
    {
        var e = Assert.Throws<KeyRingException>(() => Parse(json));
        Assert.StartsWith("Key file '/keys/ring.json'", e.Message, StringComparison.Ordinal);
        Assert.Contains(why, e.Message, StringComparison.Ordinal);
        AssertNoKey(e);
    }

    [Fact]
    public void AMutatedFileIsARingOrARefusal()
    {
        const int Seed = 20250304;
        var random = new Random(Seed);
        var good = Encoding.UTF8.GetBytes(File("2", Entry1 + "," + Entry("2", Key2)));
        var rings = 0;
        for (var n = 0; n < 20_000; n++)
        {
            var bytes = good.AsSpan(0, random.Next(4) == 0 ? random.Next(good.Length + 1) : good.Length).ToArray();
            for (var i = random.Next(4); i > 0 && bytes.Length > 0; i--)
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            try
            {
                new KeyFileReader("/keys/ring.json").Parse(bytes).Dispose();
                rings++;
            }
            catch (KeyRingException e)
            {
                AssertNoKey(e);
            }
        }
        Assert.True(rings is > 1000 and < 19_000, $"seed {Seed}: {rings} rings");
    }

    private static void AssertNoKey(Exception e)
    {
        var text = e.ToString();
        for (var i = 0; i + 8 <= Key1.Length; i += 4)
        {
            Assert.DoesNotContain(Key1.Substring(i, 8), text, StringComparison.Ordinal);
            Assert.DoesNotContain(Key2.Substring(i, 8), text, StringComparison.Ordinal);
        }
    }

    private static KeyRing Parse(string json) => new KeyFileReader("/keys/ring.json").Parse(Encoding.UTF8.GetBytes(json));

    private static string Entry(string version, string key) => $$"""{"version":{{version}},"created":"2025-01-01T00:00:00Z","key":"{{key}}"}""";

    private static string File(string current, string entries) => $$"""{"format":"linkage-keys/1","current":{{current}},"keys":[{{entries}}]}""";
}
