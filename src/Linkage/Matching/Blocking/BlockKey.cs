using System.Buffers.Binary;
using System.IO.Hashing;
using System.Runtime.CompilerServices;
using Linkage.Matching.Scoring;

namespace Linkage.Matching.Blocking;

/// <summary>
/// The keys by which tier 3 finds candidates: combinations of fields that a patient and a participant must share, each forgiving what the others insist on. Keys are hashes of keyed
/// tokens. A block with more rows than <see cref="MostRows"/> is split by the next field behind it, and skipped (counted in the registry) when the fields behind it do not do.
/// </summary>
/// <remarks>
/// The first four hold what the algorithmic trace of the NHS (The Person_ID Handbook) blocks on: sound of both names and date of birth; date of birth, postcode and sex,
/// of which its other two are parts. All of them need the whole date of birth; the rest find people whose date is wrong or missing. In order of how seldom they lead astray.
/// </remarks>
internal static class BlockKey
{
    /// <summary>Rows of one block at most.</summary>
    public const int MostRows = 20;

    private const int MostFields = 5;

    private static readonly Definition[] Blocks =
    [
        new([Field.Code, Field.Date], [Field.Sex, Field.SurnameSound]),
        new([Field.SurnameSound, Field.ForenameSound, Field.Date], [Field.Sex, Field.Outcode]),
        new([Field.Date], [Field.SurnameSound, Field.ForenameSound]),
        new([Field.Code], [Field.ForenameSound, Field.Year]),
        new([Field.Sector, Field.SurnameSound], [Field.ForenameSound, Field.Year]),
        new([Field.Sector, Field.ForenameSound], [Field.Year, Field.SurnameSound]),
        new([Field.SurnameSound, Field.Year, Field.Month], [Field.Initial, Field.Outcode]),
        new([Field.SurnameSound, Field.Year, Field.Day], [Field.Initial, Field.Outcode]),
        new([Field.SurnameSound, Field.Month, Field.Day], [Field.Initial, Field.Outcode]),
        new([Field.ForenameSound, Field.Year, Field.Month], [Field.Outcode, Field.SurnameSound]),
        new([Field.ForenameSound, Field.Year, Field.Day], [Field.Outcode, Field.SurnameSound]),
        new([Field.ForenameSound, Field.Month, Field.Day], [Field.Outcode, Field.SurnameSound]),
        new([Field.SurnameSound, Field.ForenameSound], [Field.Year, Field.Outcode]),
        new([Field.Outcode, Field.SurnameSound], [Field.Initial, Field.Year]),
        new([Field.SurnameSound, Field.Year], [Field.Initial, Field.Sector]),
        new([Field.ForenameSound, Field.Year], [Field.Outcode, Field.SurnameSound]),
        new([Field.SurnameSound, Field.Initial], [Field.Outcode, Field.Year]),
    ];

    private enum Field
    {
        SurnameSound,
        ForenameSound,
        Initial,
        Date,
        Year,
        Month,
        Day,
        Sex,
        Code,
        Sector,
        Outcode,
    }

    /// <summary>
    /// Keys, the first ones, that are enough for a patient whose NHS number differs from the row's: of one person at most the number is wrong, and only where all the rest agrees is
    /// the pair linked. Nine of ten patients of tier 3 are no participants and have a number: looking at every namesake of theirs would be most of its work.
    /// </summary>
    public const int KeysDespiteNumber = 2;

    /// <summary>Number of keys; they count from 0.</summary>
    public static int Count => Blocks.Length;

    /// <summary>Fields a block can be split by, one after the other.</summary>
    public const int Splits = 2;

    /// <summary>Whether a name is in the key or may split it: whether exchanged names lead to other blocks.</summary>
    public static bool UsesNames(int key) => Blocks[key].UsesNames;

    /// <summary>Whether the whole date is in the key: whether day and month exchanged lead to another block.</summary>
    public static bool UsesDate(int key) => Blocks[key].Fields.AsSpan().Contains(Field.Date);

    /// <summary>Fields of a key, for training: what a block's pairs agree on by construction.</summary>
    public static IReadOnlySet<MatchField> FieldsOf(int key) => Blocks[key].MatchFields;

    /// <summary>The key's hash, split <paramref name="splits"/> times; false when a field of it is absent.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static bool TryHash(int key, int splits, in RegistryRow tokens, in ScoredRow scored, out ulong hash)
    {
        var block = Blocks[key];
        Span<byte> bytes = stackalloc byte[sizeof(ulong) * MostFields];
        var length = 0;
        for (var i = 0; i < block.Fields.Length + splits; i++)
        {
            var field = i < block.Fields.Length ? block.Fields[i] : block.SplitBy[i - block.Fields.Length];
            var token = Read(field, in tokens, in scored);
            if (token == 0)
            {
                hash = 0;
                return false;
            }

            BinaryPrimitives.WriteUInt64LittleEndian(bytes[length..], token);
            length += sizeof(ulong);
        }

        hash = XxHash3.HashToUInt64(bytes[..length], (key * (Splits + 1)) + splits + 1);
        return true;
    }

    private static ulong Read(Field field, in RegistryRow tokens, in ScoredRow scored) => field switch
    {
        Field.SurnameSound => scored.SurnameSound,
        Field.ForenameSound => scored.ForenameSound,
        Field.Initial => tokens.ForenameInitial,
        Field.Date => tokens.DateOfBirth,
        Field.Year => tokens.BirthYear,
        Field.Month => tokens.BirthMonth,
        Field.Day => tokens.BirthDay,
        Field.Sex => tokens.Sex,
        Field.Code => scored.Code,
        Field.Sector => scored.Sector,
        Field.Outcode => tokens.Outcode,
        _ => 0,
    };

    private sealed class Definition(Field[] fields, Field[] splitBy)
    {
        public Field[] Fields { get; } = fields;

        public Field[] SplitBy { get; } = splitBy;

        public bool UsesNames { get; } = fields.Concat(splitBy).Any(f => f is Field.SurnameSound or Field.ForenameSound or Field.Initial);

        public IReadOnlySet<MatchField> MatchFields { get; } = fields.Select(OfField).ToHashSet();

        private static MatchField OfField(Field field) => field switch
        {
            Field.SurnameSound => MatchField.Surname,
            Field.ForenameSound or Field.Initial => MatchField.Forename,
            Field.Date or Field.Year or Field.Month or Field.Day => MatchField.DateOfBirth,
            Field.Sex => MatchField.Sex,
            _ => MatchField.Postcode,
        };
    }
}
