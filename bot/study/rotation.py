"""Choose the next question in a server's rotation of dailies."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from bot.study.errors import NoDailyQuestions
from bot.study.questions import ALL, Pack, Question, boards_of


def pool(pack: Pack, sections: Iterable[str] = (), difficulty: int | None = None) -> tuple[Question, ...]:
    """Return the questions in these sections and of this difficulty; none given means all."""
    wanted = frozenset(sections) or frozenset({ALL})
    return tuple(
        question
        for question in pack.active
        if difficulty in (None, question.difficulty) and not wanted.isdisjoint(boards_of(question.section))
    )


@dataclass(frozen=True, slots=True)
class RotationRound:
    """The state of a rotation: how many rounds are over, and which of the questions were posted in the current one."""

    number: int
    posted: frozenset[str]


def current_round(
    questions: Sequence[Question], history: Iterable[str], elsewhere: Collection[int] = ()
) -> RotationRound:
    """Compute the current round from the ids of all past dailies, oldest first. `elsewhere`: the indexes in the history
    of dailies that another schedule of the server posted.

    A round ends when every question has been posted, or when one repeats because there were fewer at the time. So a
    question added later comes once in the current round, however many rounds the others have had, and no round waits
    for a removed question. Questions posted by another schedule count as posted, but repeats by that schedule do not
    end a round of this one.
    """
    ids = {question.id for question in questions}
    number, posted = 0, set[str]()
    for place, question_id in enumerate(history):
        if question_id not in ids:
            continue
        if question_id in posted:
            if place in elsewhere:
                continue
            number, posted = number + 1, set()
        posted.add(question_id)
        if posted == ids:
            number, posted = number + 1, set()
    return RotationRound(number, frozenset(posted))


def choose(
    questions: Sequence[Question],
    weights: Mapping[str, int],
    history: Sequence[str],
    *,
    seed: int,
    last_section: str | None = None,
    avoid: Collection[str] = (),
    elsewhere: Collection[int] = (),
) -> Question:
    """Choose the next question, deterministically. Raises NoDailyQuestions if there is none.

    `history`: the ids posted in this server, oldest first. `weights`: the share of each section. No question repeats
    until all have been posted, nor on consecutive days if there is another. The section furthest behind its share comes
    next, but never the same section twice in a row if another is left; within a section a fixed shuffle by `seed`
    decides. Questions to `avoid` are postponed, if any others are left. `elsewhere`: see `current_round`.
    """
    if not questions:
        raise NoDailyQuestions
    round_ = current_round(questions, history, elsewhere)
    waiting = _waiting(questions, round_, history, avoid)
    done = Counter(question.section for question in questions if question.id in round_.posted)
    sections = {question.section for question in waiting}
    total = sum(weights.get(section, 1) or 1 for section in {question.section for question in questions})

    def behind(section: str) -> float:
        share = (weights.get(section, 1) or 1) / total
        return share * (done.total() + 1) - done[section]

    candidates = sections - {last_section} or sections
    section = max(sorted(candidates), key=behind)
    return min(
        (question for question in waiting if question.section == section),
        key=lambda question: _order(seed, round_.number, question.id),
    )


def _waiting(
    questions: Sequence[Question], round_: RotationRound, history: Sequence[str], avoid: Collection[str]
) -> Sequence[Question]:
    """Return the questions that may come next: never posted before, else not posted in this round, else not posted last
    time."""
    known = frozenset(history)
    for among in ([question for question in questions if question.id not in avoid], questions):
        waiting = [question for question in among if question.id not in known] or [
            question for question in among if question.id not in round_.posted and question.id != history[-1]
        ]
        if waiting:
            return waiting
    return questions


def _order(seed: int, round_: int, question_id: str) -> bytes:
    return sha256(f"{seed}:{round_}:{question_id}".encode()).digest()
