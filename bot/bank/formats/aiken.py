"""Read Aiken: a stem, options `A. text` or `A) text`, and `ANSWER: A`. The format is plain text and has only choice
questions.

A stem or option that spans several lines is joined; Moodle would lose the question. A first line that looks like option
A belongs to the stem if another `A` follows: `A. Smith wrote ...`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from bot.bank.dialects import AIKEN
from bot.bank.formats.readings import BadKey, Change, Found, Reading, gather

_OPTION: Final = re.compile(r"([A-Z])[.)]\s*(.*)|([a-z])[.)]\s+(.*)")
_ANSWER: Final = re.compile(r"ANSWER:\s*(.*)", re.IGNORECASE)
_NEARLY: Final = re.compile(r"\W{0,4}(?:correct\s+)?answers?\W{0,4}[A-Z]\W{0,4}", re.IGNORECASE)
"""Matches a line that gives the answer in another form, such as `**Answer: B**`. It ends the question; otherwise it
would be read as the start of the next question."""
_FEEDBACK: Final = re.compile(r"(?:FEEDBACK|EXPLANATION):\s*(.*)", re.IGNORECASE)
_HTML: Final = re.compile(
    r"</?(?:b|br|code|em|i|p|span|strong|sub|sup|u)(?:\s[^<>]{0,80})?/?>|&(?:amp|gt|lt|nbsp|quot);", re.IGNORECASE
)
_KEY: Final = re.compile(r"([A-Za-z])[.)]?")
_JOINED: Final[Change] = "", "spans several lines, which were joined", "For Moodle, write each text on one line"


@dataclass(slots=True)
class _Open:
    """A question that is being read. The lines in `tail` may continue the last option or begin the next stem."""

    line: int = 0
    stem: list[str] = field(default_factory=list)
    options: dict[str, list[str]] = field(default_factory=dict)
    tail: list[tuple[int, str]] = field(default_factory=list)
    answer: str | None = None
    feedback: list[str] = field(default_factory=list)

    def close_option(self) -> None:
        if self.options:
            last = self.options[max(self.options)]
            last += (part for _, part in self.tail)
        self.tail = []

    @property
    def joined(self) -> bool:
        return any(len(parts) > 1 for parts in (self.stem, *self.options.values()))


def read(text: str, file: str, most: int) -> Reading:
    return gather(file, ((item.line, item) for item in _items(text)), _found, most, AIKEN)


def _found(item: _Open) -> Found:
    changes = [_JOINED] if item.joined else []
    if found := _HTML.search("\n".join((*item.stem, *(part for parts in item.options.values() for part in parts)))):
        remedy = "Remove the tags and entities, or use GIFT, which supports HTML"
        changes.append(
            (
                "",
                f"contains {found[0]}, which members would see exactly as written, because Aiken is plain text",
                remedy,
            )
        )
    return Found(_entry(item), changes=changes)


def is_aiken(data: bytes) -> bool:
    """Return whether an option precedes the first `ANSWER:` line."""
    lines = [line.strip() for line in data.decode(errors="replace").splitlines()]
    first = next((place for place, line in enumerate(lines) if _ANSWER.match(line)), 0)
    return any(_OPTION.match(line) for line in lines[:first])


def _items(text: str) -> Iterator[_Open]:
    item = _Open()
    for number, line in enumerate(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), 1):
        bare = line.strip()
        if not bare:
            continue
        if item.answer is not None and (feedback := _FEEDBACK.match(bare)) and not item.feedback:
            item.feedback.append(feedback[1])
        elif answer := _ANSWER.match(bare) or _NEARLY.fullmatch(bare):
            if item.answer is not None:  # a second answer, without a question
                yield item
                item = _Open(number)
            item.close_option()
            item.line, item.answer = item.line or number, answer[1].strip() if answer.re is _ANSWER else bare
        elif item.answer is not None:
            yield item
            item = _Open(number)
            _add(item, number, bare)
        elif _option(bare)[0] == "A" and item.options:
            stem = item.tail
            if item.stem or stem or len(item.options) > 1:
                item.tail = []
                yield item
            else:
                stem = [(item.line, f"A. {' '.join(item.options['A'])}")]
            item = _Open(stem[0][0] if stem else number, [part for _, part in stem])
            _add(item, number, bare)
        else:
            _add(item, number, bare)
    if item.line:
        item.tail = []
        yield item


def _option(line: str) -> tuple[str, str]:
    """Return the letter and text of a line that looks like an option, else empty strings."""
    found = _OPTION.match(line)
    if found is None:
        return "", ""
    return (found[1], found[2]) if found[1] else (found[3].upper(), found[4])


def _add(item: _Open, number: int, bare: str) -> None:
    item.line = item.line or number
    letter, text = _option(bare)
    if letter == chr(ord("A") + len(item.options)):
        item.close_option()
        item.options[letter] = [text]
    elif item.options:
        item.tail.append((number, bare))
    else:
        item.stem.append(bare)


def _entry(item: _Open) -> dict[str, Any]:
    if not item.options:
        raise BadKey("", "has no options", "Write them as A. text, each on a line, below the question")
    if item.answer is None:
        raise BadKey("", "has no line ANSWER:", "Write ANSWER: and the letter of the right option below its options")
    if not item.stem:
        raise BadKey("", "has options but no question above them", "Write the question on a line above A.")
    if _NEARLY.fullmatch(item.answer) and not _KEY.fullmatch(item.answer):
        raise BadKey(
            "", f'gives its answer as "{item.answer[:40]}"', "Write ANSWER: and the letter on a line of its own"
        )
    key = _KEY.fullmatch(item.answer)
    if key is None:
        problem = f'has the answer "{item.answer[:40]}", but Aiken allows only one right option, named by its letter'
        raise BadKey("", problem, "Write one letter after ANSWER:, or use GIFT for several right options")
    right = key[1].upper()
    if right not in item.options:
        raise BadKey("", f"has no option {right}, which its ANSWER: names", "Write the letter of an option")
    options = [{"text": " ".join(parts), "correct": letter == right} for letter, parts in item.options.items()]
    return {
        "kind": "choice",
        "stem": "\n".join(item.stem),
        "options": options,
        "explanation": " ".join(item.feedback),
    }
