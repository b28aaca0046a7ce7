using System.Numerics;

namespace Linkage.Matching;

/// <summary>
/// Who claims which participant within one batch. In: the linked patients' participants, NHS-number tokens and birth dates. Out: rival claims marked. Arrays are kept
/// from batch to batch, zeroed by <see cref="Forget"/>.
/// </summary>
internal sealed class BatchClaims : IDisposable
{
    private RivalClaim[] claims = [];

    // Open addressing by participant; a slot holds 1 + the index of the first patient who claims it, 0 is empty.
    private int[] first = [];
    private bool[] contested = [];
    private int count;
    private int mask;

    public void Begin(int patients)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(patients);
        Forget();
        count = patients;
        // At most half of the slots are taken, so that a search ends.
        var capacity = (int)BitOperations.RoundUpToPowerOf2((uint)patients);
        mask = (2 * capacity) - 1;
        if (claims.Length >= capacity)
            return;
        claims = new RivalClaim[capacity];
        contested = new bool[capacity];
        first = new int[2 * capacity];
    }

    public void Remember(int index, RivalClaim claim)
    {
        if ((uint)index >= (uint)count)
            throw new ArgumentOutOfRangeException(nameof(index), index, $"the batch was begun with {count} patients");
        claims[index] = claim;
    }

    /// <summary>The claim of a patient.</summary>
    public static RivalClaim Of(PersonTokens patient) => new(patient.NhsNumber, patient.DateSignature);

    /// <summary>Takes the claims of a whole batch.</summary>
    public void Begin(ReadOnlySpan<RivalClaim> all)
    {
        Begin(all.Length);
        all.CopyTo(claims);
    }

    public void Settle(Span<Decision> decisions)
    {
        if (decisions.Length != count)
            throw new ArgumentException($"{decisions.Length} decisions for a batch of {count} patients", nameof(decisions));
        for (var i = 0; i < decisions.Length; i++)
        {
            if (decisions[i].Outcome != Outcome.Linked)
                continue;
            var other = FirstClaimant(decisions, i);
            if (other != i && !SamePerson(in claims[other], in claims[i]))
                contested[other] = true;
        }

        for (var i = 0; i < decisions.Length; i++)
        {
            if (decisions[i].Outcome != Outcome.Linked || !contested[FirstClaimant(decisions, i)])
                continue;
            // The slot is found by participant: it must outlive the loop, so only the outcome changes here.
            decisions[i].Outcome = Outcome.Rivals;
        }

        foreach (ref var decision in decisions)
        {
            if (decision.Outcome == Outcome.Rivals)
                decision.Participant = -1;
        }
    }

    public void Dispose() => Forget();

    // Equality to the first claimant is enough: being one person is transitive.
    private static bool SamePerson(in RivalClaim a, in RivalClaim b) =>
        !a.NhsNumber.IsEmpty && a.NhsNumber == b.NhsNumber && a.DateOfBirth == b.DateOfBirth;

    private int FirstClaimant(Span<Decision> decisions, int patient)
    {
        var participant = decisions[patient].Participant;
        for (var slot = (int)((uint)participant * 0x9E3779B1u) & mask; ; slot = (slot + 1) & mask)
        {
            if (first[slot] == 0)
            {
                first[slot] = patient + 1;
                return patient;
            }

            var claimant = first[slot] - 1;
            if (decisions[claimant].Participant == participant)
                return claimant;
        }
    }

    /// <summary>Zeroes the claims.</summary>
    public void Forget()
    {
        Array.Clear(claims, 0, count);
        Array.Clear(contested, 0, count);
        Array.Clear(first, 0, Math.Min(first.Length, mask + 1));
        count = mask = 0;
    }
}
