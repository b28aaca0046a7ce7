using System.IO.Hashing;
using System.Numerics;
using System.Text;

namespace Linkage.Identity;

/// <summary>
/// Short and other forms of English forenames to one root: what a clerk knows who reads BILL for WILLIAM. Only forms that stand for one name; CHRIS, ALEX, SAM, PAT, JO and
/// their like stand for several, of either sex, and are left to the comparison of letters.
/// </summary>
internal static class ForenameForms
{
    // Root first, then its forms.
    private const string Table = """
        ABIGAIL ABBIE ABBY ABI GAIL
        ABRAHAM ABE ABRAM
        AGNES AGGIE NESSIE
        ALBERT BERT BERTIE ALBIE
        ALFRED ALF ALFIE
        AMANDA MANDY
        ANDREW ANDY DREW
        ANNE ANN ANNIE ANNA NAN NANCY
        ANTHONY TONY ANTONY
        ARCHIBALD ARCHIE
        ARTHUR ART
        AUGUSTUS GUS
        BARBARA BABS BARBIE
        BARTHOLOMEW BART
        BEATRICE BEA BEATRIX TRIXIE
        BENJAMIN BEN BENNY BENJI
        BERNARD BERNIE
        BRIDGET BIDDY BRIDIE
        CAROLINE CARRIE CAROLYN
        CATHERINE KATE KATHERINE KATHRYN CATHY KATHY KATIE KITTY KATHLEEN KAY CATRIONA
        CHARLES CHARLIE CHAS CHUCK CHARLEY
        CHARLOTTE LOTTIE
        CHRISTINE CHRISTINA CHRISSIE TINA
        CHRISTOPHER KIT TOPHER
        CLARENCE CLARRIE
        CONSTANCE CONNIE
        CORNELIUS CORNEY
        CYNTHIA CINDY
        DANIEL DAN DANNY
        DAVID DAVE DAVY DAI DAVEY
        DEBORAH DEBBIE DEB DEBRA
        DENNIS DENIS DEN DENNY
        DONALD DON DONNIE
        DOROTHY DOT DOTTIE DOLLY
        DOUGLAS DOUG DOUGIE
        EDMUND EDMOND
        EDWARD ED EDDIE EDDY TED TEDDY NED
        EDWIN EDWYN
        ELEANOR ELINOR NELL NELLIE ELLIE ELEANORA
        ELIZABETH LIZ LIZZIE BETH BETTY BETSY LISA ELSIE ELIZA BESS BESSIE LIBBY ELISABETH LILIBET ELSPETH LISBETH
        EMILY EMMIE MILLY EM
        ERNEST ERNIE
        EUGENE GENE
        EVELYN EVIE
        FLORENCE FLO FLORRIE FLOSSIE
        FRANCES FANNY FRAN FRANNIE
        FRANCIS FRANK FRANKIE
        FREDERICK FRED FREDDIE FREDDY FREDERIC FREDRICK
        GEOFFREY GEOFF JEFF JEFFREY
        GEORGE GEORGIE
        GERALD GERRY
        GERTRUDE GERTIE TRUDY
        GILBERT GIL
        GRACE GRACIE
        GREGORY GREG
        GWENDOLEN GWEN GWENDOLINE GWENDOLYN
        HAROLD HARRY HAL
        HELEN NELLY
        HENRIETTA HETTIE HATTIE
        HENRY HANK
        HERBERT HERB HERBIE
        HUGH HUGHIE HUW
        HUMPHREY HUMPHRY
        ISAAC IKE IZAAK
        ISABEL ISABELLA ISOBEL BELLA ISABELLE IZZY TIBBY
        JACOB JAKE
        JACQUELINE JACKIE JACQUI
        JAMES JIM JIMMY JAMIE JEM JIMMIE
        JANE JANEY JANIE
        JENNIFER JEN JENNIE JENNY
        JEREMIAH JERRY JEREMY JEM
        JESSICA JESS JESSIE
        JOAN JOANIE
        JOHN JACK JOHNNY JON JOHNNIE JOCK
        JONATHAN JONATHON JONNY
        JOSEPH JOE JOEY
        JOSEPHINE JOSIE
        JOSHUA JOSH
        JUDITH JUDY JUDE
        JULIA JULIE JULES
        KENNETH KEN KENNY
        LAURA LAURIE LOLLY
        LAWRENCE LARRY LAURENCE LAWRIE
        LEONARD LEN LENNY LEO
        LEWIS LOUIS LOUIE LEW LOU
        LILIAN LILLIAN LILY LIL LILLY
        LOUISA LOUISE
        LUCY LUCIE LUCINDA LUCIA
        LYDIA LIDDY
        MADELINE MADDIE MADELEINE
        MAGDALENE LENA MAGDALEN
        MALCOLM MALC
        MARGARET MAGGIE PEGGY MEG MARGE MARGERY MARJORIE PEG GRETA MARGOT MADGE MARGIE
        MARTHA MATTIE PATTY
        MARTIN MARTY MARTYN
        MARY MOLLY POLLY MAMIE MOLLIE
        MATILDA TILLY MAUD TILDA MATTY
        MATTHEW MATT MATTHIAS MATHEW
        MAURICE MORRIS MO
        MICHAEL MIKE MICK MICKEY MICKY MIKEY
        MILDRED MILLIE
        MOSES MOE
        NATHANIEL NAT NATE
        NICHOLAS NICK NICKY NICOLAS
        NORMAN NORM
        OLIVER OLLIE NOLL
        OLIVIA LIVVY
        OSWALD OZZIE OZ
        PAMELA PAM
        PATRICIA TRISH TRICIA PATSY
        PATRICK PADDY
        PENELOPE PENNY
        PERCIVAL PERCY
        PETER PETE
        PHILIP PHIL PHILLIP PIP
        PHILIPPA PIPPA
        PRISCILLA CILLA
        PRUDENCE PRUE
        RACHEL RACHAEL RAE
        RANDOLPH RANDY
        RAYMOND RAY
        REBECCA BECKY BECCA BEX
        REGINALD REG REGGIE
        RICHARD DICK RICK RICKY RICH RICHIE DICKIE DICKON
        ROBERT BOB ROB BOBBY ROBBIE ROBIN BERT BOBBIE RAB
        RODERICK ROD RODDY
        RODNEY RODD
        ROGER RODGE
        ROLAND ROLLO ROWLAND
        RONALD RON RONNIE RONNY
        ROSEMARY ROSIE
        RUPERT RUPE
        SAMUEL SAMMY
        SARAH SALLY SARA SADIE SALLIE
        SEBASTIAN SEB BASTIAN
        SIDNEY SYDNEY SID SYD
        SIMON SI SIMEON
        SOPHIA SOPHIE SOPHY
        STANLEY STAN
        STEPHEN STEVE STEVEN STEVIE STEPHAN
        SUSAN SUE SUSIE SUZANNE SUSANNAH SUSANNA SUZIE SUKEY SUSANNE
        SYLVIA SYLVIE
        TABITHA TABBY
        TERENCE TERRY TERRENCE
        THEODORE THEO
        THERESA TERESA TESS TESSA TERRI TREZA
        THOMAS TOM TOMMY THOS TAM
        TIMOTHY TIM TIMMY
        URSULA URSA
        VALENTINE VAL
        VERONICA RONA RONNI
        VICTOR VIC
        VICTORIA VICKY VIKKI VICKI TORI
        VINCENT VINCE VINNIE
        VIRGINIA GINNY
        VIVIAN VIVIEN VIV VIVIENNE
        WALTER WALT WAT WALLY
        WILFRED WILF WILFRID
        WILLIAM BILL WILL BILLY WILLIE WM WILLY
        WINIFRED WINNIE FREDA
        ZACHARY ZAC ZACK
        """;

