using System.Globalization;
using System.Text;
using Linkage.Matching;
using Linkage.Pseudonyms;
using Linkage.Worker.Linking;

namespace Linkage.Worker.Tests.Linking;

public sealed class PairsWriterTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("linkage-pairs-").FullName;
    private readonly KeyRing _keys = KeyRing.FromBytes(1, Enumerable.Repeat((byte)5, 32).ToArray());
    private readonly PrivateRegistry _registry;

    public PairsWriterTests()
    {
        using var key = _keys.Pseudonymiser(1);
        using var builder = new RegistryBuilder(key);
        builder.Add(new ParticipantRow { Line = 2, ParticipantId = "S1"u8 });
        builder.Add(new ParticipantRow { Line = 3, ParticipantId = "T \"2\", old"u8 });
        _registry = PrivateRegistry.Of(builder, TimeProvider.System);
    }

    public void Dispose()
    {
        _registry.Dispose();
        _keys.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData(1 - 1e-6, "0.999999")]
    [InlineData(1 - 1.23456789e-9, "0.99999999876543")]
    [InlineData(1.0, "1")]
    [InlineData(0.9990001, "0.9990001")]
    [InlineData(0.5, "0.5")]
    [InlineData(0.1234567, "0.123457")]
    [InlineData(1.5e-12, "1.5E-12")]
    [InlineData(0.0, "0")]
    [InlineData(double.NaN, "")]
    public void Probabilities_near_one_stay_apart_from_it(double probability, string text) =>
        Assert.Equal($"p,S1,accept,3,1,{text},", Written(Decided(Outcome.Linked, Tier.Scored, 0, weight: 1, probability)));

    [Theory]
    [InlineData(12.345649, "12.3456")]
    [InlineData(-3.2, "-3.2")]
    [InlineData(-0.00001, "0")]
    [InlineData(20.0, "20")]
    [InlineData(1e12, "1000000000000")]
    [InlineData(double.NaN, "")]
    public void Weights_have_four_decimals(double weight, string text) =>
        Assert.Equal($"p,S1,accept,1,{text},,", Written(Decided(Outcome.Linked, Tier.CrossCheck, 0, weight, double.NaN)));

    [Fact]
    public void Each_outcome_has_its_word_and_its_tier()
    {
        Assert.Equal("p,S1,accept,2,,,", Written(Decided(Outcome.Linked, Tier.ExactKeys, 0)));
        Assert.Equal("p,S1,review,3,,,", Written(Decided(Outcome.Ambiguous, Tier.Scored, 0)));
        Assert.Equal("p,S1,review,1,,,", Written(Decided(Outcome.Rivals, Tier.CrossCheck, 0)));
        Assert.Equal("p,,review,1,,,", Written(Decided(Outcome.Ambiguous, Tier.CrossCheck, -1)));
        Assert.Equal("p,S1,none,0,-4,0.01,-6", Written(Decided(Outcome.NotAParticipant, Tier.None, 0, -4, 0.01, -6)));
        Assert.Equal("p,,none,0,,,", Written(Decided(Outcome.Unidentifiable, Tier.None, -1)));
    }

    // Whatever the linker says beside the outcome.
    [Fact]
    public void Who_withdrew_leaves_no_trace() => Assert.Equal("p,,none,0,,,", Written(Decided(Outcome.Withdrawn, Tier.CrossCheck, 0, 30, 0.9999, 12)));

    [Fact]
    public void Ids_are_quoted_where_they_must_be()
    {
        Assert.Equal("\"a,b\",\"T \"\"2\"\", old\",accept,1,,,", Written(Decided(Outcome.Linked, Tier.CrossCheck, 1), "a,b"));
        Assert.Equal("\"\"\"\",S1,accept,1,,,", Written(Decided(Outcome.Linked, Tier.CrossCheck, 0), "\""));
    }

    [Fact]
    public void More_rows_than_the_buffer_holds_all_arrive()
    {
        var path = Path.Combine(_folder, "many.csv");
        using (var file = new ReplacedFile(path))
        {
            var writer = new PairsWriter(file, _registry.Registry);
            for (var i = 0; i < 20_000; i++)
                writer.Write(Encoding.UTF8.GetBytes(i.ToString(CultureInfo.InvariantCulture)), Decided(Outcome.Linked, Tier.Scored, 0, i, 0.75));
            writer.Flush();
            file.Publish();
            Assert.Equal(20_000, writer.Totals[LinkChoice.Accept, Tier.Scored]);
        }

        var lines = File.ReadAllLines(path);
        Assert.Equal(20_001, lines.Length);
        Assert.All(Enumerable.Range(0, 20_000), i => Assert.Equal($"{i},S1,accept,3,{i},0.75,", lines[i + 1]));
    }

    private static Decision Decided(Outcome outcome, Tier tier, int candidate, double weight = double.NaN, double probability = double.NaN, double runnerUp = double.NaN) => new()
    {
        Outcome = outcome,
        Tier = tier,
        Candidate = candidate,
        Participant = outcome == Outcome.Linked ? candidate : -1,
        Weight = weight,
        Probability = probability,
        RunnerUpWeight = runnerUp,
    };

    private string Written(Decision decision, string id = "p")
    {
        var path = Path.Combine(_folder, "pairs.csv");
        using var file = new ReplacedFile(path);
        var writer = new PairsWriter(file, _registry.Registry);
        writer.Write(Encoding.UTF8.GetBytes(id), in decision);
        writer.Flush();
        file.Publish();
        var text = File.ReadAllText(path);
        Assert.StartsWith("patient_id,participant_id,decision,tier,weight,probability,runner_up_weight\n", text, StringComparison.Ordinal);
        return text[(text.IndexOf('\n', StringComparison.Ordinal) + 1)..].TrimEnd('\n');
    }
}
