"""Reasons for refusing a member's request. `bot.cogs.ui` turns each reason into a sentence.

A refusal without data is `Refused(Refusal.X)`, and docstrings say "Raises X". A refusal that carries data, or that our
own code catches, is a class.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from enum import Enum, unique
from typing import dataclass_transform


@dataclass_transform(eq_default=False)
class StudyError(Exception):
    """A request that the rules refuse. Nothing was changed. Every subclass is a dataclass with the data for its sentence."""

    def __init_subclass__(cls, *, kw_only: bool = False) -> None:
        dataclass(eq=False, kw_only=kw_only)(cls)


@unique
class Refusal(Enum):
    """Why a request is refused. `bot.cogs.ui.refusals` has the sentence for the member."""

    UNKNOWN_DAILY = "The daily does not exist: it was never posted, or its server's data was erased."
    DAILY_QUESTION_GONE = "The pack no longer has the question of the daily."
    WRONG_SERVER = "The daily belongs to another server."
    ALL_OPEN = "Every question that a quiz could ask is open for the member as a question of the day or in a duel."
    NOTHING_TO_RETRY = "Every question that the member got wrong was retired since, or is no longer in the pack."
    EXAM_OPEN = "The mock exam needs questions that are open for the member as a question of the day or in a duel."
    OPEN_ELSEWHERE = "Every question left to ask is open for the member as a question of the day or in a duel."
    OPTIONS_CHANGED = "The options of the question have changed since the member saw them."
    NEEDS_SERVER = (
        "This works only in a server; the member is in a direct message, or in a server that the bot has not joined."
    )
    NOT_YOUR_QUIZ = "The quiz belongs to another member."
    UNKNOWN_QUIZ = "The quiz does not exist: it was never started, or it was erased."
    EXAM_PACK_GONE = "The pack of the mock exam is not loaded."
    LEFT_OUT = "The question has changed since the mock exam began, so it does not count."
    UNKNOWN_EXAM = "The mock exam does not exist, or has no such page."
    NOT_YOUR_EXAM = "The mock exam belongs to another member."
    NOT_RATEABLE = "Only a right answer in a review can be rated hard or easy."
    TOO_LATE_TO_SAY = "The answer is too old to say how sure the member was, or there is no answer."
    NO_LIVE_QUESTIONS = "The section has no questions that a live round can ask."
    NO_COMPETITION_QUESTIONS = "The sections of the competition have no questions."
    NOT_SCHEDULED = "The server has no schedule yet."
    DAILY_GONE = "The schedule was removed: a button or menu of an older message names it."
    TOO_MANY_DAILIES = "The server has the maximum number of schedules."
    DAILY_NAME_TAKEN = "Another schedule of the server has this name."
    FORUM_AT_CLOSE = "Anyone can read a discussion in a forum, so it begins at the close."
    NO_DISCUSSION = "The daily has no discussion, or it was deleted."
    DISCUSSION_SHUT = "Nobody can be let into the discussion: it is archived or locked, or the bot is not allowed to."
    BAD_DAILY_NAME = "The name is a number, with or without `Daily`, or has no letter: it could be taken for another schedule's number."
    SKIP_WAITS = "The schedule is paused: a skip can be undone when it runs again."
    DAILY_PAUSED = "The schedule is paused: no daily is due."
    NO_SKIP = "There is no skipped daily whose time is still to come."
    SKIP_GONE = "The skip was undone, or the time of the daily has passed."
    NOT_ALLOWED = "Only managers of the server may do that."
    NOTHING_KEPT = "There is no data about this member."
    BAD_ROLE = "A daily must not mention everyone."
    NO_OWN_QUESTIONS = "The server has no questions of its own, or none in that section."
    DRAFT_GONE = "The draft was sent, saved, discarded, or replaced by another of the same member."
    DRAFT_FAULTY = "The draft is not a complete question yet."
    SUGGESTIONS_OFF = "The server does not accept suggestions."
    SUGGESTED_ALREADY = "The member has already suggested this, and it is waiting for a decision."
    TOO_MANY_SUGGESTIONS = "The member has the maximum number of waiting suggestions."
    QUEUE_FULL = "The server has the maximum number of waiting suggestions."
    SUGGESTION_GONE = "The suggestion was decided, or its author erased it."
    EXPORT_TOO_LARGE = "The files are larger than Discord lets us attach."
    NO_PACK_FILES = (
        "The files of the pack are not on the machine where the bot runs, or no longer contain the question."
    )
    FILE_LOST = "Discord did not deliver the attached file."
    NOT_ANSWERED = "Only members who have answered a question can report it."
    NOT_A_TEXT_CHANNEL = "A post needs a text channel; the member used the command elsewhere, and named no channel."
    NAME_TAKEN = "Another open competition of the server has this name."
    TOO_MANY_COMPETITIONS = "The server has the maximum number of open competitions."
    NO_TIME_TO_JOIN = "The competition starts at once, and entry closes at the start, so nobody could join."
    BAD_TEAM_ROLES = "Role teams need two or more roles, none of which is @everyone; other competitions take no roles."
    COMPETITION_OVER = "The competition has ended or was cancelled."
    COMPETITION_RUNNING = "The competition has no result yet."
    ENTRY_CLOSED = "The competition has begun, so entry is closed."
    HIDING = "The member is hidden, and a competition shows names."
    NOT_IN_COMPETITION = "The member is not in the competition."
    IN_NO_COMPETITION = "The member is in none of the competitions that are announced or running."
    TOO_MANY_TEAMS = "The competition has the maximum number of teams."
    UNKNOWN_LIVE = "The live round does not exist, or belongs to another server."
    NO_LIVE = "No live round is going on in the channel."
    TOO_MANY_LIVE = "The server has the maximum number of live rounds."
    LIVE_BEGUN = "The lobby is closed, because the questions of the round have begun."
    LIVE_OVER = "The live round has ended."
    LIVE_QUESTION_CLOSED = "That question of the live round no longer takes answers."
    LIVE_QUESTION_OPEN = "The explanation waits until the question has closed."
    NOBODY_JOINED = "A live round needs somebody to play."
    NOT_IN_LIVE = "The member has not joined the live round, or has left it."
    NOT_YOUR_LIVE = "Only the host of the live round and managers may do that."
    ROLE_BOUND = "The role is already bound to an award."
    UNKNOWN_AWARD = "The role is not bound to an award."
    TOO_MANY_AWARDS = "The server has bound the maximum number of roles."
    DUEL_WITH_ONESELF = "Members cannot challenge themselves."
    DUEL_WITH_BOT = "Bots do not play."
    OPPONENT_ERASED = "The opponent has deleted their data."
    DUEL_WITH_STRANGER = "The opponent is not in the server."
    TOO_MANY_DUELS = "The challenger has the maximum number of open duels."
    UNKNOWN_DUEL = "The duel does not exist, or belongs to another server."
    NOT_YOUR_DUEL = "The duel is between two other members."
    NOT_CHALLENGED = "Only the challenged member can accept or decline."
    NOT_CHALLENGER = "Only the challenger can withdraw the challenge."
    DUEL_NOT_ACCEPTED = "The challenge has not been accepted yet, so there is nothing to play."
    DUEL_OVER = "The duel no longer takes answers or decisions."
    DUEL_ACCEPTED = "The duel can no longer be declined or withdrawn."
    PACK_FIRST = "An exam version was named with a pack that the server does not study yet."
    NAME_WITH_ADDRESS = "A name that other servers see cannot contain a link."
    NOT_IN_LEAGUE = "The server has not opted in to the league."
    UNKNOWN_BUTTON = "No handler exists for the button, menu or form: it is forged, or from an older version."
    NOT_LISTED = "The chosen entry of a menu no longer exists, or no menu ever showed it."
    FORM_OUT_OF_DATE = (
        "The form lacks a field, or has a value that it never offered: it is from another version of the bot."
    )
    NOTHING_LIKE_IT = "The message has no question, so there is nothing similar to practice."
    FROM_ANOTHER_PACK = (
        "The question is from a pack that the server does not study, so the server has no similar questions."
    )
    CANNOT_POST_HERE = "The command posts in the channel where it is used, and posts are not possible there."
    PARTNER_ONESELF = "Members cannot be their own partner."
    PARTNER_BOT = "Bots do not study."
    PARTNER_STRANGER = "The member who is asked is not in the server."
    PARTNER_HIDING = "The member is hidden in this server, and a streak together shows both names."
    HAS_PARTNER = "The member already has a partner."
    PARTNER_TAKEN = "The other member already has a partner."
    ASKED_TOO_OFTEN = "The member has already asked as many others as is allowed in a day."
    NOT_ASKED = "Only the member who was asked can accept."
    UNKNOWN_PARTNERSHIP = "The streak together does not exist, or belongs to another server."
    NOT_YOUR_PARTNERSHIP = "The streak together belongs to two other members."
    PARTNERSHIP_OVER = "The streak together was ended, or the request declined or withdrawn."
    NO_PAUSE = "The member has planned no such pause, or it is over."
    PAUSE_WITHOUT_START = "The last day of a pause was given without the first day."
    START_TOO_SOON = "The start is too soon for members to learn of it."
    START_TOO_FAR = "The start is too far ahead."
    TOO_MANY_EVENINGS = "The server has the maximum number of exam evenings ahead."
    UNKNOWN_EVENING = "The exam evening does not exist, or belongs to another server."
    EVENING_OVER = "The exam evening is over, so nobody can join it."
    EVENING_NOT_BEGUN = "The exam evening has not started, so there is no paper yet."
    EVENING_BEGUN = "The exam evening has started, so its time cannot change."
    NOT_YOUR_EVENING = "Only the member who planned the exam evening and managers may do that."
    NOT_IN_EVENING = "The member has not signed up for the exam evening, or has left it."
    SHARING_OFF = "The server's managers have turned sharing off."
    SHARING_HIDDEN = "The member is hidden in this server, and a shared line shows their name."
    SHARING_ALONE = "Only the member and the bot read this channel."
    SHARED_ALREADY = "The member has already shared this here."
    NOTHING_TO_SHARE = "The member has no such result, or it is not known yet."
    TOO_LATE_FOR_FORM = "The form could not be opened in time, because preparing it took too long."


class Refused(StudyError):
    """A refusal that needs no data besides its reason."""

    reason: Refusal


class Unreadable(StudyError):
    """A typed text that cannot be read. Only its subclasses are raised."""

    text: str


class BadGoal(Unreadable):
    """A text that is not a goal of the week."""


class TooManySections(StudyError):
    """A goal of the week asks for more sections than the server's pack has."""

    most: int


