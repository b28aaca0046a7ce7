using Linkage.Identity;
using Linkage.Pseudonyms;

namespace Linkage.Matching;

/// <summary>
/// NHS numbers and dates of birth of a batch's patients. In: both in clear, patient by patient. Out, after one pass of hashing and one of looking up: each patient's token, the registry's first row with it,
/// and the date's token. One at a time, each would wait for the hash, and then for memory; together they wait once. Grows to the largest batch; not thread-safe.
/// </summary>
internal sealed class BatchNumbers(Registry registry, Pseudonymiser pseudonymiser, FewValueTokens fewValues, StageTimes times) : IDisposable
{
    private readonly TokenBatch batch = new(pseudonymiser);
    private uint[] slots = [];
    private Token[] numbers = [];
    private int[] rows = [];
    private DateOfBirth[] born = [];
    private ulong[] dates = [];
    private int count;
    private bool found;

    /// <summary>Starts a batch; forgets the one before.</summary>
    public void Begin(int patients)
    {
        Forget();
        if (slots.Length < patients)
        {
            var length = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)patients);
            slots = new uint[length];
            numbers = new Token[length];
            rows = new int[length];
            born = new DateOfBirth[length];
            dates = new ulong[length];
        }

        count = patients;
    }

    /// <summary>Takes a patient's number, empty when there is no usable one, and date of birth.</summary>
    public void Add(int patient, ReadOnlySpan<byte> nhsNumber, DateOfBirth dateOfBirth)
    {
        Require(patient);
        slots[patient] = batch.Add(Purpose.NhsNumber, nhsNumber);
        born[patient] = dateOfBirth;
    }

    /// <summary>Hashes and looks up the numbers of all patients taken.</summary>
    public void Find()
    {
        var started = times.Now();
        batch.Compute();
        for (var i = 0; i < count; i++)
            numbers[i] = batch.Token(slots[i]);
        batch.Clear();
        // Here and not where a date comes in: the look-ups do not wait for each other.
        for (var i = 0; i < count; i++)
            dates[i] = fewValues.Date(born[i]);
        times.HashedSince(started);
        registry.FindNhsNumbers(numbers.AsSpan(0, count), rows.AsSpan(0, count));
        found = true;
    }

    /// <summary>What was found of a patient; false when <see cref="Find"/> was not asked for in this batch.</summary>
    /// <param name="patient">Index of the patient.</param>
    /// <param name="number">Token of the number; empty when there is none.</param>
    /// <param name="row">First row with the number; −1 when there is none.</param>
    /// <param name="date">Token of the date of birth; 0 when it is not full.</param>
    public bool TryGet(int patient, out Token number, out int row, out ulong date)
    {
        Require(patient);
        (number, row, date) = found ? (numbers[patient], rows[patient], dates[patient]) : (default, -1, 0);
        return found;
    }

    /// <summary>Zeroes identifiers and tokens.</summary>
    public void Forget()
    {
        batch.Clear();
        Array.Clear(slots, 0, count);
        Array.Clear(numbers, 0, count);
        Array.Clear(born, 0, count);
        Array.Clear(dates, 0, count);
        count = 0;
        found = false;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Forget();
        batch.Dispose();
    }

    private void Require(int patient)
    {
        if ((uint)patient >= (uint)count)
            throw new ArgumentOutOfRangeException(nameof(patient), patient, $"the batch was begun with {count} patients");
    }
}
