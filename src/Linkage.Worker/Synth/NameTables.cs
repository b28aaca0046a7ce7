using System.Text;

namespace Linkage.Worker.Synth;

/// <summary>
/// Names with frequencies like those of the United Kingdom: a few names are borne by many, most by few. Surnames: a built-in head and a
/// made-up tail of 4,800. Forenames: 150 a sex, 30 for each of five generations.
/// </summary>
internal sealed class NameTables
{
    private const int Generations = 5;
    private const int PerGeneration = 30;
    private const int TailSurnames = 4_800;

    private const string HeadSurnames = """
        Smith Jones Taylor Brown Williams Wilson Johnson Davies Patel Robinson Wright Thompson Evans Walker White Roberts Green Hall Wood Jackson
        Clarke Khan O'Brien Hughes Edwards Hill Moore Clark Harrison Scott Young Morris Ward Turner Carter Singh Phillips Mitchell Campbell James
        Anderson Cooper Ahmed Lewis Bailey Parker Collins Begum Murphy Miller Martin Cook Shaw Richardson Bennett Ali Adams Hussain Davis O'Connor
        Allen Watson Marshall Stewart Kelly King Simpson Lee Price Kaur Bell Griffiths Morgan Baker Cox Rogers Gray Ellis Harris Stevens
        Foster Murray Powell Palmer Rose Russell Butler Barnes Mason Graham Knight Hunt Lloyd Holmes Webb Chapman Matthews Owen Reynolds Fisher
        Harvey Ford Dixon Gibson Ryan MacDonald Mills Pearson West Fox Fletcher Lawrence Cole Hart Reid Burns Doyle O'Neill Spencer Hamilton
        Stone Walsh Armstrong Gardner Payne Saunders Pearce Day Hudson Black Elliott Dunn Burton Brooks Francis Nicholson Ferguson McCarthy Sharma Cunningham
        Perry Hawkins Byrne Andrews Grant Sutton Kennedy Newman Wallace Bishop Barker Austin Warren D'Souza McKenzie Akhtar Chowdhury Okafor Adeyemi Mensah
        Kowalski Nowak Wiśniewska Müller Rossi Silva García Núñez Fernández Popescu Lefèvre Nguyen Wong Chen Li Cohen Levy Goldberg O'Sullivan FitzGerald
        Popović Håkansson Sørensen Öztürk Çelik Łukaszewski Szabó Kovács Dvořák Ó'Súilleabháin Thibault Santos Costa Bianchi Haddad Rahman Islam Uddin Malik Iqbal
        """;

    // A generation a line: born before 1945, 1945–1964, 1965–1984, 1985–2004, since.
    private static readonly string[] Female =
    [
        "Margaret Jean Mary Joan Patricia Sheila Barbara Doreen June Shirley Dorothy Joyce Maureen Elizabeth Audrey Brenda Kathleen Sylvia Eileen Pamela Betty Beryl Hazel Marjorie Irene Rita Edna Vera Jill Mavis",
        "Susan Linda Christine Margaret Carol Jennifer Janet Patricia Barbara Ann Sandra Pamela Pauline Jean Jacqueline Kathleen Sheila Valerie Maureen Gillian Marilyn Mary Elizabeth Lesley Diane Judith Rosemary Anne-Marie Siân Zoë",
        "Sarah Julie Karen Nicola Joanne Claire Lisa Tracey Deborah Amanda Helen Emma Michelle Samantha Rebecca Sharon Louise Jane Alison Angela Rachel Kelly Paula Donna Andrea Melanie Fiona Natalie Renée Parveen",
        "Jessica Lauren Charlotte Hannah Sophie Amy Emily Laura Emma Rebecca Chloé Bethany Megan Katie Lucy Georgia Stephanie Gemma Danielle Jade Abigail Amber Eleanor Holly Aisha Fatima Priya Mariam Naomi Zoe",
        "Olivia Amelia Isla Ava Ivy Freya Lily Florence Mia Willow Rosie Sophia Isabella Grace Daisy Sienna Poppy Elsie Evie Evelyn Phoebe Maya Harper Matilda Maryam Zara Aria Luna Esmé Niamh",
    ];

