"""The full check of a pack: the loader's rules and the editorial ones."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

from bot.bank.faults import Fault, Level
from bot.bank.lint_bank import lint_bank
from bot.bank.lint_question import lint_question
from bot.bank.loader import Source, read_library, read_pack
from bot.study.exam_versions import stale
from bot.study.questions import Pack


def check_pack(folder: Path) -> list[Fault]:
    source, faults = read_pack(folder)
    return in_order([*faults, *(lint(source) if source else ())])


def check_library(content: Path) -> list[Fault]:
    """Check every pack below a folder, including that question ids are unique."""
    sources, faults = read_library(content)
    return in_order([*faults, *(fault for source in sources for fault in lint(source))])


def stale_exams(packs: Iterable[Pack], today: date) -> Iterator[str]:
    """Return a sentence for each exam version whose page should be checked again."""
    for pack in packs:
        for version in pack.exams.values():
            if stale(version, today):
                yield (
                    f"{pack.name}: the page of {version.name} was last checked on {version.checked}. Look it up again, "
                    f"correct pack.yaml, and write today's date in `checked`: {version.source}"
                )


def lint(source: Source) -> Iterator[Fault]:
    """Lint a pack. In a pack that is not strict, all findings are warnings."""
    for fault in _findings(source):
        yield fault if source.strict else replace(fault, level=Level.WARNING)


def _findings(source: Source) -> Iterator[Fault]:
    for question in source.pack.active:
        place = source.places[question.id]
        for level, path, problem, remedy in lint_question(question, source.pack, source.pack.closed):
            yield place.fault(*path, problem=problem, remedy=remedy, level=level)
    for level, name, problem, remedy in lint_bank(source.pack, source.minimum):
        if name in source.places:
            yield source.places[name].fault(problem=problem, remedy=remedy, level=level)
        else:
            yield Fault(str(source.folder), 0, "the bank", problem, remedy, level)


def in_order(faults: Iterable[Fault]) -> list[Fault]:
    return sorted(faults, key=lambda fault: (fault.file, fault.line, fault.level))
