namespace Linkage.Worker.Synth;

/// <summary>A patient's identifiers as a practice writes them down: text, reused from patient to patient.</summary>
internal sealed class PatientFields
{
    /// <summary>The fields of the batch schema.</summary>
    public Utf8Buffer NhsNumber { get; } = new(16);

    /// <inheritdoc cref="NhsNumber"/>
    public Utf8Buffer Surname { get; } = new(64);

    /// <inheritdoc cref="NhsNumber"/>
    public Utf8Buffer Forename { get; } = new(64);

    /// <inheritdoc cref="NhsNumber"/>
    public Utf8Buffer OtherForenames { get; } = new(64);

    /// <inheritdoc cref="NhsNumber"/>
    public Utf8Buffer DateOfBirth { get; } = new(32);

    /// <inheritdoc cref="NhsNumber"/>
    public Utf8Buffer Sex { get; } = new(16);

    /// <inheritdoc cref="NhsNumber"/>
    public Utf8Buffer Postcode { get; } = new(16);

    /// <inheritdoc cref="NhsNumber"/>
    public Utf8Buffer DateOfDeath { get; } = new(16);

    /// <summary>Writes a person down as they should be, with the name and address they had before if <paramref name="former"/>.</summary>
    public void Set(long seed, in Person person, long nhsNumber, bool former)
    {
        NhsNumber.Clear();
        NhsNumber.Add(nhsNumber, 10);
        Surname.Clear();
        if (former && person.FormerSurname.Length > 0)
        {
            Surname.Add(person.FormerSurname);
        }
        else
        {
            Surname.Add(person.Surname);
            if (person.SecondSurname.Length > 0)
            {
                Surname.Add((byte)'-').Add(person.SecondSurname);
            }
        }

        Forename.Set(person.Forename);
        OtherForenames.Set(person.OtherForename);
        DateOfBirth.Clear();
        DateOfBirth.AddDate(person.Born);
        Sex.Set(person.Male ? "M"u8 : "F"u8);
        Postcode.Clear();
        Places.Write(seed, former && person.HasMoved ? person.FormerPostcode : person.Postcode, Postcode);
        DateOfDeath.Clear();
        if (person.Died != int.MaxValue)
        {
            DateOfDeath.AddDate(person.Died);
        }
    }
}
