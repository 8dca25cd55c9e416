"""Our GIFT files, read by other programs: by the grammar of gift-pegjs, and by the rules of Moodle's ordering
plugin."""

from __future__ import annotations

import html
import json
import re
import shutil
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from bot.bank.formats import Format, write
from bot.bank.loader import load_library
from bot.study.questions import Case, Kind, Pack, Question
from tests.bank.builders import PACK, a_question
from tests.bank.strategies import banks, scenarios
from tests.examples import examples

PEERS = Path(__file__).parent.parent / "peers"
needs_peer = pytest.mark.skipif(
    shutil.which("node") is None or not (PEERS / "node_modules/gift-pegjs").exists(),
    reason="gift-pegjs is not installed: npm ci --prefix tests/peers",
)


def for_pegjs(questions: Iterable[Question]) -> list[Question]:
    """Leave out orderings, which the grammar of gift-pegjs does not have."""
    return [replace(question, retired=False) for question in questions if question.kind is not Kind.ORDERING]


def exported(questions: Sequence[Question], cases: Mapping[str, Case], pack: Pack = PACK) -> str:
    sections = {question.section: replace(PACK.sections["1.1"], id=question.section) for question in questions}
    return write(questions, cases, Format.GIFT, replace(pack, sections=pack.sections | sections)).decode()


def read(text: str) -> list[dict[str, Any]]:
    done = subprocess.run(
        ["node", PEERS / "read_gift.js"], input=text.encode(), capture_output=True, check=True, timeout=60
    )
    found = json.loads(done.stdout)
    assert isinstance(found, list), (found, text)
    return [item for item in found if item["type"] != "Category"]


def shown(text: Mapping[str, str] | None) -> str:
    """Return what a member would read: HTML as plain text if the text is marked as HTML, and runs of whitespace as one
    space."""
    if text is None:
        return ""
    return squeezed(html.unescape(text["text"]) if text["format"] == "html" else text["text"])


def decoded(text: str) -> str:
    """Decode the placeholders that gift-pegjs 1.0.2 leaves for escapes on the right sides of pairs; everywhere else, it
    decodes them itself."""
    return re.sub(r"&&(\d{3});", lambda match: chr(int(match[1])), text)


def squeezed(text: str) -> str:
    return " ".join(text.split())


def compare(question: Question, item: Mapping[str, Any], cases: Mapping[str, Case]) -> None:
    scenario = f"{cases[question.case].scenario} " if question.case else ""
    assert item["id"] == item["title"] == question.id
    assert shown(item["stem"]) == squeezed(scenario + question.stem)
    assert shown(item["globalFeedback"]) == question.explanation
    options = [option.text for option in question.options]
    match question.kind:
        case Kind.CHOICE | Kind.RESPONSE:
            assert item["type"] == "MC"
            assert [shown(choice["text"]) for choice in item["choices"]] == options
            assert [shown(choice["feedback"]) for choice in item["choices"]] == [o.rationale for o in question.options]
            right = [choice["isCorrect"] or (choice["weight"] or 0) > 0 for choice in item["choices"]]
            assert [place for place, is_right in enumerate(right) if is_right] == sorted(question.correct)
        case Kind.MATCHING:
            spare = [text for place, text in enumerate(options) if place not in question.correct]
            pairs = [(shown(pair["subquestion"]), decoded(pair["subanswer"])) for pair in item["matchPairs"]]
            right_sides = [options[place] for place in question.correct]
            assert pairs == [*zip(question.prompts, right_sides, strict=True), *(("", text) for text in spare)]


@needs_peer
def test_gift_pegjs_reads_the_whole_bank_as_we_meant_it() -> None:
    for pack in load_library(Path("content")).values():
        kept = for_pegjs(pack.active)
        found = {item["id"]: item for item in read(exported(kept, pack.cases, pack))}

        assert found.keys() == {question.id for question in kept}
        for question in kept:
            compare(question, found[question.id], pack.cases)


@needs_peer
@settings(max_examples=examples(25), deadline=None)
@given(questions=banks, cases=scenarios())
def test_gift_pegjs_reads_whatever_the_schema_allows(questions: list[Question], cases: Mapping[str, Case]) -> None:
    kept = for_pegjs(questions)
    found = {item["id"]: item for item in read(exported(kept, cases))} if kept else {}

    for question in kept:
        compare(question, found[question.id], cases)