    private static readonly string[] Male =
    [
        "John William Ronald Kenneth George Peter Dennis Raymond James Robert Brian Derek Roy Thomas Frank Donald Gordon Leslie Eric Arthur Albert Harold Stanley Norman Ernest Frederick Douglas Cyril Bernard Reginald",
        "David John Peter Michael Alan Robert Stephen Paul Brian Graham Philip Anthony Colin Christopher Geoffrey William James Keith Terence Barry Malcolm Richard Ian Derek Roger Raymond Trevor Jean-Pierre Seán Mohammed",
        "Paul Mark Andrew David Richard Stephen Ian Simon Darren Lee Gary Jason Christopher Neil Matthew Robert Craig Martin Wayne Stuart Kevin Jonathan Nicholas Timothy Adrian Dean Gareth Sanjay André Imran",
        "Daniel Thomas James Joshua Matthew Ryan Luke Samuel Jordan Adam Alexander Benjamin Joseph Liam Jake Connor Callum Jack Nathan Aaron Kieran Ashley Lewis Scott Muhammad Ibrahim José Rhys Dylan Marcus",
        "Oliver George Noah Arthur Leo Harry Muhammad Jack Oscar Charlie Theo Freddie Archie Henry Alfie Jacob Finley Isaac Mason Ethan Logan Reuben Toby Albie Yusuf Zayn Rafael Kai Óscar Llewellyn",
    ];

    private readonly byte[][] _surnames;
    private readonly byte[][][][] _forenames = [Parse(Female), Parse(Male)];
    private readonly AliasTable _surnameRanks;
    private readonly AliasTable _forenameRanks = new(PerGeneration, 3);

    private NameTables()
    {
        var surnames = Words(HeadSurnames).ToList();
        var known = surnames.ToHashSet(StringComparer.OrdinalIgnoreCase);
        var random = new SeededRandom(0, RandomPurpose.Names);
        for (var target = surnames.Count + TailSurnames; surnames.Count < target;)
        {
            var name = MakeUp(ref random);
            if (known.Add(name))
            {
                surnames.Add(name);
            }
        }

        _surnames = [.. surnames.Select(Encoding.UTF8.GetBytes)];
        _surnameRanks = new AliasTable(_surnames.Length, 12);
    }

    /// <summary>The tables; the same for every seed.</summary>
    public static NameTables Instance { get; } = new();

    /// <summary>A surname.</summary>
    public byte[] Surname(ref SeededRandom random) => _surnames[_surnameRanks.Draw(ref random)];

    /// <summary>A forename of somebody of this sex born in this year: mostly of the own generation, sometimes of another.</summary>
    public byte[] Forename(ref SeededRandom random, bool male, int birthYear)
    {
        var generation = Math.Clamp((birthYear - 1925) / 20, 0, Generations - 1);
        generation = random.Below(20) switch
        {
            < 14 => generation,
            < 17 => Math.Max(generation - 1, 0),
            < 19 => Math.Min(generation + 1, Generations - 1),
            _ => random.Below(Generations),
        };
        return _forenames[male ? 1 : 0][generation][_forenameRanks.Draw(ref random)];
    }

    private static byte[][][] Parse(string[] generations) =>
        [.. generations.Select(line => Words(line).Select(Encoding.UTF8.GetBytes).ToArray())];

    private static string[] Words(string text) =>
        text.Split((char[])[' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries);

    private static string MakeUp(ref SeededRandom random)
    {
        string[] start = ["Ash", "Bar", "Black", "Brad", "Bux", "Cal", "Car", "Chat", "Cran", "Dal", "Den", "Dray", "East", "Ever", "Fair", "Farn", "Gar", "Glen", "Had", "Hal", "Har", "Hay", "Hol", "Ing", "Ken", "Kil", "Kirk", "Lang", "Leigh", "Lin", "Lock", "Mal", "Mar", "Mel", "Nor", "Oak", "Pen", "Pick", "Pol", "Rad", "Red", "Ros", "Row", "Salt", "Sed", "Shel", "Stan", "Strat", "Tre", "Thorn", "Wad", "Wal", "Whit", "Win", "Wol", "Yar"];
        string[] middle = ["", "", "", "bur", "by", "cas", "den", "er", "field", "ing", "le", "man", "more", "ning", "ring", "wick"];
        string[] end = ["bank", "beck", "borough", "bridge", "by", "combe", "cott", "croft", "dale", "don", "ford", "gate", "grave", "ham", "hurst", "ington", "ley", "low", "man", "mere", "more", "pole", "ridge", "sall", "shaw", "smith", "son", "stall", "stead", "thorpe", "ton", "wade", "well", "wick", "wood", "worth"];
        return start[random.Below(start.Length)] + middle[random.Below(middle.Length)] + end[random.Below(end.Length)];
    }
}
