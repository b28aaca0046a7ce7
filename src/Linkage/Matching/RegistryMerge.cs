using System.IO.Hashing;
using Linkage.Kernels;
using Linkage.Matching.Blocking;
using Linkage.Matching.Scoring;
using Linkage.Pseudonyms;

namespace Linkage.Matching;

/// <summary>
/// Second half of a build. In: all rows. Out: participants in order of id, their rows merged, conflicts found and flagged, tables built, all written.
/// </summary>
internal sealed class RegistryMerge : IRegistryRows, IDisposable
{
    private readonly RowStore store;
    private readonly RegistryReport report;

    // Row numbers in order of participant; first as stored, then only those kept. starts[p] is where participant p's begin.
    private readonly int[] order;
    private readonly List<int> starts = [];
    private readonly List<int> listStarts = [];
    private readonly int[] kept;
    private int keptCount;
    private RegistryCounts counts;
    private TokenTableBuilder? nhsNumbers;

    public RegistryMerge(RowStore store, RegistryReport report)
    {
        this.store = store;
        this.report = report;
        order = store.SortedById();
        kept = new int[order.Length];
    }

    public void Write(Stream destination, Pseudonymiser pseudonymiser, FilterTreatment filters, DateTimeOffset created)
    {
        MergeParticipants();
        IndexNhsNumbers();
        FindSharedGenomeIds();
        var file = new RegistryFileWriter(destination);
        WriteRows(file);
        file.Begin(Section.NhsNumberIndex);
        file.Append(nhsNumbers!.Buckets);
        nhsNumbers.Dispose();
        WriteExactKeys(file);
        WriteTexts(file);
        counts = ScoredSections.Write(file, this, counts);
        report.Counts = counts;
        file.Finish(pseudonymiser, filters, created, counts);
    }

    int IRegistryRows.Count => keptCount;

    ref readonly RegistryRow IRegistryRows.Tokens(int row) => ref Kept(row).Tokens;

    ref readonly ScoredRow IRegistryRows.Scored(int row) => ref Kept(row).Scored;

    public void Dispose() => nhsNumbers?.Dispose();

    private ref StoredRow Kept(int position) => ref store[kept[position]];

    private void MergeParticipants()
    {
        for (int start = 0, end; start < order.Length; start = end)
        {
            var id = store.Id(in store[order[start]]);
            var withdrawn = RowFlags.None;
            var readable = false;
            for (end = start; end < order.Length && store.Id(in store[order[end]]).SequenceEqual(id); end++)
            {
                ref readonly var row = ref store[order[end]];
                readable |= !row.Unreadable;
                if (row.Unreadable || (row.Tokens.Flags & RowFlags.Withdrawn) != RowFlags.None)
                    withdrawn = RowFlags.Withdrawn;
            }

            if (!readable)
                continue;
            var participant = starts.Count;
            starts.Add(keptCount);
            listStarts.Add(start);
            for (var i = start; i < end; i++)
                Keep(order[i], participant, withdrawn);
            FindTwoPeople(participant);
            counts = counts with { Withdrawn = counts.Withdrawn + (withdrawn == RowFlags.None ? 0 : 1) };
        }

        starts.Add(keptCount);
        counts = counts with { Participants = starts.Count - 1, Rows = keptCount };
    }

    /// <summary>Keeps a row unless its participant has it already, and reports what is doubtful about it.</summary>
    private void Keep(int index, int participant, RowFlags withdrawn)
    {
        ref var row = ref store[index];
        if (row.Unreadable)
            return;
        row.Tokens.Participant = participant;
        row.Tokens.Flags |= withdrawn;
        bool known = false, otherNumber = false, sameNumber = false, otherDate = false, sameDate = false;
        for (var i = starts[participant]; i < keptCount; i++)
        {
            ref readonly var other = ref Kept(i);
            if (row.Tokens.SameIdentifiers(in other.Tokens) && row.Scored.SameIdentifiers(in other.Scored))
            {
                known = true;
                if (row.Content == other.Content)
                    report.Add(RowIssue.DuplicateRow, row.Line);
                break;
            }

            var bothNumbers = !row.Tokens.NhsNumber.IsEmpty && !other.Tokens.NhsNumber.IsEmpty;
            sameNumber |= bothNumbers && row.Tokens.NhsNumber == other.Tokens.NhsNumber;
            otherNumber |= bothNumbers && row.Tokens.NhsNumber != other.Tokens.NhsNumber;
            var bothDates = row.Tokens.DateOfBirth != 0 && other.Tokens.DateOfBirth != 0;
            sameDate |= bothDates && row.Tokens.DateOfBirth == other.Tokens.DateOfBirth;
            otherDate |= bothDates && row.Tokens.DateOfBirth != other.Tokens.DateOfBirth;
        }

        if (known)
            return;
        if (keptCount - starts[participant] == RegistryFormat.RowsPerParticipant)
        {
            report.Add(RowIssue.TooManyRows, row.Line);
            return;
        }

        if (otherNumber && !sameNumber)
            report.Add(RowIssue.SeveralNhsNumbers, row.Line);
        if (otherDate && !sameDate)
            report.Add(RowIssue.SeveralDatesOfBirth, row.Line);
        kept[keptCount++] = index;
    }

    /// <summary>Flags all rows of a participant whose id was given to two people: the records of one of them would go to the other's genome.</summary>
    private void FindTwoPeople(int participant)
    {
        var first = starts[participant];
        var found = RowFlags.None;
        for (var i = first + 1; i < keptCount; i++)
        {
            for (var j = first; j < i; j++)
            {
                if (!Kept(i).Tokens.IsSomebodyElse(in Kept(j).Tokens))
                    continue;
                report.Add(RowIssue.TwoPeople, Kept(i).Line);
                found = RowFlags.TwoPeople;
                break;
            }
        }

        for (var i = first; i < keptCount; i++)
            Kept(i).Tokens.Flags |= found;
    }