class PauseBackwards(StudyError):
    first: date
    last: date


class PauseNotAhead(StudyError):
    """A pause would begin on a day that has already begun. `earliest`: the first day on which a pause can begin."""

    earliest: date


class PauseTooFar(StudyError):
    """A pause would begin too far ahead. `latest`: the last day on which one can begin."""

    latest: date


class PauseOverlaps(StudyError):
    """The member has planned another pause for some of these days."""

    first: date
    last: date


class PauseTooLong(StudyError):
    """Too few days of a month can still be paused. `month`: the first day of that month."""

    month: date
    left: int
    most: int


class NoOpenDaily(StudyError):
    """The server has no open daily, or the one called `name` is not open. `unsent`: today's daily is about to be
    posted, or cannot be posted."""

    next_post_at: datetime | None = None
    name: str = ""
    unsent: bool = False


class WhichDaily(StudyError):
    """Several dailies match, or none has the name that was given. `names`: the names to choose from."""

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
    """The exam is submitted, but others in its evening are still taking it: no key is shown before `until`."""

    until: datetime


class NoExamRunning(StudyError):
    """The member has no mock exam running. `last_ended_at`: when their last exam ended; None if there has been none."""

    last_ended_at: datetime | None


class TooFewQuestions(StudyError):
    """The pack lacks `missing` questions in a section to fill a mock exam of this length. `short_fits`: whether it could
    fill a short one."""

    section: str
    missing: int
    short_fits: bool = False


