"""Which question comes next in a server's rotation of dailies."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256

from bot.study.errors import NoQuestions
from bot.study.questions import ALL, Pack, Question, boards_of


def pool(pack: Pack, sections: Iterable[str] = ()) -> tuple[Question, ...]:
    """The questions that a server's sections take in; none chosen means all."""
    wanted = frozenset(sections) or frozenset({ALL})
    return tuple(question for question in pack.active if not wanted.isdisjoint(boards_of(question.section)))


def choose(
    questions: Sequence[Question],
    weights: Mapping[str, int],
    posted: Mapping[str, int],
    *,
    seed: int,
    last_section: str | None = None,
) -> Question:
    """The next question; the same for the same arguments. Raises NoQuestions if there is none to choose from.

    `posted` counts how often each question has been posted in this server, `weights` is the share of each section. No
    question repeats until all have been posted. The section furthest behind its share comes next, but not the one that
    came last while another is left; within a section a fixed shuffle by `seed` decides.
    """
    if not questions:
        raise NoQuestions
    round_ = min(posted.get(question.id, 0) for question in questions)
    waiting = [question for question in questions if posted.get(question.id, 0) == round_]
    done = Counter(question.section for question in questions if posted.get(question.id, 0) > round_)
    sections = {question.section for question in waiting}
    total = sum(weights.get(section, 1) or 1 for section in {question.section for question in questions})

    def behind(section: str) -> float:
        share = (weights.get(section, 1) or 1) / total
        return share * (done.total() + 1) - done[section]

    candidates = sections - {last_section} or sections
    section = max(sorted(candidates), key=behind)
    return min(
        (question for question in waiting if question.section == section), key=lambda q: _order(seed, round_, q.id)
    )


def _order(seed: int, round_: int, question_id: str) -> bytes:
    return sha256(f"{seed}:{round_}:{question_id}".encode()).digest()