    private void IndexNhsNumbers()
    {
        nhsNumbers = new TokenTableBuilder(keptCount);
        long distinct = 0, shared = 0;
        for (var i = 0; i < keptCount; i++)
        {
            ref var row = ref Kept(i);
            var token = row.Tokens.NhsNumber;
            if (token.IsEmpty)
                continue;
            var first = FindNhsNumber(token);
            if (first < 0)
            {
                nhsNumbers.Add(token.High, i);
                distinct++;
                continue;
            }

            ref var owner = ref Kept(first);
            if (owner.Tokens.Participant == row.Tokens.Participant)
                continue;
            if ((owner.Tokens.Flags & RowFlags.NhsNumberShared) == RowFlags.None)
            {
                owner.Tokens.Flags |= RowFlags.NhsNumberShared;
                report.Add(RowIssue.NhsNumberShared, owner.Line);
                shared++;
            }

            row.Tokens.Flags |= RowFlags.NhsNumberShared;
            report.Add(RowIssue.NhsNumberShared, row.Line);
        }

        counts = counts with { NhsNumbers = distinct, SharedNhsNumbers = shared };
    }

    private int FindNhsNumber(Token token)
    {
        var probe = nhsNumbers!.Probe;
        var cursor = probe.Start(token.High);
        while (probe.Next(ref cursor, out var position))
        {
            if (Kept(position).Tokens.NhsNumber == token)
                return position;
        }

        return -1;
    }

    private void FindSharedGenomeIds()
    {
        var ids = new List<(ulong Hash, int Line, int Participant)>();
        for (var participant = 0; participant < counts.Participants; participant++)
        {
            var (first, end) = Lines(participant);
            for (var i = first; i < end; i++)
            {
                ref readonly var row = ref store[order[i]];
                var list = store.GenomeIds(in row);
                foreach (var range in list.Split((byte)';'))
                {
                    if (!list[range].IsEmpty)
                        ids.Add((XxHash3.HashToUInt64(list[range]), row.Line, participant));
                }
            }
        }

        ids.Sort();
        for (int start = 0, end; start < ids.Count; start = end)
        {
            var several = false;
            for (end = start + 1; end < ids.Count && ids[end].Hash == ids[start].Hash; end++)
                several |= ids[end].Participant != ids[start].Participant;
            for (var i = start; several && i < end; i++)
                report.Add(RowIssue.GenomeIdShared, ids[i].Line);
        }
    }

    private void WriteRows(RegistryFileWriter file)
    {
        file.Begin(Section.Rows);
        Span<RegistryRow> one = stackalloc RegistryRow[1];
        for (var i = 0; i < keptCount; i++)
        {
            one[0] = Kept(i).Tokens;
            file.Append<RegistryRow>(one);
        }
    }

    private void WriteExactKeys(RegistryFileWriter file)
    {
        for (var key = 0; key < ExactKey.Count; key++)
        {
            using var table = new TokenTableBuilder(keptCount);
            for (var i = 0; i < keptCount; i++)
            {
                if (ExactKey.TryHash(key, in Kept(i).Tokens, out var hash) && !IsCrowded(table.Probe, hash))
                    table.Add(hash, i);
            }

            file.Begin(Section.ExactKeyIndex1 + key);
            file.Append(table.Buckets);
        }
    }

    private bool IsCrowded(TokenProbe probe, ulong hash)
    {
        var cursor = probe.Start(hash);
        for (var rows = 0; rows < RegistryFormat.RowsPerKey; rows++)
        {
            if (!probe.Next(ref cursor, out _))
                return false;
        }

        counts = counts with { CrowdedKeys = counts.CrowdedKeys + 1 };
        return true;
    }

    private void WriteTexts(RegistryFileWriter file)
    {
        file.WriteTexts(Section.ParticipantIdOffsets, (int)counts.Participants, (participant, _, _) => store.Id(in store[order[listStarts[participant]]]));
        counts = counts with
        {
            WithGenome = file.WriteTexts(Section.GenomeIdOffsets, (int)counts.Participants, (participant, buffer, again) => Merge(participant, buffer, again, store.GenomeIds)),
            WithQuestionnaire = file.WriteTexts(Section.QuestionnaireIdOffsets, (int)counts.Participants, (participant, buffer, again) => Merge(participant, buffer, again, store.QuestionnaireIds)),
        };
        file.WriteTexts(Section.SampleIdOffsets, (int)counts.Participants, (participant, buffer, again) => Merge(participant, buffer, again, store.SampleIds));
    }

    private delegate ReadOnlySpan<byte> ListOf(in StoredRow row);

    private ReadOnlySpan<byte> Merge(int participant, Span<byte> buffer, bool again, ListOf listOf)
    {
        var (first, end) = Lines(participant);
        var list = new IdList(buffer);
        for (var i = first; i < end; i++)
        {
            if (!list.AddAll(listOf(in store[order[i]])) && !again)
                report.Add(RowIssue.ListUnusable, store[order[i]].Line);
        }

        return list.Written;
    }

    /// <summary>All lines of a participant in <see cref="order"/>, those that gave no row of their own included: their ids count.</summary>
    private (int First, int End) Lines(int participant)
    {
        var first = listStarts[participant];
        var id = store.Id(in store[order[first]]);
        var end = first + 1;
        while (end < order.Length && store.Id(in store[order[end]]).SequenceEqual(id))
            end++;
        return (first, end);
    }
}
