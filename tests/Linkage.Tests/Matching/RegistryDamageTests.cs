using System.Buffers.Binary;
using System.IO.Hashing;
using Linkage.Matching;
using Linkage.Matching.Scoring;
using Linkage.Parquet;

namespace Linkage.Tests.Matching;

/// <summary>Damaged and hostile files: refused, or found by Verify; used without Verify they may mislead, but not crash, hang or read beyond their end.</summary>
public sealed class RegistryDamageTests : IDisposable
{
    private static readonly Person[] People = Enumerable.Range(0, 300)
        .Select(i => new Person(i % 3 == 0 ? "" : Person.TestNhs(i), "S" + (char)('A' + (i % 26)), "F" + (char)('A' + (i / 26)), $"19{60 + (i % 30)}-0{1 + (i % 9)}-1{i % 10}", i % 2 == 0 ? "F" : "M", "LS1 4AP"))
        .ToArray();

    private static readonly LinkerOptions[] Ways = [new(), new() { WeighAll = true }, new() { Exhaustive = true }];

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

    [Theory]
    [InlineData((int)Section.ScoredRows)]
    [InlineData((int)Section.BlockEntries)]
    [InlineData((int)Section.BlockDirectory)]
    public void Changed_bytes_of_tier_3_are_found_by_verify_and_never_crash(int section)
    {
        var seed = 1000 + section;
        var random = new Random(seed);
        var (offset, length) = Place(section);
        for (var round = 0; round < 25; round++)
        {
            var damaged = (byte[])sound.Clone();
            for (var i = 0; i < 1 + (round * round); i++)
                damaged[offset + random.Next(length)] ^= (byte)random.Next(1, 256);
            Assert.True(Use(damaged, verifyFinds: false) || damaged.AsSpan().SequenceEqual(sound), $"section {(Section)section}, round {round}, seed {seed}");
        }
    }

    [Theory]
    [InlineData(int.MaxValue)]
    [InlineData(300)]
    [InlineData(int.MinValue)]
    [InlineData(-1)]
    [InlineData(-2)]
    [InlineData(-3)]
    [InlineData((1 << 30) | 299)]
    [InlineData((1 << 30) | 300)]
    public void Entries_of_rows_that_are_not_there_are_refused_or_no_candidates(int row)
    {
        var damaged = (byte[])sound.Clone();
        var (offset, length) = Place((int)Section.BlockEntries);
        // Each entry: tag, row.
        for (var at = 4; at < length; at += 8)
            BinaryPrimitives.WriteInt32LittleEndian(damaged.AsSpan(offset + at), row);
        Assert.True(Use(damaged, verifyFinds: true));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(long.MaxValue)]
    [InlineData(long.MinValue)]
    [InlineData(1L << 32)]
    public void A_directory_of_nonsense_finds_nobody_or_is_refused(long value)
    {
        var damaged = (byte[])sound.Clone();
        var (offset, length) = Place((int)Section.BlockDirectory);
        for (var at = 0; at < length; at += 16)
            BinaryPrimitives.WriteInt64LittleEndian(damaged.AsSpan(offset + at), value);
        Assert.True(Use(damaged, verifyFinds: true));
    }

    // The section table: 24 bytes each from 256 on, offset and length first.
    private (int Offset, int Length) Place(int section)
    {
        var entry = sound.AsSpan(256 + (24 * section));
        return ((int)BinaryPrimitives.ReadInt64LittleEndian(entry), (int)BinaryPrimitives.ReadInt64LittleEndian(entry[8..]));
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
                foreach (var options in Ways)
                {
                    using var linker = new Linker(registry, test.Pseudonymiser, MatchModel.Default, options);
                    foreach (var person in People.Take(options.Exhaustive ? 4 : 40))
                        Refuses(() => linker.Link((person with { Nhs = "", Forename = person.Forename + "e" }).ToIdentity()));
                    foreach (var person in People.Take(10))
                        Refuses(() => linker.Explain(person.ToIdentity()));
                }
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
