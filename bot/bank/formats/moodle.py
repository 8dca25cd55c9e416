"""What Moodle's two formats share: sections as categories, our other fields as tags, and weights of answers."""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import suppress
from datetime import date
from typing import Any, Final

from bot.study.questions import Pack, Question

_LEVEL: Final = "(?<!/)/(?!/)"
"""Matches the separator of categories. Within a name, a slash is doubled."""
_LISTS: Final = {"fact": "covers", "exam": "exams", "skill": "skills", "source": "sources"}
_DIFFICULTIES: Final = {"1": 1, "2": 2, "3": 3}


def weight(right: int) -> str:
    """Return the weight of each of several right answers, as Moodle's list of weights writes it: 33.33333."""
    return f"{100 / right:.7g}"


def category_of(pack: Pack, section: str) -> str:
    title = pack.title_of(section) if section in pack.sections else section
    return f"$course$/top/{_name(pack.title)}/{_name(title)}"


def category_names(path: str) -> tuple[str, ...]:
    """Split the path of a category into names, outermost first."""
    return tuple(name.replace("//", "/").strip() for name in re.split(_LEVEL, path))


def tags_of(question: Question) -> list[str]:
    tags = [f"difficulty:{question.difficulty}", *(f"fact:{fact}" for fact in question.covers)]
    tags += [f"exam:{exam}" for exam in question.exams]
    tags += [f"skill:{skill}" for skill in question.skills]
    return [*tags, f"case:{question.case}"] if question.case else tags


def from_tags(tags: Iterable[str]) -> dict[str, Any]:
    """Read the keys of an entry from our own tags; ignore other tags."""
    found: dict[str, Any] = {}
    for tag in tags:
        name, _, value = tag.partition(":")
        if name in _LISTS and value:
            found.setdefault(_LISTS[name], []).append(value)
        elif name == "case" and value:
            found["case"] = value
        elif name == "difficulty" and value in _DIFFICULTIES:
            found["difficulty"] = _DIFFICULTIES[value]
        elif name == "checked":
            with suppress(ValueError):
                found["checked"] = date.fromisoformat(value)
    return found


def _name(text: str) -> str:
    return text.replace("/", "//")
