using Linkage.Batches;
using Linkage.Identity;

namespace Linkage.Tables;

/// <summary>
/// UK Biobank's special dates (Resource 591, primary care linked data): a date that is missing, in the future, or on, before or in the
/// year of the patient's birth would mislead or disclose, and is replaced by a fixed one.
/// </summary>
/// <param name="Today">Days since 1970-01-01 of the day the batch was made: later dates are in the future.</param>
/// <param name="Birth">Days since 1970-01-01 of birth, or of the first day of the month or year when only that is known; <see cref="ClinicalRecord.NoDate"/> when unknown.</param>
/// <param name="BirthIsFull">The day of birth is known.</param>
/// <param name="BirthYearEnd">First day of the year after birth, when birth is known.</param>
public readonly record struct DateMask(int Today, int Birth, bool BirthIsFull, int BirthYearEnd)
{
    /// <summary>1900-01-01: missing.</summary>
    public static readonly int Missing = CivilDate.EpochDay(1900, 1, 1);

    /// <summary>1901-01-01: before birth.</summary>
    public static readonly int BeforeBirth = CivilDate.EpochDay(1901, 1, 1);

    /// <summary>1902-02-02: on the day of birth.</summary>
    public static readonly int DayOfBirth = CivilDate.EpochDay(1902, 2, 2);

    /// <summary>1903-03-03: later in the year of birth.</summary>
    public static readonly int YearOfBirth = CivilDate.EpochDay(1903, 3, 3);

    /// <summary>2037-07-07: in the future.</summary>
    public static readonly int Future = CivilDate.EpochDay(2037, 7, 7);

    /// <summary>No event of a living patient is older: such a date is before any birth.</summary>
    private static readonly int Oldest = CivilDate.EpochDay(1850, 1, 1);

    /// <summary>The mask for a patient.</summary>
    public static DateMask For(int today, DateOfBirth birth)
    {
        if (birth.IsEmpty)
        {
            return new DateMask(today, ClinicalRecord.NoDate, BirthIsFull: false, ClinicalRecord.NoDate);
        }

        var day = CivilDate.EpochDay(birth.Year, Math.Max((int)birth.Month, 1), birth.Month == 0 ? 1 : Math.Max((int)birth.Day, 1));
        return new DateMask(today, day, birth.IsFull, CivilDate.EpochDay(birth.Year + 1, 1, 1));
    }

    /// <summary>The date to write for a date as sent.</summary>
    public int Apply(int date)
    {
        if (date >= BirthYearEnd && date <= Today && date >= Oldest)
        {
            return date;
        }

        return Special(date);
    }

    private int Special(int date)
    {
        if (date == ClinicalRecord.NoDate)
        {
            return Missing;
        }

        if (date > Today)
        {
            return Future;
        }

        if (Birth == ClinicalRecord.NoDate)
        {
            return date < Oldest ? BeforeBirth : date;
        }

        if (date < Birth || date < Oldest)
        {
            return BeforeBirth;
        }

        return BirthIsFull && date == Birth ? DayOfBirth : YearOfBirth;
    }
}
