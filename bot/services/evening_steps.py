"""The steps of exam evenings, run by ticks (draw the paper, collect and grade it, review it in a thread), and what
their posts show."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from random import Random

from bot.services.content import Content
from bot.services.each import each, write_each
from bot.services.evenings import end, pings, reopen, tell
from bot.services.events import EventAbout, event_of
from bot.services.exams import Exams
from bot.services.open_questions import open_in_server, open_questions
from bot.services.posts import ANY_REFUSAL, Policy, PostEnding, PostShown
from bot.storage import dailies, evenings, posts
from bot.storage.engine import Connection, Database
from bot.storage.evenings import Evening, EveningResult
from bot.storage.exams import ExamItem
from bot.storage.posts import Post, PostKind
from bot.study import grading
from bot.study.competitions import ranks
from bot.study.errors import TooFewQuestions
from bot.study.evenings import EveningEnding, EveningState, common_start, room, share_right
from bot.study.exams import Form, domains_of, form_of, select, tally, version_of
from bot.study.grading import Shown
from bot.study.questions import Pack, Question
from bot.study.schedules import Trouble

log = logging.getLogger(__name__)

LOOK_AGAIN = timedelta(seconds=5)
GIVES_UP = timedelta(minutes=10)
"""How long an evening waits after its end for exams that cannot be submitted."""
REVIEW_WITHIN = timedelta(days=2)
"""A review question that the thread has not accepted within this time is left out."""
EDIT_EVERY = timedelta(seconds=5)
LINES = 25
NAMES = 20
"""The maximum numbers of lines in the table, and of names in the post."""


@dataclass(frozen=True, slots=True)
class EveningLine:
    rank: int
    name: str
    score: int


@dataclass(frozen=True, slots=True)
class EveningScene:
    """What the post of an evening shows now. Hidden members are left out of all names and figures. `private`: how many
    members keep their score private; `unscored`: how many submitted a paper that has none. `reviewed`: a question of the
    paper is left for the review."""

    evening: Evening
    pack: Pack
    form: Form
    names: tuple[str, ...]
    signed_up: int
    begun: int
    handed_in: int
    lines: tuple[EveningLine, ...] = ()
    private: int = 0
    unscored: int = 0
    reviewed: bool = False
    room: Mapping[str, int] | None = None
    event_id: int | None = None
    message_id: int | None = None


@dataclass(frozen=True, slots=True)
class EveningNews:
    """An announcement that pings those who signed up. `current`: no newer announcement supersedes it."""

    evening: Evening
    pack: Pack
    pings: tuple[int, ...]
    current: bool


@dataclass(frozen=True, slots=True)
class EveningItem:
    """A question of the paper in the review. `right`: the percentage of right answers, None if too few answered.
    `sealed`: somebody can still answer it elsewhere, so it is not shown yet."""

    evening: Evening
    pack: Pack
    question: Question
    shown: Shown
    place: int
    number: int
    size: int
    right: int | None
    sealed: bool


@dataclass(frozen=True, slots=True)
class EveningSteps:
    db: Database
    content: Content
    exams: Exams

    async def advance_due(self, at: datetime) -> None:
        """Take every step that is due. An evening that fails is logged and does not affect the others."""
        due = await self.db.read(lambda tx: evenings.due(tx, at, self.db.shards))
        await write_each(self.db, due, lambda tx, evening_id: self._advance(tx, evening_id, at))
        await each(
            await self.db.read(lambda tx: evenings.to_close(tx, at, self.db.shards)), partial(self._close, at=at)
        )

    async def reopen(self, at: datetime) -> None:
        """Open evenings again whose start was missed before it came, because the clock was ahead."""
        early = await self.db.read(lambda tx: evenings.missed_early(tx, at, self.db.shards))
        await write_each(self.db, early, lambda tx, evening_id: reopen(tx, evening_id, at))

    async def _close(self, evening_id: int, *, at: datetime) -> None:
        """Grade the papers of an evening that is over, so that its post can show the scores. Papers from a missing pack
        wait until the pack is back."""
        graded = await self.exams.grade_evening(evening_id, at=at)

        def work(tx: Connection) -> None:
            evenings.wait(tx, evening_id, None if graded else at + LOOK_AGAIN)
            if graded:
                evenings.touch(tx, evening_id, at)

        await self.db.write(work, patient=True)

    def _advance(self, tx: Connection, evening_id: int, at: datetime) -> None:
        evening = evenings.take_due(tx, evening_id, at)
        if evening is None:
            return  # another process was faster
        if evening.state is EveningState.OPEN:
            self._start(tx, evening, at)
        elif evenings.has_running_exam(tx, evening.id) and at < evening.ends_at + GIVES_UP:
            # Before the end, a member who left the evening may still be taking the paper; after it, exams are about to
            # be submitted.
            evenings.wait(tx, evening.id, max(evening.ends_at, at + LOOK_AGAIN))
        else:
            end(tx, evening, EveningEnding.PLAYED, at)

    def _start(self, tx: Connection, evening: Evening, at: datetime) -> None:
        user_ids, pack = evenings.user_ids(tx, evening.id), self._own_pack(tx, evening)
        starts_at = common_start(evening.starts_at, at)
        if starts_at is None:
            end(tx, evening, EveningEnding.MISSED if pack is not None else EveningEnding.PACK_GONE, at)
            return
        if not user_ids:
            end(tx, evening, EveningEnding.NOBODY, at)
            return
        if pack is None:
            evenings.wait(tx, evening.id, at + LOOK_AGAIN)
            return
        form, rng = form_of(version_of(pack), evening.length), Random(evening.seed)
        # Do not leave out the questions of other members' duels, which may be most of a small pack: the review waits
        # for them.
        open_ = {*open_questions(tx, at, *user_ids), *dailies.answerable_in(tx, evening.guild_id, at)}
        pool = [question for question in pack.active if question.id not in open_]
        try:
            drawn = select(pool, pack, form, evenings.asked(tx, evening.guild_id), rng)
        except TooFewQuestions:
            end(tx, evening, EveningEnding.EMPTY, at)
            return
        items = [
            ExamItem(place, one.question.id, one.domain, grading.shuffled(one.question, rng), one.scored)
            for place, one in enumerate(drawn)
        ]
        evenings.start(tx, evening, items, starts_at, starts_at + form.time, at)
        tell(tx, evening, at)
        log.info("exam evening started", extra={"guild": evening.guild_id, "evening": evening.id})

    def _pack(self, tx: Connection, evening: Evening) -> Pack:
        """Return the pack of an evening; if its files are gone, the one that the server studies."""
        return self._own_pack(tx, evening) or self.content.pack(tx, evening.guild_id)

    def _own_pack(self, tx: Connection, evening: Evening) -> Pack | None:
        pack = self.content.named(tx, evening.guild_id, evening.pack)
        return pack.seen_for(evening.version) if pack is not None else None

    # -- the posts

    def policies(self) -> dict[str, Policy]:
        return {
            PostKind.EVENING: Policy(
                self.scene,
                ends_on=ANY_REFUSAL,
                manager=_host_of_lost,
                every=EDIT_EVERY,
                shown=self._post_shown,
                ended=_post_ended,
            ),
            PostKind.EVENING_NEWS: Policy(self.news),
            PostKind.EVENING_THREAD: Policy(self.thread, manager=_host, shown=self._thread_opened),
            PostKind.EVENING_ITEM: Policy(
                self.item,
                ends_on=(Trouble.CHANNEL_GONE,),
                manager=_host,
                shown=self._item_shown,
                waits=self._after,
                ended=self._item_ended,
            ),
        }

    def scene(self, tx: Connection, post: Post) -> EveningScene | None:
        """Return what the post of an evening shows now; None if it did not take place and was never announced."""
        evening = evenings.get(tx, int(post.subject))
        if evening is None:
            return None
        played = evening.ending is EveningEnding.PLAYED
        if evening.over and not played and post.message_id is None:
            return None
        if played and evening.due_at is not None:
            # Its papers are about to be graded, and until then there is no result to show.
            evening, played = replace(evening, state=EveningState.RUNNING, ending=None), False
        pack, results = self._pack(tx, evening), evenings.results(tx, evening.id)
        return EveningScene(
            evening=evening,
            pack=pack,
            form=form_of(version_of(pack), evening.length),
            names=tuple(result.name for result in results[:NAMES]),
            signed_up=len(results),
            begun=sum(result.exam_id is not None for result in results),
            handed_in=sum(result.submitted for result in results),
            private=sum(result.score is not None and not result.agrees for result in results),
            unscored=sum(result.submitted and result.score is None for result in results),
            reviewed=played and any(self._question(pack, evening, item) for item in evenings.items(tx, evening.id)),
            lines=_table(results) if played else (),
            room=_room(tx, evening, pack) if played else None,
            event_id=event_of(tx, EventAbout.EVENING, evening.id),
            message_id=posts.message_of(tx, PostKind.EVENING, evening.id),
        )

    def news(self, tx: Connection, post: Post) -> EveningNews | None:
        """Return what an announcement shows; None if it has not been posted yet and a newer announcement supersedes
        it."""
        evening_id, _, number = post.subject.partition(".")
        evening = evenings.get(tx, int(evening_id))
        if evening is None:
            return None
        current = evening.news == int(number)
        if post.message_id is None and not current:
            return None
        return EveningNews(evening, self._pack(tx, evening), pings(tx, evening), current)

    def thread(self, tx: Connection, post: Post) -> EveningScene | None:
        """Return the evening whose post gets a thread; None if that post has ended. The thread waits until that post is
        up."""
        return self.scene(tx, post) if posts.exists(tx, PostKind.EVENING, post.subject) else None

    def item(self, tx: Connection, post: Post) -> EveningItem | None:
        """Return a question of the review; None if the bank has dropped or changed it."""
        evening_id, _, place = post.subject.partition(".")
        evening = evenings.get(tx, int(evening_id))
        if evening is None:
            return None
        pack, items = self._pack(tx, evening), evenings.items(tx, evening.id)
        item = next((item for item in items if item.place == int(place)), None)
        question = self._question(pack, evening, item) if item is not None else None
        if item is None or question is None:
            return None
        marks = [correct for _, _, at, correct in evenings.marks(tx, evening.id) if at == item.place]
        return EveningItem(
            evening=evening,
            pack=pack,
            question=question,
            shown=item.shown,
            place=item.place,
            number=items.index(item) + 1,
            size=len(items),
            right=share_right(marks),
            sealed=item.question_id in _open(tx, evening, post.due_at),
        )

    def _question(self, pack: Pack, evening: Evening, item: ExamItem) -> Question | None:
        """Return a question of the paper; None if the bank has dropped or changed it."""
        found = self.content.among(pack, item.question_id)
        if found is None or not grading.fits(found[1], shown=item.shown, seen=evening.starts_at):
            return None
        return found[1]

    def _post_shown(self, tx: Connection, post: Post, shown: PostShown, at: datetime) -> None:
        """Request the review's thread once the post shows the result, because the thread belongs to that message."""
        scene: EveningScene = shown.scene
        about = PostKind.EVENING_THREAD, scene.evening.id
        if scene.reviewed and posts.message_of(tx, *about) is None:
            posts.want(tx, *about, post.guild_id, post.channel_id, at=at, expires_at=at + REVIEW_WITHIN)

    def _thread_opened(self, tx: Connection, post: Post, shown: PostShown, at: datetime) -> None:
        """Begin the review in the thread. A question that somebody can still answer elsewhere follows once nobody
        can."""
        evening = evenings.get(tx, int(post.subject))
        if evening is None:
            return
        open_ = _open(tx, evening, at)
        for item in evenings.items(tx, evening.id):
            if (until := open_.get(item.question_id)) is not None:
                _want_item(tx, evening, item, shown.message_id, at, until)
        self._go_on(tx, evening, -1, shown.message_id, at)

    def _item_shown(self, tx: Connection, post: Post, _shown: PostShown, at: datetime) -> None:
        self._after(tx, post, at)

    def _item_ended(self, tx: Connection, post: Post, ending: PostEnding, at: datetime) -> None:
        """Continue the review after a question that is left out; end it if its thread is gone or closed."""
        if ending is PostEnding.OVER:
            self._after(tx, post, at)
        elif post.message_id is None and (evening := evenings.get(tx, int(post.subject.partition(".")[0]))) is not None:
            for item in evenings.items(tx, evening.id):
                about = PostKind.EVENING_ITEM, f"{evening.id}.{item.place}"
                if posts.message_of(tx, *about) is None:
                    posts.forget(tx, *about)

    def _after(self, tx: Connection, post: Post, at: datetime) -> None:
        """Continue the review after a question that is posted, is left out, or waits because somebody can now answer it
        elsewhere."""
        evening_id, _, place = post.subject.partition(".")
        if (evening := evenings.get(tx, int(evening_id))) is not None:
            self._go_on(tx, evening, int(place), post.channel_id, at)

    def _go_on(self, tx: Connection, evening: Evening, after: int, thread_id: int, at: datetime) -> None:
        """Request the next question once the previous one is posted, so that the review stays in order."""
        following = [item for item in evenings.items(tx, evening.id) if item.place > after]
        open_ = _open(tx, evening, at)
        for item in following:
            if posts.exists(tx, PostKind.EVENING_ITEM, f"{evening.id}.{item.place}"):
                if item.question_id not in open_:
                    return
            elif item.question_id in open_:
                _want_item(tx, evening, item, thread_id, at, open_[item.question_id])
            else:
                _want_item(tx, evening, item, thread_id, at, at)
                return


