"""Questions that members suggest: sent to a queue, decided by managers, credited to their authors."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.bank.lint_bank import near
from bot.services.content import Content
from bot.services.question_outcomes import Drafted, Saved
from bot.services.questions import Questions, draft_of
from bot.storage import guilds, members, questions, suggestions
from bot.storage.engine import Connection, Database
from bot.storage.questions import QuestionDraft, Typed
from bot.storage.suggestions import Suggestion
from bot.study.errors import Refusal, Refused
from bot.study.looks import looks
from bot.study.members import Member
from bot.study.questions import Question
from bot.study.suggestions import MAX_QUEUE, MAX_WAITING, MAX_WORD, SuggestionState

NEWEST = 10
"""How many of their suggestions a member is shown."""
NEAR = 3
"""How many similar questions are named."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What was typed, with the most similar questions of the server and how similar each is, from 0 to 1."""

    drafted: Drafted
    near: Sequence[tuple[Question, float]]
    hidden: bool = False
    """Whether its author is hidden; managers then see no name."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A suggestion was sent. `waiting`: how many suggestions of the member are now pending."""

    question: Question
    waiting: int


@dataclass(frozen=True, slots=True)
class QueuePage:
    """One pending suggestion, as managers see it. `page` and `pages` count from 1."""

    suggestion: Suggestion
    name: str
    checked: Checked
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision, and the page of the queue that comes next; None if nothing is pending."""

    accepted: Saved | None
    following: QueuePage | None


@dataclass(frozen=True, slots=True)
class OwnSuggestions:
    """A member's newest suggestions. `unseen`: those whose decision is shown for the first time."""

    listed: Sequence[Suggestion]
    unseen: frozenset[int]


@dataclass(frozen=True, slots=True)
class Suggestions:
    db: Database
    content: Content
    questions: Questions

    # -- for members

    async def leaf(self, member: Member, section: str) -> str:
        """Return the section that was typed, if the member may suggest a question for it.

        Raises NEEDS_SERVER, SUGGESTIONS_OFF, TOO_MANY_SUGGESTIONS, QUEUE_FULL, UnknownSection, NoLeaf.
        """
        await self.db.read(lambda tx: _require_open(tx, member))
        return await self.questions.leaf(member.guild_id, section)

    async def draft(self, member: Member, typed: Typed, *, at: datetime) -> Checked:
        """Store what a member typed; return what is wrong with it, and similar questions."""
        judged = await self.questions.draft(member.guild_id, typed, by=member.user_id, at=at)
        # Run this in a thread, because it compares the text with the whole bank.
        drafted = await asyncio.to_thread(_unmarked, judged)
        hidden = await self.db.read(lambda tx: members.hidden(tx, member.guild_id, member.user_id))
        return replace(await self._with_near(drafted), hidden=hidden)

    async def send(self, member: Member, draft_id: int, *, at: datetime) -> Sent:
        """Send a draft to the managers.

        Raises SUGGESTIONS_OFF, TOO_MANY_SUGGESTIONS, QUEUE_FULL, SUGGESTED_ALREADY, DRAFT_GONE, DRAFT_FAULTY.
        """

        def work(tx: Connection) -> Sent:
            drafted = _unmarked(self.questions.judged(tx, draft_of(tx, member.guild_id, draft_id, member.user_id), at))
            if drafted.question is None:
                raise Refused(Refusal.DRAFT_FAULTY)
            typed, before = drafted.draft.typed, _require_open(tx, member)
            if any(_same(suggestion.typed, typed) for suggestion in before):
                raise Refused(Refusal.SUGGESTED_ALREADY)
            members.see(tx, member.guild_id, member.user_id, member.name)
            suggestions.add(tx, member.guild_id, member.user_id, typed, at)
            questions.drop_draft(tx, draft_id)
            return Sent(drafted.question, len(before) + 1)

        return await self.db.write(work)

    async def own(self, member: Member, *, at: datetime) -> OwnSuggestions:
        """Return a member's newest suggestions, and record that they have seen the decisions. Raises NEEDS_SERVER."""
        if member.alone:
            raise Refused(Refusal.NEEDS_SERVER)
        unseen = await self.news(member, at=at)
        listed = await self.db.read(lambda tx: suggestions.newest_of(tx, member.guild_id, member.user_id, NEWEST))
        return OwnSuggestions(listed, frozenset(suggestion.id for suggestion in unseen))

    async def news(self, member: Member, *, at: datetime) -> Sequence[Suggestion]:
        """Return the decisions that a member has not been shown yet, and mark them as shown."""

        def unseen(tx: Connection) -> list[Suggestion]:
            return suggestions.unseen_of(tx, member.guild_id, member.user_id)

        def work(tx: Connection) -> list[Suggestion]:
            found = unseen(tx)
            suggestions.set_seen(tx, member.guild_id, member.user_id, at)
            return found

        if member.alone or not await self.db.read(unseen):
            return ()
        return await self.db.write(work)

    # -- for managers

    async def set_open(self, guild_id: int, *, open: bool, at: datetime) -> None:
        """Set whether a server accepts suggestions. Pending suggestions can still be decided."""

        def work(tx: Connection) -> None:
            guilds.ensure(tx, guild_id, at)
            guilds.set_suggestions(tx, guild_id, on=open)

        await self.db.write(work)

    async def count(self, guild_id: int) -> int:
        """Return how many suggestions are pending in a server."""
        return await self.db.read(lambda tx: suggestions.count_waiting(tx, guild_id))

    async def queue(self, guild_id: int, page: int, *, at: datetime) -> QueuePage | None:
        """Return a page with one pending suggestion, the oldest first. A page number past the end means the last
        page."""

        def work(tx: Connection) -> QueuePage | None:
            waiting = suggestions.waiting(tx, guild_id)
            shown = min(max(page, 1), len(waiting))
            found = suggestions.get(tx, guild_id, waiting[shown - 1]) if waiting else None
            return self._page(tx, found, shown, len(waiting), at) if found is not None else None

        return await self._page_with_near(await self.db.read(work))

    async def waiting(self, guild_id: int, suggestion_id: int) -> Suggestion:
        """Return a pending suggestion. Raises SUGGESTION_GONE."""
        return await self.db.read(lambda tx: _waiting(tx, guild_id, suggestion_id))

    async def edit(
        self, guild_id: int, suggestion_id: int, typed: Typed, page: int, *, at: datetime
    ) -> QueuePage | None:
        """Replace the text of a pending suggestion; return its page. Raises SUGGESTION_GONE."""
        await self.db.write(lambda tx: suggestions.edit(tx, _waiting(tx, guild_id, suggestion_id).id, typed))
        return await self.queue(guild_id, page, at=at)

    async def accept(self, guild_id: int, suggestion_id: int, page: int, *, by: int, at: datetime) -> Decided:
        """Turn a suggestion into one of the server's own questions.

        Raises SUGGESTION_GONE, DRAFT_FAULTY, TooManyQuestions.
        """

        def work(tx: Connection) -> Saved:
            suggestion = _waiting(tx, guild_id, suggestion_id)
            saved = self.questions.keep(tx, self._drafted(tx, suggestion, at), by=by, at=at)
            accepted = SuggestionState.ACCEPTED
            suggestions.decide(tx, suggestion.id, accepted, by=by, at=at, question_id=saved.question.id)
            return saved

        saved = await self.db.write(work)
        return Decided(saved, await self.queue(guild_id, page, at=at))

    async def decline(
        self, guild_id: int, suggestion_id: int, page: int, word: str, *, by: int, at: datetime
    ) -> Decided:
        """Decline a suggestion, with or without a note to its author. Raises SUGGESTION_GONE."""

        def work(tx: Connection) -> None:
            suggestion = _waiting(tx, guild_id, suggestion_id)
            declined = SuggestionState.DECLINED
            suggestions.decide(tx, suggestion.id, declined, by=by, at=at, word=word.strip()[:MAX_WORD])

        await self.db.write(work)
        return Decided(None, await self.queue(guild_id, page, at=at))

    def _page(self, tx: Connection, suggestion: Suggestion, page: int, pages: int, at: datetime) -> QueuePage:
        names = members.names(tx, suggestion.guild_id, [suggestion.user_id])
        checked = Checked(self._drafted(tx, suggestion, at), ())
        return QueuePage(suggestion, names.get(suggestion.user_id, ""), checked, page, pages)

    async def _page_with_near(self, page: QueuePage | None) -> QueuePage | None:
        if page is None:
            return None
        checked = await self._with_near(page.checked.drafted)
        return QueuePage(page.suggestion, page.name, checked, page.page, page.pages)

    def _drafted(self, tx: Connection, suggestion: Suggestion, at: datetime) -> Drafted:
        draft = QuestionDraft(suggestion.id, suggestion.guild_id, suggestion.user_id, suggestion.typed)
        return self.questions.judged(tx, draft, at)

    async def _with_near(self, drafted: Drafted) -> Checked:
        if drafted.question is None:
            return Checked(drafted, ())
        # Run this in a thread, because it compares the text with every question of the bank.
        found = await asyncio.to_thread(near, drafted.question, drafted.pack.active)
        return Checked(drafted, found[:NEAR])


