using System.IO.Hashing;

namespace Linkage.Worker.Evaluation;

/// <summary>
/// Who every patient is. In: a CSV with patient_id and participant_id (empty: nobody). Out: look-ups by patient. Ids are kept as 128-bit hashes, about 60 bytes
/// a patient.
/// </summary>
internal sealed class Truth
{
    // A patient's place in the lists by the hash of its id; a participant's hash, 0 for nobody; whether a row of the pairs named the patient.
    private readonly Dictionary<UInt128, int> _places = [];
    private readonly List<UInt128> _participants = [];
    private readonly List<bool> _seen = [];

    private Truth()
    {
    }

    /// <summary>Patients.</summary>
    public int Patients => _places.Count;

    /// <summary>Patients who are a participant.</summary>
    public int Linkable { get; private set; }

    /// <summary>Patients, and among them patients who are a participant, whom no <see cref="Judge"/> asked for.</summary>
    public (int Patients, int Linkable) NotSeen
    {
        get
        {
            var patients = 0;
            var linkable = 0;
            for (var place = 0; place < _seen.Count; place++)
            {
                patients += _seen[place] ? 0 : 1;
                linkable += _seen[place] || _participants[place] == default ? 0 : 1;
            }

            return (patients, linkable);
        }
    }

    /// <summary>Reads the file. <see cref="PeopleCsvException"/> when it, or a line of it, cannot be used.</summary>
    public static Truth Read(string path)
    {
        var truth = new Truth();
        using var lines = new CsvLines(path, ["patient_id", "participant_id"], required: 2, othersAllowed: true);
        while (lines.Read())
        {
            var patient = lines[0].Trim((byte)' ');
            if (!lines.IsReadable || patient.IsEmpty)
                throw new PeopleCsvException($"{path}, line {lines.Line}: {(lines.IsReadable ? "no patient_id" : "wrong number of fields, or quotes out of place")}; a truth with gaps proves nothing");
            var participant = Hash(lines[1]);
            if (truth._places.TryAdd(Hash(patient), truth._participants.Count))
            {
                truth._participants.Add(participant);
                truth._seen.Add(false);
                truth.Linkable += participant == default ? 0 : 1;
            }
            else if (truth._participants[truth._places[Hash(patient)]] != participant)
            {
                throw new PeopleCsvException($"{path}, line {lines.Line}: an earlier line names another participant for this patient");
            }
        }

        return truth;
    }

    /// <summary>
    /// What the truth says of a row that names <paramref name="participant"/> (empty: nobody) for <paramref name="patient"/>. False when the truth does not know the
    /// patient. <paramref name="again"/>: an earlier row was about the same patient.
    /// </summary>
    public bool Judge(ReadOnlySpan<byte> patient, ReadOnlySpan<byte> participant, out Verdict verdict, out bool again)
    {
        verdict = Verdict.NobodyNamed;
        again = false;
        if (!_places.TryGetValue(Hash(patient), out var place))
            return false;
        again = _seen[place];
        _seen[place] = true;
        var named = Hash(participant);
        var who = _participants[place];
        if (named != default)
            verdict = who == named ? Verdict.True : who == default ? Verdict.Outsider : Verdict.WrongPerson;
        return true;
    }

    // No value, no hash. That 128 bits of two ids fall together does not happen.
    private static UInt128 Hash(ReadOnlySpan<byte> id)
    {
        id = id.Trim((byte)' ');
        return id.IsEmpty ? default : XxHash128.HashToUInt128(id);
    }
}
