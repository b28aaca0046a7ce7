using System.Text;
using Linkage.Matching;

namespace Linkage.Worker.Linking;

/// <summary>Looks for the patient to explain while the file goes by.</summary>
internal sealed class ExplainedPatient(string? patientId, FileLinking linking)
{
    private readonly byte[]? _id = patientId is null ? null : Encoding.UTF8.GetBytes(patientId.Trim());
    private int _passed;

    /// <summary>Whether the patient went by.</summary>
    public bool IsFound { get; private set; }

    /// <summary>The patient's place among those linked, from 0.</summary>
    public int Place { get; private set; }

    /// <summary>The decision on the patient by itself.</summary>
    public Decision Decision { get; private set; }

    /// <summary>How the weight of the best candidate comes about; null when there is none, or it must not be named.</summary>
    public Explanation? Explanation { get; private set; }

    /// <summary>Looks at the next patients.</summary>
    public void LookIn(PatientRows rows)
    {
        for (var i = 0; i < rows.Count && _id is not null && !IsFound; i++)
        {
            if (!rows.Id(i).SequenceEqual(_id))
                continue;
            (Decision, Explanation) = linking.Explain(rows, i);
            (IsFound, Place) = (true, _passed + i);
        }

        _passed += rows.Count;
    }
}
