using System.Buffers.Binary;
using System.IO.Hashing;
using Linkage.Matching;
using Linkage.Parquet;

namespace Linkage.Tests.Matching;

/// <summary>Damaged and hostile files: refused, or found by Verify; used without Verify they may mislead, but not crash, hang or read beyond their end.</summary>
public sealed class RegistryDamageTests : IDisposable
{
    private static readonly Person[] People = Enumerable.Range(0, 300)
        .Select(i => new Person(i % 3 == 0 ? "" : Person.TestNhs(i), "S" + (char)('A' + (i % 26)), "F" + (char)('A' + (i / 26)), $"19{60 + (i % 30)}-0{1 + (i % 9)}-1{i % 10}", i % 2 == 0 ? "F" : "M", "LS1 4AP"))
        .ToArray();

    private readonly TestRegistry test = new();
    private readonly byte[] sound;

    public RegistryDamageTests()
    {
        for (var i = 0; i < People.Length; i++)
            test.Add($"p{i % 200:D3}", People[i], genome: $"G{i}", questionnaire: i % 2 == 0 ? $"Q{i}" : "");
        _ = test.Registry;
        sound = File.ReadAllBytes(test.File);
    }

    public void Dispose() => test.Dispose();

    [Fact]
    public void A_changed_byte_is_refused_at_open_or_found_by_verify()
    {
        const int seed = 20240229;
        var random = new Random(seed);
        for (var round = 0; round < 600; round++)
        {
            var damaged = (byte[])sound.Clone();
            // Half of the rounds in the header, where it hurts most.
            var at = random.Next(round % 2 == 0 ? 1024 : damaged.Length);
            damaged[at] ^= (byte)random.Next(1, 256);
            Assert.True(Use(damaged, verifyFinds: true), $"byte {at} changed unnoticed, seed {seed}");
        }
    }

    [Fact]
    public void A_shortened_or_lengthened_file_is_refused()
    {
        const int seed = 5;
        var random = new Random(seed);
        for (var round = 0; round < 100; round++)
            Assert.Throws<RegistryException>(() => Open(sound[..random.Next(sound.Length)]).Dispose());
        Assert.Throws<RegistryException>(() => Open([.. sound, 0]).Dispose());
    }

    [Fact]
    public void Many_changed_bytes_never_crash()
    {
        const int seed = 77;
        var random = new Random(seed);
        for (var round = 0; round < 60; round++)
        {
            var damaged = (byte[])sound.Clone();
            for (var i = 0; i < 200; i++)
                damaged[random.Next(1024, damaged.Length)] = (byte)random.Next(256);
            Use(damaged, verifyFinds: true);
        }
    }

    [Fact]
    public void A_header_that_lies_under_a_right_checksum_never_crashes()
    {
        const int seed = 99;
        var random = new Random(seed);
        for (var round = 0; round < 300; round++)
        {
            var damaged = (byte[])sound.Clone();
            var at = random.Next(24, 1024 - 8) & ~7;
            long[] lies = [0, -1, 1, long.MaxValue, long.MinValue, int.MaxValue, 64, damaged.Length, BinaryPrimitives.ReadInt64LittleEndian(damaged.AsSpan(at)) + 64];
            BinaryPrimitives.WriteInt64LittleEndian(damaged.AsSpan(at), lies[random.Next(lies.Length)]);
            BinaryPrimitives.WriteUInt64LittleEndian(damaged.AsSpan(1016), XxHash3.HashToUInt64(damaged.AsSpan(0, 1016)));
            Use(damaged, verifyFinds: false);
        }
    }

    [Fact]
    public void All_ones_and_all_zeros_behind_the_header_never_crash()
    {
        foreach (var value in new byte[] { 0, 0xFF, 0x7F, 0x80 })
        {
            var damaged = (byte[])sound.Clone();
            damaged.AsSpan(1024).Fill(value);
            Use(damaged, verifyFinds: true);
        }
    }

    /// <summary>Opens, verifies and uses the file; true when the damage was noticed.</summary>
    private bool Use(byte[] bytes, bool verifyFinds)
    {
        Registry registry;
        try
        {
            registry = Open(bytes);
        }
        catch (RegistryException)
        {
            return true;
        }

        using (registry)
        {
            var found = Refuses(registry.Verify);
            Assert.True(found || !verifyFinds, "Verify found nothing");
            foreach (var values in new[] { registry.ParticipantIds, registry.GenomeIds, registry.AllQuestionnaireIds, registry.AllSampleIds })
                Refuses(() => Touch(values));
            // A key check that was changed under a right checksum is refused here.
            Refuses(() =>
            {
                using var linker = new Linker(registry, test.Pseudonymiser);
                foreach (var person in People.Take(50))
                    Refuses(() => linker.Link(person.ToIdentity()));
            });
            return found;
        }
    }

    private static void Touch(IUtf8Values values)
    {
        for (var i = 0; i < Math.Min(values.Count, 10_000); i++)
        {
            var id = i;
            Refuses(() => _ = values.IsNull(id) ? 0 : values[id].Length);
        }
    }

    private static bool Refuses(Action action)
    {
        try
        {
            action();
            return false;
        }
        catch (RegistryException)
        {
            return true;
        }
    }

    private Registry Open(byte[] bytes)
    {
        var path = test.File + ".damaged";
        File.WriteAllBytes(path, bytes);
        return Registry.Open(path);
    }
}
