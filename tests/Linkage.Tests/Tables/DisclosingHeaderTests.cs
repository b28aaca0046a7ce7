using System.Text;
using Linkage.Batches;
using Linkage.Tables;
using Linkage.Tests.Batches;
using Linkage.Tests.Matching;

namespace Linkage.Tests.Tables;

public sealed class DisclosingHeaderTests : IDisposable
{
    private static readonly string Number = Person.TestNhs(7);
    private readonly TestRegistry test = new();

    public void Dispose() => test.Dispose();

    [Theory]
    [InlineData("{0}", "A81001", true)]
    [InlineData("A81001-{0}-20240131", "A81001", true)]
    [InlineData("{1}", "A81001", true)]
    [InlineData("A81001-00001", "{0}", true)]
    [InlineData("A81001-{2}", "A81001", false)]
    [InlineData("{2}", "A81001", false)]
    [InlineData("A81001-{0}1", "A81001", false)]
    [InlineData("A81001-20240131-00001", "A81001", false)]
    [InlineData("é-1", "A81001", false)]
    public void A_batch_named_after_a_patient_is_refused_whole(string batchId, string practice, bool refused)
    {
        object[] words = [Number, $"{Number[..3]} {Number[3..6]}-{Number[6..]}", Person.TestNhs(8)];
        test.With("p1", new Person(Number, Born: "1961-03-25"));
        var ids = test.Registry;
        var tables = new LaneTables(new ParticipantColumns(ids.ParticipantIds, ids.GenomeIds, ids.QuestionnaireIds, ids.AllGenomeIds, ids.AllQuestionnaireIds, ids.AllSampleIds), new Partitioning(PartitionBy.EventYear));
        using var pipeline = new Pipeline(new PipelineOptions(), ids, test.Pseudonymiser.Clone(), tables);
        var builder = new BatchBuilder();
        builder.Begin(Utf8(batchId, words), Utf8(practice, words), "TPP"u8, 3, ClinicalRecord.NoDate, 0);
        builder.AddPatient(default, "Nobody"u8, default, default, default, default, default, default);
        builder.AddPatient(Encoding.UTF8.GetBytes((string)words[1]), default, default, default, "1961-03-25"u8, default, default, default);
        using var raw = Decoding.Raw(builder.SingleObject());
        pipeline.Process(raw, TableMask.All);
        Assert.Equal(refused ? 1 : 0, tables.Counts.Rejected(RecordKind.Batch, RejectReason.DisclosingHeader));
        Assert.Equal(refused ? 1 : 0, tables.Table(OutputTable.Rejects).Rows);
        Assert.Equal(refused ? 0 : 1, tables.Table(OutputTable.ParticipantLinks).Rows);
        Assert.Equal(refused ? 0 : 1, tables.Dictionaries.BatchIds.Count);
        Assert.Equal(refused ? 0 : 1, tables.Dictionaries.Practices.Count);
    }

    private static byte[] Utf8(string format, object[] words) => Encoding.UTF8.GetBytes(string.Format(System.Globalization.CultureInfo.InvariantCulture, format, words));
}
