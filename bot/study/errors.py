"""What a member can be refused, in the words of the domain. `bot.cogs.ui` turns each into a sentence.

A refusal without data is `Refused(Refusal.X)`, and docstrings say "Raises X". One that carries data, or that our own
code catches, is a class.
"""

from __future__ import annotations

from datetime import date, datetime, time
from enum import Enum, unique
from typing import dataclass_transform

from bot.records import dataclass


@dataclass_transform(eq_default=False)
class StudyError(Exception):
    """A request that the rules refuse. Nothing was changed. Every kind is a dataclass of what its sentence says."""

    def __init_subclass__(cls, *, kw_only: bool = False) -> None:
        dataclass(eq=False, kw_only=kw_only)(cls)


@unique
class Refusal(Enum):
    """Why a request is refused. `bot.cogs.ui.refusals` has the sentence for the member."""

    UNKNOWN_DAILY = "The daily is not there: never posted, or its server's data was erased."
    WRONG_SERVER = "The daily belongs to another server."
    OPEN_ELSEWHERE = "All that is left to ask is open to the member as a question of the day or in a duel."
    OPTIONS_CHANGED = "The options of the question have changed since the member saw them."
    NEEDS_SERVER = (
        "Only a server has this; the member is in a direct message, or in a server that the bot has not joined."
    )
    NOT_YOUR_QUIZ = "A private series belongs to the member who started it."
    UNKNOWN_QUIZ = "The series is not there: never begun, or erased."
    EXAM_PACK_GONE = "The pack of the mock exam is not loaded just now."
    LEFT_OUT = "The question of a mock exam has been changed since it began, and counts for nothing."
    UNKNOWN_EXAM = "The mock exam is not there, or has no such page."
    NOT_YOUR_EXAM = "The mock exam is another member's."
    NOT_RATEABLE = "Only a right answer of a review can be called hard or easy."
    TOO_LATE_TO_SAY = "Nobody remembers how sure they were of an answer that is so old, or there is no answer."
    NO_LIVE_QUESTIONS = "The section of a live round holds none that it can ask."
    NO_COMPETITION_QUESTIONS = "The sections of a competition hold none."
    NOT_SCHEDULED = "The server has no schedule yet."
    TOO_MANY_DAILIES = "The server has as many schedules as it may."
    DAILY_NAME_TAKEN = "Another schedule of the server has this name."
    FORUM_AT_CLOSE = "Discussions in a forum can be read by anyone, so they begin at the close."
    NO_DISCUSSION = "The daily has no discussion, or it was deleted."
    DISCUSSION_SHUT = "Discord lets nobody else into the discussion: it is archived or locked, or we may not."
    BAD_DAILY_NAME = (
        "A name that is a number, or has no letter at all: it would be taken for another schedule's number."
    )
    SKIP_WAITS = "The schedule is paused: a skip is taken back when it goes on."
    DAILY_PAUSED = "The schedule is paused: no daily is due."
    NO_SKIP = "There is no skipped daily whose hour is still to come."
    SKIP_GONE = "The daily that was skipped is skipped no more, or its hour has passed."
    NOT_ALLOWED = "For managers of the server."
    NOTHING_KEPT = "There is nothing of this member."
    BAD_ROLE = "A role that a daily must not mention: everyone."
    NO_OWN_QUESTIONS = "The server has no questions of its own, or none in that section."
    DRAFT_GONE = "The draft was saved, discarded, or another of the same manager took its place."
    DRAFT_FAULTY = "The draft, as it was typed, is no question yet."
    SUGGESTIONS_OFF = "The server takes no suggestions."
    SUGGESTED_ALREADY = "The member has suggested this, and it waits."
    TOO_MANY_SUGGESTIONS = "As many suggestions of the member wait as may."
    QUEUE_FULL = "As many suggestions wait in the server as may."
    SUGGESTION_GONE = "The suggestion was decided, or its author has erased it."
    EXPORT_TOO_LARGE = "More than Discord lets us attach."
    NO_PACK_FILES = "The files of the pack are not where the bot runs, or hold the question no more."
    FILE_LOST = "Discord did not hand over the file that was attached."
    NOT_ANSWERED = "Only those who have answered a question can say what is wrong with it."
    NOT_A_TEXT_CHANNEL = "A post needs a text channel; the member is somewhere else, and has named none."
    NAME_TAKEN = "Another open competition of the server has this name."
    TOO_MANY_COMPETITIONS = "The server has as many open competitions as it may."
    BAD_TEAM_ROLES = "Teams by role need two roles or more, everyone not among them; other competitions take none."
    COMPETITION_OVER = "The competition has ended or was cancelled."
    COMPETITION_RUNNING = "Its result is not there yet."
    ENTRY_CLOSED = "The competition has begun, and took entries only until then."
    HIDING = "The member wants to appear on no board, and a competition shows names."
    NOT_IN_COMPETITION = "The member is not in the competition."
    IN_NO_COMPETITION = "The member is in none of the competitions that are announced or running."
    TOO_MANY_TEAMS = "The competition has as many teams as it may."
    UNKNOWN_LIVE = "The live round is not there, or belongs to another server."
    NO_LIVE = "No live round is going on in the channel."
    TOO_MANY_LIVE = "The server has as many live rounds as it may."
    LIVE_BEGUN = "The lobby is closed: its questions have begun."
    LIVE_OVER = "The live round has ended."
    LIVE_QUESTION_CLOSED = "That question of a live round takes no answers any more."
    LIVE_QUESTION_OPEN = "The explanation waits until the question has closed."
    NOBODY_JOINED = "A live round needs somebody to play."
    NOT_IN_LIVE = "The member has not joined the live round, or has left it."
    NOT_YOUR_LIVE = "Only the host of the live round and managers may do that."
    ROLE_BOUND = "The role is bound to something already."
    UNKNOWN_AWARD = "The role is bound to nothing."
    TOO_MANY_AWARDS = "The server has bound as many roles as it may."
    DUEL_WITH_ONESELF = "Nobody challenges themselves."
    DUEL_WITH_BOT = "Bots do not play."
    OPPONENT_ERASED = "The other has had their data deleted."
    DUEL_WITH_STRANGER = "The other is not in the server."
    TOO_MANY_DUELS = "The challenger has begun as many open duels as one may."
    UNKNOWN_DUEL = "The duel is not there, or belongs to another server."
    NOT_YOUR_DUEL = "It is between two others."
    NOT_CHALLENGED = "Only who was challenged can accept or decline."
    NOT_CHALLENGER = "Only who has challenged can take the challenge back."
    DUEL_NOT_ACCEPTED = "The challenge waits for an answer; there is nothing to play."
    DUEL_OVER = "It takes no answers any more, and no decisions."
    DUEL_ACCEPTED = "It cannot be declined or taken back any more."
    PACK_FIRST = "An exam version was named with a pack that the server does not study yet."
    NAME_WITH_ADDRESS = "A name that other servers see is no place for a link."
    NOT_IN_LEAGUE = "The server has not opted in to the league."
    UNKNOWN_BUTTON = "A button, menu or form that no handler answers to: forged, or from an older version."
    NOT_LISTED = "A line of a menu that names what is not there any more, or what no menu ever showed."
    FORM_OUT_OF_DATE = "A form that lacks a part, or holds what it never offered: it is from another version."
    NOTHING_LIKE_IT = "The message has no question, so there is nothing like it to practise."
    CANNOT_POST_HERE = "The command posts where it is used, and that is no place for posts."
    PARTNER_ONESELF = "Nobody is their own partner."
    PARTNER_BOT = "Bots do not study."
    PARTNER_STRANGER = "The member who is asked is not in the server."
    PARTNER_HIDING = "The member hides in this server, and a streak together names both."
    HAS_PARTNER = "The member has a partner already."
    PARTNER_TAKEN = "The other has a partner already."
    ASKED_TOO_OFTEN = "The member has asked as many others as one may in a day."
    NOT_ASKED = "Only the member who was asked can accept."
    UNKNOWN_PARTNERSHIP = "The streak together is not there, or belongs to another server."
    NOT_YOUR_PARTNERSHIP = "The streak together is between two others."
    PARTNERSHIP_OVER = "It was ended, declined or taken back."
    NO_PAUSE = "The member has planned no such pause, or it is over."
    PAUSE_WITHOUT_START = "The last day of a pause was named without its first."
    START_TOO_SOON = "What is planned needs a moment for members to learn of it."
    START_TOO_FAR = "It is planned for so late that nobody knows today what they do then."
    TOO_MANY_EVENINGS = "The server has as many exam evenings ahead as it may."
    UNKNOWN_EVENING = "The exam evening is not there, or belongs to another server."
    EVENING_OVER = "The exam evening is over, and nobody joins it any more."
    EVENING_NOT_BEGUN = "The exam evening has not started, so there is no paper yet."
    EVENING_BEGUN = "The exam evening has started, and its time stands."
    NOT_YOUR_EVENING = "Only the member who planned the exam evening and managers may do that."
    NOT_IN_EVENING = "The member has not signed up for the exam evening, or has left it."
    SHARING_OFF = "The server's managers have switched sharing off."
    SHARING_HIDDEN = "The member hides in this server, and a shared line shows their name."
    SHARING_ALONE = "Nobody but the member reads this channel."
    SHARED_ALREADY = "The member has shared this here before."
    NOTHING_TO_SHARE = "There is no such result of the member's, or it is not known yet."
    TOO_LATE_FOR_FORM = "A form that could not open in time, because what it shows took too long to find."


