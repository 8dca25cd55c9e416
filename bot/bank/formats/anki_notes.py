"""Find questions in Anki notes: notes whose fields hold a question, its options and the right ones among them.

Authors name fields as they like, so the roles of fields are guessed from their names, reported once per note type, and
can be set with the import. Cards with only a front and a back, and cloze cards, have no wrong answers and are left out.
"""

from __future__ import annotations

import html
import json
import random
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, Final

from bot.bank.formats import pictures, shapes
from bot.bank.formats.anki_deck import FIELDS, MODEL
from bot.bank.formats.keys import add_case, entry_from, foreign_id, places_named
from bot.bank.formats.markup import plain_text
from bot.bank.formats.moodle import from_tags
from bot.bank.formats.readings import BadKey, Found
from bot.bank.limits import SOURCE_MAX, SOURCES_MAX
from bot.study.looks import looks
from bot.study.questions import LETTERS, Case

KNOWN: Final[Mapping[str, Sequence[str]]] = {
    MODEL: FIELDS,
    "AllInOne (kprim, mc, sc)": (
        *("Question", "Title", "QType (0=kprim,1=mc,2=sc)", "Q_1", "Q_2", "Q_3", "Q_4", "Q_5"),
        *("Answers", "Sources", "Extra 1"),
    ),
}
"""Fields of known note types, because a text export may name the note type but not its fields."""
_QUESTION: Final = re.compile(r"question|stem|prompt|front|frage")
_OPTION: Final = re.compile(r"(?:(?:q|mc|opt|option|choice|answer|antwort) ?)?([a-j]|\d\d?)")
_WRONG: Final = re.compile(r"(?:incorrect|wrong|distractor)(?: ?(?:answer|option))?s? ?\d*")
_ANSWER: Final = re.compile(r"(?:correct|right) ?(?:answer|option)?s?|answers?|key|solution")
_EXPLANATION: Final = re.compile(r"explanation|rationale|extra(?: \d)?|notes?|remarks?|comments?|ref")
_WHY: Final = re.compile(r"(?:note|why|explanation|feedback) ?([a-j]|\d\d?)")
_SOURCES: Final = re.compile(r"sources?|references?")
_KIND: Final = re.compile(r"qtype.*")
_GAP: Final = re.compile(r"\{\{c\d+::")
_SOUND: Final = re.compile(r"\[sound:([^\]]*)\]")
_ASK: Final = (
    "Give its note type the fields Question, Option 1, Option 2 and so on, and Answer, or name its fields when you import: "
    "question=Front, options=A,B,C, answer=Key"
)


@dataclass(frozen=True)
class Note:
    kind: str
    names: Sequence[str]
    values: Sequence[str]
    html: bool
    deck: tuple[str, ...] = ()
    guid: str = ""
    tags: Sequence[str] = ()
    changed: int = 0
    """A timestamp in seconds."""
    data: str = ""
    """Further data of our own exports: see `anki_deck`."""

    def __getitem__(self, name: str) -> str:
        """Return a field as plain text. Pictures and sounds are replaced by marks: see `pictures`."""
        source = self.values[self.names.index(name)] if name in self.names[: len(self.values)] else ""
        plain = plain_text(source) if self.html else source
        return _SOUND.sub(lambda found: pictures.mark(found[1]), plain).strip()


@dataclass(frozen=True)
class Roles:
    """The roles of a note type's fields."""

    question: str
    options: Sequence[str]
    answer: str
    explanation: str = ""
    wrong: bool = False
    """Whether `options` are the wrong ones, and `answer` is the text of the right one."""
    whys: Mapping[str, str] = field(default_factory=dict)
    """Maps the field of an option to the field that explains it."""
    sources: str = ""
    kind: str = ""

    def __str__(self) -> str:
        text = f'the question is in "{self.question}", options are in {_listed(self.options)}, the answer is in "{self.answer}"'
        return f'{text}, the explanation is in "{self.explanation}"' if self.explanation else text


def roles_of(names: Sequence[str], chosen: Mapping[str, Sequence[str]]) -> Roles | None:
    """Guess the roles of a note type's fields; roles set with the import take precedence."""
    folded = {name: re.sub(r"[\s_]+", " ", looks(name)) for name in names}

    def matching(pattern: re.Pattern[str]) -> list[str]:
        return [name for name, word in folded.items() if pattern.fullmatch(word)]

    def first(role: str, pattern: re.Pattern[str]) -> str:
        known = [name for name in chosen.get(role, ()) if name in folded] or matching(pattern)
        return known[0] if known else ""

    question, answer = first("question", _QUESTION), first("answer", _ANSWER)
    options = [name for name in chosen.get("options", ()) if name in folded]
    options = options or [name for name in matching(_OPTION) if name not in (question, answer)]
    wrong = matching(_WRONG)
    if not question or not answer or (len(options) < 2 and not wrong):
        return None
    marks = {match[1]: name for name, word in folded.items() if (match := _WHY.fullmatch(word)) and name not in options}
    whys = {
        name: marks[match[1]] for name in options if (match := _OPTION.fullmatch(folded[name])) and match[1] in marks
    }
    by_text = len(options) < 2
    explanation = first("explanation", _EXPLANATION)
    sources, kind = [*matching(_SOURCES), ""][0], [*matching(_KIND), ""][0]
    return Roles(question, wrong if by_text else options, answer, explanation, by_text, whys, sources, kind)


