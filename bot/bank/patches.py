"""Write one question as a change to its pack's folder: as a new file, or as the existing file with its entry changed.

Only edited keys change. All other keys and everything around the entry stay the same, byte for byte.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError

from bot.bank import dialects
from bot.bank.faults import Fault, Level
from bot.bank.files import Document, Lines
from bot.bank.formats import cohort_yaml
from bot.bank.formats.typed import FORM, RIGHT, WHY
from bot.bank.formats.yaml_pieces import list_pieces
from bot.bank.formats.yaml_writer import lines_of
from bot.bank.items import question_of
from bot.bank.lint_bank import near
from bot.bank.lint_question import lint_question
from bot.bank.question_text import QuestionText
from bot.bank.schema import Item, problems
from bot.bank.sentences import faults_of
from bot.study.questions import Kind, Pack, Question

_ITEM: Final[TypeAdapter[Item]] = TypeAdapter(Item)
_FRAME: Final = frozenset({"section", "cases", "questions"})
_SEPARATORS: Final = re.compile(r"[\s,;]+")
_TAIL: Final = re.compile(r"\s*(?:#.*)?")
"""Matches a blank line or a comment, which may follow an entry."""


def text_of(question: Question) -> QuestionText:
    marked = question.correct if question.kind in (Kind.CHOICE, Kind.RESPONSE) else ()
    lines = [
        f"{f'{RIGHT} ' if place in marked else ''}{option.text}{f'{WHY}{option.rationale}' if option.rationale else ''}"
        for place, option in enumerate(question.options)
    ]
    tags = [*question.covers, *question.skills, *question.exams]
    return QuestionText(
        question.stem, "\n".join(lines), question.explanation, "\n".join(question.sources), ", ".join(tags)
    )


def edited(
    question: Question, text: QuestionText, pack: Pack, on: date
) -> tuple[Question, Sequence[Fault]] | tuple[None, Sequence[Fault]]:
    """Return the question with an edited text, or None and the faults. If the question changed, its `checked` date
    becomes `on`."""
    entry, faults = _entry(question, text, pack)
    if not faults and entry != cohort_yaml.entry_of(question):
        entry["checked"] = on
    document = Document(FORM, entry, Lines(0), dialects.FORM)
    try:
        item = _ITEM.validate_python(entry)
    except ValidationError as error:
        return None, [*faults, *faults_of(error, document)]
    faults += [document.fault(path, problem, remedy) for path, problem, remedy in problems(item, dialects.FORM)]
    return (None, faults) if faults else (question_of(item, question.section), ())


def is_editable(question: Question, pack: Pack) -> bool:
    """Return whether a form can hold a question: in a form, each option has exactly one line."""
    if any("\n" in option.text or "\n" in option.rationale for option in question.options):
        return False
    same, _ = edited(question, text_of(question), pack, question.checked)
    return same is not None and cohort_yaml.entry_of(same) == cohort_yaml.entry_of(question)


def judged(question: Question, pack: Pack, *, without: str = "") -> list[Fault]:
    """Return what the pack's checker finds in a question, and its near duplicates. `without`: another id of the same
    question in the pack, which does not count as a duplicate."""
    others = [other for other in pack.active if other.id not in (question.id, without)]
    return [
        *(_fault(*finding) for finding in lint_question(question, pack, pack.closed)),
        *(
            _fault(Level.ERROR, (), f"is nearly the same as {other.id} ({likeness:.0%})", "Ask something else")
            for other, likeness in near(question, others)
        ),
    ]


def new_file(question: Question, siblings: Iterable[Question], pack: Pack) -> tuple[str, bytes, Question]:
    """Return a new file for a question that the pack's files lack, together with the other questions of its case.

    Returns the path in the folder, the bytes, and the question with the next free number of its section as its id.
    """
    case = sorted((one for one in siblings if one.case == question.case), key=lambda one: one.id)
    section = re.compile(rf"{re.escape(question.section)}-(\d{{3,}})")
    last = max((int(found[1]) for name in pack.questions if (found := section.fullmatch(name))), default=0)
    numbered = {
        one.id: replace(one, id=f"{question.section}-{number:03}")
        for number, one in enumerate(case if question.case else [question], start=last + 1)
    }
    path = f"questions/{next(iter(numbered.values())).id}.yaml"
    return path, cohort_yaml.write(numbered.values(), pack.cases), numbered[question.id]


def changed_file(folder: Path, before: Question, after: Question) -> tuple[str, bytes] | None:
    """Return the file of the folder that holds a question, with its entry changed; None if no file holds it."""
    begins = re.compile(rf"(?m)^ *(?:- +)?id: +(['\"]?){re.escape(before.id)}\1 *(?:#.*)?\r?$")
    for path in sorted((folder / "questions").glob("*.yaml")):
        text = path.read_bytes().decode("utf-8")
        if before.id not in text:
            continue
        pieces = list(list_pieces(text, "questions", _FRAME))
        held = [is_entry and begins.search(piece) is not None for _, piece, is_entry in pieces]
        if any(held):
            written = [
                _changed(piece, before, after) if holds else piece
                for (_, piece, _), holds in zip(pieces, held, strict=True)
            ]
            return path.relative_to(folder).as_posix(), "\n".join(written).encode()
    return None


def _entry(question: Question, text: QuestionText, pack: Pack) -> tuple[dict[str, Any], list[Fault]]:
    entry = cohort_yaml.entry_of(question)
    faults: list[Fault] = []
    lines = [line.strip() for line in text.options.splitlines() if line.strip()]
    before = entry["options"]
    if question.kind in (Kind.CHOICE, Kind.RESPONSE):
        right = sum(line.startswith(RIGHT) for line in lines)
        entry["kind"] = (Kind.CHOICE if right <= 1 else Kind.RESPONSE).value
        entry["options"] = [_option(line.removeprefix(RIGHT), {}, right=line.startswith(RIGHT)) for line in lines]
    elif len(lines) != len(before):
        remedy = f"Keep its {len(before)} lines in the same order, and change only their words"
        faults.append(_fault(Level.ERROR, ("options",), f"has {len(lines)} lines", remedy))
    else:
        kept = [{"place": option["place"]} if "place" in option else {} for option in before]
        entry["options"] = [_option(line, option) for line, option in zip(lines, kept, strict=True)]
    if "prompts" in entry and not faults:
        matches = [entry["options"][place]["text"] for place in question.correct]
        entry["prompts"] = [
            {"text": prompt, "match": match} for prompt, match in zip(question.prompts, matches, strict=True)
        ]
    entry |= {
        "stem": text.stem.strip(),
        "explanation": text.explanation.strip(),
        "sources": [line.strip() for line in text.sources.splitlines() if line.strip()],
    }
    tags, unknown = _tags(text.tags, pack)
    remedy = "Write ids of the guide's facts, numbers of skills, and exam versions"
    faults += [
        _fault(Level.ERROR, ("tags",), f'name "{word}", which the pack does not have', remedy) for word in unknown
    ]
    entry |= tags
    names = [*cohort_yaml.KEYS, *entry]
    return {name: entry[name] for name in dict.fromkeys(names) if entry.get(name) not in (None, "", [])}, faults


def _option(line: str, kept: Mapping[str, Any], *, right: bool = False) -> dict[str, Any]:
    text, _, why = line.partition(WHY)
    option: dict[str, Any] = {"text": text.strip(), **kept}
    if right:
        option["correct"] = True
    return {**option, "why": why.strip()} if why.strip() else option


def _tags(text: str, pack: Pack) -> tuple[dict[str, list[str]], list[str]]:
    """Sort typed words into facts, skills and exam versions; also return unknown words."""
    skills = {skill for version in pack.exams.values() for skill in version.skills}
    words = list(dict.fromkeys(word for word in _SEPARATORS.split(text) if word))
    found: dict[str, list[str]] = {"exams": [], "skills": [], "covers": []}
    unknown = []
    for word in words:
        if word in pack.exams:
            found["exams"].append(word)
        elif word in skills:
            found["skills"].append(word)
        elif word in pack.facts:
            found["covers"].append(word)
        else:
            unknown.append(word)
    return found, unknown


def _changed(piece: str, before: Question, after: Question) -> str:
    """Return a file's entry with its changed keys rewritten; the lines of all other keys stay the same."""
    old, new = cohort_yaml.entry_of(before), cohort_yaml.entry_of(after)
    lines = piece.split("\n")
    end = len(lines)
    while end > 1 and _TAIL.fullmatch(lines[end - 1]):
        end -= 1
    dash = re.match(r" *- +", lines[0])
    assert dash is not None, "an entry begins with a dash"
    indent = dash.end()
    chunks = _chunks(lines[:end], indent)
    names = [name for name in chunks if name in new or name not in old]
    for place, name in enumerate(new):
        if name not in names:
            earlier = [known for known in list(new)[:place] if known in names]
            names.insert(names.index(earlier[-1]) + 1 if earlier else 0, name)
    kept = []
    for name in names:
        same = name in chunks and old.get(name) == new.get(name)
        kept += chunks[name] if same else [line.removesuffix("\n") for line in lines_of({name: new[name]}, indent)]
    return "\n".join([dash[0] + kept[0][indent:], *kept[1:], *lines[end:]])


def _chunks(lines: Sequence[str], indent: int) -> dict[str, list[str]]:
    """Split the lines of an entry by key. The dash of the entry is treated as indentation."""
    chunks: dict[str, list[str]] = {}
    name = ""
    for number, line in enumerate(lines):
        whole = " " * indent + line[indent:] if not number else line
        if found := re.match(rf" {{{indent}}}(\w+):", whole):
            name = found[1]
        chunks.setdefault(name, []).append(whole)
    return chunks


def _fault(level: Level, path: Iterable[str | int], problem: str, remedy: str) -> Fault:
    return Fault(FORM, 0, ".".join(_names(path)), problem, remedy, level)


def _names(path: Iterable[str | int]) -> Iterator[str]:
    return (str(step + 1) if isinstance(step, int) else step for step in path)
