"""Remove letters before options (`A. S3`, `b) EBS`, `(1) RDS`), which members would see next to the letters of the
buttons."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from bot.bank.formats.readings import Change

_LETTERED: Final = re.compile(r"\s*(?:\(([A-Ja-j]|10|[1-9])\)|([A-Ja-j]|10|[1-9])[.):])\s+(?=\S)")
_RUNS: Final = ("abcdefghij", "ABCDEFGHIJ", tuple(map(str, range(1, 11))))
_REMOVED: Final[Change] = "options", "had letters or numbers before their texts, which were removed", "Leave them out"


def without_letters(entry: Mapping[str, Any]) -> tuple[dict[str, Any], list[Change]]:
    """Remove letters or numbers if every option has one and together they make A, B, C and so on, or 1, 2, 3 and so
    on."""
    options = entry.get("options")
    if not isinstance(options, list) or len(options) < 2:
        return dict(entry), []
    texts = [option.get("text") if isinstance(option, dict) else None for option in options]
    found = [_LETTERED.match(text) if isinstance(text, str) else None for text in texts]
    marks = [match[1] or match[2] for match in found if match]
    if len(marks) < len(options) or not any(sorted(marks, key=_rank) == [*run[: len(marks)]] for run in _RUNS):
        return dict(entry), []
    if entry.get("kind") in ("choice", "response") and marks != sorted(marks, key=_rank):
        return dict(entry), []  # letters in another order may mean something
    bare = {match.string: match.string[match.end() :] for match in found if match}
    kept = dict(entry, options=[{**option, "text": bare[option["text"]]} for option in options])
    if isinstance(prompts := entry.get("prompts"), list):
        kept["prompts"] = [_matched(prompt, bare) for prompt in prompts]
    return kept, [_REMOVED]


def _rank(mark: str) -> tuple[int, str]:
    return len(mark), mark


def _matched(prompt: Any, bare: Mapping[str, str]) -> Any:
    match = prompt.get("match") if isinstance(prompt, dict) else None
    return {**prompt, "match": bare[match]} if isinstance(match, str) and match in bare else prompt
