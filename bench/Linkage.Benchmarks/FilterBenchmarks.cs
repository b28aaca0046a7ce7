using System.Security.Cryptography;
using BenchmarkDotNet.Attributes;
using Linkage.Identity;
using Linkage.Pseudonyms;

namespace Linkage.Benchmarks;

/// <summary>
/// A person's filter from five fields, normalised before, per filter, over 10,000 different people. The peer hashes each of a person's elements, some forty, by a call of the platform's HMAC, as the
/// method is described; what separates it from <see cref="Encode"/> is shown step by step.
/// </summary>
[Unit("filter")]
public class FilterBenchmarks : IDisposable
{
    private const int Filters = 10_000;

    private readonly byte[] _mac = new byte[32];
    private PersonIdentity[] _people = [];
    private byte[][][] _elements = [];
    private byte[][][] _hashed = [];
    private KeyRing? _keys;
    private Pseudonymiser? _pseudonymiser;
    private FilterEncoder? _encoder;
    private TokenBatch? _batch;

    [GlobalSetup]
    public void Setup()
    {
        Span<byte> key = stackalloc byte[KeySchedule.KeySize];
        key.Fill(7);
        _people = People.Normalised(Filters, 20263);
        _keys = KeyRing.FromBytes(1, key);
        _pseudonymiser = _keys.Pseudonymiser(1);
        _encoder = new FilterEncoder(_pseudonymiser);
        _batch = new TokenBatch(_pseudonymiser);
        _elements = [.. _people.Select(Elements)];
        // All characters, outcode and sector of a postcode: no small alphabet.
        _hashed = [.. _elements.Select(static e => e[^3..])];
    }

    [GlobalCleanup]
    public void Dispose()
    {
        _batch?.Dispose();
        _encoder?.Dispose();
        _pseudonymiser?.Dispose();
        _keys?.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Every element by the platform's one call; the positions are not even set.</summary>
    [Benchmark(Baseline = true, OperationsPerInvoke = Filters)]
    public byte EveryElement()
    {
        byte sum = 0;
        var key = _pseudonymiser!.SubKeys[..KeySchedule.KeySize];
        foreach (var elements in _elements)
        {
            foreach (var element in elements)
            {
                HMACSHA256.HashData(key, element, _mac);
                sum ^= _mac[0];
            }
        }

        return sum;
    }

    /// <summary>Elements of small alphabets from tables, the rest by the platform's HMAC with its pads hashed beforehand.</summary>
    [Benchmark(OperationsPerInvoke = Filters)]
    public ulong TablesAndOneByOne()
    {
        ulong sum = 0;
        for (var i = 0; i < _people.Length; i++)
        {
            _encoder!.Gather(_people[i], _batch!, out var filter);
            _batch!.Clear();
            foreach (var element in _hashed[i])
                sum ^= _pseudonymiser!.Token(Purpose.FilterPostcode, element).High;
            sum ^= filter[0];
        }

        return sum;
    }

    /// <summary>As the product does it: the rest gathered, and hashed in lanes.</summary>
    [Benchmark(OperationsPerInvoke = Filters)]
    public ulong Encode()
    {
        ulong sum = 0;
        foreach (var person in _people)
        {
            _encoder!.Encode(person, out var filter);
            sum ^= filter[0];
        }

        return sum;
    }

    /// <summary>What is left of it when the rest is hashed with the other values of a person or a batch: the tables.</summary>
    [Benchmark(OperationsPerInvoke = Filters)]
    public ulong Tables()
    {
        ulong sum = 0;
        foreach (var person in _people)
        {
            _encoder!.Gather(person, _batch!, out var filter);
            _batch!.Clear();
            sum ^= filter[0];
        }

        return sum;
    }

    /// <summary>The tables of one lane, filled when it starts.</summary>
    [Benchmark]
    [Unit("lane")]
    public void FillTables()
    {
        using var encoder = new FilterEncoder(_pseudonymiser!);
    }

    // Those of docs/filters.md; of a postcode what is hashed comes last.
    private static byte[][] Elements(PersonIdentity person)
    {
        var elements = new List<byte[]>();
        AddName(person.Surname, elements);
        AddName(person.Forename, elements);
        AddDate(person.DateOfBirthDigits, elements);
        elements.Add(person.SexLetter.ToArray());
        var code = person.Postcode;
        for (var i = 0; i < code.Length; i++)
            elements.Add([(byte)(i < code.Length - 3 ? 'A' + i : 'a' + code.Length - i), code[i]]);
        elements.Add([(byte)'*', .. code.ToArray().Order()]);
        elements.Add([(byte)'<', .. code[..^3]]);
        elements.Add([(byte)'<', .. code[..^2]]);
        return [.. elements];
    }

    private static void AddName(ReadOnlySpan<byte> name, List<byte[]> elements)
    {
        byte[] marked = [(byte)'_', .. name, (byte)'_'];
        for (var i = 1; i < marked.Length; i++)
            elements.Add(marked[(i - 1)..(i + 1)]);
    }

    private static void AddDate(ReadOnlySpan<byte> digits, List<byte[]> elements)
    {
        for (var i = 0; i < digits.Length; i++)
            elements.Add([(byte)('0' + i), digits[i]]);
        foreach (var (start, end) in new[] { (0, 4), (4, 6), (6, 8) })
            elements.Add([(byte)('a' + start), .. digits[start..end].ToArray().Order()]);
    }
}
