using System.Text;
using Linkage.Batches;
using Linkage.Matching.Scoring;
using Linkage.Tables;
using Linkage.Tests.Batches;
using Linkage.Tests.Matching;

namespace Linkage.Tests.Tables;

/// <summary>Where the time of a lane goes, by a clock that goes on by one whenever it is looked at.</summary>
public sealed class StageTimesTests : IDisposable
{
    private readonly TestRegistry _test = new();
    private long _looks;

    public void Dispose() => _test.Dispose();

    [Fact]
    public void Every_tick_between_the_first_look_and_the_last_is_of_one_stage()
    {
        var numbers = Enumerable.Range(0, 12).Select(Person.TestNhs).ToArray();
        for (var i = 0; i < 6; i++)
            _test.With($"p{i}", new Person(numbers[i], "Hargreaves", "Millicent", $"19{40 + i}-03-25", "F", "ZE1 0AA"));
        using var pipeline = Pipeline(out var tables);
        var builder = new BatchBuilder();
        builder.Begin("A81001-1"u8, "A81001"u8, "TPP"u8, 3, ClinicalRecord.NoDate, 0);

        // By number; by exact keys; with a candidate for tier 3; strangers with no candidate and with nothing.
        Add(new Person(numbers[0], "Hargreaves", "Millicent", "1940-03-25", "F", "ZE1 0AA"));
        Add(new Person("", "Hargreaves", "Millicent", "1941-03-25", "F", "ZE1 0AA"));
        Add(new Person("", "Hargreave", "Milicent", "1942-03-25", "F", "ZE1 0AA"));
        Add(new Person(numbers[9], "Zimmer", "Zoe", "1999-12-31", "F", "AB1 2CD"));
        Add(new Person());
        using var raw = Decoding.Raw(builder.SingleObject());
        pipeline.Process(raw, TableMask.All);

        Assert.Equal(5, tables.Counts.Patients);
        var times = pipeline.Times;
        Assert.Equal(_looks - 1, times.Decode + times.Hash + times.Link + times.Rows);
        Assert.Equal((1, 1), (times.Decode, times.Rows));

        // One tick for each time that hashing was timed, by two looks: none of them lies inside another.
        Assert.Equal((_looks - 4) / 2, times.Hash);
        Assert.True(times.Hash > 5 && times.Link > 0, $"{times.Hash} and {times.Link}");
        Assert.Equal(0, times.Idle);

        void Add(Person person) => builder.AddPatient(Utf8(person.Nhs), Utf8(person.Surname), Utf8(person.Forename), default, Utf8(person.Born), Utf8(person.Sex), Utf8(person.Postcode), default);
    }

    [Fact]
    public void A_batch_that_cannot_be_used_takes_no_more_than_its_decoding()
    {
        using var pipeline = Pipeline(out _);
        using var raw = Decoding.Raw([1, 2, 3]);
        pipeline.Process(raw, TableMask.All);
        var times = pipeline.Times;
        Assert.Equal((2, 1, 0, 0, 0), (_looks, times.Decode, times.Hash, times.Link, times.Rows));
    }

    private Pipeline Pipeline(out LaneTables tables)
    {
        var ids = _test.Registry;
        tables = new LaneTables(new ParticipantColumns(ids.ParticipantIds, ids.GenomeIds, ids.QuestionnaireIds, ids.AllGenomeIds, ids.AllQuestionnaireIds, ids.AllSampleIds), new Partitioning(PartitionBy.EventYear));
        return new Pipeline(new PipelineOptions { Model = MatchModel.Default, StageClock = () => ++_looks }, ids, _test.Pseudonymiser.Clone(), tables);
    }

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);
}