def question_in(note: Note, roles: Roles | None, cases: dict[str, Case]) -> Found:
    if note.kind == MODEL and tuple(note.names) == FIELDS:
        return Found(_our_own(note, cases), category=note.deck)
    if roles is None:
        raise BadKey("", *_ungradable(note))
    if roles.kind and note[roles.kind] == "0":
        problem = "is a kprim question, which asks whether each statement is true or false"
        raise BadKey("", problem, "Ask for the true statements, and set QType to 1")
    stem = note[roles.question]
    entry = _wrong_ones(note, roles, stem) if roles.wrong else _numbered(note, roles)
    sources = [line.strip() for line in note[roles.sources].split("\n")] if roles.sources else []
    entry |= {"stem": shapes.counted(stem, entry), "explanation": note[roles.explanation] if roles.explanation else ""}
    entry["sources"] = [line for line in sources if 0 < len(line) <= SOURCE_MAX][:SOURCES_MAX]
    if note.guid:
        entry["id"] = foreign_id(f"anki-{note.guid}")
    return Found(entry, category=note.deck)


def _ungradable(note: Note) -> tuple[str, str]:
    shown = f'a note of the type "{note.kind}"' if note.kind else "a note"
    if any(_GAP.search(value) for value in note.values):
        return f"is {shown} with gaps (cloze), which has no wrong answers and cannot be graded", _ASK
    if not note.names and sum(map(bool, note.values)) > 2:
        problem = f"is {shown} whose fields have no names, so the question cannot be distinguished from its options"
        return problem, "Add a line #columns: with the names of the fields, or export the deck as .apkg"
    return f"is {shown}, which has no wrong answers and cannot be graded", _ASK


def _wrong_ones(note: Note, roles: Roles, seed: str) -> dict[str, Any]:
    right = note[roles.answer]
    options = [right, *(text for name in roles.options if (text := note[name]))]
    random.Random(seed).shuffle(options)
    return shapes.choices((text, text == right, "") for text in options)


def _numbered(note: Note, roles: Roles) -> dict[str, Any]:
    texts = [note[name] for name in roles.options]
    known = [place for place, text in enumerate(texts) if text]
    last = max(known, default=-1)  # a numbered key counts empty fields, except those at the end
    answered = _answered(note[roles.answer], texts[: last + 1], roles.options)
    for place in answered:
        if place not in known:
            shown = roles.options[place] if 0 <= place < len(texts) else str(place + 1)
            raise BadKey("answer", f'names the field "{shown}", which is empty', "Fill it, or name another")
    whys = [note[roles.whys[name]] if name in roles.whys else "" for name in (roles.options[place] for place in known)]
    places = sorted({known.index(place) for place in answered})
    texts = [texts[place] for place in known]
    return entry_from("response" if len(places) > 1 else "choice", texts, whys, places, [])


def _answered(key: str, texts: Sequence[str], fields: Sequence[str]) -> list[int]:
    try:
        return places_named(key, texts, flags=True)
    except BadKey as bad:
        names = [looks(name) for name in fields]
        if looks(key) in names and key.strip().upper() not in LETTERS:
            return [names.index(looks(key))]
        raise BadKey("answer", bad.problem, bad.remedy) from None


# -- notes that this program wrote: see anki_deck


_ITEM: Final = re.compile(r"<li>(.*?)</li>", re.DOTALL)
_LIST: Final = re.compile(r'<ol type="[A1]">(.*?)</ol>', re.DOTALL)
_TAG: Final = re.compile(r"<[^>]*>")


def _our_own(note: Note, cases: dict[str, Case]) -> dict[str, Any]:
    raw = dict(zip(note.names, note.values, strict=False))
    shown = [_ITEM.findall(part) for part in _LIST.findall(raw["Options"])]
    answer = [_ITEM.findall(part) for part in _LIST.findall(raw["Answer"])]
    kind = next((tag for tag in note.tags if tag in ("choice", "response", "ordering", "matching")), "")
    if not shown or not answer or not kind:
        raise BadKey(
            "", "was changed in Anki, so its options cannot be read", "Import the file from which the deck was made"
        )
    texts = [_own_text(part) for part in shown[-1]]
    rows = [part.partition('<br><span class="why">') for part in answer[-1]]
    whys = {_own_text(text): _own_text(why) for text, _, why in rows}
    prompts: list[str] = []
    if kind == "ordering":
        right = [_own_text(text) for text, _, _ in rows]
    elif kind == "matching":
        pairs = [part.rpartition(" &rarr; ") for part in answer[0]]
        prompts, right = [_own_text(pair[0]) for pair in pairs], [_own_text(pair[2]) for pair in pairs]
    else:
        letters = _TAG.sub("", raw["Answer"].partition("</p>")[0]).split(", ")
        right = [texts[LETTERS.index(letter)] for letter in letters if letter in LETTERS[: len(texts)]]
    if not set(right) <= set(texts):
        raise BadKey(
            "", "was changed in Anki, so its key cannot be read", "Import the file from which the deck was made"
        )
    correct = [texts.index(text) for text in right]
    entry = entry_from(kind, texts, [whys.get(text, "") for text in texts], correct, prompts)
    entry |= {"checked": checked} if (checked := _checked(note)) else {}
    entry |= from_tags(note.tags) | {"id": _own_text(raw["Id"]), "stem": _own_text(raw["Question"])}
    entry |= {"explanation": _own_text(raw["Explanation"])}
    entry["sources"] = [_own_text(part) for part in raw["Source"].split("<br>") if part]
    if "case" in entry:
        add_case(cases, entry["case"], _own_text(raw["Scenario"]))
    return entry


def _checked(note: Note) -> date | None:
    """Return the day on which the question was checked; without one, the day of the note's last change."""
    with suppress(ValueError, TypeError, KeyError):
        return date.fromisoformat(json.loads(note.data)["checked"])
    return datetime.fromtimestamp(note.changed, UTC).date() if note.changed else None


def _own_text(source: str) -> str:
    return plain_text(source) if "<pre>" in source else html.unescape(_TAG.sub("", source))


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)
