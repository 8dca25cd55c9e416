"""Every entry of a file is imported, already here, left out or unreadable: the counts always add up."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.bank.faults import errors
from bot.bank.formats import Batch, Format, Intake, parse
from tests.bank.builders import CHECKED, PACK
from tests.examples import examples

INTAKE = Intake(on=CHECKED, pack=PACK, section="1.1")
Item = tuple[str, bool]
"""A word that identifies the question, and whether the question is good."""


def csv(word: str, good: bool) -> str:
    return f"choice,Is it {word}?,yes,no,{1 if good else 7}\n"


def jsonl(word: str, good: bool) -> str:
    row = {"type": "choice", "stem": f"Is it {word}?", "options": ["y", "n"], "correct": [0 if good else 7]}
    return json.dumps(row)


def opentdb(word: str, good: bool) -> str:
    row = {"type": "boolean", "question": f"Is it {word}?", "correct_answer": "True", "incorrect_answers": ["False"]}
    return json.dumps(row | ({} if good else {"correct_answer": 7}))


def aiken(word: str, good: bool) -> str:
    return f"Is it {word}?\nA. yes\nB. no\nANSWER: {'A' if good else 'D'}\n\n"


def anki(word: str, good: bool) -> str:
    return f"Is it {word}?\ty\tn\t{1 if good else 7}\n"


def moodle(word: str, good: bool) -> str:
    return (
        f'<question type="multichoice"><questiontext><text>Is it {word}?</text></questiontext>'
        f'<answer fraction="{100 if good else 0}"><text>y</text></answer><answer fraction="0"><text>n</text></answer>'
        "</question>\n"
    )


def yaml(word: str, good: bool) -> str:
    return (
        f"  - kind: choice\n    stem: Is it {word}?\n    options:\n"
        f"      - {{text: y, correct: {str(good).lower()}}}\n      - {{text: n}}\n"
    )


def gift(word: str, good: bool) -> str:
    return f"Is it {word}?{{{'=' if good else '~'}y ~n}}\n\n"


def trivia(word: str, good: bool) -> str:
    return f"Is it {word}?: [{word + 's' if good else ''}]\n"


def blooket(word: str, good: bool) -> str:
    return f"1,Is it {word}?,yes,no,20,{1 if good else 7}\n"


def kahoot(word: str, good: bool) -> str:
    return f",1,Is it {word}?,yes,no,20,{1 if good else 7}\n"


def wayground(word: str, good: bool) -> str:
    return f"Is it {word}?,Multiple Choice,yes,no,{1 if good else 7},20\n"


def gimkit(word: str, good: bool) -> str:
    return f"Is it {word}?,{'yes' if good else ''},no\n"


class Kind(NamedTuple):
    format: Format
    unit: Callable[[str, bool], str]
    head: str = ""
    between: str = ""
    tail: str = ""
    spoil: str | None = '"'
    """The text that breaks the syntax when it stands before a question."""

    def write(self, items: Sequence[Item]) -> str:
        return self.file([self.unit(*item) for item in items])

    def file(self, units: Sequence[str]) -> str:
        return self.head + self.between.join(units) + self.tail


SHEET = "type,stem,option_1,option_2,correct\n"
KINDS = {
    "csv": Kind(Format.CSV, csv, SHEET),
    "tsv": Kind(Format.CSV, lambda *item: csv(*item).replace(",", "\t"), SHEET.replace(",", "\t")),
    "lines": Kind(Format.JSONL, jsonl, between="\n", tail="\n"),
    "array": Kind(Format.JSONL, jsonl, "[\n", ",\n", "\n]"),
    "opentdb": Kind(Format.OPENTDB, opentdb, '{"response_code": 0, "results": [\n', ",\n", "\n]}"),
    "yaml": Kind(Format.YAML, yaml, 'section: "1.1"\nquestions:\n'),
    "gift": Kind(Format.GIFT, gift, spoil="{"),
    "moodle": Kind(Format.MOODLE, moodle, '<?xml version="1.0"?>\n<quiz>\n', tail="</quiz>", spoil=None),
    "trivia": Kind(Format.TRIVIA, trivia),
    "aiken": Kind(Format.AIKEN, aiken, spoil=None),
    "anki": Kind(Format.ANKI, anki, "#separator:tab\n#html:false\n#columns:Question\tA\tB\tAnswer\n"),
    "blooket": Kind(
        Format.CSV,
        blooket,
        '"Blooket\nImport Template"\nQuestion #,Question Text,Answer 1,Answer 2,Time Limit (sec),Correct Answer(s)\n',
    ),
    "kahoot": Kind(
        Format.CSV,
        kahoot,
        "Quiz template\n,,Question - max 120 characters,Answer 1 - max 75 characters,Answer 2 - max 75 characters,"
        "Time limit (sec),Correct answer(s) - choose at least one\n",
    ),
    "wayground": Kind(
        Format.CSV, wayground, "Question Text,Question Type,Option 1,Option 2,Correct Answer,Time in seconds\n"
    ),
    "gimkit": Kind(
        Format.CSV, gimkit, "Gimkit Spreadsheet Import Template,,\nQuestion,Correct Answer,Incorrect Answer 1\n"
    ),
}
each = pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
words = st.lists(
    st.tuples(st.from_regex(r"[a-z]{1,6}", fullmatch=True), st.booleans()),
    min_size=1,
    max_size=12,
    unique_by=lambda item: item[0],
)
SCRAPS = [
    "",
    '"',
    "{",
    "}",
    "\n",
    "\n\n",
    "- ",
    ": ",
    "~",
    "=",
    ",",
    "\x00",
    "[",
    "&a ",
    "<",
    "]]>",
    "\t",
    "#",
    "//",
    "\\",
]


def counts(batch: Batch) -> tuple[int, int, int, int]:
    return len(batch.questions), batch.already_here, batch.left_out, batch.unread


@each
@settings(max_examples=examples(40), deadline=None)
@given(items=words, most=st.integers(1, 14))
def test_every_question_of_a_file_is_accounted_for(kind: Kind, items: list[Item], most: int) -> None:
    batch = parse(kind.write(items).encode(), "f", INTAKE, format=kind.format, most_questions=most)

    assert batch.held == len(items)
    assert batch.unread == max(0, len(items) - most)
    if kind.format is not Format.TRIVIA:  # a trivia question takes its wrong options from the answers of others
        assert len(batch.questions) == sum(good for _, good in items[:most])
    assert bool(errors(batch.faults)) == bool(batch.left_out or batch.unread)


@each
@settings(max_examples=examples(40), deadline=None)
@given(items=words)
def test_a_second_import_counts_the_same(kind: Kind, items: list[Item]) -> None:
    data = kind.write(items).encode()
    first = parse(data, "f", INTAKE, format=kind.format)
    here = {question.id: question for question in first.questions}

    second = parse(data, "f", Intake(on=CHECKED, pack=PACK, section="1.1", taken=here), format=kind.format)

    assert counts(second) == (0, len(first.questions), first.left_out, 0)


@pytest.mark.parametrize(
    "kind", [kind for kind in KINDS.values() if kind.spoil], ids=[n for n in KINDS if KINDS[n].spoil]
)
@settings(max_examples=examples(60), deadline=None)
@given(items=words, data=st.data())
def test_a_syntax_error_affects_only_its_own_question(kind: Kind, items: list[Item], data: st.DataObject) -> None:
    items = [(word, True) for word, _ in items]
    whole = kind.write(items)
    stem = f"Is it {data.draw(st.sampled_from(items))[0]}?"
    spoilt = whole.replace(stem, f"{kind.spoil}{stem}", 1)

    good = parse(whole.encode(), "f", INTAKE, format=kind.format)
    batch = parse(spoilt.encode(), "f", INTAKE, format=kind.format)

    assert batch.held == len(items)
    if good.questions and len(items) > 4:
        assert {question.stem for question in good.questions} - {question.stem for question in batch.questions} == {
            stem
        }


def test_an_entry_that_swallows_the_next_ones_affects_only_itself() -> None:
    """An entry that lacks a bracket is still valid JSON if a later bracket makes up for it."""
    kind = KINDS["opentdb"]
    spoilt = kind.unit("a", True).replace('["False"]}', "[{}")

    batch = parse(kind.file([spoilt, kind.unit("b", True), kind.unit("c", True)]).encode(), "f", INTAKE)

    assert [question.stem for question in batch.questions] == ["Is it b?", "Is it c?"]
    assert (batch.held, batch.left_out) == (3, 1)


@pytest.mark.parametrize("first", ["- - kind: choice\n    stem: Which?\n", "- - - kind: choice\n"])
def test_an_extra_dash_affects_none_of_the_questions_after_it(first: str) -> None:
    """YAML reads the broken question as a nested list, which takes the place of one question."""
    kind = KINDS["yaml"]
    others = [kind.unit(word, True) for word in ("a", "b", "c")]

    batch = parse(kind.file([first, *others]).encode(), "f", INTAKE, format=Format.YAML)

    assert [question.stem for question in batch.questions] == ["Is it a?", "Is it b?", "Is it c?"]
    assert (batch.held, batch.left_out) == (4, 1)


@each
@settings(
    max_examples=examples(60), deadline=None, derandomize=True
)  # the same examples each time, so that an unlucky one cannot fail an unrelated change
@given(
    items=st.lists(st.from_regex(r"[a-z]{1,6}", fullmatch=True), min_size=6, max_size=8, unique=True), data=st.data()
)
def test_a_damaged_question_affects_only_itself(kind: Kind, items: list[str], data: st.DataObject) -> None:
    units = [kind.unit(word, True) for word in items]
    victim = data.draw(st.integers(0, len(units) - 1))
    unit = units[victim]
    body = unit.rstrip("\n")
    begin, end = sorted(data.draw(st.tuples(st.integers(0, len(body)), st.integers(0, len(body)))))
    scrap = data.draw(st.sampled_from([scrap for scrap in SCRAPS if "\n" not in scrap]))
    units[victim] = body[:begin] + scrap + body[end:] + unit[len(body) :]

    batch = parse(kind.file(units).encode(), "f", INTAKE, format=kind.format)

    others = {f"Is it {word}?" for word in items if word != items[victim]}
    if kind.format in (Format.YAML, Format.TRIVIA):  # without its dash, or indented, it belongs to the one before
        others.discard(f"Is it {items[victim - 1]}?")
    if kind.format is Format.AIKEN:  # without its options, it belongs to the next one
        others.discard(f"Is it {items[(victim + 1) % len(items)]}?")
    assert others <= {question.stem for question in batch.questions}, (units[victim], batch.faults)
    assert len(items) - 1 <= batch.held <= len(items) + 1


@each
@settings(max_examples=examples(100), deadline=None)
@given(items=words, data=st.data())
def test_a_damaged_file_is_accounted_for(kind: Kind, items: list[Item], data: st.DataObject) -> None:
    whole = kind.write(items)
    begin, end = sorted(data.draw(st.tuples(st.integers(0, len(whole)), st.integers(0, len(whole)))))
    scrap = data.draw(st.sampled_from(SCRAPS))
    mutilated = whole[:begin] + scrap + whole[min(end, begin + 40) :]

    batch = parse(mutilated.encode(), "f", INTAKE, format=kind.format)

    assert batch.held or batch.faults
    named = {(fault.line, fault.problem) for fault in errors(batch.faults)}
    assert len(named) >= min(1, batch.left_out)
    untouched = whole[:begin].count("Is it ") + whole[min(end, begin + 40) :].count("Is it ")
    if batch.held and kind.format in (Format.JSONL, Format.YAML, Format.TRIVIA):
        assert batch.held >= untouched - 2
