"""Anki decks, written: one for each section, every question a card with the reasons on its back."""

from __future__ import annotations

import html
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, time
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.study.questions import DIFFICULTIES, LETTERS, Case, Kind, Pack, Question

if TYPE_CHECKING:
    import genanki

_MODEL_ID = 1_607_392_319
"""Anki knows a note type by its number: never change it, or decks of old exports split in two."""
_FIRST_DAY = date(2026, 1, 1)
"""Stands for the day of a deck without a question."""
_FIELDS = ("Id", "Scenario", "Question", "Options", "Answer", "Explanation", "Source")
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


def write(questions: Iterable[Question], cases: Mapping[str, Case], pack: Pack) -> bytes:
    """Return an .apkg file without the retired questions.

    Anki updates a note only by one that is newer. Each note is as old as its question's `checked`, so that a second
    export leaves unchanged notes, and what the learner wrote into them, alone.
    """
    import genanki  # loads slowly, and only an export needs it

    class Dated(genanki.Note):  # type: ignore[misc]
        def __init__(self, day: date, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            self.day = day

        def write_to_db(self, cursor: Any, _exported: float, deck_id: int, id_gen: Iterator[int]) -> None:
            super().write_to_db(cursor, _stamp(self.day), deck_id, id_gen)

    model = genanki.Model(
        _MODEL_ID,
        "Cohort question",
        fields=[{"name": name} for name in _FIELDS],
        templates=[{"name": "Card", "qfmt": _FRONT, "afmt": _BACK}],
        css=_STYLE,
    )
    decks: dict[str, genanki.Deck] = {}
    newest = date.min
    for question in questions:
        if question.retired:
            continue
        if question.section not in decks:
            name = f"{pack.title}::{pack.title_of(question.section)}"
            decks[question.section] = genanki.Deck(_number(name), name, html.escape(pack.notice))
        newest = max(newest, question.checked)
        decks[question.section].add_note(Dated(question.checked, model, **_note(question, cases)))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "deck.apkg"
        genanki.Package(list(decks.values())).write_to_file(str(path), _stamp(max(newest, _FIRST_DAY)))
        return path.read_bytes()


def _stamp(day: date) -> float:
    return datetime.combine(day, time(), UTC).timestamp()


def _note(question: Question, cases: Mapping[str, Case]) -> dict[str, Any]:
    from genanki import guid_for

    case = cases.get(question.case) if question.case else None
    tags = [f"section-{question.section}", question.kind.value, DIFFICULTIES[question.difficulty], *question.covers]
    values = (
        question.id,
        html.escape(case.scenario if case else ""),
        html.escape(question.stem),
        _options(question),
        _answer(question),
        html.escape(question.explanation),
        "<br>".join(html.escape(source) for source in question.sources),
    )
    return {"fields": list(values), "guid": guid_for("cohort", question.id), "tags": tags}


def _options(question: Question) -> str:
    options = _list([html.escape(option.text) for option in question.options], "A")
    if question.kind is not Kind.MATCHING:
        return options
    return _list([html.escape(prompt) for prompt in question.prompts], "1") + options


def _answer(question: Question) -> str:
    options = question.options
    if question.kind is Kind.ORDERING:
        steps = [options[place] for place in question.correct]
        return _list([f"{html.escape(step.text)}{_why(step.rationale)}" for step in steps], "1")
    if question.kind is Kind.MATCHING:
        pairs = [
            f"{html.escape(prompt)} &rarr; <b>{html.escape(options[place].text)}</b>"
            for prompt, place in zip(question.prompts, question.correct, strict=True)
        ]
        reasons = [f"{html.escape(option.text)}{_why(option.rationale)}" for option in options]
        return _list(pairs, "1") + _list(reasons, "A")
    right = ", ".join(LETTERS[place] for place in question.correct)
    rows = [
        f'<span class="{"right" if place in question.correct else "wrong"}">{html.escape(option.text)}</span>'
        + _why(option.rationale)
        for place, option in enumerate(options)
    ]
    return f"<p><b>{right}</b></p>{_list(rows, 'A')}"


def _why(rationale: str) -> str:
    return f'<br><span class="why">{html.escape(rationale)}</span>' if rationale else ""


def _list(rows: list[str], mark: str) -> str:
    return f'<ol type="{mark}">{"".join(f"<li>{row}</li>" for row in rows)}</ol>'


def _number(name: str) -> int:
    """A deck's number, the same at every export."""
    return int.from_bytes(sha256(name.encode()).digest()[:4]) | 1 << 31
