using Linkage.Batches;

namespace Linkage.Worker.Synth;

/// <summary>
/// Makes one part of the feed: the batches that one practice sends for one reporting period, with their truth. In: the number of the part. Out: a
/// <see cref="FeedPart"/>. Parts depend on the options only, not on each other. One maker per thread.
/// </summary>
internal sealed class FeedPartMaker
{
    private readonly FeedPlan _plan;
    private readonly NhsNumberPool _numbers;
    private readonly PracticePopulation _population;
    private readonly ParticipantRows _participants;
    private readonly TruthRows _truth;
    private readonly IdentifierScribe _scribe;
    private readonly PatientFields _fields = new();
    private readonly List<IdentifierDirt> _dirt = [];
    private readonly BatchBuilder _builder = new();
    private readonly BatchDictionary _dictionary;
    private readonly RecordTally _batchTally = new();
    private readonly PatientHistory _history;
    private readonly Utf8Buffer _batchId = new(32);
    private readonly Utf8Buffer _practiceCode = new(8);
    private readonly int _slice;
    private SeededRandom _random;
    private PracticeCoding _coding = null!;
    private FeedPart _part = null!;
    private int _practice, _patients, _batchRecords, _batches;

    /// <summary>A maker for a plan.</summary>
    public FeedPartMaker(FeedPlan plan, NhsNumberPool numbers)
    {
        _plan = plan;
        _numbers = numbers;
        _population = new PracticePopulation(plan);
        _participants = new ParticipantRows(plan.Options.Seed, plan.Options.Participants);
        _truth = new TruthRows(_participants);
        _scribe = new IdentifierScribe(plan, numbers);
        _dictionary = new BatchDictionary(_builder);
        _history = new PatientHistory(_builder, _dictionary, _batchTally);
        _slice = Math.Min(plan.Options.BatchRecords, PatientHistory.MostRecords);
    }

    /// <summary>Makes part <paramref name="number"/> (0 to <see cref="FeedPlan.Parts"/> − 1) into <paramref name="part"/>.</summary>
    public void Make(int number, FeedPart part)
    {
        part.Clear();
        _part = part;
        (part.Period, _practice) = Math.DivRem(number, _plan.Practices);
        _population.Fill(_practice);
        _coding = PracticeCoding.Of(_plan.Options.Seed, _practice);
        _random = new SeededRandom(_plan.Options.Seed, RandomPurpose.Batches, part.Period, _practice);
        _scribe.Begin(number);
        _practiceCode.Clear();
        _practiceCode.Add((byte)'X').Add(_practice, 5);
        _batches = 0;
        _patients = 0;

        var people = _population.People;
        if (part.Period == 0)
        {
            AddParticipants(people);
        }

        if (_practice >= _plan.SendingPractices)
        {
            return;
        }

        var shares = new RecordShares(people, _plan.Records(_practice));
        for (var index = 0; index < people.Length; index++)
        {
            if (!people[index].WithoutRecords)
            {
                var (first, end) = shares.Next(people[index].Weight);
                var extracts = new PatientExtracts(_plan.Options.Seed, people[index], first, end);
                AddPatient(people, index, extracts);
            }
        }

        FinishBatch();
    }

    private void AddParticipants(ReadOnlySpan<Person> people)
    {
        foreach (ref readonly var person in people)
        {
            if (person.Kind != PersonKind.Outsider)
            {
                _participants.Add(person, _numbers[person.Ordinal], _part.Participants);
            }
        }
    }

    private void AddPatient(ReadOnlySpan<Person> people, int index, in PatientExtracts extracts)
    {
        var (first, end) = extracts.Range(_part.Period);
        var isFirst = true;
        while (first < end)
        {
            // More than a batch takes goes into several, where the patient is a patient each time.
            var count = (int)Math.Min(end - first, _slice);
            if (_patients > 0 && (!isFirst || _batchRecords + count > _plan.Options.BatchRecords))
            {
                FinishBatch();
            }

            if (_patients == 0)
            {
                BeginBatch();
            }

            AddExtract(people, index, extracts, first, first + count);
            first += count;
            isFirst = false;
        }
    }

    private void AddExtract(ReadOnlySpan<Person> people, int index, in PatientExtracts extracts, long first, long end)
    {
        ref readonly var person = ref people[index];
        _fields.Set(_plan.Options.Seed, person, _numbers[person.Ordinal], extracts.IsFormer(_part.Period));
        _dirt.Clear();
        if (_random.Chance(_plan.Options.Dirt))
        {
            _scribe.Soil(_fields, people, index, ref _random, _dirt);
        }

        var patient = _builder.AddPatient(
            _fields.NhsNumber.Span, _fields.Surname.Span, _fields.Forename.Span, _fields.OtherForenames.Span,
            _fields.DateOfBirth.Span, _fields.Sex.Span, _fields.Postcode.Span, _fields.DateOfDeath.Span);
        var periodEnd = Calendar.PeriodEnds[_part.Period];
        _history.Write(
            new Extract(
                patient,
                person.Born,
                Math.Max(periodEnd - Calendar.HistoryDays, Calendar.Day(Calendar.Date(person.Born).Year + 1, 1, 1)),
                Math.Min(periodEnd, person.Died),
                extracts.IsUpdate(_part.Period),
                _coding,
                _plan.Options.Dirt / 4,
                FeedPlan.CountOf(GpTable.Clinical, first, end),
                FeedPlan.CountOf(GpTable.Scripts, first, end),
                FeedPlan.CountOf(GpTable.Registrations, first, end)),
            ref _random);
        _truth.Add(
            _batchId.Span, patient, person,
            extracts.IsFormer(_part.Period) && person.FormerSurname.Length > 0, extracts.IsFormer(_part.Period) && person.HasMoved,
            _dirt, _history.Tally, _part.Truth);
        _patients++;
        _batchRecords += (int)(end - first);
    }

    private void BeginBatch()
    {
        _batchId.Clear();
        _batchId.Add(_practiceCode.Span).Add((byte)'-').Add(Calendar.PeriodStamp(_part.Period)).Add((byte)'-').Add(_batches, 5);
        var periodEnd = Calendar.PeriodEnds[_part.Period];

        // Made in the night of the third day after the period, a batch a second.
        var processed = ((periodEnd + 3L) * 86_400_000) + (_batches * 1_000L);
        _builder.Begin(_batchId.Span, _practiceCode.Span, _coding.Supplier, _coding.DataProvider, periodEnd, processed);
        _dictionary.Begin();
        _history.BeginBatch();
        _batchTally.Clear();
        _batchRecords = 0;
    }

    private void FinishBatch()
    {
        if (_patients == 0)
        {
            return;
        }

        var bytes = _builder.SingleObject();
        _part.Batches.Add(bytes);
        _part.Lengths.Add(bytes.Length);
        _part.Records += _batchRecords;
        TruthRows.AddBatch(_batchId.Span, _patients, _batchTally, _part.TruthBatches);
        _batches++;
        _patients = 0;
    }
}
