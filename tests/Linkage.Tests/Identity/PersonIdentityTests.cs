using System.Text;
using Linkage.Identity;
using Linkage.Testing;

namespace Linkage.Tests.Identity;

[Collection(nameof(AllocationsCounted))]
public class PersonIdentityTests
{
    private static readonly string Number = TestNumbers.FirstFrom(TestNumbers.TestRange + 42);

    [Fact]
    public void AllFieldsOfAPerson()
    {
        var person = new PersonIdentity();
        Set(person, $"{Number[..3]} {Number[3..6]} {Number[6..]}", "Smith-Jones", "Zoë Ann", "Mary Jane", "1985-07-20", "F", "ec1a 1bb");
        Assert.True(person.HasNhsNumber);
        Assert.Equal(Number, Text(person.NhsNumber));
        Assert.Equal("SMITHJONES", Text(person.Surname));
        Assert.Equal(2, person.SurnamePartCount);
        Assert.Equal("JONES", Text(person.SurnamePart(1)));
        Assert.Equal("ZOE", Text(person.Forename));
        Assert.Equal("Z", Text(person.ForenameInitial));
        Assert.Equal(3, person.OtherForenameCount);
        Assert.Equal(["", "ANN", "MARY", "JANE", ""], Enumerable.Range(-1, 5).Select(i => Text(person.OtherForename(i))));
        Assert.Equal(new DateOfBirth(1985, 7, 20), person.DateOfBirth);
        Assert.Equal("19850720", Text(person.DateOfBirthDigits));
        Assert.Equal(("1985", "07", "20"), (Text(person.BirthYear), Text(person.BirthMonth), Text(person.BirthDay)));
        Assert.Equal((Sex.Female, "F"), (person.Sex, Text(person.SexLetter)));
        Assert.Equal(("EC1A1BB", true), (Text(person.Postcode), person.PostcodeIsFull));
        Assert.True(person.OpaquePostcode.IsEmpty);
        Assert.All(States(person), s => Assert.Equal(FieldState.Present, s));
    }

    [Fact]
    public void PartsThatAreNotKnownAreEmpty()
    {
        var person = new PersonIdentity();
        Set(person, "", "", "", "", "1985-07", "", "2065");
        Assert.False(person.HasNhsNumber);
        Assert.True(person.NhsNumber.IsEmpty);
        Assert.True(person.DateOfBirthDigits.IsEmpty);
        Assert.Equal(("1985", "07", ""), (Text(person.BirthYear), Text(person.BirthMonth), Text(person.BirthDay)));
        Assert.True(person.ForenameInitial.IsEmpty);
        Assert.True(person.Postcode.IsEmpty);
        Assert.Equal("2065", Text(person.OpaquePostcode));
        Assert.True(person.SexLetter.IsEmpty);

        Set(person, "", "", "", "", "1985-02-30", "", "");
        Assert.Equal(FieldState.Implausible, person.DateOfBirthState);
        Assert.True(person.DateOfBirth.IsEmpty);
        Assert.True(person.BirthYear.IsEmpty && person.BirthMonth.IsEmpty && person.BirthDay.IsEmpty && person.DateOfBirthDigits.IsEmpty);
        Assert.Equal(new DateOfBirth(1985, 2, 30), person.DateOfBirthAsWritten);
    }

    [Fact]
    public void TheInitialIsOneCharacterOfAnyScript()
    {
        var person = new PersonIdentity();
        Set(person, "", "", "Élodie", "", "", "", "");
        Assert.Equal("E", Text(person.ForenameInitial));
        Set(person, "", "", "小明", "", "", "", "");
        Assert.Equal("小", Text(person.ForenameInitial));
    }

    [Theory]
    [InlineData(010_170_123, FieldState.ChiNumber)]
    [InlineData(350_000_000, FieldState.NorthernIreland)]
    public void NumbersOfScotlandAndNorthernIrelandAreUsable(int firstNine, FieldState state)
    {
        var person = new PersonIdentity();
        var number = TestNumbers.FirstFrom(firstNine);
        Set(person, number, "", "", "", "", "", "");
        Assert.Equal(state, person.NhsNumberState);
        Assert.True(person.HasNhsNumber);
        Assert.Equal(number, Text(person.NhsNumber));
    }

    [Fact]
    public void NothingOfTheLastPersonIsLeft()
    {
        var person = new PersonIdentity();
        Set(person, Number, "Smith-Jones", "Zoe", "Mary", "1985-07-20", "F", "EC1A 1BB");
        Set(person, "", "", "", "", "", "", "");
        AssertEmpty(person);
    }

    [Fact]
    public void ClearZeroesTheMemory()
    {
        var person = new PersonIdentity();
        AssertEmpty(person);
        Set(person, Number, new string('q', 5000), "Zoe", "Mary", "1985-07-20", "F", "EC1A 1BB");
        Assert.True(person.Block.ContainsAnyExcept((byte)0));
        person.Clear();
        Assert.False(person.Block.ContainsAnyExcept((byte)0));
        AssertEmpty(person);
    }

    [Fact]
    public void SetAllocatesNothing()
    {
        var person = new PersonIdentity();
        var number = Encoding.ASCII.GetBytes(Number);
        Work();
        var allocated = Allocations.Least(() =>
        {
            for (var i = 0; i < 1000; i++)
                Work();
        });
        Assert.Equal(0, allocated);

        void Work()
        {
            person.Set(number, "Smith-Jönes"u8, "Dr. Anne-Marie (Ann) 小明"u8, "O'Neil Иван"u8, "20 July 1985"u8, "female"u8, "S01 1AA"u8);
            person.Set("N/K"u8, "UNKNOWN"u8, "TWIN ONE"u8, "\xFF"u8, "1985-02-30"u8, "?"u8, "12 Long Street"u8);
            person.Clear();
        }
    }

    private static void AssertEmpty(PersonIdentity person)
    {
        Assert.All(States(person), s => Assert.Equal(FieldState.Absent, s));
        Assert.True(person.NhsNumber.IsEmpty && person.Surname.IsEmpty && person.Forename.IsEmpty && person.Postcode.IsEmpty && person.OpaquePostcode.IsEmpty);
        Assert.True(person.DateOfBirth.IsEmpty && person.DateOfBirthAsWritten.IsEmpty && person.DateOfBirthDigits.IsEmpty && person.BirthYear.IsEmpty);
        Assert.Equal((0, 0, Sex.Unknown, false), (person.SurnamePartCount, person.OtherForenameCount, person.Sex, person.PostcodeIsFull));
    }

    private static FieldState[] States(PersonIdentity p) =>
        [p.NhsNumberState, p.SurnameState, p.ForenameState, p.OtherForenamesState, p.DateOfBirthState, p.SexState, p.PostcodeState];

    private static void Set(PersonIdentity person, string nhsNumber, string surname, string forename, string others, string born, string sex, string postcode) =>
        person.Set(U(nhsNumber), U(surname), U(forename), U(others), U(born), U(sex), U(postcode));

    private static byte[] U(string text) => Encoding.UTF8.GetBytes(text);

    private static string Text(ReadOnlySpan<byte> utf8) => Encoding.UTF8.GetString(utf8);
}