class Refused(StudyError):
    """A refusal whose reason says all."""

    reason: Refusal


class Unreadable(StudyError):
    """A typed text that is not what was asked for. Raised as one of its kinds."""

    text: str


class BadGoal(Unreadable):
    """A typed text that is no goal of a week."""


class TooManySections(StudyError):
    """A goal of the week asks for more sections than the server's pack has."""

    most: int


class PauseBackwards(StudyError):
    first: date
    last: date


class PauseNotAhead(StudyError):
    """A pause begins on a day that has begun: `earliest` is the first that has not."""

    earliest: date


class PauseTooFar(StudyError):
    """A pause begins later than a pause can be planned for."""

    latest: date


class PauseOverlaps(StudyError):
    """The member has planned another pause for some of these days."""

    first: date
    last: date


class PauseTooLong(StudyError):
    """A month, by its first day, has too few days left to pause."""

    month: date
    left: int
    most: int


class NoOpenDaily(StudyError):
    """The server has no open daily."""

    next_post_at: datetime | None = None


class WhichDaily(StudyError):
    """Several dailies fit, or none of them is called that: those of these `names`."""

    names: tuple[str, ...]


class DailyClosed(StudyError):
    closed_at: datetime


class DailyStillOpen(StudyError):
    """The daily is open, and the member has not answered: its explanation would reveal the key."""

    closes_at: datetime


