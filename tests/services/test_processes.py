"""Several processes on one PostgreSQL: each does the work of its shards, and where two overlap, the work is done
once."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import timedelta
from random import Random

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.util import await_only

from bot.services import Services
from bot.services.answers import Submission
from bot.services.dailies import DailyPost
from bot.services.leases import LEASE, NEW
from bot.services.posts import PostShown
from bot.services.schedules import SchedulePlan
from bot.shards import EVERYTHING, Shards
from bot.storage import live, reviews
from bot.storage.engine import Database
from bot.storage.posts import Post as Leased
from bot.storage.tables import attempts, dailies, held_answers, members, reminders, schedules, standings
from bot.study.awards import Prize
from bot.study.competitions import Teams
from bot.study.grading import as_written, describe
from bot.study.members import ALONE, Member
from bot.study.reviews import CardKey, Rating, Review, replay
from bot.study.schedules import Schedule
from tests.conftest import MONDAY
from tests.services import contests, rounds
from tests.services.channel import put_up
from tests.services.conftest import NINE
from tests.services.ring import Ring

pytestmark = pytest.mark.postgres

GUILDS = [number << 22 | 5 for number in range(1, 41)]
MIA = 9
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


@pytest.fixture
async def start(database_url, packs):
    """Return a function that starts a process: all of the bot except Discord, with its own connections."""
    databases = []

    def start(shards: Shards = EVERYTHING) -> Services:
        databases.append(Database(database_url, shards))
        return Services.over(databases[-1], packs, "aws-mla-c01")

    yield start
    for database in databases:
        await database.close()


async def schedule_all(services: Services) -> None:
    """Schedule every server's daily for nine."""
    plan = SchedulePlan(7, None, Schedule(NINE.time(), "UTC"), ())
    await asyncio.gather(*(services.schedules.set(id, plan, by=MIA, rng=Random(id), at=MONDAY) for id in GUILDS))


def guilds_of(posts) -> Counter[int]:
    return Counter(post.daily.guild_id for post in posts if isinstance(post, DailyPost))


async def test_two_processes_that_overlap_claim_each_server_once(start):
    old, new = start(), start()
    await schedule_all(old)

    claimed = await asyncio.gather(old.dailies.claim_due(NINE), new.dailies.claim_due(NINE))

    assert guilds_of(claimed[0]) + guilds_of(claimed[1]) == Counter(GUILDS)
    assert await old.db.read(lambda tx: tx.execute(select(func.count()).select_from(dailies)).scalar()) == len(GUILDS)


async def two_that_would_ask_alike(services: Services) -> int:
    """Create a server with two schedules, both due at nine, that choose from the same questions with the same seed."""
    guild_id, plan = GUILDS[0], SchedulePlan(7, None, Schedule(NINE.time(), "UTC"), ())
    for number in (1, 2):
        await services.schedules.set(guild_id, plan, which=str(number), by=MIA, rng=Random(7), at=MONDAY)
    return guild_id


async def claimed_while(services: Services, meanwhile) -> None:
    """Claim the first schedule in one process, and run `meanwhile` in another before the claim is committed."""
    once = [meanwhile]

    def work(tx):
        services.dailies._claim_due(tx, (GUILDS[0], 1), NINE)
        if once:
            await_only(once.pop()())

    await services.db.write(work)


async def asked_in(services: Services, guild_id: int) -> list[str]:
    asked = select(dailies.c.question_id).where(dailies.c.guild_id == guild_id)
    return await services.db.read(lambda tx: list(tx.execute(asked).scalars()))


async def test_two_processes_that_overlap_never_ask_one_question_in_two_dailies_of_a_server(start):
    old, new = start(), start()
    guild_id = await two_that_would_ask_alike(old)

    await claimed_while(old, lambda: new.dailies.claim_due(NINE))
    await new.dailies.claim_due(NINE)

    assert len(await asked_in(old, guild_id)) == len(set(await asked_in(old, guild_id))) == 2


async def test_a_manager_who_posts_in_one_process_gets_no_question_that_another_is_just_asking(start):
    old, new = start(), start()
    guild_id = await two_that_would_ask_alike(old)
    posting = []

    async def post() -> None:
        posting.append(asyncio.create_task(new.schedules.post_now(guild_id, which="2", at=NINE)))
        await asyncio.wait(posting, timeout=0.5)  # it would finish in this time if it did not wait for the claim

    await claimed_while(old, post)
    await posting[0]

    assert len(await asked_in(old, guild_id)) == len(set(await asked_in(old, guild_id))) == 2


