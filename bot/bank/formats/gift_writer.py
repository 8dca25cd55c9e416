"""Write Moodle's GIFT. Matching and ordering questions lose their rationales, because Moodle has no place for them.

The header of an ordering is always complete, because Moodle would take a missing word or number from the first step."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from bot.bank.formats.gift import ESCAPED
from bot.bank.formats.keys import with_scenario
from bot.bank.formats.markup import html_of
from bot.bank.formats.moodle import category_of, tags_of, weight
from bot.study.code_blocks import has_code
from bot.study.questions import Case, Kind, Pack, Question

_ENTITIES: Final = {ord(char): f"&#{ord(char)};" for char in "{}\\"} | {ord("\n"): "<br>"}
_LINE_START: Final = re.compile(r"^/(?=/)|^0$|^\[|(?<=###)#")
"""Matches texts that GIFT would misread: a comment, an empty step, the name of a format, the mark of general
feedback."""


def write(questions: Iterable[Question], cases: Mapping[str, Case], pack: Pack) -> bytes:
    """Return a file with a category for each section, without the retired questions."""
    sections: dict[str, list[Question]] = {}
    for question in questions:
        if not question.retired:
            sections.setdefault(question.section, []).append(question)
    lines: list[str] = []
    for section, group in sections.items():
        lines += [f"$CATEGORY: {category_of(pack, section)}", ""]
        for question in group:
            lines += [*_question(question, cases), ""]
    return "\n".join(lines).encode()


def _question(question: Question, cases: Mapping[str, Case]) -> Iterator[str]:
    yield " ".join(["//", f"[id:{question.id}]", *(f"[tag:{tag}]" for tag in tags_of(question))])
    asked = with_scenario(question, cases)
    shown = f"[html]{_escaped(html_of(asked))}" if has_code(asked) else f"[plain]{_escaped(asked)}"
    stem = f"::{_escaped(question.id)}::{shown} "
    if question.kind is Kind.ORDERING:
        yield stem + f"{{>{len(question.options)} ALL VERTICAL ALL_OR_NOTHING SHOW none"
        yield from (_step(question.options[place].text) for place in question.correct)
        if question.explanation:
            yield f"####{_text(question.explanation)}"
        yield "}"
        return
    yield stem + "{"
    yield from (f"\t{answer}" for answer in _answers(question))
    if question.explanation:
        yield f"\t####{_text(question.explanation)}"
    yield "}"


def _answers(question: Question) -> Iterator[str]:
    if question.kind is Kind.MATCHING:
        for prompt, place in zip(question.prompts, question.correct, strict=True):
            yield f"={_text(prompt)} -> {_escaped(question.options[place].text)}"
        spare = set(range(len(question.options))) - set(question.correct)
        yield from (f"= -> {_escaped(question.options[place].text)}" for place in sorted(spare))
        return
    share = weight(len(question.correct))
    single = len(question.correct) == 1
    for place, option in enumerate(question.options):
        mark = "=" if single else f"~%{share}%"
        if place not in question.correct:
            mark = "~" if single else f"~%-{share}%"
        why = f"#{_text(option.rationale)}" if option.rationale else ""
        yield f"{mark}{_text(option.text)}{why}"


def _text(text: str) -> str:
    """Return a text with its format: HTML if GIFT cannot escape something in it."""
    if has_code(text):
        return "[html]" + _escaped(html_of(text))
    if "->" in text or text.startswith("%"):
        return "[html]" + _escaped(html.escape(text, quote=False).replace("%", "&#37;"))
    return _escaped(f"[plain]{text}" if text.startswith("[") else text)


def _escaped(text: str) -> str:
    return "".join("\\n" if char == "\n" else f"\\{char}" if char in ESCAPED and char != "n" else char for char in text)


def _step(text: str) -> str:
    """Escape a step with HTML entities, because the ordering plugin ignores GIFT's escapes and reads each line as
    HTML."""
    shown = (html_of(text) if has_code(text) else html.escape(text, quote=False)).translate(_ENTITIES)
    return _LINE_START.sub(lambda match: f"&#{ord(match[0])};", shown)
