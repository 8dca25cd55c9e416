"""The rules of seasons, contests, duels and roles to be won, in plain words. Each stands in `bot.study`; the figures come from there."""

from __future__ import annotations

from datetime import timedelta

from bot.cogs.ui.text import human_join, plural
from bot.services.competition_steps import MOST_PINGS
from bot.study.competitions import (
    HALF_TIME_FROM,
    LAST_HOUR_FROM,
    MAX_OPEN,
    MAX_TEAMS,
    MIN_ANSWERS_TO_IMPROVE,
    MIN_DAYS_OF_STREAK,
    MIN_TEAM,
)
from bot.study.duels import MAX_UNACCEPTED
from bot.study.duels import QUESTIONS as DUEL_QUESTIONS
from bot.study.leagues import (
    FULL,
    MIN_ACTIVE,
    MIN_ANSWERS,
    MOST,
    RESTS_AFTER,
    TWO_MOVE_FROM,
    WAITS_FOR,
    Band,
    bounds,
)


def rules() -> list[tuple[str, str]]:
    """Each rule with its short name."""
    return [
        (
            "Seasons",
            "A season is a month of the server's calendar. When it is over its tables are final: they are kept, the first are "
            "named, and a new season begins with nothing. Answers that are told at a daily's close count for the day on which they "
            "were given, and the season waits for them. Once closed it stays closed, whatever happens to the time zone.",
        ),
        (
            "What counts in a contest",
            "Your first answer to each question, in any mode, between start and end, in the chosen sections, from when you joined. "
            "It earns what it would on the board if it were new this season. No second answer to it counts in that contest, "
            "however you get to it.",
        ),
        (
            "Who is in front",
            "More points; then fewer answers; then who got there first. Who is level in all three shares the place.",
        ),
        (
            "Teams",
            "A team's score is the mean of its best N members, so size does not win. N is fixed at the start: the size of the "
            f"smallest team that has anybody, at least {MIN_TEAM}. Missing members count as 0. At most {MAX_TEAMS} teams.",
        ),
        (
            "By role",
            "Your team is the role that I last saw on you before the start or, if I first see you later, when you first answer or "
            "join. Later changes of your roles change nothing. With several team roles it is the first one named, unless you choose "
            "with `/competition join`. A role that is deleted stays a team with the members that it has; nobody new can come to it.",
        ),
        (
            "Coming late, leaving, coming back",
            "Where entry is open throughout you can join until the end; earlier answers do not count. Who leaves is off the table, "
            "and what they answer while away is used up. Who comes back finds their points, and plays for the same team once the "
            "contest has begun. Who hides from the boards is in no contest.",
        ),
        (
            "Several at once",
            f"Contests know nothing of each other: an answer counts in each that you have joined. At most {MAX_OPEN} at a time.",
        ),
        (
            "At the end",
            "One result, and it stands. Most improved: whose share right grew most from the first half of their answers to the "
            f"second, from {MIN_ANSWERS_TO_IMPROVE} answers. Longest streak: the most days in a row with an answer, from "
            f"{plural(MIN_DAYS_OF_STREAK, 'day')}. Without a point nobody wins; a contest that nobody joined ends without a winner, "
            "and so does one that is cancelled.",
        ),
        (
            "Pings and posts",
            f"I ping at half time (contests of {_hours(HALF_TIME_FROM)} or more) and before the last hour "
            f"({_hours(LAST_HOUR_FROM)} or more), and only those who joined themselves, at most {MOST_PINGS}. If the channel is "
            "deleted I go on in the daily's channel; if there is none, `/competition standings` shows everything. A standings message "
            "that somebody deletes is not posted again.",
        ),
        (
            "Duels",
            f"`/duel` asks two members the same {DUEL_QUESTIONS} questions, each in private: more right wins. What is left open is not "
            "right. If level, who answered all goes before who did not, then who took less time, from the first question shown to the "
            "last answered; else it is a tie. Nobody is told what was right before it is over, so nobody can pass it on. A day to "
            "accept, a day to play. Points are those of a quiz; winning earns none. Only the challenge pings, and only who is "
            f"challenged: at most {MAX_UNACCEPTED} times a day by one who is not accepted. Who hides may play, and is named.",
        ),
        (
            "Roles to be won",
            "A season's role goes to the first of its board, a contest's to the first or to each member of the winning team with a "
            "point, until somebody else wins it. A role for mastery comes with enough different questions of a section answered "
            "right, and stays.",
        ),
    ]


def league_rules() -> list[tuple[str, str]]:
    """Those of the league between servers."""
    return [
        (
            "Only who opts in",
            "A server is in the league only if its managers ask for it with `/league join`. Then the other servers of its division "
            "see the name that they chose, its size, its mean points and its place; never a member. `/league leave` takes it all "
            "back at once, out of past tables too. My posts name no server but their own.",
        ),
        (
            "Points a head",
            f"A server's score is the mean of the season's points of its active members, over all sections. Active is who gave a first "
            f"answer to {MIN_ANSWERS} questions in the month. It takes {MIN_ACTIVE} active members to be ranked. Level servers: more "
            "active members first, then longer in the league.",
        ),
        (
            "No way to farm it",
            "Who was active stays in the mean until the month is over, whoever removes them from the server, so that sending weak "
            "members away helps nobody. Questions of a server's own earn nothing here. A question scores once a season. A handful "
            "of strong members plays against other handfuls, not against crowds. Who chose to hide from the boards does not "
            "count, for better or worse; only they can choose it.",
        ),
        (
            "Sizes",
            f"Servers play among those with about as many active members: {_sizes()}. A server that has clearly grown or shrunk out of "
            "its size moves on with the new month, and begins there in the lowest division.",
        ),
        (
            "Divisions",
            f"{FULL} servers each, the lowest up to {MOST}. Newcomers begin in the lowest. When a month is over the first of each "
            f"division change places with the last of the one above: two, or one where either has fewer than {TWO_MOVE_FROM}. "
            "It takes a point to go up. Places that have become free go to the next best.",
        ),
        (
            "Not ranked",
            "A server that was not ranked begins again in the lowest division. After "
            f"{RESTS_AFTER} such months in a row it rests, seen by nobody, until a manager brings it back.",
        ),
        (
            "The month",
            "One calendar month for all, and each server plays it by its own clock. The table is final when the month is over in every "
            f"time zone and every server's own season is closed; after {WAITS_FOR.days} days in any case. The result is posted where "
            "the end of the season is, or nowhere if that is switched off in `/settings`.",
        ),
    ]


def _sizes() -> str:
    ends = [bounds(band) for band in Band]
    return human_join(
        [f"up to {most}" if not least else f"{least} to {most}" if most else f"{least} or more" for least, most in ends]
    )


def _hours(length: timedelta) -> str:
    return plural(length // timedelta(hours=1), "hour")
