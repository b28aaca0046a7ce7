using Linkage.Batches;
using Linkage.Identity;

namespace Linkage.Tables;

/// <summary>
/// Whether batch_id or practice, which output tables show, hold the NHS number of one of the batch's own patients: a sender that names batches after
/// the patient. Only a number that is there as a patient's counts: one ten-digit number in eleven passes the check, time stamps and counters included.
/// </summary>
internal static class DisclosingHeader
{
    /// <summary>Looks at the patients only when the header has ten digits in a row, or is ten digits with separators.</summary>
    public static bool Of(DecodedBatch batch) => Of(batch, batch.Bytes(batch.BatchId)) || Of(batch, batch.Bytes(batch.Practice));

    private static bool Of(DecodedBatch batch, ReadOnlySpan<byte> text)
    {
        Span<byte> whole = stackalloc byte[NhsNumber.Length];
        var isNumber = NhsNumber.IsUsable(NhsNumber.Parse(text, whole));
        if (!isNumber && !HasRun(text))
        {
            return false;
        }

        Span<byte> digits = stackalloc byte[NhsNumber.Length];
        var found = false;
        for (var i = 0; i < batch.PatientCount && !found; i++)
        {
            found = NhsNumber.IsUsable(NhsNumber.Parse(batch.Bytes(batch.Patients[i].NhsNumber), digits))
                && ((isNumber && whole.SequenceEqual(digits)) || Runs(text, digits));
        }

        whole.Clear();
        digits.Clear();
        return found;
    }

    private static bool HasRun(ReadOnlySpan<byte> text) => Runs(text, default);

    // Runs of exactly ten digits: part of a longer one is part of a time stamp. Any of them, or the one given.
    private static bool Runs(ReadOnlySpan<byte> text, ReadOnlySpan<byte> digits)
    {
        for (var at = 0; at < text.Length;)
        {
            var rest = text[at..];
            var length = rest.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
            length = length < 0 ? rest.Length : length;
            if (length == NhsNumber.Length && (digits.IsEmpty || rest[..length].SequenceEqual(digits)))
            {
                return true;
            }

            at += length + 1;
        }

        return false;
    }
}
