using System.Text;
using Linkage.Identity;

namespace Linkage.Tests.Identity;

public class PersonNameTests
{
    [Theory]
    [InlineData("Smith", "SMITH")]
    [InlineData("  smith ", "SMITH")]
    [InlineData("O'Brien", "OBRIEN")]
    [InlineData("O’Brien", "OBRIEN")]
    [InlineData("Oʼbrien", "OBRIEN")]
    [InlineData("O´Brien", "OBRIEN")]
    [InlineData("O BRIEN", "OBRIEN")]
    [InlineData("Mc Donald", "MCDONALD")]
    [InlineData("McDonald", "MCDONALD")]
    [InlineData("Smith-Jones", "SMITHJONES")]
    [InlineData("Smith–Jones", "SMITHJONES")]
    [InlineData("SMITH JONES", "SMITHJONES")]
    [InlineData("van der Berg", "VANDERBERG")]
    [InlineData("St. John", "STJOHN")]
    [InlineData("Müller", "MULLER")]
    [InlineData("Mu\u0308ller", "MULLER")]
    [InlineData("Groß", "GROSS")]
    [InlineData("GROẞ", "GROSS")]
    [InlineData("Sørensen", "SORENSEN")]
    [InlineData("Æsop", "AESOP")]
    [InlineData("Œuvre", "OEUVRE")]
    [InlineData("Łukasiewicz", "LUKASIEWICZ")]
    [InlineData("Đorđević", "DORDEVIC")]
    [InlineData("Þórðarson", "THORDARSON")]
    [InlineData("Dvořák", "DVORAK")]
    [InlineData("Şahin", "SAHIN")]
    [InlineData("Ştefan", "STEFAN")]
    [InlineData("Ștefan", "STEFAN")]
    [InlineData("Işık", "ISIK")]
    [InlineData("Nguyễn", "NGUYEN")]
    [InlineData("Ẃilliams", "WILLIAMS")]
    [InlineData("Ŵyn", "WYN")]
    [InlineData("Ｓｍｉｔｈ", "SMITH")]
    [InlineData("Əliyev", "ELIYEV")]
    [InlineData("Smi\u200Bth", "SMITH")]
    [InlineData("Smi\u00ADth", "SMITH")]
    [InlineData("Smith2", "SMITH")]
    [InlineData("Mr Smith", "SMITH")]
    [InlineData("MR. SMITH", "SMITH")]
    [InlineData("Prof. Dr. Smith", "SMITH")]
    [InlineData("Smith Jr", "SMITH")]
    [InlineData("Smith, Jr.", "SMITH")]
    [InlineData("Smith III", "SMITH")]
    [InlineData("Smith (Deceased)", "SMITH")]
    [InlineData("Smith [née Jones]", "SMITH")]
    [InlineData("(Smith", "SMITH")]
    [InlineData("(Smith) Jones", "SMITHJONES")]
    [InlineData("Smith (a)(b) Jones", "SMITHJONES")]
    [InlineData("Dr-Smith", "DRSMITH")]
    [InlineData("Smith-Jr", "SMITHJR")]
    [InlineData("Lord", "LORD")]
    [InlineData("Lord Smith", "LORDSMITH")]
    [InlineData("Dame", "DAME")]
    [InlineData("Junior", "JUNIOR")]
    [InlineData("NA", "NA")]
    [InlineData("Nan", "NAN")]
    [InlineData("X", "X")]
    [InlineData("Ng", "NG")]
    [InlineData("李", "李")]
    [InlineData("王 小明", "王小明")]
    [InlineData("Иванов", "ИВАНОВ")]
    [InlineData("иванов", "ИВАНОВ")]
    [InlineData("Παπαδόπουλος", "ΠΑΠΑΔΌΠΟΥΛΟΣ")]
    [InlineData("محمد", "محمد")]
    [InlineData("सिंह", "सिंह")]
    public void SurnamesAreFolded(string text, string expected)
    {
        var name = new PersonName();
        Assert.Equal(FieldState.Present, name.SetSurname(Encoding.UTF8.GetBytes(text)));
        Assert.Equal(expected, Encoding.UTF8.GetString(name.Value));
    }

