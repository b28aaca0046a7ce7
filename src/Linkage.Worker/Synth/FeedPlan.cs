namespace Linkage.Worker.Synth;

/// <summary>
/// Options resolved into numbers: how many practices, and which people and records each of them has. All are cumulative roundings of one
/// list of practice sizes: totals are exact, and a practice is made without any other.
/// </summary>
internal sealed class FeedPlan
{
    /// <summary>Mean list size of a practice: small enough that work divides evenly, large enough for several batches a period.</summary>
    private const int PeoplePerPractice = 800;

    /// <summary>Of 100 records in a row, these are registrations and these prescriptions; the rest is clinical.</summary>
    private const int RegistrationsPerHundred = 3;
    private const int ScriptsPerHundred = 35;

    private static readonly GpTable[] Pattern = MakePattern();
    private readonly long[] _participantStart, _personStart, _recordStart;

    /// <summary>Resolves valid options.</summary>
    public FeedPlan(SynthOptions options)
    {
        Options = options;
        var withoutRecords = options.Participants / 100 * PracticePopulation.WithoutRecordsPercent;
        Outsiders = (long)Math.Round((options.Participants - withoutRecords) * options.Outside / (1 - options.Outside));
        var people = options.Participants + Outsiders;
        Practices = (int)Math.Max(1, Math.Max(people / PeoplePerPractice, Math.Min(12, people / 50)));

        var size = new long[Practices + 1];
        for (var i = 0; i < Practices; i++)
        {
            var random = new SeededRandom(options.Seed, RandomPurpose.Plan, i);
            size[i + 1] = size[i] + 75 + random.Below(51);
        }

        _participantStart = Share(options.Participants, size);
        var outsiderStart = Share(Outsiders, size);
        _personStart = [.. _participantStart.Zip(outsiderStart, (a, b) => a + b)];
        _recordStart = Share(options.Records, _personStart);
        var last = options.SentRecords is { } sent ? Array.FindIndex(_recordStart, 1, start => start >= sent) : -1;
        SendingPractices = last < 0 ? Practices : last;
    }

    /// <summary>The options.</summary>
    public SynthOptions Options { get; }

    /// <summary>People who are no participants.</summary>
    public long Outsiders { get; }

    /// <summary>All people.</summary>
    public long People => _personStart[^1];

    /// <summary>Number of practices.</summary>
    public int Practices { get; }

    /// <summary>The first practices send batches; all of them unless <see cref="SynthOptions.SentRecords"/> is less than there is.</summary>
    public int SendingPractices { get; }

    /// <summary>Parts the feed is made in: every practice of every reporting period, period by period.</summary>
    public int Parts => Practices * Calendar.PeriodEnds.Length;

    /// <summary>First participant of a practice, counted over the whole study, and how many it has.</summary>
    public (long First, int Count) Participants(int practice) => Range(_participantStart, practice);

    /// <summary>First person of a practice, counted over all people, and how many it has.</summary>
    public (long First, int Count) Persons(int practice) => Range(_personStart, practice);

    /// <summary>First record of a practice, counted over the whole feed, and the one after its last.</summary>
    public (long First, long End) Records(int practice) => (_recordStart[practice], _recordStart[practice + 1]);

    /// <summary>Records of one kind among those from <paramref name="first"/> to <paramref name="end"/> (exclusive).</summary>
    public static int CountOf(GpTable table, long first, long end)
    {
        var count = (int)((end - first) / 100) * PerHundred(table);
        for (var i = first + ((end - first) / 100 * 100); i < end; i++)
        {
            count += Pattern[(int)(i % 100)] == table ? 1 : 0;
        }

        return count;
    }

    private static int PerHundred(GpTable table) => table switch
    {
        GpTable.Registrations => RegistrationsPerHundred,
        GpTable.Scripts => ScriptsPerHundred,
        _ => 100 - RegistrationsPerHundred - ScriptsPerHundred,
    };

    private static GpTable[] MakePattern()
    {
        // Registrations and prescriptions spread evenly: 37 is coprime to 100.
        var pattern = new GpTable[100];
        for (var i = 0; i < ScriptsPerHundred + RegistrationsPerHundred; i++)
        {
            pattern[i * 37 % 100] = i % 13 == 4 ? GpTable.Registrations : GpTable.Scripts;
        }

        return pattern;
    }

    private static (long First, int Count) Range(long[] start, int practice) => (start[practice], (int)(start[practice + 1] - start[practice]));

    private static long[] Share(long total, long[] cumulative) =>
        [.. cumulative.Select(c => cumulative[^1] == 0 ? 0 : (long)((UInt128)total * (ulong)c / (ulong)cumulative[^1]))];
}

/// <summary>The three kinds of records.</summary>
internal enum GpTable
{
    Clinical,
    Scripts,
    Registrations,
}
