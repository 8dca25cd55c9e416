"""Statistics of the bank: questions by section, kind and difficulty; coverage of facts; what guessing scores."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from bot.bank.guessers import GuesserScore, scores
from bot.bank.lint_bank import coverage, positions
from bot.study.questions import DIFFICULTIES, Kind, Pack, Question


@dataclass(frozen=True, slots=True)
class StatsRow:
    """Statistics of one section, or of all. `cases` counts questions with a scenario, which also count under their
    kind."""

    section: str
    title: str
    questions: int
    kinds: dict[Kind, int]
    difficulties: dict[int, int]
    cases: int
    facts: int
    covered: dict[int, int]
    """How many facts of the section are covered by exactly 0, 1 or 2 questions, and by 3 or more."""
    guessers: tuple[GuesserScore, ...]


@dataclass(frozen=True, slots=True)
class Stats:
    pack: str
    rows: tuple[StatsRow, ...]
    total: StatsRow
    retired: int
    cases: int
    positions: tuple[int, ...]


def stats_of(pack: Pack) -> Stats:
    count = coverage(pack)
    rows = [
        _row(name, pack.sections[name].title, pack.within(name), _of_section(pack, count, name), pack)
        for name in pack.leaves
    ]
    return Stats(
        pack=pack.name,
        rows=tuple(rows),
        total=_row("all", pack.title, pack.active, count.values(), pack),
        retired=len(pack.questions) - len(pack.active),
        cases=len(pack.cases),
        positions=tuple(positions(pack.active)),
    )


def _of_section(pack: Pack, count: dict[str, int], section: str) -> list[int]:
    return [times for fact, times in count.items() if pack.facts[fact].section == section]


def _row(name: str, title: str, questions: tuple[Question, ...], times: Iterable[int], pack: Pack) -> StatsRow:
    kinds = Counter(question.kind for question in questions)
    levels = Counter(question.difficulty for question in questions)
    covered = Counter(min(number, 3) for number in times)
    return StatsRow(
        section=name,
        title=title,
        questions=len(questions),
        kinds={kind: kinds[kind] for kind in Kind},
        difficulties={level: levels[level] for level in DIFFICULTIES},
        cases=sum(question.case is not None for question in questions),
        facts=covered.total(),
        covered={number: covered[number] for number in range(4)},
        guessers=tuple(scores(questions, pack)),
    )
