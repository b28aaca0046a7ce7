using System.Globalization;
using Linkage.Matching.Scoring;
using Linkage.Pseudonyms;
using Linkage.Worker.Display;
using Linkage.Worker.Linking;
using Linkage.Worker.Tests.Linking;
using Linkage.Worker.Training;

namespace Linkage.Worker.Tests.Training;

public sealed class TrainJobTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("linkage-train-").FullName;
    private readonly StringWriter _output = new(CultureInfo.InvariantCulture);
    private readonly StringWriter _error = new(CultureInfo.InvariantCulture);

    public TrainJobTests() => KeyRing.CreateFile(Keys, TimeProvider.System);

    private string Keys => Path.Combine(_folder, "keys");

    private string Participants => Path.Combine(_folder, "participants.csv");

    private string Patients => Path.Combine(_folder, "patients.csv");

    private string Model => Path.Combine(_folder, "model.json");

    public void Dispose()
    {
        _output.Dispose();
        _error.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void A_model_is_estimated_the_same_for_the_same_files_and_seed()
    {
        const int Seed = 41;
        Write(MadeUpStudy.Make(3000, 4000, Seed));
        Assert.Equal((0, ""), (Run(), _error.ToString()));
        var bytes = File.ReadAllBytes(Model);
        var model = MatchModel.Load(Model);
        Assert.Matches("^trained-[0-9a-f]{8}$", model.Version);
        Assert.Equal($"Estimated without truth from 3,000 participants and 4,000 patients, beginning with {MatchModel.Default.Version}, seed 1.", model.Description);
        // An exact key forgives the surname, so that those are left who moved; a quarter of their surnames lost a letter.
        var surname = model.Fields[(int)MatchField.Surname].Levels;
        Assert.InRange(surname[(int)SurnameLevel.Exact - 1].M, 0.65, 0.85);
        Assert.InRange(surname[(int)SurnameLevel.Differs - 1].M, 0, 0.05);
        Assert.InRange(model.Fields[(int)MatchField.Postcode].Levels[(int)PostcodeLevel.Differs - 1].M, 0.8, 1);

        var printed = _output.ToString();
        Assert.Matches(@"\n +surname +[\d,]+ +[\d,]+ .*used\n", printed);
        Assert.Matches(@"\n +postcode +exact +0\.", printed);
        Assert.Matches(@"\n +nhs number \(kept\) +exact +", printed);
        Assert.Matches(@"\nwarning: nhs number: .*the base model's numbers stand\.\n", printed);
        Assert.Matches($@"\n +model +{model.Version}\n", printed);
        Assert.EndsWith($"model   {Model}\n", printed, StringComparison.Ordinal);
        Assert.Equal([Keys, Model, Participants, Patients], Directory.GetFiles(_folder).Order(StringComparer.Ordinal));

        Assert.Equal(0, Run());
        Assert.True(bytes.AsSpan().SequenceEqual(File.ReadAllBytes(Model)), $"other bytes, seed {Seed}");
        Assert.Equal(0, Run(seed: 2));
        Assert.False(bytes.AsSpan().SequenceEqual(File.ReadAllBytes(Model)), $"the same pairs for another seed, seed {Seed}");
    }

    [Fact]
    public void What_is_printed_and_written_holds_no_identifier()
    {
        const int Seed = 42;
        var study = MadeUpStudy.Make(2000, 3000, Seed);
        Write(study);
        Assert.Equal(0, Run());
        var text = _output + File.ReadAllText(Model);
        var values = (study.Participants + study.Patients).Split('\n').Where(static line => !line.Contains("_id", StringComparison.Ordinal)).SelectMany(static line => line.Split(',')).Where(static v => v.Length > 4 && v is not ("given" or "withdrawn")).Distinct(StringComparer.Ordinal).ToList();
        Assert.True(values.Count > 5000, $"{values.Count} values, seed {Seed}");
        Assert.DoesNotContain(values, v => text.Contains(v, StringComparison.OrdinalIgnoreCase));
    }

    // Half of the people moved and few names are mistyped, unlike what the shipped model expects.
    [Fact]
    public void A_trained_model_links_at_least_as_well_as_the_one_that_ships()
    {
        const int Seed = 43;
        var (participants, patients) = MadeUpStudy.Make(4000, 6000, Seed);
        var random = new Random(Seed);
        var moved = patients.Split('\n').Select((line, i) => i == 0 || line.Length == 0 || random.Next(2) == 0 ? line : line[..(line.LastIndexOf(',') + 1)] + $"XX{random.Next(1, 90)} {random.Next(1, 9)}AA");
        Write((participants, string.Join('\n', moved)));
        Assert.Equal((0, ""), (Run(), _error.ToString()));
        var (right, wrong) = Link(model: null);
        var (rightTrained, wrongTrained) = Link(Model);
        Assert.True(right > 1500, $"the shipped model finds {right}, seed {Seed}");
        Assert.True(rightTrained >= right, $"{rightTrained} links, {right} by the shipped model, seed {Seed}");
        Assert.True(wrongTrained <= wrong, $"{wrongTrained} false links, {wrong} by the shipped model, seed {Seed}");
    }

    [Fact]
    public void The_version_and_the_model_to_begin_with_may_be_given()
    {
        const int Seed = 44;
        Write(MadeUpStudy.Make(2000, 3000, Seed));
        var original = Path.Combine(_folder, "base.json");
        using (var file = File.Create(original))
            (MatchModel.Default with { Version = "ours-3", AcceptProbability = 0.9999, MarginBits = 9 }).Write(file);
        Assert.Equal((0, ""), (Run(original: original, version: "ours-4"), _error.ToString()));
        var model = MatchModel.Load(Model);
        Assert.Equal(("ours-4", 0.9999, 9.0), (model.Version, model.AcceptProbability, model.MarginBits));
        Assert.Contains("beginning with ours-3", model.Description, StringComparison.Ordinal);
    }

    [Fact]
    public void Files_of_different_people_end_with_2_and_give_no_model()
    {
        const int Seed = 45;
        var (participants, _) = MadeUpStudy.Make(3000, 1, Seed);
        var (_, patients) = MadeUpStudy.Make(1, 3000, Seed + 1);
        // The numbers are those of the participants: without them.
        var others = patients.Split('\n').Select(static line => line.Contains("_id", StringComparison.Ordinal) || line.Length == 0 ? line : $"{line.Split(',')[0]},,{string.Join(',', line.Split(',').Skip(2))}");
        Write((participants, string.Join('\n', others)));
        Assert.Equal(2, Run());
        Assert.StartsWith("linkage: No model can be estimated: none of 4 blocking sessions finds 100 pairs of one person", _error.ToString(), StringComparison.Ordinal);
        Assert.Matches(@"\n +date of birth +[\d,]+ .*left out: ", _output.ToString());
        Assert.False(File.Exists(Model));
    }

    [Fact]
    public void What_cannot_be_used_ends_with_2_and_leaves_no_output()
    {
        Write(MadeUpStudy.Make(20, 30, 46));
        Assert.Equal(2, Run());
        _output.GetStringBuilder().Clear();
        Assert.Equal(2, Run(output: Participants));
        Assert.Contains("is one of the files to read", _error.ToString(), StringComparison.Ordinal);
        Assert.Equal(2, Run(original: Model, output: Model));
        Assert.Equal(2, Run(original: Participants));
        Assert.Contains("Match model", _error.ToString(), StringComparison.Ordinal);
        Assert.Equal(2, Run(version: "a b"));
        Assert.Contains("--version a b is not", _error.ToString(), StringComparison.Ordinal);
        Assert.Equal(2, Run(keys: Keys + ".none"));
        Assert.Equal(2, Run(participants: Participants + ".none"));
        Assert.Equal(2, Run(patients: Patients + ".none"));
        Assert.Equal(2, Run(participants: Patients));
        Assert.Equal(2, Run(patients: Participants));
        Assert.Equal(5, Run(output: Path.Combine(_folder, "none", "model.json")));
        Assert.Equal(5, Run(output: _folder));
        Assert.Equal(143, Run(stopped: static () => ExitCode.Terminated));
        Assert.Contains("stopped by a signal", _error.ToString(), StringComparison.Ordinal);
        Assert.Empty(_output.ToString());
        Assert.Equal([Keys, Participants, Patients], Directory.GetFiles(_folder).Order(StringComparer.Ordinal));
        Assert.All(_error.ToString().TrimEnd('\n').Split('\n'), static line => Assert.StartsWith("linkage: ", line, StringComparison.Ordinal));
    }

    private void Write((string Participants, string Patients) study)
    {
        File.WriteAllText(Participants, study.Participants);
        File.WriteAllText(Patients, study.Patients);
    }

    private int Run(
        string? participants = null, string? patients = null, string? keys = null, string? output = null, string? original = null, string? version = null, int seed = 1, Func<int?>? stopped = null)
    {
        var job = new TrainJob
        {
            Participants = participants ?? Participants,
            Patients = patients ?? Patients,
            Keys = keys ?? Keys,
            Output = output ?? Model,
            Base = original,
            Version = version,
            Seed = seed,
        };
        return job.Run(TimeProvider.System, stopped ?? (static () => null), Terminal.For(_output, plain: true, colours: false), _error);
    }

    // Patient P7 is participant S7, if there is one.
    private (int Right, int Wrong) Link(string? model)
    {
        var links = Path.Combine(_folder, "links.csv");
        var job = new LinkJob { Participants = Participants, Patients = Patients, Keys = Keys, Output = links, Model = model };
        using var ignored = new StringWriter(CultureInfo.InvariantCulture);
        Assert.Equal(0, job.Run(TimeProvider.System, static () => null, Terminal.For(ignored, plain: true, colours: false), ignored));
        var accepted = File.ReadLines(links).Skip(1).Select(static line => line.Split(',')).Where(static row => row[2] == "accept").ToList();
        var right = accepted.Count(static row => row[0][1..] == row[1][1..]);
        return (right, accepted.Count - right);
    }
}