async def test_each_process_claims_for_its_own_shards(start):
    halves = [start(Shards(4, frozenset(ids))) for ids in ({0, 1}, {2, 3})]
    await schedule_all(halves[0])

    claimed = await asyncio.gather(*(half.dailies.claim_due(NINE) for half in halves))

    assert [set(guilds_of(posts)) for posts in claimed] == [
        {id for id in GUILDS if id in half.db.shards} for half in halves
    ]


async def leased(services: Services, at) -> list[Leased]:
    """Lease what a process has to send."""
    return await services.posts.acquire(at, limit=99)


def servers_of(posts: list[Leased]) -> Counter[int]:
    return Counter(post.guild_id for post in posts)


async def test_the_servers_of_a_dead_process_wait_for_whoever_takes_up_its_shards(start):
    first, second = (start(Shards(2, frozenset({shard}))) for shard in (0, 1))
    await schedule_all(first)
    for process in (first, second):
        await process.dailies.claim_due(NINE)
    lost = await leased(first, NINE)  # after this, the first process dies
    await leased(second, NINE)

    in_its_place = start(Shards(2, frozenset({0})))
    await in_its_place.posts.release_all(NINE + SECOND)
    at_once = await leased(in_its_place, NINE + SECOND)
    others = await leased(second, NINE + LEASE)
    later = await leased(in_its_place, NINE + LEASE)

    assert at_once == [], "it cannot know that the other is dead before the lease runs out"
    assert servers_of(later) == servers_of(lost)
    assert set(servers_of(others)).isdisjoint(servers_of(lost))


async def test_a_process_that_has_lost_a_claim_does_not_send_it(start):
    """The sender waited for longer than its lease, in a rush or for Discord."""
    slow, quick = start(), start()
    await schedule_all(slow)
    await slow.dailies.claim_due(NINE)
    [lost, *_] = await leased(slow, NINE)
    [same] = [post for post in await leased(quick, NINE + LEASE) if post.id == lost.id]

    assert await slow.posts.hold(lost, at=NINE + LEASE) is None
    assert await quick.posts.hold(same, at=NINE + LEASE)


async def test_a_renewed_claim_cannot_be_taken_over_by_another_process(start):
    slow, quick = start(), start()
    await schedule_all(slow)
    await slow.dailies.claim_due(NINE)
    [post, *_] = await leased(slow, NINE)

    assert await slow.posts.hold(post, at=NINE + 2 * LEASE)

    taken = await leased(quick, NINE + 2 * LEASE)
    assert post.guild_id not in servers_of(taken)
    assert len(taken) == len(GUILDS) - 1


async def test_posts_that_a_process_leaves_unsent_are_free_for_another_at_once(start):
    old, new = start(), start()
    await schedule_all(old)
    await old.dailies.claim_due(NINE)
    sent, taken, *unsent = await leased(old, NINE)
    await old.posts.acknowledge(sent, PostShown(1, NINE, await old.posts.scene(sent, at=NINE)), at=NINE)
    await old.posts.hold(taken, at=NINE + NEW)  # extend the lease, as if another process held it

    await old.posts.release([sent, taken, *unsent], at=NINE + SECOND)

    assert servers_of(await leased(new, NINE + SECOND)) == servers_of(unsent)


async def test_two_processes_that_overlap_close_each_daily_once_and_grade_each_answer_once(start):
    old, new = start(), start()
    await schedule_all(old)
    posts = await old.dailies.claim_due(NINE)
    for post in posts:
        await put_up(old, post, post.daily.id, at=NINE)
    # The server holds answers until the close.
    await old.db.write(lambda tx: tx.execute(update(dailies).values(feedback="at-close")) and None)
    for post in posts:
        await old.answers.submit(post.daily.id, Member(post.daily.guild_id, 1, "ana"), letters(post), at=NINE + MINUTE)

    tomorrow = NINE + timedelta(days=1)
    await asyncio.gather(old.dailies.close_due(tomorrow), new.dailies.close_due(tomorrow))
    taken = await asyncio.gather(*(process.posts.acquire(tomorrow, limit=99) for process in (old, new)))

    assert Counter(post.guild_id for both in taken for post in both) == Counter(GUILDS)
    rows = await old.db.read(lambda tx: tx.execute(select(func.count()).select_from(attempts)).scalar())
    assert rows == len(GUILDS)


