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
/// The per-patient part of a batch: identifiers are normalised, hashed and linked once a patient, never once a record. Identifiers live in one reused block that is
/// zeroed after the batch.
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
    private Token[] _keys = [];
    private Decision[] _decisions = [];
    private PatientRow[] _rows = [];

    internal PatientLinking(Registry registry, Pseudonymiser pseudonymiser, LaneTables tables, MatchModel? model, bool keepOutsiders, LinkLedger? ledger)
    {
        _registry = registry;
        _pseudonymiser = pseudonymiser;
        _linker = new Linker(registry, pseudonymiser, model);
        _tables = tables;
        _keepOutsiders = keepOutsiders;
        _ledger = ledger;
    }

    /// <summary>Rows by patient index, valid after <see cref="Link"/>.</summary>
    internal ReadOnlySpan<PatientRow> Rows => _rows;

    /// <summary>Decides on every patient of the batch and writes links and review rows.</summary>
    internal void Link(RawBatch raw, DecodedBatch batch, in BatchHeader header, TableMask mask)
    {
        var count = batch.PatientCount;
        if (_rows.Length < count)
        {
            _rows = new PatientRow[System.Numerics.BitOperations.RoundUpToPowerOf2((uint)count)];
            _decisions = new Decision[_rows.Length];
            _keys = new Token[_rows.Length];
        }

        _linker.BeginBatch(count);
        for (var i = 0; i < count; i++)
        {
            ref readonly var patient = ref batch.Patients[i];
            _person.Set(
                batch.Bytes(patient.NhsNumber),
                batch.Bytes(patient.Surname),
                batch.Bytes(patient.Forename),
                batch.Bytes(patient.OtherForenames),
                batch.Bytes(patient.DateOfBirth),
                batch.Bytes(patient.Sex),
                batch.Bytes(patient.Postcode));
            _decisions[i] = _linker.Link(i, _person);
            _keys[i] = _ledger is null ? default : PatientKey.Of(_person, in _decisions[i], _pseudonymiser);
            var birth = _person.DateOfBirthState == FieldState.Present ? _person.DateOfBirth : default;
            _rows[i] = new PatientRow { Subject = -1, Mask = DateMask.For(header.Today, birth) };
            _tables.Counts.NhsNumbers(_person.NhsNumberState)++;
            _tables.Counts.BirthDates(_person.DateOfBirthState)++;
            if (_keepOutsiders && _decisions[i].Outcome == Outcome.NotAParticipant)
            {
                var pseudonym = Pseudonym(_person);
                _rows[i].Subject = pseudonym;
                _rows[i].BucketHash = pseudonym < 0 ? 0 : BucketHash(_tables.Dictionaries.Pseudonyms, pseudonym);
            }
        }

        _linker.SettleRivals(_decisions.AsSpan(0, count));
        var source = LinkPlace.SourceOf(Words.Topic(raw.Topic), raw.Partition);
        for (var i = 0; i < count; i++)
        {
            Settle(new LinkPlace(source, raw.Offset, i), header, mask);
        }

        _tables.Counts.Patients += count;
        Array.Clear(_keys, 0, count);
    }

    /// <summary>Zeroes what is left of the batch's identifiers.</summary>
    internal void Clear() => _person.Clear();

    // In the light of earlier batches a link may be none, and nobody somebody who is missing.
    private LinkVerdict Judge(in LinkPlace place, ref Decision decision, TableMask mask)
    {
        if (_ledger is null)
        {
            return LinkVerdict.Without(decision.Outcome == Outcome.Linked ? LinkFinding.Untracked : LinkFinding.None);
        }

        var verdict = _ledger.Judge(_keys[place.Patient], in decision, in place, isSettled: !mask.Has(TableSpec.First));
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

    private void Settle(in LinkPlace place, in BatchHeader header, TableMask mask)
    {
        var patient = place.Patient;
        ref var decision = ref _decisions[patient];
        ref var row = ref _rows[patient];
        var verdict = Judge(in place, ref decision, mask);
        _tables.Counts.Findings(verdict.Finding)++;
        row.Outcome = decision.Outcome;
        _tables.Counts.PatientsBy(decision.Outcome)++;
        if (decision.Outcome == Outcome.Linked)
        {
            row.Linked = true;
            row.Subject = decision.Participant;
            row.BucketHash = BucketHash(_registry.ParticipantIds, decision.Participant);
            _tables.Counts.Links(decision.Tier)++;
            if (mask.Has(OutputTable.ParticipantLinks))
            {
                _tables.Links[0].Append(decision, verdict, _linker.Version, header.DataProvider, header.BatchId, patient, header.ProcessedAtMicros, header.KeyVersion);
            }
        }
        else if (decision.Outcome is Outcome.Ambiguous or Outcome.Rivals or Outcome.Contradicts or Outcome.Lost)
        {
            // A participant's records, very likely: not an outsider's.
            row.Subject = -1;
            if (mask.Has(OutputTable.Review))
            {
                _tables.Review[0].Append(decision, verdict, _linker.Version, header.DataProvider, header.BatchId, patient, header.ProcessedAtMicros, header.KeyVersion);
            }
        }
    }

    // By the id's bytes, so that a participant's bucket outlives a rebuilt registry. Asked for by one kind of partitioning only.
    private ulong BucketHash(Parquet.IUtf8Values ids, int id) =>
        _tables.Partitioning.By == PartitionBy.ParticipantBucket ? System.IO.Hashing.XxHash3.HashToUInt64(ids[id]) : 0;

    // A purpose of its own: an outsider's pseudonym cannot be joined with the registry's tokens. Without a number, name and date of birth stand for the
    // person; with less there is nothing two batches could agree on, and the records are dropped.
    private int Pseudonym(PersonIdentity person)
    {
        Span<byte> hex = stackalloc byte[Pseudonymiser.OutsiderLength];
        if (person.HasNhsNumber)
        {
            return _pseudonymiser.WriteOutsider(person.NhsNumber, hex) ? _tables.Dictionaries.Pseudonyms.GetOrAdd(hex) : -1;
        }

        var birth = person.DateOfBirth;
        if (person.Surname.IsEmpty || person.Forename.IsEmpty || !birth.IsFull)
        {
            return -1;
        }

        Span<byte> joined = stackalloc byte[person.Surname.Length + person.Forename.Length + 8];
        person.Surname.CopyTo(joined);
        joined[person.Surname.Length] = Separator;
        person.Forename.CopyTo(joined[(person.Surname.Length + 1)..]);
        var at = person.Surname.Length + 1 + person.Forename.Length;
        joined[at] = Separator;
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(joined[(at + 1)..], birth.ToEpochDay());
        joined = joined[..(at + 5)];
        var written = _pseudonymiser.WriteOutsider(joined, hex);
        joined.Clear();
        return written ? _tables.Dictionaries.Pseudonyms.GetOrAdd(hex) : -1;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _person.Clear();
        _linker.Dispose();
        _pseudonymiser.Dispose();
    }
}
