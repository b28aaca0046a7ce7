using BenchmarkDotNet.Attributes;
using Linkage.Identity;
using Linkage.Matching;
using Linkage.Pseudonyms;

namespace Linkage.Benchmarks;

/// <summary>What is hashed of a patient.</summary>
public enum HashedOfPatient
{
    /// <summary>The NHS number, of every patient: gathered over a batch.</summary>
    Number,

    /// <summary>Of who is not settled by it, names, postcode and sounds for tiers 2 and 3, nine values mostly: gathered for each patient.</summary>
    Rest,
}

/// <summary>
/// A patient's tokens, per patient, over 10,000 different ones: hashed one by one, by the platform's HMAC with its pads hashed beforehand, and gathered. What is hashed is written anew each time in both.
/// </summary>
[Unit("patient")]
public class PatientBenchmarks : IDisposable
{
    private const int Patients = 10_000;

    // As many as a batch of 1,000 records brings, about.
    private const int Batch = 170;

    private PersonIdentity[] _people = [];
    private KeyRing? _keys;
    private Pseudonymiser? _pseudonymiser;
    private TokenBatch? _batch;
    private PersonTokens? _tokens;

    [Params(HashedOfPatient.Number, HashedOfPatient.Rest)]
    public HashedOfPatient Hashed { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        Span<byte> key = stackalloc byte[KeySchedule.KeySize];
        key.Fill(7);
        _people = People.Normalised(Patients, 20262);
        _keys = KeyRing.FromBytes(1, key);
        _pseudonymiser = _keys.Pseudonymiser(1);
        _batch = new TokenBatch(_pseudonymiser);
        _tokens = new PersonTokens(_pseudonymiser);
    }

    [GlobalCleanup]
    public void Dispose()
    {
        _tokens?.Dispose();
        _batch?.Dispose();
        _pseudonymiser?.Dispose();
        _keys?.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>One HMAC after the other.</summary>
    [Benchmark(Baseline = true, OperationsPerInvoke = Patients)]
    public ulong OneByOne()
    {
        var sum = 0UL;
        foreach (var person in _people)
            sum ^= Hashed == HashedOfPatient.Number ? _pseudonymiser!.Token(Purpose.NhsNumber, person.NhsNumber).Low : RestOneByOne(person);
        return sum;
    }

    /// <summary>As the pipeline does it.</summary>
    [Benchmark(OperationsPerInvoke = Patients)]
    public ulong Gathered() => Hashed == HashedOfPatient.Number ? NumbersGathered() : RestGathered();

    private ulong NumbersGathered()
    {
        var sum = 0UL;
        for (var start = 0; start < _people.Length; start += Batch)
        {
            foreach (var person in _people.AsSpan(start, Math.Min(Batch, _people.Length - start)))
                _batch!.Add(Purpose.NhsNumber, person.NhsNumber);
            _batch!.Compute();
            for (uint slot = 1; slot <= _batch.Count; slot++)
                sum ^= _batch.Token(slot).Low;
            _batch.Clear();
        }

        return sum;
    }

    private ulong RestGathered()
    {
        var sum = 0UL;
        foreach (var person in _people)
        {
            _tokens!.Read(person, default, -1);
            sum ^= _tokens.All.Surname ^ _tokens.Blocks.SurnameSound;
        }

        return sum;
    }

    private ulong RestOneByOne(PersonIdentity person)
    {
        var pseudonymiser = _pseudonymiser!;
        var postcode = person.Postcode;
        return pseudonymiser.Token(Purpose.Surname, person.Surname).High
            ^ pseudonymiser.Token(Purpose.Forename, person.Forename).High
            ^ pseudonymiser.Token(Purpose.Postcode, postcode).High
            ^ pseudonymiser.Token(Purpose.Postcode, postcode[..^3]).High
            ^ pseudonymiser.Token(Purpose.PostcodeSector, postcode[..^2]).High
            ^ Sound(Purpose.SurnameSound, person.Surname)
            ^ Sound(Purpose.ForenameSound, ForenameForms.Root(person.Forename))
            ^ Sound(Purpose.SurnameSound, person.Forename)
            ^ Sound(Purpose.ForenameSound, ForenameForms.Root(person.Surname));
    }

    private ulong Sound(Purpose purpose, ReadOnlySpan<byte> name)
    {
        Span<byte> sound = stackalloc byte[NameSound.MaxLength];
        return _pseudonymiser!.Token(purpose, sound[..NameSound.Write(name, sound)]).High;
    }
}
