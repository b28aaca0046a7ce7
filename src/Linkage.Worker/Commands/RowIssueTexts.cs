using Linkage.Matching;

namespace Linkage.Worker.Commands;

/// <summary>What was found, and what was done about it, in a few words for the terminal.</summary>
internal static class RowIssueTexts
{
    public static string Of(RowIssue issue) => issue switch
    {
        RowIssue.MissingParticipantId => "no participant_id: line left out",
        RowIssue.UnusableParticipantId => "participant_id not usable: line left out",
        RowIssue.UnreadableLine => "wrong number of fields or quotes: participant withheld",
        RowIssue.DuplicateRow => "same line again: left out",
        RowIssue.TooManyRows => "more than 256 rows of one participant: left out",
        RowIssue.UnknownConsent => "unknown consent word: taken as withdrawn",
        RowIssue.CannotLink => "identifies nobody: too little for any tier to find it by",
        RowIssue.NhsNumberMalformed => "NHS number malformed: not used",
        RowIssue.NhsNumberBadCheckDigit => "NHS number with wrong check digit: not used",
        RowIssue.NhsNumberSentinel => "NHS number is a placeholder: not used",
        RowIssue.NhsNumberChi => "CHI number of Scotland: used as it is",
        RowIssue.NhsNumberNorthernIreland => "number of Northern Ireland: used as it is",
        RowIssue.DateOfBirthMalformed => "date of birth malformed: not used",
        RowIssue.DateOfBirthImplausible => "date of birth impossible: only its parts are used",
        RowIssue.NameUnusable => "name without a letter: not used",
        RowIssue.PostcodeUnusable => "postcode malformed: not used",
        RowIssue.SexUnusable => "sex not a known word: not used",
        RowIssue.NhsNumberShared => "NHS number of several participants: links to none of them",
        RowIssue.SeveralNhsNumbers => "another NHS number of one participant: both used",
        RowIssue.SeveralDatesOfBirth => "another date of birth of one participant: both used",
        RowIssue.GenomeIdShared => "genome id of several participants: kept on each",
        RowIssue.ListUnusable => "list of ids not usable or too long: left out",
        RowIssue.IdIsNhsNumber => "participant_id is the NHS number: line left out",
        RowIssue.ListHasNhsNumber => "a listed id is the NHS number: list left out",
        RowIssue.TwoPeople => "rows of one participant are of two people: not linked",
        _ => issue.ToString(),
    };
}