    // Open addressing, at most half full: the frozen dictionary that takes spans took longer to compile than all names of a run to look up.
    private static readonly (byte[] Form, byte[] Root)[] Roots = Read();

    /// <summary>Root of a normalised forename: the name itself when it is no form of another.</summary>
    public static ReadOnlySpan<byte> Root(ReadOnlySpan<byte> forename)
    {
        var (form, root) = Roots[SlotOf(Roots, forename)];
        return form is null ? forename : root;
    }

    private static (byte[] Form, byte[] Root)[] Read()
    {
        var roots = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in Table.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var names = line.Split(' ');
            // A form of two names (BERT) stands for neither.
            foreach (var form in names.AsSpan(1))
            {
                if (!roots.TryAdd(form, names[0]))
                    roots[form] = form;
            }
        }

        var slots = new (byte[] Form, byte[] Root)[BitOperations.RoundUpToPowerOf2(2 * (uint)roots.Count)];
        foreach (var (form, root) in roots)
        {
            var bytes = Encoding.ASCII.GetBytes(form);
            slots[SlotOf(slots, bytes)] = (bytes, Encoding.ASCII.GetBytes(root));
        }

        return slots;
    }

    /// <summary>The slot of a form, or the free one where it would be.</summary>
    private static int SlotOf((byte[] Form, byte[] Root)[] slots, ReadOnlySpan<byte> forename)
    {
        var at = (int)XxHash3.HashToUInt64(forename) & (slots.Length - 1);
        while (slots[at].Form is { } form && !forename.SequenceEqual(form))
            at = (at + 1) & (slots.Length - 1);
        return at;
    }
}
