using Linkage.Batches;
using Linkage.Identity;
using Linkage.Matching;
using Linkage.Matching.Links;
using Linkage.Matching.Scoring;
using Linkage.Pseudonyms;

namespace Linkage.Tables;

/// <summary>What the records of a patient need to know of the patient.</summary>
public struct PatientRow
{
    /// <summary>What became of the patient.</summary>
    public Outcome Outcome;

    /// <summary>The records go to the participants' tables (true) or, when <see cref="Subject"/> is not −1, the outsiders'.</summary>
    public bool Linked;

    /// <summary>Participant ordinal, or id of the outsider's pseudonym; −1 when the records are dropped.</summary>
    public int Subject;

    /// <summary>XXH3 (64 bits) of the subject's id, for buckets.</summary>
    public ulong BucketHash;

    /// <summary>Special dates of this patient.</summary>
    public DateMask Mask;
}

/// <summary>
/// The per-patient part of a batch: identifiers are normalised, hashed and linked once a patient, never once a record. What many patients need is hashed for all of them together: first the NHS numbers,
/// which with the dates of birth settle nearly everybody; names and postcodes are read of those left only. Identifiers live in reused blocks that are zeroed after the batch.
/// </summary>
public sealed class PatientLinking : IDisposable
{
    private const byte Separator = 0x1F;
    private readonly Linker _linker;
    private readonly Pseudonymiser _pseudonymiser;
    private readonly LaneTables _tables;
    private readonly bool _keepOutsiders;
    private readonly PersonIdentity _person = new();
    private readonly Registry _registry;
    private readonly LinkLedger? _ledger;
    private readonly LinkBatch _links = new();
    private readonly StageTimes _times;

    // What is hashed for the output and the ledger, and where in it a patient's key and pseudonym are.
    private readonly TokenBatch _hashed;
    private uint[] _keys = [];
    private uint[] _pseudonyms = [];
    private Decision[] _decisions = [];
    private PatientRow[] _rows = [];

    internal PatientLinking(Registry registry, Pseudonymiser pseudonymiser, LaneTables tables, MatchModel? model, bool keepOutsiders, LinkLedger? ledger, StageTimes? times = null)
    {
        _registry = registry;
        _pseudonymiser = pseudonymiser;
        _linker = new Linker(registry, pseudonymiser, model, times: times);
        _hashed = new TokenBatch(pseudonymiser);
        _tables = tables;
        _keepOutsiders = keepOutsiders;
        _ledger = ledger;
        _times = times ?? new StageTimes();
    }

    /// <summary>Rows by patient index, valid after <see cref="Link"/>.</summary>
    internal ReadOnlySpan<PatientRow> Rows => _rows;

    /// <summary>Decides on every patient of the batch and writes links and review rows.</summary>
    internal void Link(RawBatch raw, DecodedBatch batch, in BatchHeader header, TableMask mask)
    {
        var count = batch.PatientCount;
        Reserve(count);
        _linker.BeginBatch(count);
        var started = _times.Now();
        for (var i = 0; i < count; i++)
            ReadNumber(in batch.Patients[i], batch, i, header.Today);
        _times.HashedSince(started);
        _linker.FindNumbers();
        for (var i = 0; i < count; i++)
        {
            if (!_linker.TryCrossCheck(i, out _decisions[i]))
                Decide(in batch.Patients[i], batch, i);
        }

        _linker.SettleRivals(_decisions.AsSpan(0, count));
        started = _times.Now();
        _hashed.Compute();
        _times.HashedSince(started);
        Judge(raw, count, isSettled: !mask.Has(TableSpec.First));
        for (var i = 0; i < count; i++)
            Settle(i, in header, mask);

        _tables.Counts.Patients += count;
        _hashed.Clear();
        _links.Forget();
    }

    /// <summary>Zeroes what is left of the batch's identifiers and tokens.</summary>
    internal void Clear()
    {
        _person.Clear();
        _linker.Forget();
        _hashed.Clear();
        _links.Forget();
    }

    private void Reserve(int count)
    {
        if (_rows.Length >= count)
            return;
        _rows = new PatientRow[System.Numerics.BitOperations.RoundUpToPowerOf2((uint)count)];
        _decisions = new Decision[_rows.Length];
        _keys = new uint[_rows.Length];
        _pseudonyms = new uint[_rows.Length];
    }

    // What tier 1, the masks of dates and the ledger need of everybody.
    private void ReadNumber(in PatientView patient, DecodedBatch batch, int index, int today)
    {
        Span<byte> digits = stackalloc byte[NhsNumber.Length];
        var numberState = NhsNumber.Parse(batch.Bytes(patient.NhsNumber), digits);
        ReadOnlySpan<byte> number = NhsNumber.IsUsable(numberState) ? digits : default;
        var birthState = DateOfBirth.Parse(batch.Bytes(patient.DateOfBirth), out var birth);
        if (birthState != FieldState.Present)
            birth = default;
        _linker.AddNumber(index, number, birth);
        _keys[index] = _ledger is null ? 0 : PatientKey.AddNumber(number, _hashed);
        _pseudonyms[index] = 0;
        _rows[index] = new PatientRow { Subject = -1, Mask = DateMask.For(today, birth) };
        _tables.Counts.NhsNumbers(numberState)++;
        _tables.Counts.BirthDates(birthState)++;
        digits.Clear();
    }