async def test_a_change_of_mind_that_meets_the_close_in_another_process_leaves_no_answer_behind(start):
    """The daily is read while it is open, but it is settled and its held answers are graded before the change is
    written. Two rows keep the answer from being lost: the daily's row, which is locked, and the member's row, which
    grading changes."""
    old, new = start(), start()
    await schedule_all(old)
    [post, *_] = await old.dailies.claim_due(NINE)
    await put_up(old, post, 1, at=NINE)
    await old.db.write(lambda tx: tx.execute(update(dailies).values(feedback="at-close")) and None)
    given = Submission(post.daily.id, Member(post.daily.guild_id, 1, "ana"), letters(post), NINE + MINUTE)
    await old.answers.submit(given.daily_id, given.member, given.text, at=given.at)
    meanwhile = [lambda: new.dailies.close_due(post.daily.closes_at)]

    def change(tx):
        tx.execute(select(dailies.c.state)).all()  # the transaction sees the snapshot of this moment from here on
        if meanwhile:
            await_only(meanwhile.pop()())
        return old.answers._submit_all(tx, [given])[0]

    outcome = await old.db.write(change)

    # After grading at the close, the verdict is returned or the change is refused; no held answer is left ungraded.
    assert outcome.repeated
    assert await old.db.read(lambda tx: tx.execute(select(held_answers)).all()) == []


def letters(post: DailyPost) -> str:
    """Return an answer of the right shape."""
    return describe(post.question, post.question.correct, as_written(post.question))


async def test_answers_of_one_member_through_two_processes_add_up(start):
    """Presses of two servers arrive at both processes while one takes over from the other."""
    old, new = start(), start()
    await schedule_all(old)
    posts = await old.dailies.claim_due(NINE)
    one = posts[0]

    async def press(services: Services, user_id: int):
        return await services.answers.submit(
            one.daily.id, Member(one.daily.guild_id, user_id, f"m{user_id}"), letters(one), at=NINE + MINUTE
        )

    verdicts = await asyncio.gather(*(press(process, user_id) for user_id in range(1, 21) for process in (old, new)))

    assert Counter(verdict.repeated for verdict in verdicts) == {False: 20, True: 20}

    def counted(tx):
        return (
            tx.execute(select(dailies.c.answered).where(dailies.c.id == one.daily.id)).scalar(),
            tx.execute(select(func.count()).select_from(attempts)).scalar(),
            tx.execute(select(func.count()).select_from(members).where(members.c.streak_days == 1)).scalar(),
        )

    assert await old.db.read(counted) == (20, 20, 20)
    assert await old.standings.rebuild() == []


async def test_quizzes_of_one_member_in_two_processes_lose_no_point(start):
    old, new = start(), start()
    member = Member(GUILDS[0], 1, "ana")

    async def study(services: Services, seed: int):
        turn = await services.quizzes.start(member, section="all", count=5, difficulty=None, rng=Random(seed), at=NINE)
        for _ in range(5):
            text = describe(turn.question, turn.question.correct, turn.shown)
            await services.quizzes.answer(turn.quiz_id, turn.place, member, text, at=NINE)
            turn = await services.quizzes.next(turn.quiz_id, member, at=NINE)

    await asyncio.gather(*(study(process, seed) for seed, process in enumerate((old, new, old, new))))

    assert await old.standings.rebuild() == []
    assert await old.db.read(lambda tx: tx.execute(select(func.count()).select_from(attempts)).scalar()) == 20
    assert await old.db.read(lambda tx: tx.execute(select(func.count()).select_from(standings)).scalar()) > 0


async def test_counts_are_shown_by_one_process_at_a_time(start):
    old, new = start(), start()
    await schedule_all(old)
    for post in await old.dailies.claim_due(NINE):
        await put_up(old, post, post.daily.id, at=NINE)
        await old.answers.submit(post.daily.id, Member(post.daily.guild_id, 1, "ana"), letters(post), at=NINE + MINUTE)

    await asyncio.gather(*(process.dailies.refresh_counts(NINE + MINUTE) for process in (old, new)))
    taken = await asyncio.gather(*(process.posts.acquire(NINE + MINUTE, limit=99) for process in (old, new)))

    assert Counter(post.guild_id for both in taken for post in both) == Counter(GUILDS)


