"""Find exam versions by name and by day, with a default form for packs that describe none."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from bot.study.errors import UnknownExamVersion
from bot.study.questions import ExamVersion, Kind, Pack
from bot.study.typed import choose

STALE_AFTER = timedelta(days=60)
"""How long the check of an exam's page is considered current."""

UNSTATED = ExamVersion(
    code="",
    name="",
    title="",
    scored=50,
    unscored=0,
    minutes=100,
    kinds=dict.fromkeys(Kind, 25),
    lowest=0,
    highest=100,
    passing=70,
)
"""The form for packs that describe no exam: 50 questions, two minutes each, scored in percent."""


def read_version(pack: Pack, text: str) -> str:
    """Return the code of the version that a text names: `c02`, `mla c02`. Raises UnknownExamVersion."""
    code = choose(text, [(version.code, version.name, version.title) for version in pack.exams.values()])
    if code is None:
        raise UnknownExamVersion(text, tuple(version.name for version in pack.exams.values()))
    return code


def offered(versions: Iterable[ExamVersion], day: date) -> tuple[ExamVersion, ...]:
    """Return the versions that can be taken on `day`, in the pack's order; all of them if none can."""
    versions = tuple(versions)
    return tuple(version for version in versions if version.offered_on(day)) or versions


def stale(version: ExamVersion, today: date) -> bool:
    """Return whether a version's page was last checked too long ago."""
    return bool(version.source) and today - version.checked > STALE_AFTER