    [Theory]
    [InlineData("John", "JOHN", "")]
    [InlineData("John Paul", "JOHN", "PAUL")]
    [InlineData("Anne-Marie Jane", "ANNEMARIE", "JANE")]
    [InlineData("Anne - Marie", "ANNE", "MARIE")]
    [InlineData("D'Arcy", "DARCY", "")]
    [InlineData("J. R. R.", "J", "R,R")]
    [InlineData("J.R.", "J", "R")]
    [InlineData("Dr John", "JOHN", "")]
    [InlineData("John Jr", "JOHN", "")]
    [InlineData("Robert (Bob) James", "ROBERT", "JAMES")]
    [InlineData("José María", "JOSE", "MARIA")]
    [InlineData("a b c d e f g h i j", "A", "B,C,D,E,F,G,HIJ")]
    public void ForenamesArePartedAtSpaces(string text, string first, string others)
    {
        var name = new PersonName();
        Assert.Equal(FieldState.Present, name.SetForenames(Encoding.UTF8.GetBytes(text)));
        Assert.Equal(first, Encoding.UTF8.GetString(name.First));
        var parts = new List<string>();
        for (var i = 1; i < name.PartCount; i++)
            parts.Add(Encoding.UTF8.GetString(name.Part(i)));
        Assert.Equal(others, string.Join(',', parts));
        Assert.True(name.Part(name.PartCount).IsEmpty);
        Assert.True(name.Part(-1).IsEmpty);
    }