class UnknownOption(StudyError):
    """The answer names a place that the question does not have."""

    expected: str


class ExamRunning(StudyError):
    """The member's mock exam is still running: only one can run at a time, and it has no result yet."""

    ends_at: datetime


class ExamWithheld(StudyError):
    """The exam is handed in, and others of its evening still sit it: no key is shown before `until`."""

    until: datetime


class NoExamRunning(StudyError):
    """`last_ended_at`: when the member's last one ended; None if there has been none."""

    last_ended_at: datetime | None


class TooFewQuestions(StudyError):
    """The pack lacks `missing` questions in a section to fill a mock exam of this length."""

    section: str
    missing: int


class UnknownSection(StudyError):
    section: str


class NoQuestions(StudyError):
    """No question fits the sections and the difficulty that were asked for."""


class NoDailyQuestions(NoQuestions):
    """The sections of the server's daily have no questions."""


class BadTime(Unreadable):
    """A text that is not a time of day."""


class BadZone(Unreadable):
    """A text that is not a known time zone."""


class BadDate(Unreadable):
    """A text that is not a date."""


class WrongWeekday(StudyError):
    """A date was typed with the wrong day of the week. `day`: the date."""

    day: date


class Ambiguous(StudyError):
    """A typed text has several readings: dates, times of day or moments."""

    text: str
    readings: tuple[date | time | datetime, ...]