    // The patients whom number and date of birth do not settle.
    private void Decide(in PatientView patient, DecodedBatch batch, int index)
    {
        var started = _times.Now();
        _person.Set(
            batch.Bytes(patient.NhsNumber),
            batch.Bytes(patient.Surname),
            batch.Bytes(patient.Forename),
            batch.Bytes(patient.OtherForenames),
            batch.Bytes(patient.DateOfBirth),
            batch.Bytes(patient.Sex),
            batch.Bytes(patient.Postcode));
        _times.HashedSince(started);
        _decisions[index] = _linker.Link(index, _person);
        if (_ledger is not null)
            _keys[index] = PatientKey.Add(_person, in _decisions[index], _keys[index], _hashed);
        if (_keepOutsiders && _decisions[index].Outcome == Outcome.NotAParticipant)
            _pseudonyms[index] = AddPseudonym(_person);
    }

    // All together: each patient's link lies somewhere else in memory.
    private void Judge(RawBatch raw, int count, bool isSettled)
    {
        if (_ledger is null)
            return;
        _links.Begin(count);
        var keys = _links.Keys;
        for (var i = 0; i < keys.Length; i++)
            keys[i] = _hashed.Token(_keys[i]);
        _ledger.Judge(_links, _decisions.AsSpan(0, count), new LinkPlace(LinkPlace.SourceOf(Words.Topic(raw.Topic), raw.Partition), raw.Offset, 0), isSettled);
    }

    // In the light of earlier batches a link may be none, and nobody somebody who is missing.
    private LinkVerdict Verdict(int patient, ref Decision decision)
    {
        if (_ledger is null)
            return LinkVerdict.Without(decision.Outcome == Outcome.Linked ? LinkFinding.Untracked : LinkFinding.None);
        var verdict = _links.Verdicts[patient];
        if (verdict.Finding == LinkFinding.Contradicts)
        {
            decision.Outcome = Outcome.Contradicts;
            decision.Participant = -1;
        }
        else if (verdict.Finding == LinkFinding.Lost)
        {
            decision.Outcome = Outcome.Lost;
        }

        return verdict;
    }

    private void Settle(int patient, in BatchHeader header, TableMask mask)
    {
        ref var decision = ref _decisions[patient];
        ref var row = ref _rows[patient];
        var verdict = Verdict(patient, ref decision);
        _tables.Counts.Findings(verdict.Finding)++;
        row.Outcome = decision.Outcome;
        _tables.Counts.PatientsBy(decision.Outcome)++;
        if (decision.Outcome == Outcome.Linked)
        {
            row.Linked = true;
            row.Subject = decision.Participant;
            row.BucketHash = ByBucket ? _registry.ParticipantHashes[decision.Participant] : 0;
            _tables.Counts.Links(decision.Tier)++;
            if (mask.Has(OutputTable.ParticipantLinks))
            {
                _tables.Links[0].Append(decision, verdict, _linker.Version, header.DataProvider, header.BatchId, patient, header.ProcessedAtMicros, header.KeyVersion);
            }
        }
        else if (decision.Outcome == Outcome.NotAParticipant)
        {
            TakePseudonym(patient);
        }
        else if (decision.Outcome is Outcome.Ambiguous or Outcome.Rivals or Outcome.Contradicts or Outcome.Lost)
        {
            // A participant's records, very likely: not an outsider's.
            if (mask.Has(OutputTable.Review))
            {
                _tables.Review[0].Append(decision, verdict, _linker.Version, header.DataProvider, header.BatchId, patient, header.ProcessedAtMicros, header.KeyVersion);
            }
        }
    }

    // Subjects' hashes are asked for by one kind of partitioning only; by the id's bytes, so that a participant's bucket outlives a rebuilt registry.
    private bool ByBucket => _tables.Partitioning.By == PartitionBy.ParticipantBucket;

    // A purpose of its own: an outsider's pseudonym cannot be joined with the registry's tokens. Without a number, name and date of birth stand for the
    // person; with less there is nothing two batches could agree on, and the records are dropped.
    private uint AddPseudonym(PersonIdentity person)
    {
        if (person.HasNhsNumber)
            return _hashed.Add(Purpose.Outsiders, person.NhsNumber);
        var birth = person.DateOfBirth;
        if (person.Surname.IsEmpty || person.Forename.IsEmpty || !birth.IsFull)
            return 0;
        Span<byte> joined = stackalloc byte[person.Surname.Length + person.Forename.Length + 6];
        person.Surname.CopyTo(joined);
        joined[person.Surname.Length] = Separator;
        person.Forename.CopyTo(joined[(person.Surname.Length + 1)..]);
        var at = person.Surname.Length + 1 + person.Forename.Length;
        joined[at] = Separator;
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(joined[(at + 1)..], birth.ToEpochDay());
        var slot = _hashed.Add(Purpose.Outsiders, joined);
        joined.Clear();
        return slot;
    }

    // What the records of a patient who is no participant go by, if they are kept.
    private void TakePseudonym(int patient)
    {
        Span<byte> hex = stackalloc byte[Pseudonymiser.OutsiderLength];
        if (!Pseudonymiser.WriteOutsider(_hashed.Token(_pseudonyms[patient]), hex))
            return;
        ref var row = ref _rows[patient];
        row.Subject = _tables.Dictionaries.Pseudonyms.GetOrAdd(hex);
        row.BucketHash = ByBucket ? System.IO.Hashing.XxHash3.HashToUInt64(hex) : 0;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Clear();
        _linker.Dispose();
        _hashed.Dispose();
        _pseudonymiser.Dispose();
    }
}
