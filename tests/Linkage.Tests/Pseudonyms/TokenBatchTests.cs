using System.Security.Cryptography;
using Linkage.Pseudonyms;
using Linkage.Testing;
using Linkage.Tests.Matching;

namespace Linkage.Tests.Pseudonyms;

[Collection(nameof(AllocationsCounted))]
public sealed class TokenBatchTests : IDisposable
{
    private const int Seed = 17;
    private readonly KeyRing _ring = TestRegistry.Ring(41);
    private readonly Pseudonymiser _key;
    private readonly TokenBatch _batch;

    public TokenBatchTests()
    {
        _key = _ring.Pseudonymiser(1);
        _batch = new TokenBatch(_key);
    }

    public void Dispose()
    {
        _batch.Dispose();
        _key.Dispose();
        _ring.Dispose();
    }

    // Around the lanes of every vector width, and a batch of many; values from one byte to several blocks, each under a purpose of its own.
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(17)]
    [InlineData(35)]
    [InlineData(1000)]
    public void Gathered_tokens_are_those_of_single_values(int count)
    {
        var random = new Random(Seed + count);
        for (var round = 0; round < 3; round++)
        {
            var values = new (Purpose Purpose, byte[] Value, uint Slot)[count];
            foreach (ref var value in values.AsSpan())
            {
                var bytes = new byte[random.Next(8) == 0 ? random.Next(300) : random.Next(24)];
                random.NextBytes(bytes);
                var purpose = (Purpose)random.Next(KeySchedule.PurposeCount);
                value = (purpose, bytes, _batch.Add(purpose, bytes));
            }

            Assert.Equal(values.Count(v => v.Value.Length > 0), _batch.Count);
            _batch.Compute();
            foreach (var (purpose, value, slot) in values)
            {
                var expected = _key.Token(purpose, value);
                Assert.True(expected == _batch.Token(slot), $"{value.Length} bytes, seed {Seed}, {count} values, round {round}");
                Assert.Equal(value.Length == 0, slot == 0);
                ulong high = slot;
                _batch.Take(ref high);
                Assert.Equal(expected.High, high);
                var half = slot;
                _batch.Take(ref half);
                Assert.Equal((uint)expected.High, half);
                if (slot != 0)
                    Assert.Equal(HMACSHA256.HashData(_key.SubKeys.Slice((int)purpose * KeySchedule.KeySize, KeySchedule.KeySize), value), _batch.Mac(slot).ToArray());
            }

            _batch.Clear();
        }
    }

    [Fact]
    public void Fields_together_are_hashed_as_one_message()
    {
        var longField = new byte[300];
        longField.AsSpan().Fill((byte)'x');
        uint[] slots =
        [
            _batch.Add(Purpose.Patient, "SMITH"u8, "ANNA"u8, "19610325"u8, "LS14AP"u8),
            _batch.Add(Purpose.Patient, longField, "ANNA"u8, "19610325"u8, "LS14AP"u8),
            _batch.Add(Purpose.Patient, "SMITHA"u8, "NNA"u8, "19610325"u8, "LS14AP"u8),
        ];
        _batch.Compute();
        Assert.Equal(_key.Token(Purpose.Patient, "SMITH"u8, "ANNA"u8, "19610325"u8, "LS14AP"u8), _batch.Token(slots[0]));
        Assert.Equal(_key.Token(Purpose.Patient, longField, "ANNA"u8, "19610325"u8, "LS14AP"u8), _batch.Token(slots[1]));
        Assert.Equal(3, slots.Select(_batch.Token).Distinct().Count());
        for (var empty = 0; empty < 4; empty++)
        {
            var f = Enumerable.Range(0, 4).Select(i => i == empty ? Array.Empty<byte>() : "A"u8.ToArray()).ToArray();
            Assert.Equal(0u, _batch.Add(Purpose.Patient, f[0], f[1], f[2], f[3]));
        }
    }

    [Fact]
    public void The_empty_value_costs_nothing_and_has_the_empty_token()
    {
        Assert.Equal(0u, _batch.Add(Purpose.Surname, default));
        Assert.Equal(0, _batch.Count);
        Assert.True(_batch.Token(0).IsEmpty);
        _batch.Compute();
        Assert.True(_batch.Token(0).IsEmpty);
        ulong none = 0;
        _batch.Take(ref none);
        Assert.Equal(0UL, none);
    }

    [Fact]
    public void A_token_that_was_not_computed_is_refused()
    {
        var slot = _batch.Add(Purpose.Surname, "SMITH"u8);
        Assert.Throws<InvalidOperationException>(() => _batch.Token(slot));
        _batch.Compute();
        Assert.False(_batch.Token(slot).IsEmpty);
        var late = _batch.Add(Purpose.Surname, "ARCHER"u8);
        Assert.Throws<InvalidOperationException>(() => _batch.Token(late));
        _batch.Clear();
        Assert.Throws<InvalidOperationException>(() => _batch.Token(slot));
        Assert.Throws<InvalidOperationException>(() => _batch.Take(ref slot));
    }

    // 2^-128: no value is known that has it.
    [Fact]
    public void An_hmac_that_begins_with_zeros_only_is_no_empty_token()
    {
        Assert.Equal(new Token(0, 1), Pseudonymiser.TokenOf(0, 0));
        Assert.Equal(new Token(0, 2), Pseudonymiser.TokenOf(0, 2));
        Assert.Equal(new Token(2, 0), Pseudonymiser.TokenOf(2, 0));
    }

    [Fact]
    public void No_key_no_tokens()
    {
        var slot = _batch.Add(Purpose.Surname, "SMITH"u8);
        _key.Dispose();
        Assert.Throws<ObjectDisposedException>(_batch.Compute);
        Assert.Throws<InvalidOperationException>(() => _batch.Token(slot));
    }

    [Fact]
    public void Clear_zeroes_values_and_tokens()
    {
        foreach (var end in new Action[] { _batch.Clear, _batch.Dispose })
        {
            for (var i = 0; i < 200; i++)
                _ = _batch.Add(Purpose.Surname, "SMITH"u8, "ANNA"u8, "19610325"u8, "LS14AP"u8) + _batch.Add(Purpose.Surname, new byte[] { 1, 2, 3 });
            _batch.Compute();
            Assert.True(SecretMemory.Of(_batch).Count(b => b.AsSpan().ContainsAnyExcept((byte)0)) >= 2, "messages and MACs");
            end();
            Assert.All(SecretMemory.Of(_batch), b => Assert.False(b.AsSpan().ContainsAnyExcept((byte)0)));
            Assert.Equal(0, _batch.Count);
        }

        Assert.DoesNotContain("SMITH", _batch.ToString(), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void A_batch_allocates_nothing_once_it_has_grown()
    {
        var longField = new byte[400];
        ulong sum = 0;
        Assert.Equal(0, Allocations.Least(() =>
        {
            for (var i = 0; i < 300; i++)
                sum += _batch.Add(Purpose.Surname, "SMITH"u8) + _batch.Add(Purpose.Patient, longField, "A"u8, "B"u8, "C"u8);
            _batch.Compute();
            sum += _batch.Token(1).High;
            _batch.Clear();
        }));
        Assert.NotEqual(0UL, sum);
    }
}