    [Theory]
    [InlineData("Smith-Jones", "SMITH,JONES")]
    [InlineData("Smith - Jones", "SMITH,JONES")]
    [InlineData("Mr van der Berg Jr", "VAN,DER,BERG")]
    [InlineData("O'Brien", "OBRIEN")]
    [InlineData("Smith (x-y) Jones-Brown", "SMITH,JONES,BROWN")]
    public void PartsOfASurnameStayKnown(string text, string expected)
    {
        var name = new PersonName();
        name.SetSurname(Encoding.UTF8.GetBytes(text));
        var parts = new List<string>();
        for (var i = 0; i < name.PartCount; i++)
            parts.Add(Encoding.UTF8.GetString(name.Part(i)));
        Assert.Equal(expected, string.Join(',', parts));
    }

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData("-")]
    [InlineData("?")]
    [InlineData("UNKNOWN")]
    [InlineData("unknown")]
    [InlineData("Un-known")]
    [InlineData("Not Known")]
    [InlineData("N/K")]
    [InlineData("NK")]
    [InlineData("n.k.")]
    [InlineData("N/A")]
    [InlineData("NULL")]
    [InlineData("BABY")]
    [InlineData("Baby Girl")]
    [InlineData("TWIN ONE")]
    [InlineData("Twin 1")]
    [InlineData("Twin II")]
    [InlineData("TRIPLET THREE")]
    [InlineData("DO NOT USE")]
    [InlineData("Smith - DO NOT USE")]
    [InlineData("TEST")]
    [InlineData("Test Patient")]
    [InlineData("XXTESTPATIENT-TFOC")]
    [InlineData("ZZZSMITH")]
    [InlineData("XX")]
    [InlineData("XXXX")]
    [InlineData("aaa")]
    [InlineData("Mr")]
    [InlineData("Mr. Unknown")]
    [InlineData("M r")]
    public void PlaceholdersAreAbsent(string text)
    {
        var name = new PersonName();
        Assert.Equal(FieldState.Absent, name.SetSurname(Encoding.UTF8.GetBytes(text)));
        Assert.True(name.Value.IsEmpty);
        Assert.Equal(FieldState.Absent, name.SetForenames(Encoding.UTF8.GetBytes(text)));
        Assert.True(name.First.IsEmpty);
    }

    [Theory]
    [InlineData("BABY OF SMITH")]
    [InlineData("Baby Smith")]
    [InlineData("Infant Jones")]
    [InlineData("Unknown Male")]
    [InlineData("B/O Sarah")]
    [InlineData("S / O Sarah")]
    [InlineData("d/o sarah smith")]
    [InlineData("Daughter of Sarah")]
    [InlineData("Son of Sarah")]
    [InlineData("1st Twin")]
    [InlineData("Second Twin of Sarah")]
    [InlineData("Not yet named")]
    [InlineData("TBC")]
    public void AForenameThatBeginsWithAPlaceholderIsAbsent(string text) =>
        Assert.Equal(FieldState.Absent, new PersonName().SetForenames(Encoding.UTF8.GetBytes(text)));

    [Theory]
    [InlineData("B O", "B")]
    [InlineData("Son", "SON")]
    [InlineData("Son Heung", "SON")]
    [InlineData("Bo", "BO")]
    [InlineData("Sarah D/O Singh", "SARAH")]
    [InlineData("Sarah/Sara", "SARAH")]
    public void AForenameThatOnlyLooksLikeARemarkStays(string text, string first)
    {
        var name = new PersonName();
        Assert.Equal(FieldState.Present, name.SetForenames(Encoding.UTF8.GetBytes(text)));
        Assert.Equal(first, Encoding.UTF8.GetString(name.First));
    }

    [Fact]
    public void WhatIsNotUtf8IsMalformed()
    {
        var name = new PersonName();
        foreach (var bytes in new byte[][] { [0xFF], [.. "Smith"u8, 0xC3], [.. "M"u8, 0xFC, .. "ller"u8], [0xED, 0xA0, 0x80], [0xC0, 0xAF], [0xF5, 0x80, 0x80, 0x80] })
        {
            Assert.Equal(FieldState.Malformed, name.SetSurname(bytes));
            Assert.True(name.Value.IsEmpty);
            Assert.Equal(0, name.PartCount);
        }
        Assert.Equal(FieldState.Malformed, name.SetSurname("12345"u8));
    }

    [Fact]
    public void AnOverlongNameKeepsItsBeginning()
    {
        var name = new PersonName();
        var text = string.Concat(Enumerable.Repeat("abc", 200));
        Assert.Equal(FieldState.Present, name.SetSurname(Encoding.UTF8.GetBytes(text)));
        Assert.Equal(text.ToUpperInvariant()[..PersonName.MaxBytes], Encoding.UTF8.GetString(name.Value));

        // Three-byte letters: 85 fit, and no half of one.
        Assert.Equal(FieldState.Present, name.SetSurname(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("李王", 100)))));
        Assert.Equal(255, name.Value.Length);

        // Beyond the limit the bytes are still checked.
        Assert.Equal(FieldState.Malformed, name.SetSurname([.. Encoding.UTF8.GetBytes(text), 0xFF]));
    }

    // Every letter of Latin-1 and Latin Extended-A, and of the blocks behind them what Welsh, Romanian, Vietnamese and Pinyin use.
    [Theory]
    [InlineData("A", "ÀÁÂÃÄÅàáâãäåĀāĂăĄąǍǎǞǟǺǻȀȁȂȃȦȧẠạẢảẤấẦầẨẩẪẫẬậẮắẰằẲẳẴẵẶặªÅ")]
    [InlineData("AE", "ÆæǢǣǼǽ")]
    [InlineData("B", "ƀɃḂḃ")]
    [InlineData("C", "ÇçĆćĈĉĊċČčḈḉ")]
    [InlineData("D", "ÐðĎďĐđḊḋḌḍḐḑ")]
    [InlineData("E", "ÈÉÊËèéêëĒēĔĕĖėĘęĚěȄȅȆȇẸẹẺẻẼẽẾếỀềỂểỄễỆệƏə")]
    [InlineData("F", "Ḟḟƒ")]
    [InlineData("G", "ĜĝĞğĠġĢģǤǥǦǧḠḡ")]
    [InlineData("H", "ĤĥĦħȞȟḤḥ")]
    [InlineData("I", "ÌÍÎÏìíîïĨĩĪīĬĭĮįİıǏǐȈȉỈỉỊị")]
    [InlineData("IJ", "Ĳĳ")]
    [InlineData("J", "Ĵĵǰ")]
    [InlineData("K", "ĶķĸǨǩḰḱK")]
    [InlineData("L", "ĹĺĻļĽľĿŀŁłḶḷ")]
    [InlineData("M", "ḾḿṀṁṂṃ")]
    [InlineData("N", "ÑñŃńŅņŇňŉŊŋǸǹṄṅṆṇ")]
    [InlineData("O", "ÒÓÔÕÖØòóôõöøŌōŎŏŐőƠơǑǒǾǿȪȫỌọỎỏỐốỒồỔổỖỗỘộỚớỜờỞởỠỡỢợº")]
    [InlineData("OE", "Œœ")]
    [InlineData("P", "ṔṕṖṗ")]
    [InlineData("R", "ŔŕŖŗŘřṘṙṚṛ")]
    [InlineData("S", "ŚśŜŝŞşŠšſȘșṠṡṢṣ")]
    [InlineData("SS", "ßẞ")]
    [InlineData("T", "ŢţŤťŦŧȚțṪṫṬṭ")]
    [InlineData("TH", "Þþ")]
    [InlineData("U", "ÙÚÛÜùúûüŨũŪūŬŭŮůŰűŲųƯưǓǔǕǖǗǘǙǚǛǜỤụỦủỨứỪừỬửỮữỰự")]
    [InlineData("V", "ṼṽṾṿ")]
    [InlineData("W", "ŴŵẀẁẂẃẄẅ")]
    [InlineData("X", "ẊẋẌẍ")]
    [InlineData("Y", "ÝýÿŶŷŸẎẏỲỳỴỵỶỷỸỹ")]
    [InlineData("Z", "ŹźŻżŽžẐẑẒẓ")]
    [InlineData("DZ", "ǄǅǆǱǲǳ")]
    public void AccentedLettersFoldToTheirBase(string expected, string letters)
    {
        var name = new PersonName();
        foreach (var rune in letters.EnumerateRunes())
        {
            Assert.Equal(FieldState.Present, name.SetSurname(Encoding.UTF8.GetBytes("q" + rune)));
            Assert.Equal("Q" + expected, Encoding.UTF8.GetString(name.Value));
        }
    }

    [Fact]
    public void NoLetterOfLatin1AndExtendedAIsLeftOut()
    {
        var name = new PersonName();
        for (var value = 0xC0; value <= 0x17F; value++)
        {
            name.SetSurname(Encoding.UTF8.GetBytes("q" + new Rune(value)));
            Assert.True(Ascii.IsValid(name.Value), $"U+{value:X4}");
            Assert.Equal(value is 0xD7 or 0xF7 ? 1 : 2, Math.Min(name.Value.Length, 2)); // × and ÷ are no letters
        }
    }

    [Fact]
    public void EveryRuneIsFoldedOnceAndForAll()
    {
        var name = new PersonName();
        for (var value = 0; value <= 0x10FFFF; value++)
        {
            if (!Rune.IsValid(value))
                continue;
            var text = Encoding.UTF8.GetBytes("b" + new Rune(value) + "c");
            Assert.Equal(FieldState.Present, name.SetSurname(text));
            var once = name.Value.ToArray();
            Assert.Equal(FieldState.Present, name.SetSurname(once));
            Assert.True(name.Value.SequenceEqual(once), $"U+{value:X4}");
            Assert.True(once[0] == 'B' && once[^1] == 'C', $"U+{value:X4}");
        }
    }
}
