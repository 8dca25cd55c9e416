"""Write Anki decks: one for each section, with a card for each question and the rationales on its back."""

from __future__ import annotations

import html
import json
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final

from bot.bank.formats.ages import Ages, seconds
from bot.bank.formats.anki_collection import CollectionNote, NoteType, guid_of, package
from bot.bank.formats.markup import html_of
from bot.bank.formats.moodle import tags_of
from bot.study.code_blocks import has_code
from bot.study.questions import LETTERS, Case, Kind, Pack, Question

MODEL_ID: Final = 1_607_392_319
MODEL: Final = "Cohort question"
_CHANGED: Final = date(2026, 11, 30)
"""The date on which the fields and the card below last changed. Update it when you change them."""
FIELDS: Final = ("Id", "Scenario", "Question", "Options", "Answer", "Explanation", "Source")
_FRONT = """\
{{#Scenario}}<p class="scenario">{{Scenario}}</p>{{/Scenario}}
<p>{{Question}}</p>
{{Options}}"""
_BACK = """\
{{FrontSide}}
<hr id="answer">
{{Answer}}
<p>{{Explanation}}</p>
<p class="source">{{Source}} &middot; {{Id}}</p>"""
_STYLE = """\
.card { font-family: sans-serif; font-size: 18px; text-align: left; line-height: 1.4; max-width: 44em; margin: 0 auto; }
.scenario { border-left: 4px solid #888; padding-left: .8em; }
.right { font-weight: bold; }
.why, .source { color: #777; font-size: 85%; }
li { margin-bottom: .4em; }"""


def write(questions: Iterable[Question], cases: Mapping[str, Case], pack: Pack, ages: Ages) -> bytes:
    """Return an .apkg file without the retired questions."""
    kind = NoteType(MODEL_ID, MODEL, _CHANGED, FIELDS, _FRONT, _BACK, _STYLE)
    notes = (_note(question, cases, pack, ages) for question in questions if not question.retired)
    return package(kind, notes, html.escape(pack.notice))


def _key(question: Question) -> str:
    return f"cohort__{question.id}"


def _note(question: Question, cases: Mapping[str, Case], pack: Pack, ages: Ages) -> CollectionNote:
    case = cases.get(question.case) if question.case else None
    tags = (f"section-{question.section}", question.kind.value, *tags_of(question))
    fields = (
        question.id,
        _shown(case.scenario if case else ""),
        _shown(question.stem),
        _options(question),
        _answer(question),
        _shown(question.explanation),
        "<br>".join(html.escape(source) for source in question.sources),
    )
    deck = f"{pack.title}::{pack.title_of(question.section)}"
    age = ages.of(question, guid_of(_key(question)), fields, tags)
    data = "" if age == seconds(question.checked) else json.dumps({"checked": question.checked.isoformat()})
    return CollectionNote(_key(question), deck, age, fields, tags, data)


def _options(question: Question) -> str:
    options = _list([_shown(option.text) for option in question.options], "A")
    if question.kind is not Kind.MATCHING:
        return options
    return _list([_shown(prompt) for prompt in question.prompts], "1") + options


def _answer(question: Question) -> str:
    options = question.options
    if question.kind is Kind.ORDERING:
        steps = [options[place] for place in question.correct]
        return _list([f"{_shown(step.text)}{_why(step.rationale)}" for step in steps], "1")
    if question.kind is Kind.MATCHING:
        pairs = [
            f"{_shown(prompt)} &rarr; <b>{_shown(options[place].text)}</b>"
            for prompt, place in zip(question.prompts, question.correct, strict=True)
        ]
        reasons = [f"{_shown(option.text)}{_why(option.rationale)}" for option in options]
        return _list(pairs, "1") + _list(reasons, "A")
    right = ", ".join(LETTERS[place] for place in question.correct)
    rows = [
        f'<span class="{"right" if place in question.correct else "wrong"}">{_shown(option.text)}</span>'
        + _why(option.rationale)
        for place, option in enumerate(options)
    ]
    return f"<p><b>{right}</b></p>{_list(rows, 'A')}"


def _why(rationale: str) -> str:
    return f'<br><span class="why">{_shown(rationale)}</span>' if rationale else ""


def _shown(text: str) -> str:
    return html_of(text) if has_code(text) else html.escape(text)


def _list(rows: list[str], mark: str) -> str:
    return f'<ol type="{mark}">{"".join(f"<li>{row}</li>" for row in rows)}</ol>'
