using System.Text;
using Linkage.Identity;
using Linkage.Matching.Scoring;

namespace Linkage.Tests.Matching;

/// <summary>docs/person-id-handbook.md: its tables are read and run, so that what it says of the handbook, and of our comparison, is so.</summary>
public sealed class HandbookExamplesTests : IDisposable
{
    private static readonly string[] Columns = ["surname", "forename", "date_of_birth", "sex", "postcode"];

    // Filters are drawn with the key: what the page says must hold with any.
    private readonly List<KeyedComparison> _keys = [.. Enumerable.Range(1, 20).Select(static key => new KeyedComparison((byte)key))];

    public void Dispose() => _keys.ForEach(static key => key.Dispose());

    [Fact]
    public void The_page_has_examples_of_every_field() =>
        Assert.Equal(
            [("surname", 5), ("forename", 8), ("date_of_birth", 15), ("sex", 10), ("postcode", 9)],
            Read().GroupBy(static e => e.Field, StringComparer.Ordinal).Select(static g => (g.Key, g.Count())));

    [Fact]
    public void Our_comparison_finds_the_levels_the_page_states()
    {
        List<string> wrong = [];
        foreach (var example in Read())
        {
            var stated = example.Here.Split(" or ");
            foreach (var pair in (HandbookExample[])[example, example with { Query = example.Candidate, Candidate = example.Query }])
            {
                var found = _keys.Select(key => LevelOf(pair, key)).CountBy(static level => level).OrderByDescending(static l => l.Value).ToList();
                // The first is the most frequent one; the others occur, at most.
                if (!string.Equals(stated[0], found[0].Key, StringComparison.Ordinal) || found.Exists(level => !stated.Contains(level.Key, StringComparer.Ordinal)))
                    wrong.Add($"{pair.Field}: {pair.Query} and {pair.Candidate}: {string.Join(", ", found)}; the page: {example.Here}");
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [Fact]
    public void The_handbooks_rules_give_the_scores_the_page_quotes() =>
        Assert.All(Read(), static example => Assert.Equal(example.There, HandbookScore.Of(example)));

    private static string LevelOf(HandbookExample example, KeyedComparison key)
    {
        var field = (MatchField)Array.IndexOf(Columns, example.Field);
        var levels = key.Compare(Identity(example.Field, example.Query), Identity(example.Field, example.Candidate));
        return MatchLevels.Of(field)[levels[(int)field]];
    }

    private static PersonIdentity Identity(string field, string value)
    {
        byte[] Field(string name) => Encoding.UTF8.GetBytes(string.Equals(field, name, StringComparison.Ordinal) ? HandbookExample.First(value) : "");
        var others = Encoding.UTF8.GetBytes(HandbookExample.Other(value));
        var identity = new PersonIdentity();
        identity.Set([], Field("surname"), Field("forename"), others, Field("date_of_birth"), Field("sex"), Field("postcode"));
        return identity;
    }

    private static List<HandbookExample> Read() =>
        [.. HandbookPage.Rows(Columns).Select(static cells => new HandbookExample(cells[0], cells[1], cells[2], cells[^2], cells[^1]))];
}