def _want_item(tx: Connection, evening: Evening, item: ExamItem, thread_id: int, at: datetime, until: datetime) -> None:
    """Request a question in the thread. It waits until nobody can still answer it, and expires some time after
    `until`."""
    about = PostKind.EVENING_ITEM, f"{evening.id}.{item.place}", evening.guild_id, thread_id
    posts.want(tx, *about, at=at, expires_at=max(at, until) + REVIEW_WITHIN)


def _open(tx: Connection, evening: Evening, at: datetime) -> dict[str, datetime]:
    """Return when each question's key may be shown, for questions that the review must not show yet."""
    return open_in_server(tx, evening.guild_id, at, *evenings.user_ids(tx, evening.id))


def _table(results: list[EveningResult]) -> tuple[EveningLine, ...]:
    shown = sorted(
        ((result.score, result.name) for result in results if result.agrees and result.score is not None),
        key=lambda line: (-line[0], line[1]),
    )
    places = ranks([(-score,) for score, _ in shown])
    return tuple(EveningLine(rank, name, score) for rank, (score, name) in zip(places, shown, strict=True))[:LINES]


def _room(tx: Connection, evening: Evening, pack: Pack) -> Mapping[str, int] | None:
    by_exam: defaultdict[int, list[tuple[str, bool]]] = defaultdict(list)
    for exam_id, domain, _, correct in evenings.marks(tx, evening.id):
        by_exam[exam_id].append((domain, correct))
    figures = room([tally(marks) for marks in by_exam.values()])
    order = [domain.id for domain in domains_of(pack)]
    if figures is None:
        return None
    return {domain: figures[domain] for domain in sorted(figures, key=lambda one: (one not in order, one))}


def _host(tx: Connection, post: Post) -> int | None:
    evening = evenings.get(tx, int(post.subject.partition(".")[0]))
    return evening.host_id if evening is not None else None


def _host_of_lost(tx: Connection, post: Post) -> int | None:
    """Return the host of an evening that its post could end; None if it was over before, however the post ended."""
    evening = evenings.get(tx, int(post.subject))
    return evening.host_id if evening is not None and evening.ending in (None, EveningEnding.DELETED) else None


def _post_ended(tx: Connection, post: Post, ending: PostEnding, at: datetime) -> Evening | None:
    """End an evening whose post is lost: somebody deleted it or its channel, or the channel rejects it. Return it if only
    the post is gone: then those who signed up are pinged, and its host is notified."""
    evening = evenings.get(tx, int(post.subject))
    if evening is None or not end(tx, evening, EveningEnding.DELETED, at) or ending is not PostEnding.DELETED:
        return None
    tell(tx, evening, at)
    return evening
