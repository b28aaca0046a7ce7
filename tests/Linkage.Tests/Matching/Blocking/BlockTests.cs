using System.Globalization;
using Linkage.Matching;
using Linkage.Matching.Blocking;
using Linkage.Matching.Scoring;

namespace Linkage.Tests.Matching.Blocking;

public sealed class BlockTests
{
    [Theory]
    [InlineData(201)]
    [InlineData(202)]
    public void Blocks_find_what_comparing_with_everybody_finds(int seed)
    {
        var town = new Population(seed, 400);
        using var test = new TestRegistry(89);
        town.Enrol(test);
        using Linker blocks = new(test.Registry, test.Pseudonymiser, MatchModel.Default), everybody = new(test.Registry, test.Pseudonymiser, MatchModel.Default, new LinkerOptions { Exhaustive = true });
        int links = 0, missed = 0;
        foreach (var record in Enumerable.Range(0, 3).SelectMany(_ => town.Residents).Select(r => town.RecordOf(r).Record))
        {
            var (found, all) = (blocks.Link(record.ToIdentity()), everybody.Link(record.ToIdentity()));
            var about = $"{record}, seed {seed}: {found.Outcome} {found.Tier} {found.Candidate} {found.Weight:F3}, {all.Outcome} {all.Tier} {all.Candidate} {all.Weight:F3}";
            if (all.Outcome == Outcome.Linked && all.Tier == Tier.Scored)
            {
                links++;
                missed += found.Outcome == Outcome.Linked ? 0 : 1;
            }

            if (found.Outcome == Outcome.Linked)
                Assert.True(found.Tier != Tier.Scored || all.Outcome != Outcome.Linked || found.Participant == all.Participant, about);
            if (double.IsNaN(found.Weight) || double.IsNaN(all.Weight))
                continue;
            // The same candidate has the same weight; another one only because the blocks do not have the better one.
            Assert.True(found.Candidate != all.Candidate || found.Candidate < 0 || found.Weight == all.Weight, about);
            Assert.True(found.Tier != all.Tier || found.Weight <= all.Weight, about);
        }

        Assert.True(links > 60, $"{links} links of tier 3, seed {seed}");
        Assert.True(missed <= links / 100, $"{missed} of {links} links are in no block, seed {seed}");
    }

    [Fact]
    public void Candidates_are_each_there_once_and_never_more_than_the_bound()
    {
        const int seed = 203;
        using var test = Crowd(3000, i => new Person("", i % 3 == 0 ? "Smith" : $"Sm{(char)('a' + (i % 26))}th", i % 5 == 0 ? "John" : $"Jo{(char)('a' + (i % 26))}n", $"19{60 + (i % 20)}-0{1 + (i % 9)}-1{i % 10}", i % 2 == 0 ? "F" : "M", $"LS1 {i % 10}A{(char)('A' + (i % 13))}"));
        using var tokens = new PersonTokens(test.Pseudonymiser);
        using var features = new PersonFeatures(test.Pseudonymiser, tokens.FewValues);
        var search = new CandidateSearch(test.Registry);
        var random = new Random(seed);
        var most = 0;
        for (var i = 0; i < 500; i++)
        {
            var patient = new Person("", random.Next(2) == 0 ? "Smith" : "Smoth", random.Next(2) == 0 ? "John" : "Jon", $"19{random.Next(60, 80)}-0{random.Next(1, 10)}-0{random.Next(1, 10)}", "M", $"LS1 {random.Next(10)}AB");
            tokens.Read(patient.ToIdentity());
            features.ReadPatient(tokens, default);
            var rows = search.Find(features, despiteNumbers: true).ToArray();
            Assert.True(rows.Length <= CandidateSearch.MostRows, $"{rows.Length} rows, seed {seed}");
            Assert.Equal(rows.Length, rows.Distinct().Count());
            Assert.All(rows, row => Assert.InRange(row, 0, test.Registry.Counts.Rows - 1));
            most = Math.Max(most, rows.Length);
        }

        Assert.True(most > BlockKey.MostRows, $"{most} rows at most, seed {seed}");
    }

    [Fact]
    public void A_block_of_many_is_split_by_the_next_field()
    {
        // One birthday for all, and a hundred surnames.
        using var test = Crowd(300, i => new Person("", Name(i % 100), "Anna", "1961-03-25", "F", ""));
        Assert.True(test.Registry.Counts.SplitBlocks > 0);
        tokensOf(new Person("", Name(17), "Zebedee", "1961-03-25", "", ""), out var rows);
        Assert.Contains(17, rows);

        void tokensOf(Person patient, out int[] found)
        {
            using var tokens = new PersonTokens(test.Pseudonymiser);
            using var features = new PersonFeatures(test.Pseudonymiser, tokens.FewValues);
            tokens.Read(patient.ToIdentity());
            features.ReadPatient(tokens, default);
            found = new CandidateSearch(test.Registry).Find(features, despiteNumbers: true).ToArray();
        }
    }

    [Fact]
    public void A_block_that_nothing_parts_is_skipped_and_counted_and_other_blocks_have_its_rows()
    {
        // One name and one birthday for five hundred people, each at another address.
        using var test = Crowd(500, i => new Person("", "Archer", "Anna", "1961-03-25", "F", string.Create(CultureInfo.InvariantCulture, $"LS{1 + (i % 20)} {i / 20 % 10}{(char)('A' + (i % 7))}{(char)('R' + (i / 200))}")));
        var counts = test.Registry.Counts;
        Assert.True(counts.SplitBlocks > 0 && counts.SkippedBlocks > 0, $"{counts}");
        Assert.True(counts.SkippedBlockRows >= 500, $"{counts}");
        using var linker = new Linker(test.Registry, test.Pseudonymiser, MatchModel.Default);
        using var everybody = new Linker(test.Registry, test.Pseudonymiser, MatchModel.Default, new LinkerOptions { Exhaustive = true });
        var patient = new Person("", "Archer", "Amna", "1961-03-25", "F", "LS8 5AR").ToIdentity();
        var home = new Person("", "Archer", "Anna", "1961-03-25", "F", "LS8 5AR");
        using var with = Crowd(500, i => i == 250 ? home : new Person("", "Archer", "Anna", "1961-03-25", "F", string.Create(CultureInfo.InvariantCulture, $"M{1 + (i % 20)} {i / 20 % 10}{(char)('A' + (i % 7))}{(char)('R' + (i / 200))}")));
        using var finder = new Linker(with.Registry, with.Pseudonymiser, MatchModel.Default);
        Assert.Equal(250, finder.Link(patient).Candidate);
        Assert.True(linker.Link(patient).Weight <= everybody.Link(patient).Weight);

        using var small = Crowd(BlockKey.MostRows, _ => new Person("", "Archer", "Anna", "1961-03-25", "F", "LS1 4AP"));
        Assert.Equal((0, 0, 0), (small.Registry.Counts.SplitBlocks, small.Registry.Counts.SkippedBlocks, small.Registry.Counts.SkippedBlockRows));
    }

    private static string Name(int i) => $"{"BCDFGHJKLM"[i % 10]}a{"bdfgklmnrs"[i / 10 % 10]}o";

    private static TestRegistry Crowd(int people, Func<int, Person> person)
    {
        var test = new TestRegistry(97);
        for (var i = 0; i < people; i++)
            test.Add($"p{i:D5}", person(i));
        return test;
    }
}
