"""What a member can be refused, in the words of the domain. `bot.cogs.ui.errors` turns each into a sentence."""

from __future__ import annotations

from datetime import date, datetime, time


class StudyError(Exception):
    """A request that the rules refuse. Nothing was changed."""


class UnknownDaily(StudyError):
    """The daily is not there: never posted, or its server's data was erased."""


class NoOpenDaily(StudyError):
    """The server has no daily that takes answers just now."""

    def __init__(self, next_post_at: datetime | None = None) -> None:
        self.next_post_at = next_post_at


class WrongServer(StudyError):
    """The daily belongs to another server."""


class NeedsServer(StudyError):
    """Only a server has this; the member is in a direct message, or in a server that the bot has not joined."""


class DailyClosed(StudyError):
    def __init__(self, closed_at: datetime) -> None:
        self.closed_at = closed_at


class DailyStillOpen(StudyError):
    """Explanations are for those who have answered, or for after the close."""

    def __init__(self, closes_at: datetime) -> None:
        self.closes_at = closes_at


class UnknownOption(StudyError):
    """The answer names a place that the question does not have."""

    def __init__(self, expected: str) -> None:
        self.expected = expected


class NotYours(StudyError):
    """A private series belongs to the member who started it."""


class UnknownQuiz(StudyError):
    pass


class UnknownExam(StudyError):
    pass


class NotYourExam(NotYours):
    pass


class ExamRunning(StudyError):
    """One mock exam at a time, wherever it was started; and one that runs has no result yet."""

    def __init__(self, ends_at: datetime) -> None:
        self.ends_at = ends_at


class NoExamRunning(StudyError):
    """`last_ended_at`: when the member's last one ended; None if there has been none."""

    def __init__(self, last_ended_at: datetime | None) -> None:
        self.last_ended_at = last_ended_at


class TooFewQuestions(StudyError):
    """The pack lacks `missing` questions in a section to fill a mock exam of this length."""

    def __init__(self, section: str, missing: int) -> None:
        self.section = section
        self.missing = missing


class NotRateable(StudyError):
    """Only a right answer of a review can be called hard or easy."""


class UnknownSection(StudyError):
    def __init__(self, section: str) -> None:
        self.section = section


class NoQuestions(StudyError):
    """No question fits the sections and the difficulty that were asked for."""


class NoDailyQuestions(NoQuestions):
    """The sections of a server's daily hold none."""


class NoLiveQuestions(NoQuestions):
    """The section of a live round holds none that it can ask."""


class NoContestQuestions(NoQuestions):
    """The sections of a competition hold none."""


class NotScheduled(StudyError):
    """The server has no schedule yet."""


class DailyPaused(StudyError):
    """The schedule is paused: no daily is due."""


class BadTime(StudyError):
    """Not a time of day that we understand."""

    def __init__(self, text: str) -> None:
        self.text = text


class BadZone(StudyError):
    def __init__(self, text: str) -> None:
        self.text = text


class BadDate(StudyError):
    def __init__(self, text: str) -> None:
        self.text = text


class WrongWeekday(StudyError):
    """A date was written with the name of another day of the week. `day`: the date."""

    def __init__(self, day: date) -> None:
        self.day = day


class Ambiguous(StudyError):
    """What was typed has several readings: dates, times of day or moments, each as itself."""

    def __init__(self, text: str, readings: tuple[date | time | datetime, ...]) -> None:
        self.text = text
        self.readings = readings


class AmbiguousZone(BadZone):
    """What was typed means several time zones, whose clocks differ; the largest come first."""

    def __init__(self, text: str, zones: tuple[str, ...]) -> None:
        super().__init__(text)
        self.zones = zones


class PastDate(StudyError):
    """An exam is ahead, and within two years."""

    def __init__(self, day: date) -> None:
        self.day = day


class NoPlan(StudyError):
    """The member has no study plan."""


class BadDays(StudyError):
    def __init__(self, text: str) -> None:
        self.text = text


class AlreadyPosted(StudyError):
    """The server has had its daily for this local date. `post`: its server, channel and message, where it is known to be up."""

    def __init__(self, day: date, post: tuple[int, int, int] | None) -> None:
        self.day = day
        self.post = post


