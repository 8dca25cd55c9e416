"""Write Moodle XML. Our texts are plain: what looks like HTML is escaped, and then escaped again as XML."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from bot.bank.formats.keys import with_scenario
from bot.bank.formats.markup import html_of
from bot.bank.formats.moodle import category_of, tags_of, weight
from bot.study.questions import Case, Kind, Pack, Question

_UNWRITABLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""Characters that XML does not allow, even escaped."""
_TRUTHS: Final = {"True", "False"}
_SHAPES: Final = {
    Kind.CHOICE: "multichoice",
    Kind.RESPONSE: "multichoice",
    Kind.ORDERING: "ordering",
    Kind.MATCHING: "matching",
}


def write(questions: Iterable[Question], cases: Mapping[str, Case], pack: Pack) -> bytes:
    """Return a file with a category for each section, without the retired questions."""
    sections: dict[str, list[Question]] = {}
    for question in questions:
        if not question.retired:
            sections.setdefault(question.section, []).append(question)
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', "<quiz>"]
    for section, group in sections.items():
        category = f"<category>{_text(category_of(pack, section))}</category>"
        lines.append(f'<question type="category">{category}</question>')
        for question in group:
            lines += [f'<question type="{_SHAPES[question.kind]}">', *_question(question, cases), "</question>"]
    return "\n".join([*lines, "</quiz>", ""]).encode()


def _question(question: Question, cases: Mapping[str, Case]) -> Iterator[str]:
    yield f"<name>{_text(question.id)}</name>"
    yield _html("questiontext", with_scenario(question, cases))
    yield _html("generalfeedback", question.explanation)
    yield "<defaultgrade>1</defaultgrade><penalty>0.3333333</penalty><hidden>0</hidden>"
    yield f"<idnumber>{_xml(question.id)}</idnumber>"
    match question.kind:
        case Kind.CHOICE | Kind.RESPONSE:
            yield from _choices(question)
        case Kind.ORDERING:
            yield "<layouttype>VERTICAL</layouttype><selecttype>ALL</selecttype>"
            yield f"<selectcount>{len(question.options)}</selectcount><gradingtype>ALL_OR_NOTHING</gradingtype>"
            yield "<showgrading>SHOW</showgrading><numberingstyle>none</numberingstyle>"
            for rank, place in enumerate(question.correct, 1):
                yield _html("answer", question.options[place].text, f' fraction="{rank}"')
        case Kind.MATCHING:
            yield "<shuffleanswers>true</shuffleanswers>"
            spare = sorted(set(range(len(question.options))) - set(question.correct))
            pairs = [*zip(question.prompts, question.correct, strict=True), *(("", place) for place in spare)]
            for prompt, place in pairs:
                answer = f"<answer>{_text(question.options[place].text)}</answer>"
                yield f'<subquestion format="html">{_text(html_of(prompt))}{answer}</subquestion>'
    yield f"<tags>{''.join(f'<tag>{_text(tag)}</tag>' for tag in tags_of(question))}</tags>"


def _choices(question: Question) -> Iterator[str]:
    shuffled = {option.text for option in question.options} != _TRUTHS
    yield f"<single>{_bool(question.kind is Kind.CHOICE)}</single><shuffleanswers>{_bool(shuffled)}</shuffleanswers>"
    yield "<answernumbering>ABCD</answernumbering>"
    share = weight(len(question.correct))
    for place, option in enumerate(question.options):
        wrong = "0" if question.kind is Kind.CHOICE else f"-{share}"
        fraction = share if place in question.correct else wrong
        why = _html("feedback", option.rationale) if option.rationale else ""
        yield _html("answer", option.text, f' fraction="{fraction}"', why)


def _html(name: str, text: str, attributes: str = "", more: str = "") -> str:
    return f'<{name} format="html"{attributes}>{_text(html_of(text))}{more}</{name}>'


def _text(text: str) -> str:
    return f"<text>{_xml(text)}</text>"


def _xml(text: str) -> str:
    return html.escape(_UNWRITABLE.sub("\ufffd", text), quote=False)


def _bool(value: bool) -> str:
    return "true" if value else "false"
