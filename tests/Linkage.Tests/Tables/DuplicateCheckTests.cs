using Linkage.Batches;
using Linkage.Tables;

namespace Linkage.Tests.Tables;

/// <summary>Equal records are found, and no batch can be made to make that slow.</summary>
public class DuplicateCheckTests
{
    private const int Count = 20_000;

    /// <summary>Bits that a known multiplier would turn to nothing, whatever it is multiplied with.</summary>
    private const long Cancelling = unchecked((long)0xD6E8FEB86659FD93);

    public static TheoryData<string> Fields => ["patient", "date", "record date", "code", "value 1", "value 2", "value 3", "value 1 and 3 together", "value 2 beside a chosen value 1"];

    [Theory]
    [MemberData(nameof(Fields))]
    public void Records_that_differ_in_one_field_have_hashes_of_their_own(string field)
    {
        var check = new DuplicateCheck();
        var hashes = Records(field).Select(record => (int)(check.Hash(record) >> 32)).Distinct().Count();

        // Of 32 bits each; 20,000 random ones have about 0.05 pairs.
        Assert.InRange(hashes, Count - 20, Count);
    }

    [Theory]
    [MemberData(nameof(Fields))]
    public void Only_equal_records_are_repeats(string field)
    {
        var records = Records(field);
        ClinicalRecord[] twice = [.. records, .. records];
        var check = new DuplicateCheck();
        check.Begin(twice.Length);
        for (var i = 0; i < twice.Length; i++)
        {
            Assert.Equal(i >= Count, check.IsRepeat(twice, i));
        }
    }

    [Fact]
    public void Hashes_are_another_instance_s_own()
    {
        var record = Records("value 1")[7];
        Assert.NotEqual(new DuplicateCheck().Hash(record), new DuplicateCheck().Hash(record));
    }

    private static ClinicalRecord[] Records(string field)
    {
        var common = new ClinicalRecord(3, 15_000, 15_001, 5, 1.5, 2.5, HasValue1: true, HasValue2: true, 9, Deleted: false);
        return [.. Enumerable.Range(0, Count).Select(i => field switch
        {
            "patient" => common with { Patient = i },
            "date" => common with { Date = i },
            "record date" => common with { RecordDate = i },
            "code" => common with { Code = i },
            "value 1" => common with { Value1 = i },
            "value 2" => common with { Value2 = i },
            "value 3" => common with { Value3 = i },
            "value 1 and 3 together" => common with { Value1 = BitConverter.Int64BitsToDouble(Cancelling ^ i), Value3 = i },
            _ => common with { Value1 = BitConverter.Int64BitsToDouble(Cancelling ^ 9), Value2 = i },
        })];
    }
}
