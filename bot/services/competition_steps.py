"""The automatic steps of a competition (start, reminders, end), and what its posts show.

Each step depends on the one before. The transaction that takes a step also records it and requests its posts, so each
step is taken exactly once, even after a crash.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.services.competition_tables import CompetitionTable, CompetitionTables
from bot.services.each import write_each
from bot.services.late_answers import counted_by
from bot.services.posts import Policy
from bot.services.seasons import daily_channel
from bot.storage import awards, competition_entries, competition_places, competitions, posts
from bot.storage.competition_places import MemberPlace
from bot.storage.competitions import Competition
from bot.storage.engine import Connection, Database
from bot.storage.posts import Post, PostKind
from bot.study.competitions import (
    LATE,
    MIN_DAYS_OF_STREAK,
    CompetitionState,
    CompetitionStep,
    Teams,
    best_of,
    improvement,
    longest_run,
    next_step,
    steps,
)

log = logging.getLogger(__name__)

BATCH = 200
REFRESH_EVERY = timedelta(minutes=1)
RESULT_WITHIN = timedelta(days=7)
MOST_PINGS = 80
"""Maximum mentions in one message, to stay within its length limit; Discord pings at most 100 members per message."""

REMINDERS = {CompetitionStep.HALF_TIME: PostKind.HALF_TIME, CompetitionStep.LAST_HOUR: PostKind.LAST_HOUR}


@dataclass(frozen=True, slots=True)
class ContestNews:
    """What a post about a competition shows. `pings`: the members to mention; all of them joined it themselves."""

    kind: PostKind
    table: CompetitionTable
    pings: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class CompetitionSteps:
    db: Database
    tables: CompetitionTables

    async def advance_due(self, at: datetime) -> None:
        """Take every step that is due. A competition that fails is logged and does not affect the others."""
        due = await self.db.read(lambda tx: competitions.due(tx, at, BATCH, self.db.shards))
        await write_each(self.db, due, lambda tx, due_id: self._advance(tx, due_id, at))

    def _advance(self, tx: Connection, competition_id: int, at: datetime) -> None:
        while (competition := competitions.get(tx, competition_id)) is not None and competition.open:
            following = next_step(competition.starts_at, competition.ends_at, competition.done)
            if following is None or following[1] > at:
                return
            step = following[0]
            if step is CompetitionStep.END and (again := counted_by(tx, competition.guild_id, competition.ends_at, at)):
                competitions.wait(tx, competition.id, again)
                competitions.touch(tx, competition.id, at)
                return
            after = next_step(competition.starts_at, competition.ends_at, step)
            if not competitions.take_step(tx, competition, step, after[1] if after else None):
                return  # another process was faster
            self._take(tx, competition, *following, at)

    def _take(
        self, tx: Connection, competition: Competition, step: CompetitionStep, due: datetime, at: datetime
    ) -> None:
        log.info("competition step taken", extra={"competition": competition.id, "step": step.value})
        match step:
            case CompetitionStep.START:
                by_team = competition.teams is not Teams.NONE
                sizes = competition_entries.team_sizes(tx, competition.id)
                competitions.start(tx, competition.id, best_of(sizes) if by_team else None, at)
            case CompetitionStep.HALF_TIME | CompetitionStep.LAST_HOUR:
                if at - due <= LATE and competition_places.size(tx, competition.id):
                    self._announce(tx, competition, REMINDERS[step], at, due + LATE)
            case CompetitionStep.END:
                self._finish(tx, competition, at)

    def _announce(
        self, tx: Connection, competition: Competition, kind: PostKind, at: datetime, until: datetime
    ) -> None:
        posts.want(tx, kind, competition.id, competition.guild_id, competition.channel_id, at=at, expires_at=until)

    def _finish(self, tx: Connection, competition: Competition, at: datetime) -> None:
        competition_places.freeze(tx, competition)
        places = competition_places.everyone(tx, competition)
        _store_mentions(tx, competition, places)
        competitions.close(tx, competition.id, CompetitionState.ENDED, at)
        self._announce(tx, competition, PostKind.RESULT, at, at + RESULT_WITHIN)
        winners = _winners(tx, competition, places)
        for award in awards.of_competition(tx, competition.guild_id, competition.id):
            if winners:
                awards.pass_on(tx, award.id, winners, at)

    async def reopen(self, at: datetime) -> None:
        """Reopen competitions that ended early because the clock was ahead. Roles stay as they are until the real
        end."""
        early = await self.db.read(lambda tx: competitions.ended_early(tx, at, self.db.shards))
        await write_each(self.db, early, lambda tx, early_id: self._reopen(tx, early_id, at))

    def _reopen(self, tx: Connection, competition_id: int, at: datetime) -> None:
        competition = competitions.get(tx, competition_id)
        if competition is None:
            return
        taken = [step for step, due in steps(competition.starts_at, competition.ends_at) if due <= at]
        done = taken[-1] if taken else CompetitionStep.START
        following = next_step(competition.starts_at, competition.ends_at, done)
        assert following is not None, "its end is ahead"
        if competitions.reopen(tx, competition.id, done, following[1]):
            posts.forget(tx, PostKind.RESULT, competition.id)
            competitions.touch(tx, competition.id, at)
            log.warning(
                "a competition had ended early, because the clock was ahead; it was reopened",
                extra={"competition": competition.id},
            )

    # -- its posts

    def policies(self) -> dict[str, Policy]:
        once = Policy(self.scene, fallback=_daily_channel, manager=_creator, moved=_move)
        standings = replace(once, every=REFRESH_EVERY)
        return {PostKind.STANDINGS: standings, **dict.fromkeys((*REMINDERS.values(), PostKind.RESULT), once)}

    def scene(self, tx: Connection, post: Post) -> ContestNews | None:
        """Return what a post about a competition shows now; None if it should not be posted any more."""
        competition, kind = competitions.get(tx, int(post.subject)), PostKind(post.kind)
        if competition is None or (post.message_id is None and competition.state not in _POSTED_IN[kind]):
            return None
        reminds = kind in REMINDERS.values()
        pings = competition_entries.asked(tx, competition.id, MOST_PINGS) if reminds else []
        return ContestNews(kind, self.tables.table(tx, competition), tuple(pings))


_POSTED_IN = {
    PostKind.STANDINGS: (CompetitionState.ENTRY, CompetitionState.RUNNING),
    PostKind.HALF_TIME: (CompetitionState.RUNNING,),
    PostKind.LAST_HOUR: (CompetitionState.RUNNING,),
    PostKind.RESULT: (CompetitionState.ENDED,),
}
"""The states in which each kind of post is sent. A post that is already up is updated in any state."""


def _daily_channel(tx: Connection, post: Post) -> int | None:
    return daily_channel(tx, post.guild_id)


def _creator(tx: Connection, post: Post) -> int | None:
    competition = competitions.get(tx, int(post.subject))
    return competition.created_by if competition is not None else None


def _move(tx: Connection, post: Post, channel_id: int) -> None:
    competitions.move(tx, int(post.subject), channel_id)


def _winners(tx: Connection, competition: Competition, places: list[MemberPlace]) -> list[int]:
    """Return the winners: everyone in first place, or everyone in the first team who earned a point. Nobody wins
    without points."""
    scorers = [place for place in places if place.points]
    if competition.teams is Teams.NONE:
        return [place.user_id for place in scorers if place.rank == 1]
    teams = competition_places.team_places(tx, competition)
    first = {team.id for team in teams if team.rank == 1 and team.points}
    return [place.user_id for place in scorers if place.team_id in first]


def _store_mentions(tx: Connection, competition: Competition, places: list[MemberPlace]) -> None:
    """Store who improved most and who has the longest run of days; a tie goes to the higher-placed member."""
    rank = {place.user_id: place.rank for place in places}
    improved: list[tuple[float, int, int]] = []
    runs: list[tuple[int, int, int]] = []
    for user_id, answers in competition_entries.history(tx, competition.id):
        if (grown := improvement([right for right, _ in answers])) is not None:
            improved.append((-grown, rank[user_id], user_id))
        if (run := longest_run(day for _, day in answers)) >= MIN_DAYS_OF_STREAK:
            runs.append((-run, rank[user_id], user_id))
    if improved:
        grown, _, user_id = min(improved)
        competitions.name_improved(tx, competition.id, user_id, -grown)
    if runs:
        run, _, user_id = min(runs)
        competitions.name_streak(tx, competition.id, user_id, -run)
