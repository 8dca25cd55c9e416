"""Read Moodle's GIFT: choices, responses, true or false, matching, and the ordering plugin's `{>`.

As in Moodle's importer, a question ends at an empty line, the first braces hold the answers, and text after them makes
it a missing-word question. GIFT says only what is right, not in which order to show it, so steps and matches are
scrambled.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any, Final, NamedTuple

from bot.bank.dialects import GIFT
from bot.bank.formats import shapes
from bot.bank.formats.keys import foreign_id, split_scenario
from bot.bank.formats.markup import plain_text
from bot.bank.formats.moodle import category_names, from_tags
from bot.bank.formats.readings import BadKey, Change, Found, Reading, gather
from bot.study.questions import Case

ESCAPED: Final = {
    "\\": "\x01",
    ":": "\x02",
    "#": "\x03",
    "=": "\x04",
    "{": "\x05",
    "}": "\x06",
    "~": "\x07",
    "n": "\x08",
}
_BACK: Final = {ord(mark): "\n" if char == "n" else char for char, mark in ESCAPED.items()}
_ESCAPE = re.compile(r"\\([\\:#={}~n])")
_FORMAT = re.compile(r"\[(html|moodle|plain|markdown)\]")
_WEIGHT = re.compile(r"%(-?\d{1,3}(?:\.\d*)?)%")
_HEADER_WORDS = (
    *(
        "ALL",
        "EXACT",
        "RANDOM",
        "REL",
        "CONTIGUOUS",
        "CONTIG",
        "VERTICAL",
        "VERT",
        "V",
        "HORIZONTAL",
        "HORI",
        "H",
        "0",
        "1",
    ),
    *(
        "ALL_OR_NOTHING",
        "ABSOLUTE_POSITION",
        "ABSOLUTE",
        "ABS",
        "RELATIVE_[A-Z_]+",
        "RELATIVE",
        "LONGEST_[A-Z_]+",
        "ALL_NOTHING",
    ),
    *("SHOW", "TRUE", "YES", "HIDE", "FALSE", "NO", "none", "123", "abc", "ABCD", "iii", "IIII"),
)
_ORDERING = re.compile(rf">\s*\d*[ \t]*(?:(?:{'|'.join(_HEADER_WORDS)})(?=\s)[ \t]*)*(?:\n|(?=\S))")
"""Matches the options of an ordering (layout, grading, numbering), which do not affect the right order."""
_PART = re.compile(r">\s*(\d{1,3})\s*(?:RANDOM|REL|CONTIGUOUS|CONTIG)(?![A-Z])")
"""Matches the part of a header that limits how many of the steps are asked."""
_PARTS_MAX: Final = 20
_PARTED: Final[Change] = (
    "",
    "had empty lines within its braces, where Moodle would end it; they were removed",
    "Remove them from the file, too",
)
_NO_WEIGHT = re.compile(r"%(?=[-+.,]{0,9}\d)[-+\d.,]{1,20}%")
_BLANK = re.compile(r"\s*")
_ANSWERS = re.compile(r"\s*(?:[=~#>}]|(?:T|F|TRUE|FALSE)\b)", re.IGNORECASE)
"""Matches the beginning of what answer braces contain."""
_NOTE = re.compile(r"\[(id|case|tag):((?:\\.|[^\]\\])+)\]")
_TRUTH = {"T": True, "TRUE": True, "F": False, "FALSE": False}


@dataclass(frozen=True)
class _Block:
    line: int
    text: str
    notes: tuple[tuple[str, str], ...]
    """The name and value of each tag in the comments before the block, such as `[id:...]`."""
    parted: bool = False
    """Whether the braces contained empty lines."""


def read(text: str, file: str, most: int) -> Reading:
    cases: dict[str, Case] = {}
    return gather(file, _units(text), lambda unit: _found(*unit, cases), most, GIFT, cases=cases)


def _units(text: str) -> Iterator[tuple[int, tuple[tuple[str, ...], _Block]]]:
    """Yield each question with its line and category."""
    category: tuple[str, ...] = ()
    for block in chain.from_iterable(map(_questions, _joined(_blocks(text)))):
        if block.text.startswith("$CATEGORY:"):
            category = category_names(block.text[len("$CATEGORY:") :])
        else:
            yield block.line, (category, block)


def _blocks(text: str) -> Iterator[_Block]:
    lines: list[str] = []
    notes: list[tuple[str, str]] = []
    first = 0
    for number, line in enumerate([*text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), ""], 1):
        bare = line.strip()
        if bare.startswith("//"):
            notes += ((name, value.replace("\\]", "]")) for name, value in _NOTE.findall(bare))
            continue
        if bare.startswith("$CATEGORY:") and not lines:
            yield _Block(number, bare, ())
        elif bare:
            first = first if lines else number
            lines.append(line)
        elif lines:
            yield _Block(first, "\n".join(lines).strip(), tuple(notes))
            lines, notes = [], []


def _joined(blocks: Iterable[_Block]) -> Iterator[_Block]:
    """Join blocks that are separated by empty lines within braces, as people write them by hand. Moodle would end the
    question at an empty line."""
    held: list[_Block] = []
    for block in blocks:
        bare = _escaped(block.text)
        if held and (bare.startswith("$CATEGORY:") or "{" in bare or len(held) == _PARTS_MAX):
            yield from held
            held = []
        if held and "}" in bare:
            whole = "\n".join(part.text for part in (*held, block))
            yield replace(held[0], text=whole, parted=True)
            held = []
        elif held or (_start(bare) >= 0 and _end(bare) == 0):
            held.append(block)
        else:
            yield block
    yield from held


def _questions(block: _Block) -> Iterator[_Block]:
    """Split a block in which no empty line separates the questions."""
    text = _escaped(block.text)
    last = _Last.of(text)
    begin, line, notes = 0, block.line, block.notes
    while True:
        end = _end(text, begin, last)
        gap = _BLANK.match(text, end)
        following = gap.end() if gap else end
        more = "\n" in text[end:following] and text.find("{", following) >= 0 and text.find("}", following) >= 0
        if end == 0 or not more:
            yield _Block(line, text[begin:], notes, block.parted)
            return
        yield _Block(line, text[begin:end], notes, block.parted)
        line += text.count("\n", begin, following)
        begin, notes = following, ()


def _escaped(text: str) -> str:
    """Replace each escaped character with a placeholder, so that every remaining special character is syntax."""
    return _ESCAPE.sub(lambda match: ESCAPED[match[1]], text)


class _Last(NamedTuple):
    """The last positions of two markers, found once for each block to keep the search fast."""

    ordering: int
    close: int

    @classmethod
    def of(cls, text: str) -> _Last:
        return cls(text.rfind("{>"), text.rfind("\n}"))


def _start(text: str, begin: int = 0, last: _Last | None = None) -> int:
    """Return where the answers begin. Moodle does not escape braces in the name and stem of an ordering."""
    first = text.find("{", begin)
    if first < 0 or _ANSWERS.match(text, first + 1) or first > (last or _Last.of(text)).ordering:
        return first
    return text.find("{>", first)


def _end(text: str, begin: int = 0, last: _Last | None = None) -> int:
    """Return where the first question ends; 0 if it has no answers. A step of an ordering may contain a brace."""
    last = last or _Last.of(text)
    start = _start(text, begin, last)
    if start < 0:
        return text.find("}", begin) + 1
    if text.startswith(">", start + 1) and start < last.close:
        return text.find("\n}", start) + 2
    return text.find("}", start + 1) + 1


def _found(category: tuple[str, ...], block: _Block, cases: dict[str, Case]) -> Found:
    text = block.text
    if text.startswith("::") and (end := text.find("::", 2)) > 0:
        text = text[end + 2 :].strip()
    start, end = _start(text), _end(text) - 1
    if start < 0 and end < 0:
        raise BadKey("", "has no answers in braces", "Write them as {=right ~wrong}")
    if start < 0 or end < start:
        raise BadKey("", "has an unmatched brace", "Remove empty lines inside it, and write \\{ for a brace")
    asked, answers, after = text[:start].strip(), text[start + 1 : end].strip(), text[end + 1 :].strip()
    if "{" in after or "}" in after:
        problem = "has more braces after its answers, which may belong to another question"
        raise BadKey("", problem, "Put an empty line between two questions, and write \\{ for a brace")
    if after:
        asked = f"{asked} _____ {after}"
    shape = _FORMAT.match(asked)
    plain = shape is not None and shape[1] == "plain"
    answers, _, feedback = answers.rpartition("####") if "####" in answers else (answers, "", "")
    notes = dict(reversed(block.notes))
    extra = from_tags(value for name, value in block.notes if name == "tag")
    extra |= {"case": notes["case"]} if "case" in notes else {}
    extra |= {"id": foreign_id(notes["id"])} if "id" in notes else {}
    stem = split_scenario(_clean(asked, plain), extra.get("case"), cases)
    changes: list[Change] = [_PARTED] if block.parted else []
    entry = _answers(answers.strip(), plain, stem, changes)
    entry |= {"stem": shapes.counted(stem, entry), "explanation": _clean(feedback, plain), **extra}
    return Found(entry, category=category, changes=changes)


def _answers(text: str, plain: bool, seed: str, changes: list[Change]) -> dict[str, Any]:
    if not text:
        raise BadKey("", "is an essay question", "Cohort asks questions with options")
    if text.startswith("#"):
        raise BadKey("", "is a numerical question", "Cohort asks questions with options: give some")
    if ordering := _ORDERING.match(text):
        # Moodle treats each step as HTML, whatever the format of the stem.
        steps = [_clean(line, False) for line in text[ordering.end() :].split("\n") if line.strip()]
        if (part := _PART.match(text)) and int(part[1]) < len(steps):
            changes.append(shapes.asks_some(int(part[1]), len(steps)))
        return shapes.ordering(steps, seed)
    if "~" in text:
        return _choices(text, plain, changes)
    if "=" in text and "->" in text:
        return shapes.matching(_pairs(text, plain), seed)
    truth, *feedback = text.split("#", 2)
    if truth.strip().upper() in _TRUTH:
        wrong, right = (*(_clean(part, plain) for part in feedback), "", "")[:2]
        return shapes.true_or_false(_TRUTH[truth.strip().upper()], why_right=right, why_wrong=wrong)
    raise BadKey("", "is a short-answer question", "Cohort asks questions with options: add wrong ones after ~")


def _choices(text: str, plain: bool, changes: list[Change]) -> dict[str, Any]:
    options: list[tuple[str, bool, float, str]] = []
    for part in re.findall(r"[~=][^~=]*", text):
        body = part[1:].strip()
        weight = _WEIGHT.match(body)
        if weight:
            body = body[weight.end() :]
        elif wrong := _NO_WEIGHT.match(body):
            raise BadKey(
                "", f'has the weight "{wrong[0]}", which Moodle would not accept', "Write it like this: %33.33333%"
            )
        elif not body:
            continue  # the `~` of `~=`, which some tools write
        answer, _, why = body.partition("#")
        marked = part[0] == "="
        options.append((_clean(answer, plain), marked, float(weight[1]) if weight else 0, _clean(why, plain)))
    single = sum(marked for _, marked, _, _ in options)
    if single > 1:
        problem = "has several right answers, any one of which is enough"
        raise BadKey("", problem, "Mark one with =, or weigh them: ~%50%")
    if single and any(0 < weight < 100 for _, marked, weight, _ in options if not marked):
        changes.append(shapes.PART_MARKS)
    return shapes.choices((answer, marked if single else weight > 0, why) for answer, marked, weight, why in options)


def _pairs(text: str, plain: bool) -> Iterator[tuple[str, str]]:
    for part in text.split("=")[1:]:
        prompt, arrow, match = part.partition("->")
        if not arrow:
            raise BadKey("", "has a match without ->", "Write = prompt -> match")
        yield _clean(prompt, plain), match.translate(_BACK).strip()


def _clean(text: str, plain: bool) -> str:
    """Return plain text: remove the name of the format and, unless the format is plain, the HTML."""
    text = text.strip()
    if shape := _FORMAT.match(text):
        text, plain = text[shape.end() :], shape[1] == "plain"
    text = text.translate(_BACK)
    return (text if plain else plain_text(text)).strip()
