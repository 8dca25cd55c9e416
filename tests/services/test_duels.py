"""Duels: from the challenge to a final result, whoever does what when."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from bot.services import Services, duel_scenes
from bot.services.duel_scenes import DuelScene
from bot.services.duels import Opponent
from bot.services.posts import PostShown, Unsent
from bot.services.quizzes import QuizHeld, QuizTurn
from bot.storage import attempts, privacy, quizzes, tables
from bot.storage.posts import PostKind
from bot.storage.tables import dailies
from bot.study import errors
from bot.study.duels import ACCEPT_WITHIN, MAX_OPEN, MAX_UNACCEPTED, PLAY_WITHIN, QUESTIONS, DuelOutcome, DuelState
from bot.study.errors import Refusal
from bot.study.exams import Length
from bot.study.grading import as_written, letters_of
from bot.study.members import ALONE, Member
from bot.study.questions import ALL
from bot.study.schedules import Trouble
from bot.study.scoring import Mode
from tests.conftest import MONDAY
from tests.examples import examples
from tests.refusals import refuses
from tests.services.channel import show_all
from tests.services.conftest import NINE, School
from tests.services.students import a_daily, answer, study

CHANNEL = 200
SECOND, MINUTE, HOUR, DAY = (timedelta(**{unit: 1}) for unit in ("seconds", "minutes", "hours", "days"))
numbers = count(5000)
"""A server and two members for each example: they share one database."""


@dataclass
class Ring:
    """A server with duels between ana (1) and ben (2). Time stands still unless a test moves it."""

    services: Services
    guild: int = 10
    at: datetime = MONDAY
    said: list[tuple[PostKind, DuelScene, tuple[int, ...]]] = field(default_factory=list)

    def member(self, user_id: int) -> Member:
        return Member(self.guild, user_id, f"member {user_id}")

    @property
    def duels(self):
        return self.services.duels

    async def challenge(self, by: int = 1, of: int = 2, section: str = ALL, **about: Any):
        return await self.duels.challenge(
            self.member(by), Opponent(of, **about), section=section, channel_id=CHANNEL, rng=Random(1), at=self.at
        )

    async def challenged(self, by: int = 1, of: int = 2, section: str = ALL) -> int:
        """A challenge that is up in the channel."""
        challenge = await self.challenge(by, of, section)
        assert challenge.fresh
        await self.tick()
        return challenge.scene.duel.id

    async def accept(self, duel_id: int, by: int = 2) -> DuelScene:
        return await self.duels.accept(duel_id, self.member(by), rng=Random(duel_id), at=self.at)

    async def begun(self, **options: Any) -> int:
        duel_id = await self.challenged(**options)
        await self.accept(duel_id, options.get("of", 2))
        return duel_id

    async def play(
        self, duel_id: int, who: int, right: int = QUESTIONS, wrong: int | None = None
    ) -> QuizTurn | DuelScene:
        """Answer questions, a second each: so many rightly, and so many, or the rest, wrongly."""
        turn = await self.duels.play(duel_id, self.member(who), at=self.at)
        for number in range(right + (QUESTIONS - right if wrong is None else wrong)):
            assert isinstance(turn, QuizTurn)
            self.at += SECOND
            turn = (await self.answer(turn, who, right=number < right)).after
        return turn

    async def answer(self, turn: QuizTurn, who: int, *, right: bool = True) -> QuizHeld:
        held = await answer(self.services, self.member(who), turn, at=self.at, right=right)
        assert isinstance(held, QuizHeld)
        return held

    async def look(self, duel_id: int, who: int = 1) -> DuelScene:
        return await self.duels.look(duel_id, self.member(who))

    async def tick(self, length: timedelta = timedelta()) -> list[DuelScene]:
        """Time passes, the ticks run; the messages that were brought up to date."""
        self.at += length
        await self.services.duel_posts.close_due(self.at)
        puts = await show_all(self.services, self.at)
        self.said += [(put.scene.kind, put.scene.scene, put.scene.pings) for put in puts if put.sent]
        return [put.scene.scene for put in puts if not put.sent]

    async def refused(self) -> list[Unsent | None]:
        """The channel takes nothing of what is to be shown now."""
        posts = self.services.posts
        return [
            await posts.refuse(post, Trouble.NO_PERMISSION, at=self.at)
            for post in await posts.acquire(self.at, limit=9)
        ]

    async def attempts(self):
        return await self.services.db.read(lambda tx: list(attempts.in_order(tx, self.guild)))


@pytest.fixture
def ring(services):
    return Ring(services)


# -- the challenge


async def test_the_challenge_alone_pings_and_only_who_is_challenged(ring):
    duel_id = await ring.begun()
    await ring.play(duel_id, 1)
    await ring.tick(2 * HOUR)
    await ring.play(duel_id, 2)
    await ring.tick()

    assert [(kind, pings) for kind, _, pings in ring.said] == [(PostKind.CHALLENGE, (2,)), (PostKind.DUEL, ())]


@pytest.mark.sqlite
async def test_whom_one_cannot_challenge(ring):
    for of, about, refusal in (
        (1, {}, Refusal.DUEL_WITH_ONESELF),
        (2, {"bot": True}, Refusal.DUEL_WITH_BOT),
        (2, {"present": False}, Refusal.DUEL_WITH_STRANGER),
    ):
        with refuses(refusal):
            await ring.challenge(1, of, **about)
    with pytest.raises(errors.UnknownSection):
        await ring.challenge(section="9.9")
    with refuses(Refusal.NEEDS_SERVER):
        await Ring(ring.services, guild=ALONE).challenge()


@pytest.mark.parametrize("state", [DuelState.ASKED, DuelState.RUNNING])
async def test_two_members_have_one_duel_at_a_time_whoever_asks(ring, state):
    duel_id = await (ring.challenged() if state is DuelState.ASKED else ring.begun())

    again, back = await ring.challenge(1, 2), await ring.challenge(2, 1)

    assert [(found.scene.duel.id, found.scene.duel.state, found.fresh) for found in (again, back)] == [
        (duel_id, state, False)
    ] * 2
    elsewhere = await Ring(ring.services, guild=11).challenge()
    assert elsewhere.fresh, "another server is another matter"


@pytest.mark.sqlite
async def test_so_many_open_duels_may_one_have_begun(ring):
    for other in range(2, 2 + MAX_OPEN):
        await ring.challenged(1, other)
    await ring.begun(by=50, of=1)

    with refuses(Refusal.TOO_MANY_DUELS):
        await ring.challenge(1, 99)
    await ring.duels.decline(1, ring.member(2), at=ring.at)
    assert (await ring.challenge(1, 99)).fresh


@pytest.mark.sqlite
@pytest.mark.parametrize("refuse", ["decline", "withdraw", "lapse"])
async def test_nobody_is_pinged_again_and_again(ring, refuse):
    for _ in range(MAX_UNACCEPTED):
        duel_id = await ring.challenged()
        if refuse == "lapse":
            await ring.services.db.write(lambda tx, lapsed=duel_id: _lapse(tx, lapsed, ring.at))
        else:
            await getattr(ring.duels, refuse)(duel_id, ring.member(2 if refuse == "decline" else 1), at=ring.at)

    with pytest.raises(errors.ChallengedTooOften) as refused:
        await ring.challenge()
    assert refused.value.again_at == ring.at + DAY
    assert (await ring.challenge(2, 1)).fresh, "the other way round nobody was asked in vain"
    ring.at += DAY + SECOND
    await ring.tick()
    assert (await ring.challenge(1, 2)).fresh


def _lapse(tx, duel_id, at):
    duel_scenes.end(tx, duel_scenes.held(tx, duel_id), DuelState.LAPSED, at)


@pytest.mark.sqlite
async def test_who_may_decide_about_a_challenge(ring):
    duel_id = await ring.challenged()

    for deed, who, refusal in (
        (ring.duels.decline, 1, Refusal.NOT_CHALLENGED),
        (ring.duels.withdraw, 2, Refusal.NOT_CHALLENGER),
        (ring.duels.decline, 3, Refusal.NOT_YOUR_DUEL),
        (ring.duels.withdraw, 3, Refusal.NOT_YOUR_DUEL),
        (ring.duels.play, 3, Refusal.NOT_YOUR_DUEL),
        (ring.duels.play, 1, Refusal.DUEL_NOT_ACCEPTED),
    ):
        with refuses(refusal):
            await deed(duel_id, ring.member(who), at=ring.at)
    for who, refusal in ((1, Refusal.NOT_CHALLENGED), (3, Refusal.NOT_YOUR_DUEL)):
        with refuses(refusal):
            await ring.accept(duel_id, by=who)
    with refuses(Refusal.NOT_YOUR_DUEL):
        await ring.look(duel_id, 3)

    assert (await ring.look(duel_id)).duel.state is DuelState.ASKED


@pytest.mark.sqlite
@pytest.mark.parametrize("end", ["decline", "withdraw"])
async def test_a_challenge_that_has_ended_takes_no_decision(ring, end):
    duel_id = await ring.challenged()
    await getattr(ring.duels, end)(duel_id, ring.member(2 if end == "decline" else 1), at=ring.at)

    with refuses(Refusal.DUEL_OVER):
        await ring.accept(duel_id)
    with refuses(Refusal.DUEL_OVER):
        await ring.duels.decline(duel_id, ring.member(2), at=ring.at)
    with refuses(Refusal.DUEL_OVER):
        await ring.duels.withdraw(duel_id, ring.member(1), at=ring.at)


@pytest.mark.sqlite
async def test_a_duel_that_was_accepted_is_neither_declined_nor_taken_back_nor_accepted_anew(ring):
    duel_id = await ring.begun()
    before = await ring.look(duel_id)

    with refuses(Refusal.DUEL_ACCEPTED):
        await ring.duels.decline(duel_id, ring.member(2), at=ring.at)
    with refuses(Refusal.DUEL_ACCEPTED):
        await ring.duels.withdraw(duel_id, ring.member(1), at=ring.at)
    again = await ring.accept(duel_id)

    assert again.duel.players == before.duel.players


# -- the questions


async def questions_of(ring, duel_id):
    scene = await ring.look(duel_id)
    return await ring.services.db.read(
        lambda tx: [[item.question_id for item in quizzes.get(tx, p.quiz_id).items] for p in scene.duel.players]
    )


async def test_both_are_asked_the_same_in_the_same_order_and_what_neither_has_met_this_season(ring):
    section = "1.3"
    size = len(ring.services.content.packs["aws-mla-c01"].within(section))
    for user_id, seed in ((1, 1), (2, 2)):
        await study(ring.services, ring.member(user_id), at=ring.at, section=section, questions=size // 3, seed=seed)
    met = {attempt.question_id for attempt in await ring.attempts()}

    first, second = await questions_of(ring, await ring.begun(section=section))

    assert first == second
    assert len(set(first)) == QUESTIONS
    assert met
    assert not met & set(first)


async def test_what_is_open_as_a_daily_or_in_another_duel_is_not_asked_and_too_few_are_refused(school):
    """Twelve questions in three sections: one is the daily, ten are in two duels."""
    ring = Ring(school.services, guild=school.id, at=NINE)
    await school.schedule()
    post = await school.post(NINE)

    with pytest.raises(errors.TooFewForDuel) as refused:
        await ring.challenge(section=post.question.section)
    assert refused.value.there == 3
    first, _ = await questions_of(ring, await ring.begun())
    other, _ = await questions_of(ring, await ring.begun(by=3, of=1))

    assert post.question.id not in {*first, *other}
    assert not set(first) & set(other)
    with pytest.raises(errors.TooFewForDuel):
        await ring.challenge(1, 4)


async def test_while_the_duel_is_open_its_questions_are_asked_nowhere_else(ring):
    duel_id = await ring.begun(section="1.1")
    asked, _ = await questions_of(ring, duel_id)
    await ring.play(duel_id, 1, right=0, wrong=2)

    met = []
    for seed in range(3):
        met += await study(ring.services, ring.member(2), at=ring.at, section="1.1", questions=20, seed=seed)
    exam = await ring.services.exams.start(ring.member(1), length=Length.SHORT, rng=Random(1), at=ring.at)

    assert not set(asked) & set(met)
    assert not set(asked) & {entry.question.id for entry in exam.paper.entries}
    await ring.tick(PLAY_WITHIN)
    again = await study(ring.services, ring.member(2), at=ring.at, section="1.1", questions=20)
    assert set(asked) & set(again), "afterwards they come up again"


# -- playing


async def test_the_clock_runs_from_the_first_look_and_a_second_look_changes_nothing(ring):
    duel_id = await ring.begun()
    ring.at += HOUR
    first = await ring.duels.play(duel_id, ring.member(1), at=ring.at)
    ring.at += MINUTE
    again = await ring.duels.play(duel_id, ring.member(1), at=ring.at)
    await ring.play(duel_id, 1)

    assert first == again
    assert (await ring.look(duel_id)).duel.player(1).score.time == MINUTE + QUESTIONS * SECOND


@pytest.mark.sqlite
async def test_nothing_of_a_duel_can_be_read_or_answered_before_its_clock_runs(ring):
    duel_id = await ring.begun()
    quiz_id = (await ring.look(duel_id)).duel.player(1).quiz_id
    asking, ana = ring.services.quizzes, ring.member(1)

    with refuses(Refusal.UNKNOWN_QUIZ):
        await asking.turn_at(quiz_id, 0, ana, at=ring.at)
    with refuses(Refusal.UNKNOWN_QUIZ):
        await asking.answer(quiz_id, 0, ana, "A", at=ring.at)
    assert isinstance(await asking.next(quiz_id, ana, at=ring.at), DuelScene)


async def test_neither_is_told_what_was_right_before_both_have_played(ring):
    duel_id = await ring.begun()
    after = await ring.play(duel_id, 1, right=3)

    assert isinstance(after, DuelScene)
    assert after.outcome is None
    with pytest.raises(errors.DuelOpen):
        await ring.duels.review(duel_id, 0, ring.member(1), at=ring.at)
    quiz_id = (await ring.look(duel_id)).duel.player(1).quiz_id
    assert isinstance(await ring.services.quizzes.next(quiz_id, ring.member(1), at=ring.at), DuelScene), (
        "nor what was missed"
    )


async def test_the_second_to_finish_ends_it_and_each_reads_their_own_answers(ring):
    duel_id = await ring.begun()
    await ring.play(duel_id, 2, right=2)
    over = await ring.play(duel_id, 1, right=3)
    pages = [await ring.duels.review(duel_id, number, ring.member(1), at=ring.at) for number in range(QUESTIONS)]

    assert over.duel.state is DuelState.OVER
    assert over.winner.user_id == 1
    assert [page.verdict.attempt.correct for page in pages] == [True] * 3 + [False] * 2
    assert [(page.before, page.after) for page in pages] == [(None, 1), (0, 2), (1, 3), (2, 4), (3, None)]
    assert not any(page.verdict.repeated or page.sealed for page in pages)


@pytest.mark.sqlite
async def test_level_on_right_answers_the_faster_wins_and_level_in_all_is_a_tie(ring):
    quick = await ring.begun()
    await ring.play(quick, 1, right=2)
    turn = await ring.duels.play(quick, ring.member(2), at=ring.at)
    ring.at += MINUTE
    assert isinstance(turn, QuizTurn)
    won = await ring.play(quick, 2, right=2)
    even = await ring.begun()
    await ring.play(even, 1, right=2)
    tie = await ring.play(even, 2, right=2)

    assert won.winner.user_id == 1
    assert tie.outcome is DuelOutcome.TIE


async def test_a_key_that_is_open_as_a_daily_is_kept_in_the_review(ring, services):
    duel_id = await ring.begun()
    await ring.play(duel_id, 1)
    await ring.play(duel_id, 2)
    asked, _ = await questions_of(ring, duel_id)
    post = await a_daily(services, ring.guild, at=ring.at + MINUTE)
    await services.db.write(lambda tx: _ask(tx, post.daily.id, asked[1]))

    sealed = [
        (await ring.duels.review(duel_id, number, ring.member(1), at=ring.at + MINUTE)).sealed
        for number in range(QUESTIONS)
    ]

    assert sealed == [False, True, False, False, False]


def _ask(tx, daily_id, question_id):
    tx.execute(update(dailies).where(dailies.c.id == daily_id).values(question_id=question_id))


# -- time


async def test_a_challenge_that_is_not_answered_lapses_after_a_day(ring):
    duel_id = await ring.challenged()
    await ring.tick(ACCEPT_WITHIN - SECOND)
    assert (await ring.look(duel_id)).duel.open

    ring.at += SECOND
    with refuses(Refusal.DUEL_OVER):
        await ring.accept(duel_id)
    [shown] = await ring.tick()

    assert shown.duel.state is DuelState.LAPSED
    assert [kind for kind, *_ in ring.said] == [PostKind.CHALLENGE], "nothing is posted about it"


@pytest.mark.sqlite
@pytest.mark.parametrize(
    ("ana", "ben", "expected"),
    [
        ((2, 0), None, DuelOutcome.FIRST),
        (None, (0, 5), DuelOutcome.TIE),
        (None, (1, 4), DuelOutcome.SECOND),
        ((3, 1), (2, 3), DuelOutcome.FIRST),
        ((1, 0), (1, 1), DuelOutcome.TIE),
        (None, None, DuelOutcome.NOBODY),
    ],
)
async def test_after_a_day_what_was_answered_counts(ring, ana, ben, expected):
    duel_id = await ring.begun()
    for who, played in ((1, ana), (2, ben)):
        if played is not None:
            await ring.play(duel_id, who, *played)
    await ring.tick(PLAY_WITHIN)

    scene = await ring.look(duel_id)

    assert scene.outcome is expected
    assert [kind for kind, *_ in ring.said] == [PostKind.CHALLENGE] + [PostKind.DUEL] * (
        expected is not DuelOutcome.NOBODY
    )


async def test_an_answer_that_comes_too_late_is_not_recorded(ring):
    duel_id = await ring.begun()
    turn = await ring.duels.play(duel_id, ring.member(1), at=ring.at)
    ring.at += PLAY_WITHIN

    with refuses(Refusal.DUEL_OVER):
        await ring.answer(turn, 1)
    await ring.tick()
    with refuses(Refusal.DUEL_OVER):
        await ring.answer(turn, 1)

    assert await ring.attempts() == []


async def test_a_new_challenge_does_not_wait_for_the_tick_that_ends_the_old_duel(ring):
    duel_id = await ring.begun()
    ring.at += PLAY_WITHIN

    assert (await ring.challenge()).fresh
    assert (await ring.look(duel_id)).duel.state is DuelState.OVER


# -- what the channel shows


async def test_a_quick_result_stands_in_the_message_of_the_challenge_and_an_old_one_is_posted_anew(ring):
    quick = await ring.begun()
    for who in (1, 2):
        await ring.play(quick, who)
    [shown] = await ring.tick()
    slow = await ring.begun()
    ring.at += HOUR
    for who in (1, 2):
        await ring.play(slow, who)
    await ring.tick()

    assert (shown.duel.id, shown.outcome, shown.reposted) == (quick, DuelOutcome.TIE, False)
    assert [(kind, scene.duel.id) for kind, scene, _ in ring.said if kind is PostKind.DUEL] == [(PostKind.DUEL, slow)]


async def test_what_changes_while_a_message_is_edited_is_shown_by_another_edit(ring):
    await ring.begun()
    posts = ring.services.posts
    [edited] = await posts.acquire(ring.at, limit=9)
    before = (await posts.scene(edited, at=ring.at)).scene
    await ring.play(1, 1)  # which changes the message once more

    await posts.acknowledge(edited, PostShown(7, ring.at, None), at=ring.at)

    [newer] = await ring.tick()
    assert before.duel.player(1).finished_at is None
    assert newer.duel.player(1).finished_at is not None
    assert await ring.tick(HOUR) == []


@pytest.mark.parametrize("gone", ["before the end", "at the end"])
async def test_a_result_that_no_channel_takes_is_told_to_each_once(ring, gone):
    duel_id = await ring.begun()
    if gone == "before the end":
        await ring.refused()
    for who in (1, 2):
        await ring.play(duel_id, who)
    await ring.refused()

    told = [[scene.duel.id for scene in (await ring.challenge(*pair)).untold] for pair in ((1, 2), (1, 3), (2, 3))]

    assert told == [[duel_id], [], [duel_id]]


async def test_a_challenge_that_its_channel_does_not_take_is_taken_back_and_told(ring):
    challenge = await ring.challenge()

    assert await ring.refused() == [None], "no manager is troubled"
    again = await ring.challenge()
    assert again.fresh, "it is not one of those that were left alone"
    assert [(s.duel.id, s.duel.state) for s in again.untold] == [(challenge.scene.duel.id, DuelState.WITHDRAWN)]


# -- who goes


@pytest.mark.parametrize("who", [1, 2])
@pytest.mark.parametrize("begun", [False, True])
async def test_who_is_erased_in_the_middle_leaves_no_trace_and_no_result(ring, who, begun):
    duel_id = await (ring.begun() if begun else ring.challenged())
    other = 3 - who
    if begun:
        await ring.play(duel_id, who, right=2, wrong=0)
        await ring.play(duel_id, other, right=1, wrong=0)
    await ring.tick()

    await ring.services.privacy.erase(who, at=ring.at)
    [shown] = await ring.tick()

    assert shown.duel.state is DuelState.VOID
    assert [player.user_id for player in shown.duel.players] == [other]
    assert await ring.services.db.read(lambda tx: privacy.export(tx, who)) == {}
    assert [attempt.user_id for attempt in await ring.attempts()] == ([other] if begun else [])
    if begun:
        assert (await ring.duels.review(duel_id, 0, ring.member(other), at=ring.at)).verdict.attempt.correct
    assert (await ring.challenge(other, 9)).fresh


@pytest.mark.sqlite
async def test_a_member_who_hides_may_play_and_is_named(ring):
    await ring.services.privacy.hide(ring.member(2), hidden=True, at=ring.at)
    duel_id = await ring.begun()
    for who in (1, 2):
        await ring.play(duel_id, who)

    assert [player.name for player in (await ring.look(duel_id)).duel.players] == ["member 1", "member 2"]


async def test_with_its_server_a_duel_is_erased(ring):
    duel_id = await ring.begun()
    await ring.play(duel_id, 1)

    await ring.services.db.write(lambda tx: privacy.erase_guild(tx, ring.guild))

    with refuses(Refusal.UNKNOWN_DUEL):
        await ring.look(duel_id)
    assert await ring.services.db.read(lambda tx: privacy.export(tx, 2)) == {}
    await ring.tick(DAY)


# -- nothing counts twice


NAMES = st.sampled_from(["answer"] * 4 + ["twice", "duel", "duel", "quiz", "wait"])
DEEDS = st.lists(st.tuples(NAMES, st.booleans(), st.booleans()), max_size=25)
"""What is done, by the first or the second of the two, rightly or not."""


@settings(max_examples=examples(10), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(deeds=DEEDS)
async def test_no_order_of_answering_rejoining_or_switching_modes_scores_a_question_twice(school, deeds):
    ring = Ring(school.services, guild=next(numbers))
    pair = (next(numbers), next(numbers))
    duels: list[int] = []
    for deed, first, right in deeds:
        ring.at += MINUTE
        who, other = pair if first else pair[::-1]
        if deed == "quiz":
            await study(ring.services, ring.member(who), at=ring.at, right=right, questions=2, seed=len(duels))
        elif deed == "wait":
            await ring.tick(DAY)
        elif deed == "duel":
            challenge = await ring.challenge(who, other)
            duels.append(challenge.scene.duel.id)
            if challenge.fresh:
                await ring.accept(duels[-1], by=other)
        elif duels:
            turn = await ring.duels.play(duels[-1], ring.member(who), at=ring.at)
            if isinstance(turn, QuizTurn):
                await ring.answer(turn, who, right=right)
                if deed == "twice":
                    await ring.answer(turn, who, right=not right)

    given_ = await ring.attempts()
    scored = Counter((a.user_id, a.question_id) for a in given_ if a.points)
    in_duels = Counter((a.quiz_id, a.question_id) for a in given_ if a.mode is Mode.DUEL)

    assert set(scored.values()) <= {1}
    assert set(in_duels.values()) <= {1}
    for duel_id in set(duels):
        for player in (await ring.look(duel_id, pair[0])).duel.players:
            mine = [a for a in given_ if a.quiz_id == player.quiz_id]
            assert (player.answered, player.right) == (len(mine), sum(a.correct for a in mine))
    assert await ring.services.standings.rebuild() == []


async def _draw(ring, duel_id, question):
    """The duel has drawn this question for both."""
    turn = await ring.duels.play(duel_id, ring.member(1), at=ring.at)
    series = select(tables.duel_players.c.quiz_id).where(tables.duel_players.c.duel_id == duel_id)
    await ring.services.db.write(
        lambda tx: tx.execute(
            update(tables.quiz_items)
            .where(tables.quiz_items.c.quiz_id.in_(series), tables.quiz_items.c.place == turn.place)
            .values(question_id=question.id)
        )
    )


async def test_a_daily_answered_at_once_keeps_the_key_of_a_question_in_an_open_duel(ring):
    ring.at = NINE
    duel_id = await ring.begun()
    post = await a_daily(ring.services, ring.guild, at=NINE)
    await _draw(ring, duel_id, post.question)
    letters = letters_of(post.question, post.question.correct, as_written(post.question))

    told = await ring.services.answers.submit(post.daily.id, ring.member(1), letters, at=NINE)
    other = await ring.services.answers.submit(post.daily.id, ring.member(3), letters, at=NINE)

    assert told.sealed is not None
    assert told.sealed > NINE
    assert other.sealed is None


async def test_no_daily_is_chosen_whose_close_would_tell_the_key_of_an_open_duel(ring):
    duel_id = await ring.begun()
    await School(ring.services, ring.guild).schedule(ring.at)
    first = (await ring.services.schedules.preview(ring.guild)).question
    elsewhere = ring.guild + 1
    await School(ring.services, elsewhere).schedule(ring.at)
    there = (await ring.services.schedules.preview(elsewhere)).question

    await _draw(ring, duel_id, first)

    assert (await ring.services.schedules.preview(ring.guild)).question != first
    assert (await ring.services.schedules.preview(elsewhere)).question == there