class NoSkip(StudyError):
    """There is no skipped daily whose hour is still to come."""


class DaySkipped(StudyError):
    """The server's daily for this local date was left out: by a manager, or because it could not be posted in time."""

    def __init__(self, day: date) -> None:
        self.day = day


class NotAllowed(StudyError):
    """For managers of the server."""


class NothingKept(StudyError):
    """There is nothing of this member."""


class BadRole(StudyError):
    """A role that a daily must not mention: everyone."""


class CannotPost(StudyError):
    """The bot may not post in the channel that was chosen. `reason` is a sentence that says what to do about it."""

    def __init__(self, reason: str) -> None:
        self.reason = reason


class UnknownQuestion(StudyError):
    """The server has no question of that id, nor has its pack."""

    def __init__(self, question_id: str) -> None:
        self.question_id = question_id


class NoLeaf(StudyError):
    """A section that is made of others holds no questions itself."""

    def __init__(self, section: str, leaves: tuple[str, ...]) -> None:
        self.section = section
        self.leaves = leaves


class NoOwnQuestions(StudyError):
    """The server has no questions of its own, or none in that section."""


class TooManyQuestions(StudyError):
    """The server's own questions would become more than it may keep."""

    def __init__(self, kept: int, most: int) -> None:
        self.kept = kept
        self.most = most


class DraftGone(StudyError):
    """The draft was saved, discarded, or another of the same manager took its place."""


class DraftFaulty(StudyError):
    """The draft, as it was typed, is no question yet."""


class FileTooLarge(StudyError):
    """Sizes in bytes."""

    def __init__(self, size: int, most: int) -> None:
        self.size = size
        self.most = most


class ExportTooLarge(StudyError):
    """More than Discord lets us attach."""


class FileLost(StudyError):
    """Discord did not hand over the file that was attached."""


class UnknownExamVersion(StudyError):
    """The pack describes no exam version with this code."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class UnknownPack(StudyError):
    def __init__(self, name: str) -> None:
        self.name = name


class NotAnswered(StudyError):
    """Only those who have answered a question can say what is wrong with it."""


class NotATextChannel(StudyError):
    """A post needs a text channel; the member is somewhere else, and has named none."""


class UnknownPeriod(StudyError):
    """Neither a period nor a season that has ended here."""

    def __init__(self, text: str) -> None:
        self.text = text


class BadMoment(StudyError):
    """Not a point in time that we understand."""

    def __init__(self, text: str) -> None:
        self.text = text


class BadWindow(StudyError):
    """A competition cannot run from there to there. `reason` says why, without its full stop."""

    def __init__(self, reason: str) -> None:
        self.reason = reason


class BadName(StudyError):
    """Empty, or longer than `longest` characters."""

    def __init__(self, longest: int) -> None:
        self.longest = longest


class NameTaken(StudyError):
    """Another open competition of the server has this name."""


class TooManyCompetitions(StudyError):
    pass


class BadTeamRoles(StudyError):
    """Teams by role need two roles or more, everyone not among them; other competitions take none."""


class UnknownCompetition(StudyError):
    pass


class WhichCompetition(StudyError):
    """Several competitions fit, or none. `names` are those that do."""

    def __init__(self, names: tuple[str, ...]) -> None:
        self.names = names


class CompetitionOver(StudyError):
    """The competition has ended or was cancelled."""


class CompetitionRunning(StudyError):
    """Its result is not there yet."""


class EntryClosed(StudyError):
    """The competition has begun, and took entries only until then."""


class Hiding(StudyError):
    """The member wants to appear on no board, and a competition shows names."""


class NotInCompetition(StudyError):
    pass


class ChooseTeam(StudyError):
    """The member has to name a team. `names` are those that there are."""

    def __init__(self, names: tuple[str, ...]) -> None:
        self.names = names


class NoTeamRole(StudyError):
    """The member carries none of the roles that are the teams."""

    def __init__(self, role_ids: tuple[int, ...]) -> None:
        self.role_ids = role_ids


class TooManyTeams(StudyError):
    pass


class UnknownLive(StudyError):
    """The live round is not there, or belongs to another server."""


class NoLive(StudyError):
    """No live round is going on in the channel."""


class LiveGoingOn(StudyError):
    """One live round at a time in a channel. `message_id` is where it is, once it is up."""

    def __init__(self, guild_id: int, channel_id: int, message_id: int | None) -> None:
        self.guild_id = guild_id
        self.channel_id = channel_id
        self.message_id = message_id


class TooManyLive(StudyError):
    pass


class LiveBegun(StudyError):
    """The lobby is closed: its questions have begun."""


class LiveOver(StudyError):
    """The live round has ended."""


class LiveQuestionClosed(StudyError):
    """That question of a live round takes no answers any more."""


class LiveQuestionOpen(StudyError):
    """The explanation waits until the question has closed."""


class NobodyJoined(StudyError):
    """A live round needs somebody to play."""


class NotInLive(StudyError):
    """The member has not joined the live round, or has left it."""


class NotYourLive(StudyError):
    """For whoever started the live round, and for managers."""


class CannotGiveRole(StudyError):
    """The bot, or the manager who asks for it, may not give this role. `reason` is a sentence."""

    def __init__(self, reason: str) -> None:
        self.reason = reason


class RoleBound(StudyError):
    """The role is bound to something already."""


class UnknownAward(StudyError):
    pass


class TooManyAwards(StudyError):
    pass


class DuelWithOneself(StudyError):
    pass


class DuelWithBot(StudyError):
    pass


class OpponentErased(StudyError):
    """The other has had their data deleted."""


class DuelWithStranger(StudyError):
    """The other is not in the server."""


class TooManyDuels(StudyError):
    """The challenger has begun as many open duels as one may."""


class ChallengedTooOften(StudyError):
    """The other has left one's last challenges alone; `again_at` is when one may ask them again."""

    def __init__(self, again_at: datetime) -> None:
        self.again_at = again_at