class TooManyForMastery(StudyError):
    """A mastery role would require more right answers than its section has questions. `most`: the number of
    questions."""

    most: int


class UnknownSection(StudyError):
    """A pack has no such section. `sections`: the sections of the pack. `pack`: the pack's title, if the server studies
    another pack."""

    section: str
    sections: tuple[str, ...] = ()
    pack: str = ""


class NoQuestions(StudyError):
    """No question matches the requested sections and difficulty."""


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
    """The date of an exam is today, in the past, or more than two years ahead."""

    day: date
    today: bool = False


class NoPlan(StudyError):
    """The member has no study plan."""


class BadDays(Unreadable):
    """A text that is not a list of weekdays."""


class AlreadyPosted(StudyError):
    """This local date already has its daily. `post`: the server, channel and message of its post, if the post is known
    to exist."""

    day: date
    post: tuple[int, int, int] | None


class DaySkipped(StudyError):
    """This local date has no daily: a manager skipped it, or it could not be posted in time."""

    day: date


class NotInTurn(StudyError):
    """Dailies are skipped in order: the daily of `first` comes before this one."""

    day: date
    first: date


class CannotPost(StudyError):
    """The bot is not allowed to post in the chosen channel. `reason`: a sentence that says what to do."""

    reason: str


class UnknownQuestion(StudyError):
    """Neither the server nor its pack has a question with this id."""

    question_id: str