async def test_reminders_are_the_work_of_one_process(start):
    first, second = (start(Shards(2, frozenset({shard}))) for shard in (0, 1))
    rows = [
        {"user_id": id, "at": NINE.time(), "zone": "UTC", "daily_guild_id": ALONE, "next_at": NINE} for id in (1, 2, 3)
    ]
    await first.db.write(lambda tx: tx.execute(reminders.insert(), rows) and None)

    assert await second.reminders.claim_due(NINE) == []
    assert await second.db.read(due_reminders) == 3
    await first.reminders.claim_due(NINE)
    assert await first.db.read(due_reminders) == 0


def due_reminders(tx):
    return tx.execute(select(func.count()).select_from(reminders).where(reminders.c.next_at <= NINE)).scalar()


async def test_a_season_is_closed_once_and_by_the_process_of_its_server(start):
    first, second = (start(Shards(2, frozenset({shard}))) for shard in (0, 1))
    arena = contests.Arena(first)
    assert contests.GUILD in first.db.shards
    await arena.answer(contests.member(1))

    december = MONDAY + timedelta(days=9)
    await second.seasons.close_due(december)
    assert await first.seasons.played(contests.GUILD, 5) == []
    await asyncio.gather(first.seasons.close_due(december), start().seasons.close_due(december))

    assert [season.season for season in await first.seasons.played(contests.GUILD, 5)] == ["2026-11"]


async def test_a_competition_ends_once_and_its_result_is_announced_once(start):
    old, new = start(), start()
    arena = contests.Arena(old)
    await arena.announce(teams=Teams.NONE)
    for user_id in (1, 2, 3):
        await arena.join(contests.member(user_id))
        await arena.answer(contests.member(user_id), user_id)
    await arena.sent()
    after = arena.at + 3 * contests.DAY

    await asyncio.gather(old.competition_steps.advance_due(after), new.competition_steps.advance_due(after))
    taken = await asyncio.gather(*(process.posts.acquire(after, limit=9) for process in (old, new)))

    assert sorted(post.kind for both in taken for post in both) == ["result", "standings"]


async def test_a_process_that_has_lost_a_post_does_not_send_it(start):
    slow, quick = start(), start()
    arena = contests.Arena(slow)
    await arena.announce()
    [lost] = await slow.posts.acquire(arena.at, limit=9)
    [again] = await quick.posts.acquire(arena.at + LEASE, limit=9)

    assert await slow.posts.hold(lost, at=arena.at + LEASE) is None
    assert await quick.posts.hold(again, at=arena.at + LEASE)


async def test_an_edit_that_came_too_late_is_corrected(start):
    """The sender lost its lease meanwhile, so it is unknown which of two revisions the channel shows."""
    slow, quick = start(), start()
    arena = contests.Arena(slow)
    await arena.announce()
    await arena.sent()
    await arena.join(contests.member(1))
    arena.at += timedelta(minutes=1)
    [late] = await slow.posts.acquire(arena.at, limit=9)
    arena.at += LEASE
    [newer] = await quick.posts.acquire(arena.at, limit=9)
    await quick.posts.acknowledge(newer, PostShown(7, arena.at, None), at=arena.at)

    await slow.posts.acknowledge(late, PostShown(7, arena.at, None), at=arena.at)

    assert len(await quick.posts.acquire(arena.at + LEASE, limit=9)) == 1


async def test_a_live_round_advances_once_and_one_process_shows_it_and_each_answer_counts_once(start):
    old, new = start(), start()
    stage = rounds.Stage(old)
    await stage.begin(*range(1, 11))
    for user_id in range(1, 11):
        await stage.answer(user_id)
    stage.at += MINUTE

    await asyncio.gather(*(process.live_steps.advance_due(stage.at) for process in (old, new)))
    taken = await asyncio.gather(*(process.posts.acquire(stage.at, limit=9) for process in (old, new)))
    await asyncio.gather(*(process.live_steps.record_closed(stage.at) for process in (old, new)))

    assert [(post.kind, (await stage.round()).step) for both in taken for post in both] == [("live", 3)]
    assert await old.db.read(lambda tx: tx.execute(select(func.count()).select_from(attempts)).scalar()) == 10
    assert await old.standings.rebuild() == []