class TooFewForDuel(StudyError):
    """The section has only `there` questions that could be asked of both just now."""

    def __init__(self, section: str, there: int) -> None:
        self.section = section
        self.there = there


class UnknownDuel(StudyError):
    pass


class NotYourDuel(StudyError):
    """It is between two others."""


class NotChallenged(StudyError):
    """Only who was challenged can accept or decline."""


class NotChallenger(StudyError):
    """Only who has challenged can take the challenge back."""


class DuelOpen(StudyError):
    """It has no result yet."""

    def __init__(self, expires_at: datetime) -> None:
        self.expires_at = expires_at


class DuelNotAccepted(StudyError):
    """The challenge waits for an answer; there is nothing to play."""


class DuelOver(StudyError):
    """It takes no answers any more, and no decisions."""


class DuelAccepted(StudyError):
    """It cannot be declined or taken back any more."""


class NameWithAddress(StudyError):
    """A name that other servers see is no place for a link."""


class NotInLeague(StudyError):
    """The server has not opted in to the league."""


class LeagueNotOpen(NotInLeague):
    """Too few servers have the bot for a league."""

    def __init__(self, needed: int) -> None:
        super().__init__(f"the league opens with {needed} servers")
        self.needed = needed


class UnknownLeagueSeason(StudyError):
    """The server took no part in that month of the league."""

    def __init__(self, text: str) -> None:
        self.text = text


class TooOften(StudyError):
    """A member asked for more of something costly than is theirs in so many minutes. `wait` is in seconds."""

    def __init__(self, what: str, times: int, minutes: int, wait: float) -> None:
        self.what = what
        self.times = times
        self.minutes = minutes
        self.wait = wait


class QuestionChanged(StudyError):
    """An answer on record whose question has another shape by now, so that the two cannot be shown together."""

    def __init__(self, *, correct: bool, points: int) -> None:
        self.correct = correct
        self.points = points


class KeySealed(StudyError):
    """The key of a question that the member may still answer elsewhere. `until`: when it may be told, at the latest."""

    def __init__(self, until: datetime) -> None:
        self.until = until


class UnknownButton(StudyError):
    """A button, menu or form that no handler answers to: forged, or from an older version."""


class FormOutOfDate(StudyError):
    """A form that lacks a part, or holds what it never offered: it is from another version."""


class CannotPostHere(StudyError):
    """The command posts where it is used, and that is no place for posts."""


class TooLateForForm(StudyError):
    """A form that could not open in time, because what it shows took too long to find."""
