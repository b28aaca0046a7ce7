using System.Text;
using BenchmarkDotNet.Attributes;
using Linkage.Identity;
using Linkage.Pseudonyms;

namespace Linkage.Benchmarks;

/// <summary>
/// What one patient of a batch costs before linking: normalising the identifiers and hashing the two that tier 1
/// looks up. Over 1,024 distinct patients, so that neither branch prediction nor a cached value flatters it; times are
/// per patient. NHS numbers are of the test range.
/// </summary>
public class PatientBenchmarks
{
    private const int Patients = 1024;

    private static readonly string[] Surnames = ["Smith", "O'Neill", "Smith-Jones", "Nguyễn", "van der Berg", "Müller", "Patel", "St. John"];
    private static readonly string[] Forenames = ["Anne-Marie", "José", "Mohammed", "Zoë", "Jo", "Katherine", "Siân", "William"];

    private readonly byte[][][] _fields = new byte[Patients][][];
    private readonly PersonIdentity _identity = new();
    private KeyRing? _keys;
    private Pseudonymiser? _pseudonymiser;

    [GlobalSetup]
    public void Setup()
    {
        var random = new Random(20261);
        for (var i = 0; i < Patients; i++)
        {
            var nhsNumber = TestNhsNumber(random);
            _fields[i] =
            [
                Encoding.UTF8.GetBytes(random.Next(2) == 0 ? nhsNumber : $"{nhsNumber[..3]} {nhsNumber[3..6]} {nhsNumber[6..]}"),
                Encoding.UTF8.GetBytes(Surnames[random.Next(Surnames.Length)]),
                Encoding.UTF8.GetBytes(Forenames[random.Next(Forenames.Length)]),
                [],
                Encoding.UTF8.GetBytes($"{random.Next(1920, 2010)}-{random.Next(1, 13):00}-{random.Next(1, 29):00}"),
                "F"u8.ToArray(),
                Encoding.UTF8.GetBytes(random.Next(2) == 0 ? "SW1A 1AA" : "m11ae"),
            ];
        }

        Span<byte> key = stackalloc byte[32];
        key.Fill(7);
        _keys = KeyRing.FromBytes(1, key);
        _pseudonymiser = _keys.Pseudonymiser(1);
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _pseudonymiser?.Dispose();
        _keys?.Dispose();
    }

    [Benchmark(OperationsPerInvoke = Patients)]
    public int Normalise()
    {
        var usable = 0;
        foreach (var fields in _fields)
        {
            Set(fields);
            usable += _identity.NhsNumberState == FieldState.Present ? 1 : 0;
        }

        return usable;
    }

    [Benchmark(OperationsPerInvoke = Patients)]
    public ulong HashNhsNumber()
    {
        var sum = 0UL;
        foreach (var fields in _fields)
        {
            sum ^= _pseudonymiser!.Token(Purpose.NhsNumber, fields[0]).Low;
        }

        return sum;
    }

    [Benchmark(OperationsPerInvoke = Patients)]
    public ulong NormaliseAndHash()
    {
        var sum = 0UL;
        Span<byte> date = stackalloc byte[4];
        foreach (var fields in _fields)
        {
            Set(fields);
            var born = _identity.DateOfBirth;
            date[0] = (byte)(born.Year >> 8);
            date[1] = (byte)born.Year;
            date[2] = born.Month;
            date[3] = born.Day;
            sum ^= _pseudonymiser!.Token(Purpose.NhsNumber, _identity.NhsNumber).Low;
            sum ^= _pseudonymiser!.Token(Purpose.DateOfBirth, date).Low;
        }

        return sum;
    }

    private void Set(byte[][] f) => _identity.Set(f[0], f[1], f[2], f[3], f[4], f[5], f[6]);

    // 999 and six digits, then the Modulus 11 check digit; a remainder of 1 has none, so draw again.
    private static string TestNhsNumber(Random random)
    {
        while (true)
        {
            var digits = $"999{random.Next(1_000_000):000000}";
            var sum = 0;
            for (var i = 0; i < 9; i++)
            {
                sum += (digits[i] - '0') * (10 - i);
            }

            var check = 11 - (sum % 11);
            if (check != 10)
            {
                return digits + (check == 11 ? 0 : check).ToString(System.Globalization.CultureInfo.InvariantCulture);
            }
        }
    }
}
