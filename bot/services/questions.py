"""A server's own questions: typed into a form or imported; exported, listed, retired and restored."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType

from bot.bank.formats import KEEPS_RETIRED, SUFFIXES, Batch, Format, Intake, parse, parse_typed, write
from bot.bank.formats.ages import Ages
from bot.bank.formats.losses import losses
from bot.bank.limits import OWN_QUESTIONS_MAX
from bot.services.content import Content
from bot.services.question_outcomes import (
    Condition,
    Drafted,
    Exported,
    Imported,
    ListedQuestion,
    Moved,
    QuestionPage,
    Saved,
)
from bot.storage import dailies, guilds, posts, questions
from bot.storage.engine import Connection, Database
from bot.storage.posts import PostKind
from bot.storage.questions import QuestionDraft, Typed
from bot.study.errors import NoLeaf, Refusal, Refused, TooManyQuestions, UnknownQuestion
from bot.study.members import Member
from bot.study.packs import OWN, own_id, read_section, to_practise
from bot.study.periods import local_day
from bot.study.questions import Case, Pack, Question, boards_of
from bot.study.typed import choose

PAGE = 10


@dataclass(frozen=True, slots=True)
class Questions:
    db: Database
    content: Content

    # -- one by one, through the form

    async def leaf(self, guild_id: int, text: str) -> str:
        """Return the section that was typed, if questions can be added to it. Raises UnknownSection, NoLeaf."""
        pack = await self.db.read(lambda tx: self.content.whole(tx, guild_id))
        section = read_section(pack, text)
        if section not in pack.leaves:
            raise NoLeaf(section, tuple(leaf for leaf in pack.leaves if section in boards_of(leaf)))
        return section

    async def section_of(self, question_id: str, member: Member) -> str:
        """Return the section to practice after a question. Raises FROM_ANOTHER_PACK."""

        def work(tx: Connection) -> str:
            found = self.content.find(tx, member.guild_id, question_id)
            if found is None:
                raise Refused(Refusal.FROM_ANOTHER_PACK)
            studied = self.content.pack_for(tx, member.guild_id, member.user_id)
            return to_practise(studied, found[0].name, found[1].section)

        return await self.db.read(work)

    async def draft(self, guild_id: int, typed: Typed, *, by: int, at: datetime) -> Drafted:
        """Store what a manager typed; return what is wrong with it."""

        def work(tx: Connection) -> Drafted:
            guilds.ensure(tx, guild_id, at)
            return self.judged(tx, questions.keep_draft(tx, guild_id, by, typed, at), at)

        return await self.db.write(work)

    async def typed(self, guild_id: int, draft_id: int, *, by: int) -> Typed:
        """Return a draft as it was typed, for editing. Raises DRAFT_GONE."""
        return await self.db.read(lambda tx: draft_of(tx, guild_id, draft_id, by).typed)

    async def save(self, guild_id: int, draft_id: int, *, by: int, at: datetime) -> Saved:
        """Save a draft. Raises DRAFT_GONE, DRAFT_FAULTY, TooManyQuestions."""

        def work(tx: Connection) -> Saved:
            drafted = self.judged(tx, draft_of(tx, guild_id, draft_id, by), at)
            saved = self.keep(tx, drafted, by=by, at=at)
            questions.drop_draft(tx, draft_id)
            return saved

        return await self.db.write(work)

    def keep(self, tx: Connection, drafted: Drafted, *, by: int, at: datetime) -> Saved:
        """Add a checked question to its server. Raises DRAFT_FAULTY, TooManyQuestions."""
        if drafted.question is None:
            raise Refused(Refusal.DRAFT_FAULTY)
        guild_id = drafted.draft.guild_id
        _require_room(tx, guild_id, 1)
        self._add(tx, guild_id, [drafted.question], {}, by=by, at=at)
        return Saved(self.content.whole(tx, guild_id), drafted.question, questions.count(tx, guild_id))

    async def discard(self, guild_id: int, draft_id: int, *, by: int) -> None:
        """Discard a draft. Raises DRAFT_GONE."""

        def work(tx: Connection) -> None:
            questions.drop_draft(tx, draft_of(tx, guild_id, draft_id, by).id)

        await self.db.write(work)

    def judged(self, tx: Connection, draft: QuestionDraft, at: datetime) -> Drafted:
        """Check what was typed against the server's pack."""
        typed = draft.typed
        intake = self._intake(tx, draft.guild_id, typed.section, at)
        batch = parse_typed(
            intake,
            section=typed.section,
            difficulty=typed.difficulty,
            stem=typed.stem,
            options=typed.options,
            explanation=typed.explanation,
            source=typed.source,
        )
        question = batch.questions[0] if batch.questions else None
        pack = self.content.whole(tx, draft.guild_id)
        return Drafted(draft, pack, question, batch.faults, already_here=batch.already_here > 0)

    # -- files

    async def import_file(
        self,
        guild_id: int,
        file: str,
        data: bytes,
        *,
        section: str | None,
        by: int,
        dry_run: bool,
        at: datetime,
        without_pictures: bool = False,
        categories: Mapping[str, str] = MappingProxyType({}),
        fields: Mapping[str, Sequence[str]] = MappingProxyType({}),
    ) -> Imported:
        """Import the good questions of a file. `section` is for questions whose file names none. Raises
        TooManyQuestions."""
        intake = await self.db.read(lambda tx: self._intake(tx, guild_id, section, at))
        intake = replace(intake, without_pictures=without_pictures, categories=categories)
        # Run this in a thread: a file of a megabyte takes seconds to check.
        batch = await asyncio.to_thread(parse, data, file, intake, fields=fields)

        def work(tx: Connection) -> Imported:
            fresh, cases = self._fresh(tx, guild_id, batch)
            corrected = [question for question in batch.questions if question.id in batch.corrected]
            _require_room(tx, guild_id, len(fresh))
            if not dry_run and (fresh or corrected):
                guilds.ensure(tx, guild_id, at)
                self._add(tx, guild_id, fresh, cases, by=by, at=at)
                self._correct(tx, guild_id, corrected, at)
            return Imported(
                added=tuple(fresh),
                corrected=tuple(corrected),
                batch=batch,
                already_here=batch.already_here + len(batch.questions) - len(fresh) - len(corrected),
                own=questions.count(tx, guild_id),
                dry_run=dry_run,
            )

        return await (self.db.read if dry_run else self.db.write)(work)

    async def export(self, guild_id: int, format: Format, section: str) -> Exported:
        """Export the server's own questions of a section, of a parent's sections, or of `all`.

        Raises UnknownSection, NO_OWN_QUESTIONS.
        """

        def work(tx: Connection) -> tuple[Pack, list[Question], Ages]:
            pack = self.content.whole(tx, guild_id)
            board = read_section(pack, section)
            additions = questions.additions(tx, guild_id)
            # Retired means retired by the server; a question whose section the current pack lacks is not retired.
            own = [
                replace(question, retired=question.id in additions.retired)
                for question in additions.questions.values()
                if board in boards_of(question.section)
            ]
            return pack, own, Ages(corrected=questions.corrected(tx, guild_id))

        pack, own, ages = await self.db.read(work)
        kept = own if format in KEEPS_RETIRED else [question for question in own if not question.retired]
        if not kept:
            raise Refused(Refusal.NO_OWN_QUESTIONS)
        data = await asyncio.to_thread(write, kept, pack.cases, format, pack, ages=ages)
        return Exported(f"questions{SUFFIXES[format]}", data, len(kept), tuple(losses(own, format)))

    def _intake(self, tx: Connection, guild_id: int, section: str | None, at: datetime) -> Intake:
        """Prepare an import that skips questions that are already in the pack."""
        pack = self.content.whole(tx, guild_id)
        only = pack.leaves[0] if len(pack.leaves) == 1 else None
        return Intake(
            on=local_day(at, guilds.get(tx, guild_id).zone),
            pack=pack,
            section=section or only,
            taken=pack.questions,
            correctable={name for name in pack.questions if name.startswith(OWN)},
            rename=_renaming(guild_id, pack.questions),
        )

    def _fresh(self, tx: Connection, guild_id: int, batch: Batch) -> tuple[list[Question], Mapping[str, Case]]:
        """Return the questions that are still new, and their cases, under new ids of this server."""
        pack = self.content.whole(tx, guild_id)
        cases = {
            name: Case(own_id(guild_id, f"{name}\n{case.scenario}"), case.scenario)
            for name, case in batch.cases.items()
            if name not in pack.cases
        }
        fresh = [
            replace(question, case=cases[question.case].id if question.case in cases else question.case)
            for question in batch.questions
            if question.id not in pack.questions
        ]
        return fresh, cases

    def _add(
        self,
        tx: Connection,
        guild_id: int,
        fresh: Sequence[Question],
        cases: Mapping[str, Case],
        *,
        by: int,
        at: datetime,
    ) -> None:
        questions.add(tx, guild_id, fresh, cases.values(), by=by, at=at)
        for question in fresh:
            if question.retired:
                questions.retire(tx, guild_id, question.id, by=by, at=at)
        _changed(tx, guild_id)

    def _correct(self, tx: Connection, guild_id: int, corrected: Sequence[Question], at: datetime) -> None:
        """Replace the questions with these ids, and update open posts that show one of them."""
        here = questions.additions(tx, guild_id).questions
        for question in corrected:
            before = here[question.id].options if question.id in here else ()
            same = [option.text for option in before] == [option.text for option in question.options]
            questions.correct(tx, guild_id, question if same else replace(question, since=at), at)
        asking = dailies.open_with(tx, [question.id for question in corrected])
        posts.touch_all(tx, PostKind.DAILY, asking, at)

    # -- listing, retiring, restoring

    async def page(self, guild_id: int, page: int) -> QuestionPage:
        """Return a page of questions. A page number past the end means the last page."""

        def work(tx: Connection) -> QuestionPage:
            pack = self.content.whole(tx, guild_id)
            additions = questions.additions(tx, guild_id)
            listed = [
                ListedQuestion(question, _condition(question, pack, additions.retired), own=True)
                for question in additions.questions.values()
            ]
            of_pack = [
                ListedQuestion(question, Condition.RETIRED, own=False)
                for found in (self.content.among(pack, id) for id in sorted(additions.retired))
                if found is not None and (question := found[1]).id not in additions.questions
            ]
            pages = max(1, -(-(len(listed) + len(of_pack)) // PAGE))
            shown = min(max(page, 1), pages)
            return QuestionPage(
                pack=pack,
                items=tuple([*listed, *of_pack][(shown - 1) * PAGE : shown * PAGE]),
                page=shown,
                pages=pages,
                own=len(listed),
                asked=sum(item.condition is Condition.ASKED for item in listed),
                retired_of_pack=len(of_pack),
            )

        return await self.db.read(work)

    async def retire(self, guild_id: int, question_id: str, *, by: int, at: datetime) -> Moved:
        """Stop asking a question in this server, its own or its pack's. Past answers stay. Raises UnknownQuestion."""

        def work(tx: Connection) -> Moved:
            pack, question = self._known(tx, guild_id, question_id)
            guilds.ensure(tx, guild_id, at)
            done = questions.retire(tx, guild_id, question.id, by=by, at=at)
            _changed(tx, guild_id)
            return Moved(pack, question, already=not done)

        return await self.db.write(work)

    async def restore(self, guild_id: int, question_id: str) -> Moved:
        """Ask a retired question again. Raises UnknownQuestion."""

        def work(tx: Connection) -> Moved:
            pack, question = self._known(tx, guild_id, question_id)
            done = questions.restore(tx, guild_id, question.id)
            _changed(tx, guild_id)
            return Moved(pack, question, already=not done)

        return await self.db.write(work)

    async def search(self, guild_id: int, text: str, *, retired: bool, limit: int) -> list[Question]:
        """Find questions to retire or, with `retired`, to restore: those whose id or stem contains every word, own
        questions first."""

        def work(tx: Connection) -> list[Question]:
            gone, words = questions.retired(tx, guild_id), text.lower().split()
            found = [
                question
                for pack in self.content.asked(tx, guild_id)
                for question in (pack.questions.values() if retired else pack.active)
                if (question.id in gone) is retired
                and all(word in f"{question.id} {question.stem}".lower() for word in words)
            ]
            return sorted(found, key=lambda question: not question.id.startswith(OWN))[:limit]

        return await self.db.read(work)

    def _known(self, tx: Connection, guild_id: int, question_id: str) -> tuple[Pack, Question]:
        found = self.content.known(tx, guild_id, question_id)
        if found is None:
            ids = ((id,) for pack in self.content.asked(tx, guild_id) for id in pack.questions)
            named = choose(question_id, ids)
            found = self.content.known(tx, guild_id, named) if named is not None else None
        if found is None:
            raise UnknownQuestion(question_id)
        return found


def _renaming(guild_id: int, known: Mapping[str, Question]) -> Callable[[str], str]:
    """Return a function that keeps the ids of known questions, so that a file exported here is recognized when
    imported."""
    return lambda name: name if name in known else own_id(guild_id, name)


def _changed(tx: Connection, guild_id: int) -> None:
    """Make every process merge the server's pack again: see `content.Merged`."""
    guilds.set_questions_version(tx, guild_id, secrets.randbits(62) | 1)


def _require_room(tx: Connection, guild_id: int, count: int) -> None:
    kept = questions.count(tx, guild_id)
    if kept + count > OWN_QUESTIONS_MAX:
        raise TooManyQuestions(kept, OWN_QUESTIONS_MAX)


def draft_of(tx: Connection, guild_id: int, draft_id: int, by: int) -> QuestionDraft:
    """Return somebody's draft in this server. Raises DRAFT_GONE."""
    found = questions.draft(tx, draft_id)
    if found is None or (found.guild_id, found.user_id) != (guild_id, by):
        raise Refused(Refusal.DRAFT_GONE)
    return found


def _condition(question: Question, pack: Pack, retired: Set[str]) -> Condition:
    if question.id in retired:
        return Condition.RETIRED
    return Condition.ASKED if question.section in pack.leaves else Condition.RESTING