class NoLeaf(StudyError):
    """A parent section holds no questions itself."""

    section: str
    leaves: tuple[str, ...]


class TooManyQuestions(StudyError):
    """The server would have more questions of its own than it may keep."""

    kept: int
    most: int


class FileTooLarge(StudyError):
    """A file is too large. The sizes are in bytes."""

    size: int
    most: int


class UnreadableCategories(Unreadable):
    """The text is not `NAME=SECTION`."""


class UnreadableFields(Unreadable):
    """The text is not `ROLE=NAME`, or the role is unknown."""


class UnknownExamVersion(StudyError):
    """The pack describes no exam version with this code. `names`: the versions that it describes."""

    text: str
    names: tuple[str, ...]
    pack: str = ""
    """The pack's title, if the server studies another pack."""


class UnknownPack(Unreadable):
    """There is no pack of this name."""


class UnknownPeriod(Unreadable):
    """The text is neither a period nor an ended season of this server."""


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
    """Several competitions match, with these `names`."""

    names: tuple[str, ...]


class ChooseTeam(StudyError):
    """The member has to name a team. `names`: the existing teams or, with `by_role`, the teams whose roles the member
    has. With `by_role`, no new team can be created."""

    names: tuple[str, ...]
    by_role: bool = False


class NoTeamRole(StudyError):
    """The member has none of the team roles."""

    role_ids: tuple[int, ...]


class LiveGoingOn(StudyError):
    """The channel already has a live round. `message_id`: its message, once it is posted."""

    guild_id: int
    channel_id: int
    message_id: int | None


class CannotGiveRole(StudyError):
    """The bot, or the manager, is not allowed to give this role. `reason`: a sentence."""

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
    """The question of a recorded answer has since changed shape, so the two cannot be shown together."""

    correct: bool
    points: int


class KeySealed(StudyError):
    """The member can still answer this question elsewhere, so its key stays secret. `until`: when it may be shown, at
    the latest."""

    until: datetime
