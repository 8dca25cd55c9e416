"""Moodle's GIFT, read. Choices, responses, true or false, matching, and the ordering plugin's `{>`.

Follows Moodle's importer: a question ends at an empty line, the first braces hold the answers, text after them makes a
missing word. GIFT gives the right order and the right pairs, not an order to show, so steps and matches are scrambled.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Any, Final

from bot.bank.dialects import GIFT
from bot.bank.formats.drafts import scramble
from bot.bank.formats.keys import foreign_id, split_scenario
from bot.bank.formats.markup import plain_text
from bot.bank.formats.readings import BadKey, Found, Reading, gather
from bot.bank.lint_question import NUMBERS
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
_SECTION = re.compile(r"\d{1,2}(?:\.\d{1,2}){0,2}(?=\s|$)")
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
"""How many steps, which, how laid out, graded, shown and numbered: nothing of it changes the right order."""
_NOTE = re.compile(r"\[(id|case):((?:\\.|[^\]\\])+)\]")
_TRUTH = {"T": True, "TRUE": True, "F": False, "FALSE": False}


@dataclass(frozen=True)
class _Block:
    line: int
    text: str
    notes: dict[str, str]


def read(text: str, file: str, most: int) -> Reading:
    cases: dict[str, Case] = {}
    return gather(file, _units(text), lambda unit: Found(_entry(unit[1], cases), unit[0]), most, GIFT, cases=cases)


def _units(text: str) -> Iterator[tuple[int, tuple[str | None, _Block]]]:
    """Yield each question with the section of its category."""
    section: str | None = None
    for block in chain.from_iterable(map(_questions, _blocks(text))):
        if block.text.startswith("$CATEGORY:"):
            name = block.text[len("$CATEGORY:") :].rsplit("/", 1)[-1].strip()
            match = _SECTION.match(name)
            section = match[0] if match else None
        else:
            yield block.line, (section, block)


def _blocks(text: str) -> Iterator[_Block]:
    lines: list[str] = []
    notes: dict[str, str] = {}
    first = 0
    for number, line in enumerate([*text.replace("\r\n", "\n").split("\n"), ""], 1):
        bare = line.strip()
        if bare.startswith("//"):
            notes = {key: value.replace("\\]", "]") for key, value in reversed(_NOTE.findall(bare))} | notes
            continue
        if bare.startswith("$CATEGORY:") and not lines:
            yield _Block(number, bare, {})
        elif bare:
            first = first if lines else number
            lines.append(line)
        elif lines:
            yield _Block(first, "\n".join(lines).strip(), notes)
            lines, notes = [], {}


def _questions(block: _Block) -> Iterator[_Block]:
    """Part a block in which questions follow each other without an empty line."""
    text = _ESCAPE.sub(lambda match: ESCAPED[match[1]], block.text)
    line, notes = block.line, block.notes
    while True:
        end = _end(text)
        rest = text[end:]
        bare = rest.lstrip()
        gap = rest[: len(rest) - len(bare)]
        if end == 0 or "\n" not in gap or not ("{" in bare and "}" in bare):
            yield _Block(line, text, notes)
            return
        yield _Block(line, text[:end], notes)
        line += text.count("\n", 0, end) + gap.count("\n")
        text, notes = bare, {}


def _end(text: str) -> int:
    """Where the first question ends; 0 if it has no answers. A step of an ordering may hold a brace."""
    start = text.find("{")
    if start >= 0 and text.startswith(">", start + 1) and (end := text.find("\n}", start)) >= 0:
        return end + 2
    return text.find("}", start + 1) + 1


def _entry(block: _Block, cases: dict[str, Case]) -> dict[str, Any]:
    text = block.text
    if text.startswith("::") and (end := text.find("::", 2)) > 0:
        text = text[end + 2 :].strip()
    start, end = text.find("{"), _end(text) - 1
    if start < 0 and end < 0:
        raise BadKey("", "has no answers in braces", "Write them as {=right ~wrong}")
    if start < 0 or end < start:
        raise BadKey("", "has a brace without its partner", "Remove empty lines inside it, and write \\{ for a brace")
    asked, answers, after = text[:start].strip(), text[start + 1 : end].strip(), text[end + 1 :].strip()
    if "{" in after or "}" in after:
        problem = "has braces behind its answers, in which the answers to another question may stand"
        raise BadKey("", problem, "Put an empty line between two questions, and write \\{ for a brace")
    if after:
        asked = f"{asked} _____ {after}"
    shape = _FORMAT.match(asked)
    plain = shape is not None and shape[1] == "plain"
    answers, _, feedback = answers.rpartition("####") if "####" in answers else (answers, "", "")
    notes = dict(block.notes)
    if "id" in notes:
        notes["id"] = foreign_id(notes["id"])
    stem = split_scenario(_clean(asked, plain), notes.get("case"), cases)
    entry = _answers(answers.strip(), plain, stem)
    entry |= {"stem": _counted(stem, entry), "explanation": _clean(feedback, plain), **notes}
    return entry


def _answers(text: str, plain: bool, seed: str) -> dict[str, Any]:
    if not text:
        raise BadKey("", "is an essay question", "Cohort asks questions with options")
    if text.startswith("#"):
        raise BadKey("", "is a numerical question", "Cohort asks questions with options: give some")
    if ordering := _ORDERING.match(text):
        return _ordering(text[ordering.end() :], plain, seed)
    if "~" in text:
        return _choices(text, plain)
    if "=" in text and "->" in text:
        return _matching(text, plain, seed)
    truth, *feedback = text.split("#", 2)
    if truth.strip().upper() in _TRUTH:
        return _true_or_false(_TRUTH[truth.strip().upper()], [_clean(part, plain) for part in feedback])
    raise BadKey("", "is a short-answer question", "Cohort asks questions with options: add wrong ones after ~")


def _choices(text: str, plain: bool) -> dict[str, Any]:
    options: list[dict[str, Any]] = []
    marked = []
    for part in re.findall(r"[~=][^~=]*", text):
        body = part[1:].strip()
        weight = _WEIGHT.match(body)
        if weight:
            body = body[weight.end() :]
        elif not body:
            continue  # of `~=`, which some tools write
        answer, _, why = body.partition("#")
        marked.append(part[0] == "=")
        options.append({"text": _clean(answer, plain), "why": _clean(why, plain)})
        options[-1]["correct"] = part[0] == "=" or (weight is not None and float(weight[1]) > 0)
    if any(marked):
        if sum(marked) > 1:
            raise BadKey(
                "", "has several right answers of which one is enough", "Mark one with =, or weigh them: ~%50%"
            )
        for option, right in zip(options, marked, strict=True):
            option["correct"] = right
    several = sum(option["correct"] for option in options) > 1
    return {"kind": "response" if several else "choice", "options": options}


def _true_or_false(truth: bool, feedback: list[str]) -> dict[str, Any]:
    wrong, right = (*feedback, "", "")[:2]
    options = [
        {"text": name, "correct": value is truth, "why": right if value is truth else wrong}
        for name, value in (("True", True), ("False", False))
    ]
    return {"kind": "choice", "options": options}


def _matching(text: str, plain: bool, seed: str) -> dict[str, Any]:
    prompts: list[dict[str, str]] = []
    texts: list[str] = []
    for part in text.split("=")[1:]:
        prompt, arrow, match = part.partition("->")
        if not arrow:
            raise BadKey("", "has a match without ->", "Write = prompt -> match")
        answer = _clean(match, True)
        if answer not in texts:
            texts.append(answer)
        if prompt.strip():
            prompts.append({"text": _clean(prompt, plain), "match": answer})
    order = scramble(len(texts), seed)
    return {"kind": "matching", "prompts": prompts, "options": [{"text": texts[place]} for place in order]}


def _ordering(text: str, plain: bool, seed: str) -> dict[str, Any]:
    steps = [_clean(line, plain) for line in text.split("\n") if line.strip()]
    order = scramble(len(steps), seed)
    return {"kind": "ordering", "options": [{"text": steps[place], "place": place + 1} for place in order]}


def _clean(text: str, plain: bool) -> str:
    """Plain text: without the format's name, without HTML unless the author said that there is none."""
    text = text.strip()
    if shape := _FORMAT.match(text):
        text, plain = text[shape.end() :], shape[1] == "plain"
    text = text.translate(_BACK)
    return (text if plain else plain_text(text)).strip()


def _counted(stem: str, entry: dict[str, Any]) -> str:
    """GIFT's responses do not say how many answers are right; our members are told."""
    if entry["kind"] != "response" or "(Select " in stem:
        return stem
    right = sum(option["correct"] for option in entry["options"])
    return f"{stem} (Select {NUMBERS.get(right, right)}.)"
