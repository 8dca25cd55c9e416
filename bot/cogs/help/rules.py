"""The rules in plain words, one phone screen for each topic. `bot.study` holds the rules themselves, and the numbers
come from there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeAlias

from bot.cogs.ui.limits import LIMITS, Limit
from bot.cogs.ui.text import human_join, plural
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
"""Rules of a topic: the heading and the text of each."""


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
                f"streak, up to {MAX_STREAK_BONUS}. In a quiz, review or mock exam, a question earns half its points, rounded down. A wrong answer costs nothing.",
            ),
            (
                "All or nothing",
                "As in the exam, an answer with several parts earns points only if all of them are right.",
            ),
            (
                "Once a season",
                "A question earns you points once in a season, wherever you answer it. If you delete your "
                "data, you start again from zero.",
            ),
            (
                "Streak",
                "A day of the server's calendar counts when you answer a question of that day, right or wrong. Days without a question do "
                "not break the streak.",
            ),
            (
                "Freezes",
                f"Every {DAYS_PER_FREEZE} days of a streak earn a freeze, which saves the streak on a day that you miss. You can hold up to "
                f"{MAX_FREEZES}.",
            ),
            (
                "Pauses",
                f"With `/streak pause`, you can plan up to {MOST_DAYS} days off a month in advance. They do not break your streak.",
            ),
            (
                "Together",
                "With `/streak partner`, you can ask a member to keep a streak with you: a day counts when you both answer. Either of you can end it.",
            ),
        ],
    ),
    "boards": Topic(
        "Leaderboards and seasons",
        [
            (
                "By points",
                "Most points first. On a tie: fewer answers, then the member who got there first.",
            ),
            (
                "By accuracy",
                "Your share of right answers, estimated cautiously: 18 of 20 ranks above 9 of 10. It needs "
                f"{MIN_ANSWERS_FOR_ACCURACY} answers. Only your first answer to a question in a season counts.",
            ),
            (
                "Seasons",
                "A season is a month of the server's calendar. When it ends, its leaderboards are kept, the winners are named, and "
                "everybody starts again from zero. An answer counts for the day on which you gave it.",
            ),
            (
                "Goal of the week",
                f"If the managers set one, the daily shows how far the group has come, once {LEAST_MEMBERS} members have answered. Hidden members do not count.",
            ),
            ("Hiding", "`/privacy hide` takes you off the leaderboards. Nobody sees your answers either way."),
            (
                "Discussion",
                "Managers can have a thread opened about each question of the day. The thread shows how the group answered, without hidden "
                f"members, once there are {FEWEST} answers.",
            ),
        ],
    ),
    "study": Topic(
        "Reviews and mock exams",
        [
            (
                "Reviews",
                "Every answer, in any mode, decides when its question comes back: a missed one tomorrow, a known one later "
                f"each time. In a review, you can say that a question was hard or easy. After {FROM} answers, the dates can follow your own memory.",
            ),
            (
                "Sure or guessed",
                "Under the result, you can say how sure you were. A lucky guess comes back sooner; a wrong answer comes back soonest, however "
                "sure you were. `/progress` shows how often you were right when you were sure, and a button there turns this off for you.",
            ),
            (
                "Mock exams",
                "`/exam start` shows which exam it is and what score passes. The score is an estimate, in proportion to what you got "
                "right. Your answers count when you submit, or when time is up.",
            ),
            (
                "No spoilers",
                "While you can still answer a question as the question of the day, in a duel or in a running exam evening, it is not "
                "asked or explained elsewhere.",
            ),
        ],
    ),
    "contests": Topic(
        "Competitions",
        [
            (
                "What counts",
                "Your first answer to each question in the chosen sections, from when you join until the end. It earns "
                "as many points as a question that is new to you this season. You can be in several competitions, "
                f"and a server can have {MAX_OPEN} at a time.",
            ),
            (
                "Who is ahead",
                "The member with more points. On a tie: fewer answers, then the one who got there first. Members who tie share the place.",
            ),
            (
                "Joining late, leaving, coming back",
                "If entry stays open, you can join until the end; earlier answers do not count. If you leave, you no longer appear in the table, and "
                "questions that you answer while you are away do not count later either. If you come back, your points are still there.",
            ),
            (
                "At the end",
                "The result is final. Most improved: the share of right answers that grew most from the first half to the second, with at least "
                f"{MIN_ANSWERS_TO_IMPROVE} answers. Longest streak: most days in a row with an answer, at least "
                f"{plural(MIN_DAYS_OF_STREAK, 'day')}. Nobody wins without a point.",
            ),
            (
                "Pings",
                f"At halftime, if the competition lasts {_hours(HALF_TIME_FROM)} or more, and before the last hour, if it lasts {_hours(LAST_HOUR_FROM)} or more. I ping only "
                f"members who chose to join, {MOST_PINGS} at most.",
            ),
        ],
    ),
    "teams": Topic(
        "Teams in a competition",
        [
            (
                "Score",
                "A team's score is the mean score of its best N members, so a large team has no advantage. N is fixed at the start: the size of the "
                f"smallest team that has members, but at least {MIN_TEAM}. Missing members count as 0. There can be up to {MAX_TEAMS} teams.",
            ),
            (
                "By role",
                "Your team is the team role that you have at the start or, if you come later, when you join or first answer. Later role changes "
                "do not change it. If you have several team roles, choose one with `/competition join`.",
            ),
            ("A deleted role", "Its team keeps its members, and nobody new can join it."),
            ("Coming back", "Once the competition has begun, you play for the same team again."),
            (
                "A deleted channel",
                "The competition continues in the channel of the question of the day. If there is none, `/competition standings` shows everything.",
            ),
        ],
    ),
    "duels": Topic(
        "Duels",
        [
            (
                "How it works",
                f"`/duel` gives two members the same {DUEL_QUESTIONS} questions, each in private. You have a day to accept and a day "
                "to play.",
            ),
            (
                "Who wins",
                "The player with more right answers. On a tie: the one who answered every question, then the faster one, from "
                "the first question shown to the last answer. If all of that is equal, the duel is a tie. Without a right answer, nobody wins.",
            ),
            ("No spoilers", "The answers are not revealed until the duel is over."),
            ("Points", "The same as in a quiz, counted when the duel is over. Winning earns nothing extra."),
            (
                "Pings",
                f"A challenge pings the member you challenge. If they do not accept, you can challenge them up to {MAX_UNACCEPTED} times a day.",
            ),
        ],
    ),
    "live": Topic(
        "Live rounds",
        [
            (
                "How it works",
                f"`/live start` opens a lobby for {_seconds(live.LOBBY)}. A round has 1 to {live.MAX_QUESTIONS} questions of "
                f"{live.MIN_SECONDS} to {live.MAX_SECONDS} seconds each, with {_seconds(live.PAUSE)} between them. A question closes "
                "early when everybody has answered. At the end there is a podium, and the host and managers can press Again.",
            ),
            (
                "Score",
                f"A right answer earns {live.RIGHT} points, and up to {live.SPEED} more for speed: you get all of them within the first "
                f"{_seconds(live.HEAD_START)}, so that a slow connection costs nothing. "
                f"A wrong answer costs nothing, and only your first press counts.",
            ),
            (
                "Who is ahead",
                "The player with the higher score. On a tie: more right answers, then the faster ones.",
            ),
            (
                "On the leaderboards",
                "Each answer also counts like one in a quiz, a moment after its question has closed.",
            ),
            (
                "Coming and going",
                "Join at any time by pressing a letter. Everybody sees who has answered, but not what. If you leave, nobody waits for you; your score stays. "
                f"A channel can have one round at a time, a server {live.MAX_OPEN}.",
            ),
            (
                "When something breaks",
                "If I am offline for a moment, the open question is asked again with a new clock. After "
                f"{plural(live.STALE // timedelta(minutes=1), 'minute')}, or if the message is deleted, the round ends with the score so far.",
            ),
        ],
    ),
    "evenings": Topic(
        "Exam evenings",
        [
            (
                "How it works",
                "Managers plan one with `/exam group`, and you sign up on its post. At the start you press Begin there: everybody takes the "
                "same paper, each in private.",
            ),
            (
                "The clock",
                "The clock starts for everybody at the same time. If you are late, you have the time that is left. The evening ends early once all who signed up have "
                "submitted. Until the end, no score or answer is shown, and none counts.",
            ),
            (
                "Your score",
                "The table shows your score only if you press Show my score, before or after the exam. How ready the group is, by domain, is shown once "
                f"{evenings.FEWEST} papers have been submitted. If you are hidden, neither includes you.",
            ),
            (
                "The review",
                "A thread under the post goes through the paper. Questions that someone can still answer elsewhere follow later.",
            ),
            (
                "Leaving",
                "If you leave before the start, you are taken off the list; after it, your exam continues as an ordinary mock exam.",
            ),
            (
                "When something breaks",
                "A restart changes nothing. If I am offline at the start, the evening begins with the full time if I am back "
                f"within {plural(evenings.LATE // timedelta(minutes=1), 'minute')}. If its post is deleted, the evening is called off.",
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
                f"The mean of the active members' points in the season. A member with {leagues.MIN_ANSWERS} first answers "
                f"in the month is active, and a server needs {leagues.MIN_ACTIVE} of them to be ranked. On "
                f"a tie: more active members, then longer in the league.",
            ),
            (
                "No shortcuts",
                "Members who were active stay in the mean when they leave. A server's own questions earn nothing here. Hidden members "
                "do not count.",
            ),
            ("Sizes", f"Servers compete with others of about their size: {_sizes()} active members."),
        ],
    ),
    "divisions": Topic(
        "Divisions of the league",
        [
            (
                "Up and down",
                f"A division has {leagues.FULL} servers, the lowest up to {leagues.MOST}. After each month, the top two swap "
                f"places with the bottom two of the division above; with fewer than {leagues.TWO_MOVE_FROM} servers, only the top one does. A server without a point does not go up.",
            ),
            (
                "Unranked",
                "A server that was not ranked starts again in the lowest division. After "
                f"{leagues.RESTS_AFTER} such months in a row it rests until a manager brings it back.",
            ),
            (
                "The month",
                "A calendar month by each server's own clock. The table is final when the month is over everywhere and every season "
                f"is closed, after {leagues.WAITS_FOR.days} days at the latest. The result is posted in the same channel as the end of a season.",
            ),
            (
                "A new size",
                "A server that has clearly grown or shrunk moves when the new month begins, to the lowest division of its new size.",
            ),
        ],
    ),
    "roles": Topic(
        "Roles you can win",
        [
            ("Season", "The winner of a season gets the role, and keeps it until someone else wins."),
            (
                "Competition",
                "The winner gets the role, or each member of the winning team who has a point, and keeps it until someone else wins.",
            ),
            (
                "Mastery",
                "You get the role once you have answered enough different questions of a section right, and you keep it.",
            ),
        ],
    ),
    "group": Topic(
        "What the group knows",
        [
            (
                "The figures",
                "`/group` shows mastery by section, the questions that most members missed the last time, and the share of right first "
                f"answers in each of the last {WEEKS} weeks. Managers can have it posted weekly.",
            ),
            (
                "Who counts",
                f"Members who answered here in those weeks. Hidden members do not count, and every figure needs at least {LEAST} members.",
            ),
            (
                "No spoilers",
                "A question that anyone can still answer is left out of all figures, and a week is shown once its questions are closed.",
            ),
            (
                "The question of the day",
                "Managers can make it follow the figures: the larger a section's share of the exam, and the less of it the group has mastered, the more "
                "often it comes up. The post says so.",
            ),
        ],
    ),
    "suggestions": Topic(
        "Questions from members",
        [
            (
                "Suggest one",
                "`/question suggest` opens a form, and shows similar questions before you send yours. The managers read your question with your name, "
                f"and accept, edit or decline it. Up to {plural(MAX_WAITING, 'suggestion')} of yours can wait at a time.",
            ),
            (
                "What becomes of it",
                "You see the decision in private, in `/study` and `/question suggestions`. Nobody is pinged.",
            ),
            (
                "Your name on it",
                "An accepted question is asked in this server with your name under it. Your name is removed when you hide or delete your data; the "
                "question stays. Old posts stay as they are.",
            ),
        ],
    ),
    "fair-play": Topic(
        "Privacy and fair play",
        [
            (
                "Private",
                "Only you see your answers; leaderboards show names and figures. I do not read messages. `/privacy` gives you a copy of your "
                "data, deletes it, or hides you.",
            ),
            (
                "Sharing",
                "The Share button under a result posts one line in the channel, once: your name and the figures, never the question. "
                "It pings nobody, and managers can turn sharing off with `/settings sharing:`.",
            ),
            (
                "The same for all",
                "Everybody sees the options of the question of the day in the same order; elsewhere they are shuffled for you. The right "
                "answer is not sent to your device until you have answered.",
            ),
            (
                "Wrong questions",
                "If a question seems wrong, press Report under your feedback. The managers read your report, and points already given stay.",
            ),
            (
                "Rate limits",
                f"Costly actions have a limit for each member: {human_join([_limit(limit) for limit in LIMITS])}.",
            ),
        ],
    ),
}
"""Topics by the value of `/help topic:`, in menu order. Each fits one phone screen; a test checks it."""
