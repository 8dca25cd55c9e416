"""Export one question as a change to its pack's files, for the maintainers of the pack.

`bot.bank.patches` reads and writes files: it is loaded at the first edit, with YAML and the schema.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from bot.bank.faults import Fault
from bot.bank.question_text import QuestionText
from bot.services.content import Content
from bot.services.questions import draft_of
from bot.storage import guilds, questions
from bot.storage.engine import Connection, Database
from bot.storage.questions import Typed
from bot.study.errors import Refusal, Refused, UnknownQuestion
from bot.study.periods import local_day
from bot.study.questions import Pack, Question


@dataclass(frozen=True, slots=True)
class Patch:
    """A file for the pack's folder. `data` is None if the edited text is not a valid question; `faults` says why."""

    pack: Pack
    question: Question
    path: str
    data: bytes | None
    faults: Sequence[Fault]
    new: bool
    """Whether the question is missing from the pack's files."""
    editable: bool = True
    draft_id: int | None = None


@dataclass(frozen=True, slots=True)
class Patches:
    db: Database
    content: Content
    folder: Path | None
    """The folder of packs; None if only their questions are loaded."""

    async def of(self, guild_id: int, question_id: str) -> Patch:
        """Return a question of the server as a file for its pack's folder. Raises UnknownQuestion, NO_PACK_FILES."""
        from bot.bank.patches import is_editable

        pack, question = await self.db.read(lambda tx: self._known(tx, guild_id, question_id))
        patch = await asyncio.to_thread(self._made, pack, question, question)
        return replace(patch, editable=await asyncio.to_thread(is_editable, question, pack))

    async def text(self, guild_id: int, question_id: str) -> QuestionText:
        """Return a question for editing. Raises UnknownQuestion."""
        from bot.bank.patches import text_of

        return text_of((await self.db.read(lambda tx: self._known(tx, guild_id, question_id)))[1])

    async def typed(self, guild_id: int, draft_id: int, *, by: int) -> tuple[str, QuestionText]:
        """Return the id of an edited question, and its text as it was typed. Raises DRAFT_GONE."""
        draft = await self.db.read(lambda tx: draft_of(tx, guild_id, draft_id, by))
        typed = draft.typed
        text = QuestionText(typed.stem, typed.options, typed.explanation, typed.source, draft.tags)
        return draft.mends, text

    async def edit(self, guild_id: int, question_id: str, text: QuestionText, *, by: int, at: datetime) -> Patch:
        """Return a question's file with its edited text. Nothing changes in the server. Raises UnknownQuestion,
        NO_PACK_FILES."""
        from bot.bank.patches import edited

        def work(tx: Connection) -> tuple[Pack, Question, int]:
            pack, question = self._known(tx, guild_id, question_id)
            guilds.ensure(tx, guild_id, at)
            typed = Typed(
                question.section, question.difficulty, text.stem, text.options, text.explanation, text.sources
            )
            draft = questions.keep_draft(tx, guild_id, by, typed, at, mends=question.id, tags=text.tags)
            return pack, question, draft.id

        pack, question, draft_id = await self.db.write(work)
        zone = (await self.db.read(lambda tx: guilds.get(tx, guild_id))).zone
        after, faults = edited(question, text, pack, local_day(at, zone))
        if after is None:
            return Patch(pack, question, "", None, faults, new=False, draft_id=draft_id)
        return replace(await asyncio.to_thread(self._made, pack, question, after), draft_id=draft_id)

    def _made(self, pack: Pack, before: Question, after: Question) -> Patch:
        """Build the file, in a thread because it reads and compares the texts of the whole bank."""
        from bot.bank.patches import changed_file, judged, new_file

        base = self.content.packs.get(pack.name)
        if base is None or before.id not in base.questions:
            siblings = [after if one.id == after.id else one for one in pack.questions.values()]
            path, data, numbered = new_file(after, siblings, pack)
            return Patch(pack, after, path, data, judged(numbered, pack, without=before.id), new=True)
        written = changed_file(self.folder / pack.name, before, after) if self.folder is not None else None
        if written is None:
            raise Refused(Refusal.NO_PACK_FILES)
        return Patch(pack, after, *written, judged(after, pack), new=False)

    def _known(self, tx: Connection, guild_id: int, question_id: str) -> tuple[Pack, Question]:
        found = self.content.known(tx, guild_id, question_id)
        if found is None:
            raise UnknownQuestion(question_id)
        return found