class AmbiguousZone(BadZone):
    """A typed text means several time zones whose clocks differ; the most populous come first."""

    text: str
    zones: tuple[str, ...]


class PastDate(StudyError):
    """The date of an exam is in the past, or more than two years ahead."""

    day: date


class NoPlan(StudyError):
    """The member has no study plan."""


class BadDays(Unreadable):
    """A text that is not a list of weekdays."""


class AlreadyPosted(StudyError):
    """This local date already has its daily. `post`: its server, channel and message, if it is known to be up."""

    day: date
    post: tuple[int, int, int] | None


class DaySkipped(StudyError):
    """This local date has no daily: a manager skipped it, or it could not be posted in time."""

    day: date


class NotInTurn(StudyError):
    """Dailies are skipped in order, and skips are undone in reverse: the daily of `first` comes before this one."""

    day: date
    first: date


class CannotPost(StudyError):
    """The bot may not post in the chosen channel. `reason`: a sentence that says what to do."""

    reason: str


class UnknownQuestion(StudyError):
    """Neither the server nor its pack has a question with this id."""

    question_id: str


class NoLeaf(StudyError):
    """A parent section holds no questions itself."""

    section: str
    leaves: tuple[str, ...]


class TooManyQuestions(StudyError):
    """The server would have more own questions than it may keep."""

    kept: int
    most: int


class FileTooLarge(StudyError):
    """Sizes in bytes."""

    size: int
    most: int


class UnreadableCategories(Unreadable):
    """The text is not `NAME=SECTION`."""


class UnreadableFields(Unreadable):
    """The text is not `ROLE=NAME`, or the role is unknown."""


class UnknownExamVersion(StudyError):
    """The pack describes no exam version with this code. `names`: those that it describes."""

    text: str
    names: tuple[str, ...]


class UnknownPack(Unreadable):
    """There is no pack of this name."""


class UnknownPeriod(Unreadable):
    """Neither a period, nor an ended season of this server."""


class BadMoment(Unreadable):
    """A text that is not a point in time."""


class BadWindow(StudyError):
    """A competition cannot have these dates. `reason` says why, without a full stop."""

    reason: str


class BadName(StudyError):
    """A name that is empty, or longer than `longest` characters."""

    longest: int


class UnknownCompetition(StudyError):
    """The server has no such competition."""


class NoCompetition(UnknownCompetition):
    """No competition is announced or running, and the member named none."""


class WhichCompetition(StudyError):
    """Several competitions fit, with these `names`."""

    names: tuple[str, ...]


class ChooseTeam(StudyError):
    """The member has to name a team. `names`: the existing ones."""

    names: tuple[str, ...]


class NoTeamRole(StudyError):
    """The member has none of the team roles."""

    role_ids: tuple[int, ...]


class LiveGoingOn(StudyError):
    """The channel already has a live round. `message_id`: its message, once it is up."""

    guild_id: int
    channel_id: int
    message_id: int | None


class CannotGiveRole(StudyError):
    """The bot, or the manager, may not give this role. `reason`: a sentence."""

    reason: str


class ChallengedTooOften(StudyError):
    """The opponent has not accepted the member's last challenges. `again_at`: when the next one is allowed."""

    again_at: datetime


class TooFewForDuel(StudyError):
    """The section has only `there` questions that can be asked of both players now."""

    section: str
    there: int


class DuelOpen(StudyError):
    """The duel has no result yet."""

    expires_at: datetime


class LeagueNotOpen(StudyError):
    """Too few servers have the bot for a league."""

    needed: int


class UnknownLeagueSeason(Unreadable):
    """The server did not take part in that month of the league."""


class TooOften(StudyError):
    """A member has reached the rate limit of a costly action. `wait` is in seconds."""

    what: str
    times: int
    minutes: int
    wait: float


class QuestionChanged(StudyError, kw_only=True):
    """The question of a recorded answer has changed shape since, so the two cannot be shown together."""

    correct: bool
    points: int


class KeySealed(StudyError):
    """The member can still answer this question elsewhere, so its key stays secret. `until`: when it may be shown, at
    the latest."""

    until: datetime
