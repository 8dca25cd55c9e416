"""Build entries for formats that give the right order and pairs but no display order, and do not say how many options
are right."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

from bot.bank.formats.drafts import scramble
from bot.bank.formats.readings import Change
from bot.bank.lint_question import NUMBERS

PART_MARKS: Final[Change] = "options", "gives partial credit for some options, which count as wrong here", ""


def asks_some(asked: int, of: int) -> Change:
    return "options", f"asks {asked} of its {of} steps; here it asks all of them", ""


def choices(options: Iterable[tuple[str, bool, str]]) -> dict[str, Any]:
    """Build a choice or, with several right options, a response. Each option is a text, whether it is right, and
    why."""
    known = list(options)
    several = sum(right for _, right, _ in known) > 1
    entries = [{"text": text, "correct": right, "why": why} for text, right, why in known]
    return {"kind": "response" if several else "choice", "options": entries}


def true_or_false(truth: bool, *, why_right: str = "", why_wrong: str = "") -> dict[str, Any]:
    return choices(
        (name, value is truth, why_right if value is truth else why_wrong)
        for name, value in (("True", True), ("False", False))
    )


def ordering(steps: Sequence[str], seed: str) -> dict[str, Any]:
    """Build an ordering from `steps` in the right order. The seed determines the order in which they are shown."""
    order = scramble(len(steps), seed)
    return {"kind": "ordering", "options": [{"text": steps[place], "place": place + 1} for place in order]}


def matching(pairs: Iterable[tuple[str, str]], seed: str) -> dict[str, Any]:
    """Build a matching from pairs of prompt and match. An empty prompt adds an option that matches nothing."""
    known = list(pairs)
    texts = list(dict.fromkeys(match for _, match in known))
    order = scramble(len(texts), seed)
    prompts = [{"text": prompt, "match": match} for prompt, match in known if prompt]
    return {"kind": "matching", "prompts": prompts, "options": [{"text": texts[place]} for place in order]}


def counted(stem: str, entry: dict[str, Any]) -> str:
    """Add to the stem of a response how many options are right, as in our own stems."""
    if entry["kind"] != "response" or "(Select " in stem:
        return stem
    right = sum(bool(option.get("correct")) for option in entry["options"])
    return f"{stem} (Select {NUMBERS.get(right, right)}.)"
