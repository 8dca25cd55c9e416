"""Our own YAML, as in content/<pack>/questions/: one document for each section."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from bot.bank.faults import Fault
from bot.bank.files import Document, Lines, Path, nodes_for, read_yaml
from bot.bank.formats.readings import Draft, LeftOut, Reading
from bot.bank.formats.yaml_pieces import list_pieces
from bot.bank.formats.yaml_writer import written
from bot.bank.schema import CaseEntry
from bot.bank.sentences import faults_of
from bot.study.questions import Case, Kind, Question

KEYS = (
    "id", "kind", "difficulty", "exams", "skills", "covers", "case", "stem", "prompts", "options", "explanation", "sources", "checked", "retired",
)  # fmt: skip
"""The keys of an entry, in the order in which they are written."""
_FILE_KEYS = frozenset({"section", "cases", "questions"})


def read(text: str, file: str, most: int) -> Reading:
    documents, syntax = read_yaml(text, file, most_nodes=nodes_for(most))
    if syntax and not documents:
        return _read_pieces(text, file, most, syntax)
    faults: list[Fault] = []
    units: list[Draft | LeftOut] = []
    cases: dict[str, Case] = {}
    for document in documents:
        value = document.value
        entries = value.get("questions") if isinstance(value, dict) else None
        if not isinstance(value, dict) or not isinstance(entries, list):
            faults.append(document.fault((), "has no list `questions:`", 'Write section: "1.1", then questions:'))
            continue
        section = _frame(document, value, cases, faults)
        placed = list(_entries(("questions",), entries))
        starts = [document.at(*path).line for path, _ in placed]
        spoilt: dict[int, list[Fault]] = {}
        for fault in syntax:  # duplicate keys
            spoilt.setdefault(bisect_right(starts, fault.line) - 1, []).append(fault)
        faults += spoilt.pop(-1, [])
        for place, (path, entry) in enumerate(placed):
            draft = Draft(document, path, entry, section)
            units.append(LeftOut(tuple(spoilt[place])) if place in spoilt else draft)
        syntax = []
    return Reading(units[:most], cases, max(0, len(units) - most), faults)


def _entries(path: Path, entries: Sequence[Any]) -> Iterator[tuple[Path, Any]]:
    """Yield each entry with its path, also from nested lists: an extra dash puts the entries after it into a list of
    their own."""
    for place, entry in enumerate(entries):
        if isinstance(entry, list) and entry:
            yield from _entries((*path, place), entry)
        else:
            yield (*path, place), entry


def _read_pieces(text: str, file: str, most: int, syntax: Sequence[Fault]) -> Reading:
    """Read a file entry by entry, because it is not valid as a whole."""
    faults: list[Fault] = []
    units: list[Draft | LeftOut] = []
    cases: dict[str, Case] = {}
    section: str | None = None
    unread = 0
    for line, piece, is_entry in list_pieces(text, "questions", _FILE_KEYS):
        if is_entry and len(units) == most:
            unread += 1
            continue
        documents, wrong = read_yaml(piece, file, first_line=line)
        value = documents[0].value if documents else None
        if not is_entry:
            faults += wrong
            if piece.startswith("---"):
                section = None
            if isinstance(value, dict):
                section = _frame(documents[0], value, cases, faults) or section
        elif wrong or not isinstance(value, list):
            units.append(LeftOut(tuple(wrong or syntax)))
        else:
            for path, entry in _entries((), value):
                document = Document(file, {"question": entry}, Lines(line, parts={"question": documents[0].at(*path)}))
                units.append(Draft(document, ("question",), entry, section))
    return Reading(units, cases, unread, faults if units else syntax)


def _frame(document: Document, value: dict[str, Any], cases: dict[str, Case], faults: list[Fault]) -> str | None:
    """Return the section of a document, and add its cases and faults to `cases` and `faults`."""
    unknown = sorted(value.keys() - _FILE_KEYS)
    faults += [document.fault((key,), "is not a known key", "Use section, cases and questions") for key in unknown]
    cases |= _cases(document, value.get("cases"), faults)
    section = value.get("section")
    if section is not None and not isinstance(section, str):
        faults.append(document.fault(("section",), "is read as a number, not as text", 'Quote it: "1.1"'))
        return None
    return section


def _cases(document: Document, entries: object, faults: list[Fault]) -> Iterator[tuple[str, Case]]:
    if entries is not None and not isinstance(entries, list):
        faults.append(document.fault(("cases",), "must be a list", "Begin each entry with a dash"))
        return
    for place, entry in enumerate(entries or ()):
        try:
            case = CaseEntry.model_validate(entry)
        except ValidationError as error:
            faults += faults_of(error, document, ("cases", place))
        else:
            yield case.id, Case(case.id, case.scenario)


def write(questions: Iterable[Question], cases: Mapping[str, Case]) -> bytes:
    sections: dict[str, list[Question]] = {}
    for question in questions:
        sections.setdefault(question.section, []).append(question)
    pages = []
    for section, group in sections.items():
        page: dict[str, Any] = {"section": section}
        named = dict.fromkeys(question.case for question in group if question.case)
        if known := [cases[name] for name in named if name in cases]:
            page["cases"] = [{"id": case.id, "scenario": case.scenario} for case in known]
        page["questions"] = [entry_of(question) for question in group]
        pages.append(page)
    return written(pages).encode()


def entry_of(question: Question) -> dict[str, Any]:
    """Return the question as an entry of a file, without empty and default values."""
    entry: dict[str, Any] = {"id": question.id, "kind": question.kind.value, "difficulty": question.difficulty}
    if question.exams:
        entry["exams"] = list(question.exams)
    if question.skills:
        entry["skills"] = list(question.skills)
    if question.covers:
        entry["covers"] = list(question.covers)
    if question.case:
        entry["case"] = question.case
    entry["stem"] = question.stem
    if question.kind is Kind.MATCHING:
        entry["prompts"] = [
            {"text": prompt, "match": question.options[place].text}
            for prompt, place in zip(question.prompts, question.correct, strict=True)
        ]
    entry["options"] = [_option(question, place) for place in range(len(question.options))]
    if question.explanation:
        entry["explanation"] = question.explanation
    if question.sources:
        entry["sources"] = list(question.sources)
    entry["checked"] = question.checked
    if question.retired:
        entry["retired"] = True
    return entry


def _option(question: Question, place: int) -> dict[str, Any]:
    option: dict[str, Any] = {"text": question.options[place].text}
    if question.kind is Kind.ORDERING:
        option["place"] = question.correct.index(place) + 1
    elif question.kind is not Kind.MATCHING and place in question.correct:
        option["correct"] = True
    if question.options[place].rationale:
        option["why"] = question.options[place].rationale
    return option
