"""Read Moodle XML: multiple choice, true or false, matching and ordering. Other kinds are reported.

A text is HTML unless its `format` says otherwise. The order of steps in the file is the right one: Moodle ignores their
`fraction`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Final, TypeAlias

from bot.bank.archives import FileRefused
from bot.bank.dialects import MOODLE_XML
from bot.bank.faults import Fault
from bot.bank.formats import pictures, shapes
from bot.bank.formats.keys import foreign_id, split_scenario
from bot.bank.formats.markup import plain_text
from bot.bank.formats.moodle import category_names, from_tags
from bot.bank.formats.readings import BadKey, Change, Found, Reading, gather
from bot.bank.xml_tree import Broken, Element, elements
from bot.study.questions import Case

_FILE: Final = "@@PLUGINFILE@@"
_PICTURE: Final = re.compile(r"<img\b[^>]*>", re.IGNORECASE)
_START: Final = re.compile(rb"<question\b[^<>]*\btype\s*=\s*(?P<category>[\"']?category\b)?")
_END: Final = b"</question>"
_OTHERS: Final = {
    "shortanswer": "is a short-answer question",
    "numerical": "is a numerical question",
    "essay": "is an essay question",
    "cloze": "has gaps in its text, with their answers (cloze)",
    "multianswer": "has gaps in its text, with their answers (cloze)",
    "description": "is a description, not a question",
}
_ALL: Final = ("", "0", "ALL", "EXACT")
_Unit: TypeAlias = tuple[tuple[str, ...], Element | int]
"""A category with a question or, if the question could not be read, with the line of the fault."""


def read(data: bytes, file: str, most: int) -> Reading:
    cases: dict[str, Case] = {}
    faults: list[Fault] = []
    units = _units(data, file, faults)
    return gather(file, units, lambda unit: _found(unit, cases), most, MOODLE_XML, cases=cases, faults=faults)


def _units(data: bytes, file: str, faults: list[Fault]) -> Iterator[tuple[int, _Unit]]:
    category: tuple[str, ...] = ()
    count = 0
    try:
        for element in elements(data):
            if element.name != "question":
                continue
            if element.get("type") == "category":
                category = category_names(element.text_of("category", "text"))
                continue
            count += 1
            yield element.line, (category, element)
    except FileRefused as refused:
        faults.append(Fault(file, refused.line, "", refused.problem, refused.remedy))
        yield from _pieces(data, count, refused)


def _pieces(data: bytes, read: int, refused: FileRefused) -> Iterator[tuple[int, _Unit]]:
    """Yield the remaining units after a syntax error, question by question. In a hostile file they are only counted."""
    category: tuple[str, ...] | None = ()
    line, place = 1, 0
    starts = list(_START.finditer(data))
    for number, start in enumerate(starts, 1):
        end = starts[number].start() if number < len(starts) else len(data)
        line, place = line + data.count(b"\n", place, start.start()), start.start()
        read -= not start["category"]
        if read >= 0 and not start["category"]:
            continue
        whole = data.rfind(_END, place, end)
        element = _piece(data[place : whole + len(_END)]) if whole > 0 and isinstance(refused, Broken) else None
        if start["category"]:
            category = category_names(element.text_of("category", "text")) if element else None
        elif element is None or category is None:  # after a broken category, the right section is unknown
            yield line, ((), refused.line)
        else:
            yield line, (category, element)


def _piece(source: bytes) -> Element | None:
    with suppress(FileRefused):
        return next(elements(source, depth=0), None)
    return None


def _found(unit: _Unit, cases: dict[str, Case]) -> Found:
    category, question = unit
    if isinstance(question, int):
        problem = f"contains or follows the error in line {question}, so it was not read"
        raise BadKey("", problem, "Correct that error first")
    try:
        return _question(question, category, cases)
    except BadKey as bad:
        name = " ".join(question.text_of("name", "text").split())[:60] or "question"
        raise BadKey(bad.key, bad.problem, bad.remedy, name) from None


def _question(question: Element, category: tuple[str, ...], cases: dict[str, Case]) -> Found:
    kind = question.get("type")
    stem_element = question.first("questiontext")
    extra = from_tags(tag.text_of("text").strip() for tags in question.all("tags") for tag in tags.all("tag"))
    shape = (stem_element.get("format") if stem_element else "") or "html"
    beside = any(element.text.strip() for element in question.all("image", "image_base64"))
    stem = split_scenario(_text(stem_element), extra.get("case"), cases) + (pictures.mark() if beside else "")
    changes: list[Change] = []
    match kind:
        case "multichoice" | "multichoiceset" | "oumultiresponse":
            entry = shapes.choices(_choices(question, shape, changes))
        case "truefalse":
            entry = _true_or_false(question, shape)
        case "matching" | "ddmatch":
            pairs = [(_text(pair, shape), _match(pair)) for pair in question.all("subquestion")]
            entry = shapes.matching(pairs, stem)
        case "ordering":
            entry = shapes.ordering([_text(answer, shape) for answer in question.all("answer")], stem)
            changes += _ordering_changes(question)
        case _:
            problem = _OTHERS.get(kind, f'is of the kind "{kind[:40]}"')
            remedy = "Make it multichoice, truefalse, matching or ordering, with options to choose from"
            raise BadKey("", problem, remedy)
    if any(hint.text.strip() for hint in question.all("hint")):
        changes.append(("", "has hints, which were left out", "Put what they say into the general feedback"))
    entry |= {"stem": shapes.counted(stem, entry), "explanation": _text(question.first("generalfeedback"), shape)}
    if number := question.text_of("idnumber").strip():
        entry["id"] = foreign_id(number)
    return Found(entry | extra, category=category, changes=changes)


def _choices(question: Element, shape: str, changes: list[Change]) -> list[tuple[str, bool, str]]:
    plain = question.get("type") == "multichoice"
    single = plain and question.text_of("single").strip().lower() not in ("false", "0")
    answers = list(question.all("answer"))
    fractions = [_fraction(answer) for answer in answers]
    if single and sum(fraction >= 100 for fraction in fractions) > 1:
        remedy = "Give one of them the fraction 100, or set <single> to false if all are needed"
        raise BadKey("", "has several right answers, any one of which is enough", remedy)
    if single and any(0 < fraction < 100 for fraction in fractions):
        changes.append(shapes.PART_MARKS)
    return [
        (_text(answer, shape), fraction >= 100 if single else fraction > 0, _text(answer.first("feedback"), shape))
        for answer, fraction in zip(answers, fractions, strict=True)
    ]


def _fraction(answer: Element) -> float:
    typed = answer.get("fraction", "0").strip() or "0"
    try:
        return float(typed)
    except ValueError:
        raise BadKey(
            "answer", f'has the fraction "{typed[:20]}"', "Write it as a percentage with a decimal point: 33.33333"
        ) from None


def _true_or_false(question: Element, shape: str) -> dict[str, object]:
    answers = list(question.all("answer"))
    if len(answers) != 2:
        raise BadKey("", f"has {len(answers)} answers instead of true and false", "Export it from Moodle again")
    names = [_text(answer, shape).casefold() for answer in answers]
    true = names.index("true") if "true" in names else 1 - names.index("false") if "false" in names else 0
    truth = _fraction(answers[true]) > _fraction(answers[1 - true])
    right = answers[true if truth else 1 - true]
    wrong = answers[1 - true if truth else true]
    whys = [_text(answer.first("feedback"), shape) for answer in (right, wrong)]
    return shapes.true_or_false(truth, why_right=whys[0], why_wrong=whys[1])


def _match(pair: Element) -> str:
    """Read a match: plain text, or possibly HTML in the drag-and-drop plugin."""
    return _text(pair.first("answer"), "plain_text")


def _ordering_changes(question: Element) -> Iterator[Change]:
    answers = list(question.all("answer"))
    ranks = [_fraction(answer) for answer in answers]
    if len(set(ranks)) == len(ranks) and ranks != sorted(ranks):
        problem = "numbers its steps in an order other than the listed one; the listed order was used"
        yield "options", problem, "List them in the right order, because Moodle ignores the numbers"
    chosen = (question.text_of("selecttype") or question.text_of("logical")).strip().upper()
    count = (question.text_of("selectcount") or question.text_of("studentsee")).strip()
    if chosen not in _ALL and count.isdecimal() and len(count) < 4 and 0 < int(count) < len(answers):
        yield shapes.asks_some(int(count), len(answers))


def _text(element: Element | None, inherited: str = "html") -> str:
    """Return the plain text of an element that contains `<text>`."""
    if element is None:
        return ""
    text = element.first("text")
    if text is None:
        return ""
    if any(text.children):
        raise BadKey("", "has tags in a text that are not escaped", "Export it from Moodle again")
    source = text.text
    shape = element.get("format") or inherited
    plain = source if shape in ("plain_text", "markdown") else plain_text(source)
    if _FILE in _PICTURE.sub("", source):
        raise BadKey("", "needs a file, which is not imported", "Describe its content in words")
    return plain.strip()