# -- Moodle's orderings


@dataclass(frozen=True)
class Ordering:
    words: Sequence[str]
    steps: Sequence[str]
    feedback: str


_WORDS = (
    r"\d+",
    "(?:ALL|EXACT|RANDOM|REL|CONTIGUOUS|CONTIG)?",
    "(?:HORIZONTAL|HORI|H|1|VERTICAL|VERT|V|0)?",
    "(?:ALL_OR_NOTHING|ABSOLUTE_POSITION|ABSOLUTE|ABS|RELATIVE_NEXT_EXCLUDE_LAST|RELATIVE_NEXT_INCLUDE_LAST|"
    "RELATIVE_ONE_PREVIOUS_AND_NEXT|RELATIVE_ALL_PREVIOUS_AND_NEXT|RELATIVE_TO_CORRECT|RELATIVE|"
    "RELLONGEST_ORDERED_SUBSET|LONGEST_CONTIGUOUS_SUBSET)?",
    "(?:SHOW|TRUE|YES|1|HIDE|FALSE|NO|0)?",
    "(?:none|123|abc|ABCD|iii|IIII)?",
)
_HEADER = re.compile(r"^\s*>\s*" + "".join(rf"({word})\s*" for word in _WORDS) + r"(.*?)\s*$", re.DOTALL)
_ESCAPES = {":": "58", "#": "35", "=": "61", "{": "123", "}": "125", "~": "126", "n": "010"}


def as_moodle_reads(block: str) -> Ordering:
    """Read a question as Moodle does: its importer first, then the plugin. The plugin leaves escapes in a step as they
    are, and takes steps for HTML."""
    lines = ["" if line.strip().startswith("//") else line.strip() for line in block.split("\n")]
    text = "\n".join(lines).strip().replace("\\\\", "&&092;")
    for char, code in _ESCAPES.items():
        text = text.replace(f"\\{char}", f"&&{code};")
    text = text.replace("&&092;", "\\")
    answers = text[text.index("{") + 1 : text.index("}")]
    answers, _, feedback = answers.rpartition("####") if "####" in answers else (answers, "", "")
    found = _HEADER.match(answers.strip())
    assert found is not None, answers
    steps = [step.strip() for step in re.split(r"[\r\n]+", found[7])]
    for char, code in _ESCAPES.items():
        feedback = feedback.replace(f"&&{code};", char)
    return Ordering(found.groups()[:6], [step for step in steps if step not in ("", "0")], feedback.strip())


def blocks(text: str) -> list[str]:
    return [block for block in text.split("\n\n") if "{>" in block]


def check_orderings(questions: Sequence[Question], cases: Mapping[str, Case], pack: Pack = PACK) -> None:
    orderings = [question for question in questions if question.kind is Kind.ORDERING and not question.retired]
    for question in orderings:
        (block,) = blocks(exported([question], cases, pack))
        read = as_moodle_reads(block)
        assert read.words == (str(len(question.options)), "ALL", "VERTICAL", "ALL_OR_NOTHING", "SHOW", "none")
        steps = [question.options[place].text for place in question.correct]
        assert [html.unescape(re.sub(r"<[^>]*>", "", step)) for step in read.steps] == steps
        assert squeezed(read.feedback) == question.explanation or read.feedback.startswith(("[html]", "[plain]"))


def test_the_rules_of_the_plugin_read_every_ordering_of_the_bank_back() -> None:
    for pack in load_library(Path("content")).values():
        check_orderings(pack.active, pack.cases, pack)


@settings(max_examples=examples(60), deadline=None)
@given(questions=banks, cases=scenarios())
def test_the_rules_of_the_plugin_read_awkward_orderings_back(
    questions: list[Question], cases: Mapping[str, Case]
) -> None:
    check_orderings(questions, cases)


@pytest.mark.parametrize(
    "step", ["100 GB are copied", "SHOW it", "0", "// not a remark", "a {b} \\c", "####", "<b>", "[html]x"]
)
def test_a_step_that_the_plugin_would_trip_over_arrives_as_it_is(step: str) -> None:
    check_orderings([a_question(kind=Kind.ORDERING, options=(step, "two", "three"), correct=(0, 1, 2))], {})
