"""The guide and the question bank of public packs, as anyone may read them on the web."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from bot.services.content import Content
from bot.services.open_questions import open_to_anyone
from bot.storage.engine import Database
from bot.study.questions import Pack, Question, boards_of


@dataclass(frozen=True)
class Shelf:
    """A public pack: `guide` for its default exam version, `bank` with the questions of all versions.

    `open`: questions that somebody can still answer; they and their keys are left out.
    """

    guide: Pack
    bank: Pack
    open: Set[str]

    @cached_property
    def questions(self) -> Sequence[Question]:
        """The questions in the order of the guide, by id within a section."""
        place = {section: number for number, section in enumerate(self.bank.leaves)}
        shown = [question for question in self.bank.active if question.id not in self.open]
        return sorted(shown, key=lambda question: (place[question.section], question.id))

    def within(self, section: str) -> Sequence[Question]:
        return [question for question in self.questions if section in boards_of(question.section)]

    def find(self, question_id: str) -> Question | None:
        return next((question for question in self.questions if question.id == question_id), None)

    def is_open(self, question_id: str) -> bool:
        """Return whether a question is left out for now, and will come back."""
        return question_id in self.open and any(question.id == question_id for question in self.bank.active)


@dataclass(frozen=True, slots=True)
class Library:
    db: Database
    content: Content

    @property
    def packs(self) -> Sequence[Pack]:
        """Return the public packs in their default exam versions. To show questions, use `shelf`, which leaves out open
        questions."""
        return [pack.seen_for(None) for pack in self.content.packs.values() if pack.public]

    async def shelf(self, name: str, *, at: datetime) -> Shelf | None:
        """Return a public pack; None if it does not exist or is not public."""
        pack = self.content.packs.get(name)
        if pack is None or not pack.public:
            return None
        return Shelf(pack.seen_for(None), pack, await self.db.read(lambda tx: open_to_anyone(tx, at)))
