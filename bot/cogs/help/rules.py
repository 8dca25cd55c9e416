"""The rules in plain words, one phone screen for each topic. The rules are in `bot.study`, and the figures come from
there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import TypeAlias

from bot.cogs.ui.limits import LIMITS, Limit
from bot.cogs.ui.text import human_join, plural
from bot.records import dataclass
from bot.services.competition_steps import MOST_PINGS
from bot.study import evenings, leagues, live
from bot.study.competitions import (
    HALF_TIME_FROM,
    LAST_HOUR_FROM,
    MAX_OPEN,
    MAX_TEAMS,
    MIN_ANSWERS_TO_IMPROVE,
    MIN_DAYS_OF_STREAK,
    MIN_TEAM,
)
from bot.study.discussions import FEWEST
from bot.study.duels import MAX_UNACCEPTED
from bot.study.duels import QUESTIONS as DUEL_QUESTIONS
from bot.study.goals import LEAST_MEMBERS
from bot.study.groups import LEAST, WEEKS
from bot.study.memory import FROM
from bot.study.pauses import MOST_DAYS
from bot.study.scoring import MAX_STREAK_BONUS, POINTS_BY_DIFFICULTY
from bot.study.standings import MIN_ANSWERS_FOR_ACCURACY
from bot.study.streaks import DAYS_PER_FREEZE, MAX_FREEZES
from bot.study.suggestions import MAX_WAITING

Rules: TypeAlias = Sequence[tuple[str, str]]
"""Each difficulty with its short name."""


@dataclass(frozen=True, slots=True)
class Topic:
    title: str
    rules: Rules


def _limit(limit: Limit) -> str:
    return f"{limit.times} {limit.what} in {plural(limit.minutes, 'minute')}"


def _hours(length: timedelta) -> str:
    return plural(length // timedelta(hours=1), "hour")


def _seconds(length: timedelta) -> str:
    return plural(length // timedelta(seconds=1), "second")


def _sizes() -> str:
    ends = [leagues.bounds(band) for band in leagues.Band]
    return human_join(
        [f"up to {most}" if not least else f"{least} to {most}" if most else f"{least} or more" for least, most in ends]
    )


_EASY, _MEDIUM, _HARD = POINTS_BY_DIFFICULTY.values()

TOPICS: Mapping[str, Topic] = {
    "points": Topic(
        "Points and streaks",
        [
            (
                "Points",
                f"The question of the day earns {_EASY}, {_MEDIUM} or {_HARD} points by difficulty, and 1 more for each day of your "
                f"streak, up to {MAX_STREAK_BONUS}. In a quiz, review or mock exam it is half, rounded down. A wrong answer costs nothing.",
            ),
            ("All or nothing", "As in the exam, an answer with several parts earns points when all of them are right."),
            (
                "Once a season",
                "A question scores once for you in a season, however you meet it. Members who erase their "
                "data start over from zero.",
            ),
            (
                "Streak",
                "A day counts when you answer its question, right or wrong, by the server's calendar. If there are several, one is "
                "enough. Days without a question do not break it.",
            ),
            (
                "Freezes",
                f"Every {DAYS_PER_FREEZE} days earn a freeze, which saves your streak on a day that you miss. You can hold "
                f"{MAX_FREEZES}.",
            ),
            (
                "Pauses",
                f"`/streak pause` plans days off that break nothing: up to {MOST_DAYS} a month, before they begin.",
            ),
            (
                "Together",
                "`/streak partner` asks a member: a day counts when you both answer. Either may end it.",
            ),
        ],
    ),
    "boards": Topic(
        "Leaderboards and seasons",
        [
            (
                "By points",
                "More points come first; then fewer answers; then those who got there first.",
            ),
            (
                "By accuracy",
                f"From {MIN_ANSWERS_FOR_ACCURACY} answers on, your share of right answers, estimated cautiously: 18 of 20 ranks above "
                "9 of 10. Your first answer to a question in a season counts.",
            ),
            (
                "Seasons",
                "A season is a month of the server's calendar. When it ends, its tables are kept, the first are named, and "
                "everybody starts again from zero. An answer counts on the day on which you gave it.",
            ),
            (
                "Goal of the week",
                f"If the managers set one, the daily shows how far all are together, from {LEAST_MEMBERS} members on, without those who hide.",
            ),
            ("Hiding", "`/privacy hide` takes you off the leaderboards. Nobody sees your answers either way."),
            (
                "Discussion",
                "A manager can open a thread about each question of the day. It shows how the group answered from "
                f"{FEWEST} answers on, without those who hide.",
            ),
        ],
    ),
    "study": Topic(
        "Reviews and mock exams",
        [
            (
                "Reviews",
                "Every answer, in any mode, decides when its question comes back: a missed one tomorrow, a known one later "
                f"each time. In a review you can say that it was hard or easy. After {FROM} answers the dates follow your own memory.",
            ),
            (
                "Sure or guessed",
                "Under the result you may say how sure you were. A lucky guess comes back sooner; a wrong answer comes back soonest, however "
                "sure it was. `/progress` shows how often you were right when you were sure, and can switch this off for you.",
            ),
            (
                "Mock exams",
                "`/exam start` says which exam it is and what passes. The score is an estimate, in proportion to what you got "
                "right. Your answers count when you submit, or when the time is up.",
            ),
            (
                "No spoilers",
                "A question that you can still answer as the question of the day, or in a duel, is not asked or explained "
                "elsewhere.",
            ),
        ],
    ),
    "contests": Topic(
        "Competitions",
        [
            (
                "What counts",
                "Your first answer to each question between start and end, in the chosen sections, from when you joined. It earns "
                "what it would on the leaderboard if it were new this season. You can be in several competitions, "
                f"and a server can have {MAX_OPEN} at a time.",
            ),
            (
                "Who is ahead",
                "More points; then fewer answers; then those who got there first. Members who tie share the place.",
            ),
            (
                "Joining late, leaving, coming back",
                "Where entry stays open you can join until the end; earlier answers do not count. If you leave, you are off the table, and "
                "what you answer meanwhile is used up. If you come back, your points are still there.",
            ),
            (
                "At the end",
                "The result stands. Most improved: the share of right answers that grew most from the first half to the second, from "
                f"{MIN_ANSWERS_TO_IMPROVE} answers. Longest streak: most days in a row with an answer, from "
                f"{plural(MIN_DAYS_OF_STREAK, 'day')}. Nobody wins without a point.",
            ),
            (
                "Pings",
                f"At half time (from {_hours(HALF_TIME_FROM)}) and before the last hour (from {_hours(LAST_HOUR_FROM)}), for those who "
                f"joined themselves, {MOST_PINGS} at most.",
            ),
        ],
    ),
    "teams": Topic(
        "Teams in a competition",
        [
            (
                "Score",
                "A team's score is the mean of its best N members, so a large team has no advantage. N is fixed at the start: the size of the "
                f"smallest team that has anybody, and at least {MIN_TEAM}. Missing members count as 0. There can be {MAX_TEAMS} teams.",
            ),
            (
                "By role",
                "Your team is the role that you have at the start or, if you come later, when you first answer or join. Later changes of "
                "your roles change nothing. With several team roles, choose with `/competition join`.",
            ),
            ("A deleted role", "Its team keeps its members, and nobody new can join it."),
            ("Coming back", "Once the competition has begun, you play for the same team again."),
            (
                "A deleted channel",
                "The competition goes on in the channel of the question of the day. Without one, `/competition standings` shows everything.",
            ),
        ],
    ),
    "duels": Topic(
        "Duels",
        [
            (
                "How it goes",
                f"`/duel` asks two members the same {DUEL_QUESTIONS} questions, each in private. You have a day to accept and a day "
                "to play.",
            ),
            (
                "Who wins",
                "The player with more right answers. If equal: the one who answered every question, then the faster one, from "
                "the first question shown to the last answer. If all of that is equal, it is a tie. Without a right answer nobody wins.",
            ),
            ("No spoilers", "Neither of you learns what was right before it is over."),
            ("Points", "The same as in a quiz. Winning earns nothing extra."),
            (
                "Pings",
                f"The challenge pings the member it is for, and one member can send {MAX_UNACCEPTED} challenges a day that nobody accepts.",
            ),
        ],
    ),
    "live": Topic(
        "Live rounds",
        [
            (
                "How it goes",
                f"`/live start` opens a lobby for {_seconds(live.LOBBY)}; then come 1 to {live.MAX_QUESTIONS} questions of "
                f"{live.MIN_SECONDS} to {live.MAX_SECONDS} seconds each, closed early when everybody has answered, with "
                f"{_seconds(live.PAUSE)} between them. Then a podium, and **Again** for the host and managers.",
            ),
            (
                "Score",
                f"A right answer earns {live.RIGHT}, and up to {live.SPEED} more for speed: all of it within the first "
                f"{_seconds(live.HEAD_START)}, so that a slow connection costs nothing. "
                f"A wrong one costs nothing, and your first press counts.",
            ),
            (
                "Who is ahead",
                "The higher score; then more right answers; then less time for them.",
            ),
            (
                "On the leaderboards",
                "Each answer also counts like one in a quiz, a moment after its question has closed.",
            ),
            (
                "Coming and going",
                "Join at any time by pressing a letter. All see who has answered, not what. If you leave, nobody waits for you; your score stays. "
                f"A channel has one round at a time, a server {live.MAX_OPEN}.",
            ),
            (
                "When something breaks",
                "If I am away for a moment, the open question is asked again with a new clock. After "
                f"{plural(live.STALE // timedelta(minutes=1), 'minute')}, or if the message is deleted, the round ends with the score so far.",
            ),
        ],
    ),
    "evenings": Topic(
        "Exam evenings",
        [
            (
                "How it goes",
                "Managers plan one with `/exam group`, and you sign up on its post. At the start you press Begin there: everybody sits the "
                "same paper, each in private.",
            ),
            (
                "The clock",
                "It runs from the common start for all. Come late and you have what is left. It ends early once all who signed up have "
                "handed in, and until then nobody sees a score or an answer.",
            ),
            (
                "Your score",
                "The table shows it only if you press Show my score, before or after. How ready the group is, by domain, is shown once "
                f"{evenings.FEWEST} papers are in. If you are hidden, neither includes you.",
            ),
            (
                "The review",
                "A thread under the post goes through the paper. What somebody can still answer elsewhere follows later.",
            ),
            (
                "Leaving",
                "Before the start your name is off. Later your exam goes on, alone.",
            ),
            (
                "When something breaks",
                "A restart changes nothing. If I am away at the start, it begins when I am back, within "
                f"{plural(evenings.LATE // timedelta(minutes=1), 'minute')}, with the whole time. If its post is deleted, it is over.",
            ),
        ],
    ),
    "league": Topic(
        "The league between servers",
        [
            (
                "Opt-in",
                "Managers join with `/league join`. The other servers of the division then see a name that the managers chose, the "
                "server's size, mean points and place, but no members. `/league leave` removes all of it at once.",
            ),
            (
                "Score",
                "The mean of the season's points of the active members: those with "
                f"{leagues.MIN_ANSWERS} first answers in the month. It takes {leagues.MIN_ACTIVE} of them to be ranked. On "
                f"a tie: more active members, then longer in the league.",
            ),
            (
                "No way to farm it",
                "Members who were active stay in the mean when they leave. A server's own questions earn nothing here. Members who hide "
                "do not count.",
            ),
            ("Sizes", f"Servers play others of about their size: {_sizes()} active members."),
        ],
    ),
    "divisions": Topic(
        "Divisions of the league",
        [
            (
                "Up and down",
                f"A division has {leagues.FULL} servers, the lowest up to {leagues.MOST}. After each month the first two change "
                f"places with the last two of the one above; with fewer than {leagues.TWO_MOVE_FROM}, one does. Without a point nobody goes up.",
            ),
            (
                "Unranked",
                "A server that was not ranked starts again in the lowest division. After "
                f"{leagues.RESTS_AFTER} such months in a row it rests until a manager brings it back.",
            ),
            (
                "The month",
                "A calendar month by each server's own clock. The table is final when the month is over everywhere and every season "
                f"is closed, after {leagues.WAITS_FOR.days} days at the latest. The result is posted where the season's end is.",
            ),
            (
                "A new size",
                "A server that has clearly grown or shrunk moves with the new month, into the lowest division.",
            ),
        ],
    ),
    "roles": Topic(
        "Roles you can win",
        [
            ("Season", "It goes to the first of its leaderboard until somebody else wins it."),
            (
                "Competition",
                "It goes to the winner, or to each member of the winning team with a point, until somebody else wins it.",
            ),
            (
                "Mastery",
                "It comes with enough different questions of a section answered right, and you keep it.",
            ),
        ],
    ),
    "group": Topic(
        "What the group knows",
        [
            (
                "The figures",
                "`/group` shows mastery by section, the questions that most members missed the last time, and the share of first "
                f"answers right in each of the last {WEEKS} weeks. Managers can have it posted weekly.",
            ),
            (
                "Who counts",
                f"Members who answered here in those weeks. No figure comes from fewer than {LEAST}, and members who hide are in none.",
            ),
            (
                "No spoilers",
                "A question that anyone can still answer is in no figure, and a week is shown once its questions are closed.",
            ),
            (
                "The question of the day",
                "Managers can let it follow the figures: each section's share of the exam counts, times what the group has not mastered "
                "of it. The post says so.",
            ),
        ],
    ),
    "suggestions": Topic(
        "Questions from members",
        [
            (
                "Suggest one",
                "`/question suggest` opens a form, and names similar questions before you send it. The managers read it with your name, "
                f"and accept, edit or decline it. {plural(MAX_WAITING, 'suggestion')} of yours can wait at a time.",
            ),
            (
                "What becomes of it",
                "You read the decision in private, in `/study` and `/question suggestions`. Nobody is pinged.",
            ),
            (
                "Your name on it",
                "An accepted question is asked in this server with your name under it. The name goes when you hide or delete your data; the "
                "question stays. Finished posts stay as they were.",
            ),
        ],
    ),
    "fair-play": Topic(
        "Privacy and fair play",
        [
            (
                "Private",
                "Only you see your answers; leaderboards show names and figures. I read no messages. `/privacy` gives you a copy of your "
                "data, deletes it, or hides you.",
            ),
            (
                "Sharing",
                "Share under a result puts one line into the channel, once: your name and the figures, never the question. "
                "It pings nobody, and managers can switch it off with `/settings sharing:`.",
            ),
            (
                "The same for all",
                "Everybody sees the question of the day with its options in one order; elsewhere they are shuffled for you. The right "
                "answer is not sent to your device before you have answered.",
            ),
            (
                "Wrong questions",
                "If a question seems wrong, press Flag under your feedback. The managers read it, and points that were given stay.",
            ),
            (
                "Taking turns",
                f"Costly actions have a limit for each member: {human_join([_limit(limit) for limit in LIMITS])}.",
            ),
        ],
    ),
}
"""Topics by the value of `/help topic:`, in menu order. Each fits one phone screen; a test checks it."""