async def test_a_live_question_does_not_close_while_it_is_answered_in_another_process(start):
    """Otherwise, an answer that arrived in between would be confirmed as recorded, but never count."""
    old, new = start(), start()
    stage = rounds.Stage(old)
    await stage.begin(1)
    later = stage.at + MINUTE

    async with old.db._writer.connect() as member, new.db._writer.connect() as tick:
        held = await member.run_sync(live.hold, stage.id)
        meanwhile = await tick.run_sync(live.take_due, stage.id, later)
        await tick.commit()
        await member.commit()
        afterwards = await tick.run_sync(live.take_due, stage.id, later)

    assert held.step == afterwards.step
    assert meanwhile is None


async def test_a_duel_that_two_processes_hold_ends_once_and_with_both_last_answers(start):
    """The players press in different processes until the end, and both processes' ticks find the duel overdue."""
    old, new = start(), start()
    rings = [Ring(process) for process in (old, new)]
    duel_id = await rings[0].begun()

    await asyncio.gather(rings[0].play(duel_id, 1), rings[1].play(duel_id, 2, right=3))
    await asyncio.gather(*(process.duel_posts.close_due(MONDAY + timedelta(days=2)) for process in (old, new)))
    scene = await rings[0].look(duel_id)
    overdue = await rings[0].begun()
    rings[0].at = rings[1].at = MONDAY + timedelta(days=3)
    await asyncio.gather(*(ring.tick() for ring in rings))

    assert (scene.duel.ended_at - MONDAY).days == 0
    assert scene.winner.user_id == 1
    assert [player.answered for player in scene.duel.players] == [5, 5]
    assert not (await rings[0].look(overdue)).duel.open


async def test_two_who_challenge_each_other_at_once_have_one_duel(start):
    rings = [Ring(start()), Ring(start())]

    found = await asyncio.gather(rings[0].challenge(1, 2), rings[1].challenge(2, 1))

    assert sorted(challenge.fresh for challenge in found) == [False, True]
    assert len({challenge.scene.duel.id for challenge in found}) == 1


async def test_schedules_change_under_a_tick_without_a_second_daily(start):
    """A manager changes the time in one process while the other claims the daily."""
    old, new = start(), start()
    await schedule_all(old)
    plan = SchedulePlan(8, None, Schedule((NINE + MINUTE).time(), "UTC"), ())

    await asyncio.gather(
        old.dailies.claim_due(NINE),
        *(new.schedules.set(id, plan, by=MIA, rng=Random(id), at=NINE) for id in GUILDS),
    )
    await old.dailies.claim_due(NINE + MINUTE)

    def days(tx):
        return tx.execute(select(dailies.c.guild_id, func.count()).group_by(dailies.c.guild_id)).all()

    assert {row[0]: row[1] for row in await old.db.read(days)} == dict.fromkeys(GUILDS, 1)
    assert await old.db.read(lambda tx: tx.execute(select(func.min(schedules.c.next_post_at))).scalar()) > NINE


async def test_roles_are_handed_over_by_one_process_at_a_time(start):
    old, new = start(), start()
    arena = contests.Arena(old)
    await arena.answer(contests.member(1), 0)
    await arena.answer(contests.member(2), 0)
    await old.awards.bind(contests.GUILD, 900, Prize.MASTERY, questions=1, by=MIA, at=arena.at)

    taken = await asyncio.gather(*(process.awards.take_due(arena.at) for process in (old, new)))
    [change, *_] = [change for both in taken for change in both]
    again = await new.awards.take_due(arena.at + LEASE)

    assert sorted(change.user_id for both in taken for change in both) == [1, 2]
    assert sorted(change.user_id for change in again) == [1, 2]
    assert await old.awards.leasing.hold(change.lease, at=arena.at + LEASE) is None


async def test_a_reminder_is_sent_by_one_of_two_processes_that_overlap(start):
    old, new = start(), start()
    member = Member(ALONE, 1, "ana")
    await old.db.write(lambda tx: reviews.save(tx, CardKey(1, "aws-mla-c01", "1.1-001"), a_card()))
    await old.reminders.switch_on(member, NINE.time(), "UTC", at=MONDAY)

    taken = await asyncio.gather(*(process.reminders.claim_due(NINE) for process in (old, new)))
    again = await new.reminders.claim_due(NINE + LEASE)

    assert [nudge.user_id for both in taken for nudge in both] == [1]
    assert [nudge.user_id for nudge in again] == [1]


def a_card():
    """Return a card that is due for review."""
    card = replay([Review(Rating.Again, (MONDAY - timedelta(days=1)).date())])
    assert card is not None
    return card