def _require_open(tx: Connection, member: Member) -> list[Suggestion]:
    """Return the member's pending suggestions. Raises Refused if they cannot send another."""
    if member.alone:
        raise Refused(Refusal.NEEDS_SERVER)
    if not guilds.get(tx, member.guild_id).suggestions:
        raise Refused(Refusal.SUGGESTIONS_OFF)
    waiting = suggestions.waiting_of(tx, member.guild_id, member.user_id)
    if len(waiting) >= MAX_WAITING:
        raise Refused(Refusal.TOO_MANY_SUGGESTIONS)
    if suggestions.count_waiting(tx, member.guild_id) >= MAX_QUEUE:
        raise Refused(Refusal.QUEUE_FULL)
    return waiting


def _waiting(tx: Connection, guild_id: int, suggestion_id: int) -> Suggestion:
    found = suggestions.get(tx, guild_id, suggestion_id)
    if found is None or found.state is not SuggestionState.WAITING:
        raise Refused(Refusal.SUGGESTION_GONE)
    return found


def _unmarked(drafted: Drafted) -> Drafted:
    """Mark a draft as already here if its text and options are those of an existing question, whichever option is
    marked as right, because the reply to a member must not depend on the key."""
    question = drafted.question
    here = drafted.already_here or (question is not None and _has_twin(question, drafted.pack.questions.values()))
    return replace(drafted, question=None, faults=(), already_here=True) if here else drafted


def _has_twin(question: Question, others: Iterable[Question]) -> bool:
    stem, parts = looks(question.stem), _parts(question)
    return any(looks(other.stem) == stem and _parts(other) == parts for other in others)


def _parts(question: Question) -> list[str]:
    return sorted(map(looks, (*question.prompts, *(option.text for option in question.options))))


def _same(one: Typed, other: Typed) -> bool:
    return one.section == other.section and one.stem.split() == other.stem.split()
