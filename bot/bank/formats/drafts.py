"""Turn drafts into questions: every format goes through here, so the same rules apply to all uploads.

A format's reader makes the drafts: see `readings`. Here they are completed, validated one by one, and either accepted,
or reported and left out.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any, Final, TypeAlias

from pydantic import TypeAdapter, ValidationError

from bot.bank.faults import Fault, Level, errors
from bot.bank.formats import corrections, pictures
from bot.bank.formats.batches import Batch, Intake
from bot.bank.formats.letters import without_letters
from bot.bank.formats.readings import Draft, LeftOut, Reading
from bot.bank.items import question_of
from bot.bank.limits import FAULTS_MAX, ID_PATTERN, KEY_PLACE_SHARE_MAX, KEYS_JUDGED_FROM, SECTION_PATTERN
from bot.bank.schema import Item, problems
from bot.bank.sentences import faults_of
from bot.study.code_blocks import has_code
from bot.study.looks import looks
from bot.study.option_order import leans_on
from bot.study.questions import LETTERS, Case, Kind, Pack, Question

_ITEM: TypeAdapter[Item] = TypeAdapter(Item)
_NUMBER = re.compile(r"\d{1,2}(?:\.\d{1,2}){0,2}(?=\s|$)")
_TEX: Final = re.compile(r"\\\(.+?\\\)|\\\[.+?\\\]|\$\$.+?\$\$", re.DOTALL)
UNSTATED_DIFFICULTY = 2


Track: TypeAlias = Callable[[Sequence[Draft | LeftOut]], Iterable[Draft | LeftOut]]
"""Iterates over units and reports progress."""


def admit(file: str, reading: Reading, intake: Intake, track: Track = iter) -> Batch:
    """Judge every draft of a reading, and account for every unit of the file."""
    faults: list[Fault] = list(reading.faults)
    questions: dict[str, Question] = {}
    cases: dict[str, Case] = {}
    changed: set[str] = set()
    gate = _Gate(
        intake,
        reading.cases,
        asked={looks(question.stem): name for name, question in intake.taken.items() if not question.retired},
        listed=corrections.listed(reading.units, intake.taken, whole=not reading.unread),
    )
    left_out = already = 0
    for unit in track(reading.units):
        if isinstance(unit, LeftOut):
            faults += unit.faults
            left_out += 1
            continue
        question, found = _question(unit, gate)
        faults += found
        if question is None:
            left_out += bool(errors(found))
            already += not errors(found)
            continue
        questions[question.id] = question
        if any(fault.level is Level.CHANGE for fault in found):
            changed.add(question.id)
        if question.case and question.case in reading.cases:
            cases[question.case] = reading.cases[question.case]
    if reading.unread:
        read, held = len(reading.units), len(reading.units) + reading.unread
        problem = f"contains {held:,} questions; the first {read:,} were read"
        faults.append(Fault(file, 0, "", problem, "Split it"))
    if tilted := _tilted(questions.values()):
        faults.append(
            Fault(file, 0, "", tilted, "Mix the options, because a daily shows them in this order", Level.WARNING)
        )
    return Batch(
        tuple(questions.values()),
        cases,
        tuple(_bounded(faults)),
        left_out,
        already,
        reading.unread,
        frozenset(changed - intake.taken.keys()),
        frozenset(questions.keys() & intake.taken.keys()),
    )


def _tilted(questions: Iterable[Question]) -> str | None:
    """Return a warning if nearly every choice has its key in the same position. Programs that shuffle the options for
    each learner often list the key first."""
    keys = [question.correct[0] for question in questions if question.kind is Kind.CHOICE and len(question.options) > 2]
    if len(keys) < KEYS_JUDGED_FROM:
        return None
    place, count = Counter(keys).most_common(1)[0]
    if count < KEY_PLACE_SHARE_MAX * len(keys):
        return None
    return (
        f"has {LETTERS[place]} as the right option in {count} of {len(keys)} choices, so members would learn the letter"
    )


_PAIRED: Final = (Kind.ORDERING, Kind.MATCHING)
_ORDER: Final = (Level.ERROR, Level.CHANGE, Level.WARNING)


def _bounded(faults: Sequence[Fault]) -> list[Fault]:
    ordered = sorted(faults, key=lambda fault: (_ORDER.index(fault.level), bool(fault.line)))
    shown, rest = ordered[:FAULTS_MAX], ordered[FAULTS_MAX:]
    if rest:
        shown.append(Fault(rest[0].file, 0, "", f"{len(rest)} more were found", "Fix these first", rest[0].level))
    return shown


@dataclass(frozen=True)
class _Gate:
    """Everything that drafts are judged against."""

    intake: Intake
    cases: Mapping[str, Case]
    """The cases of the file."""
    asked: Mapping[str, str]
    """Ids of existing questions, by normalized stem (see `looks`)."""
    listed: corrections.Listed
    earlier: dict[str, Fault] = field(default_factory=dict)
    """Where each question is in the file, by its new id."""


def _question(draft: Draft, gate: _Gate) -> tuple[Question | None, list[Fault]]:
    intake, earlier = gate.intake, gate.earlier
    if not isinstance(draft.entry, dict):
        return None, [draft.fault((), "must be a set of keys", draft.document.dialect.a_set)]
    entry, needed, dropped = pictures.settle(draft.entry, without=intake.without_pictures)
    if needed:
        return None, [draft.fault(path, problem, pictures.REMEDY) for path, problem in needed]
    entry = {"difficulty": UNSTATED_DIFFICULTY, "checked": intake.on, **entry}
    derived = "id" not in entry
    if derived:
        entry["id"] = derived_id(entry) if draft.identity is None else hashed_id(draft.identity)
    entry, bare = without_letters(entry)
    notes = [
        draft.fault((key,) if key else (), problem, remedy, Level.CHANGE)
        for key, problem, remedy in [*draft.changes, *dropped, *bare]
    ]
    notes += _drop_unknown_tags(draft, entry, intake.pack)
    try:
        item = _ITEM.validate_python(entry)
    except ValidationError as error:
        return None, list(faults_of(error, draft.document, draft.path))
    dialect = draft.document.dialect
    wrong = [draft.fault(path, problem, remedy) for path, problem, remedy in problems(item, dialect)]
    section, said = _section(draft, intake)
    wrong += said
    wrong += _case(draft, item, gate.cases, intake.pack)
    if wrong or section is None:
        return None, wrong
    question = replace(question_of(item, section), id=intake.rename(item.id))
    older = (gate.listed.find(question) or intake.taken.get(question.id)) if draft.accepted else None
    if older is not None:
        question = replace(question, id=older.id)
    if not re.fullmatch(ID_PATTERN, question.id):
        return None, [draft.fault(("id",), f'cannot be "{question.id}"', "Use a shorter prefix of letters and digits")]
    if question.id in earlier and derived:
        problem = f"is the same question as {_place_of(earlier[question.id], draft.fault((), ''))}"
        return None, [draft.fault((), problem, "Remove one of the two")]
    if question.id in earlier:
        return None, [draft.fault(("id",), f'"{item.id}" is used twice in this file', dialect.id)]
    earlier[question.id] = draft.fault((), "")
    if older is not None:
        if corrections.stands(older, question, draft.accepted):
            return None, [_here(draft, older)]
        if older.id in intake.correctable and corrections.is_listed(older):
            return _correction(draft, older, question)
        question = replace(question, id=intake.rename(derived_id(entry)))
    if owner := intake.elsewhere.get(question.id):
        problem = f'"{question.id}" is the id of a question in the pack {owner}'
        return None, [draft.fault(("id",), problem, f"{dialect.id}, or import with a --prefix")]
    if question.id in intake.taken and derived:
        return None, [_here(draft, question)]
    if question.id in intake.taken:
        return None, [_taken(draft, question, intake.taken[question.id])]
    if derived and (same := gate.asked.get(looks(question.stem))):
        problem = f'asks the same as "{same}", which is already here, but with another answer, other options or another explanation'
        notes.append(draft.fault((), problem, f"If this corrects it, retire {same}", Level.WARNING))
    if formula := next((found[0] for text in _texts(question) if (found := _TEX.search(text))), None):
        problem = f'has a formula in TeX ("{formula[:60]}"), which members would see exactly as written'
        notes.append(draft.fault((), problem, "Write it in words, or with signs such as ² and √", Level.WARNING))
    if leaning := leans_on(question):
        problem = f'depends on the order of its options ("{leaning[:60]}"), so they are never shuffled'
        notes.append(draft.fault((), problem, "Say what is meant instead of its letter or position", Level.WARNING))
    if lacks := _lacks(question):
        notes.append(draft.fault((), f"has no {lacks}", "It is asked anyway", Level.WARNING))
    return question, notes


def _correction(draft: Draft, older: Question, fresh: Question) -> tuple[Question, list[Fault]]:
    question = corrections.corrected(older, fresh, draft.accepted)
    problem = f'corrects "{older.id}", which was already here: {corrections.changes(older, fresh)}'
    remedy = "It stays retired until you restore it" if older.retired else ""
    return question, [draft.fault((), problem, remedy, Level.CHANGE)]


def _texts(question: Question) -> Iterator[str]:
    """Yield the texts that may contain TeX, except those with code."""
    for text in (question.stem, *question.prompts, *(option.text for option in question.options)):
        if ("\\" in text or "$$" in text) and not has_code(text):
            yield text


def _place_of(first: Fault, second: Fault) -> str:
    """Describe where the first of two equal questions is: its file within an archive, its line, or its number."""
    if first.file != second.file:
        return f"in {first.file}"
    return f"in line {first.line}" if first.line != second.line else first.key


def derived_id(entry: Mapping[str, Any]) -> str:
    """Return an id derived from the content: the same in any file, so that importing a file twice adds nothing. A
    different key or explanation gives a different id, so that a correction is added next to the original."""
    texts = [
        entry.get("stem"),
        *_values(entry.get("options"), "text", "why", "correct", "place"),
        *_values(entry.get("prompts"), "text", "match"),
        entry.get("explanation"),
    ]
    return hashed_id("\x1f".join(str(value or "") for value in texts))


def hashed_id(text: str) -> str:
    return "q-" + sha256(text.encode("utf-8", "replace")).hexdigest()[:10]


def _values(parts: object, *keys: str) -> list[object]:
    known = [part for part in parts if isinstance(part, dict)] if isinstance(parts, list) else []
    return [part.get(key) for part in known for key in keys]


def _drop_unknown_tags(draft: Draft, entry: dict[str, Any], pack: Pack | None) -> list[Fault]:
    """Remove and report facts, exam versions and skills that the pack does not have."""
    known: list[tuple[str, Container[str], str]] = []
    if pack is not None and pack.facts:
        known.append(("covers", pack.facts, "not a fact of the guide"))
    if pack is not None and pack.exams:
        known.append(("exams", pack.exams, "not an exam version of the pack"))
        skills = {skill for version in pack.exams.values() for skill in version.skills}
        known.append(("skills", skills, "not a skill of the exam"))
    found: list[Fault] = []
    for key in ("covers", "exams", "skills"):
        names = entry.get(key)
        if isinstance(names, list) and all(isinstance(name, str) for name in names):  # otherwise the schema reports it
            entry[key] = list(dict.fromkeys(names))
    for key, there, what in known:
        names = entry.get(key)
        if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            continue
        entry[key] = [name for name in names if name in there]
        problem = f'had "{{}}", which is {what}, so it was removed'
        found += [
            draft.fault((key,), problem.format(name[:60]), level=Level.CHANGE) for name in names if name not in there
        ]
    return found


def _section(draft: Draft, intake: Intake) -> tuple[str | None, list[Fault]]:
    """Return the section, or a fault; an unknown section is not replaced by the default."""
    name = draft.section or _section_for(draft.category, intake) or intake.section
    if name is None:
        if not any(draft.category):
            return None, [draft.fault((), "names no section", draft.document.dialect.section)]
        problem = f'names no section, and its category "{"/".join(draft.category)[:80]}" matches none'
        return None, [
            draft.fault(
                (),
                problem,
                f'When you import, map it with "{draft.category[-1][:40]}=1.1", or choose one section for all',
            )
        ]
    if intake.pack is not None and name not in intake.pack.leaves:
        known = ", ".join(intake.pack.leaves)
        problem = f'"{name[:60]}" is not a section with questions'
        return None, [draft.fault(("section",), problem, f"Use one of {known}")]
    if not re.fullmatch(SECTION_PATTERN, name):
        return None, [draft.fault(("section",), f'cannot be "{name[:60]}"', 'Use numbers and dots: "1.1"')]
    return name, []


def _section_for(category: Sequence[str], intake: Intake) -> str | None:
    """Return the section for a category, found by the import's mapping, by section number or by section title."""
    said = {looks(name): section for name, section in intake.categories.items()}
    pack = intake.pack
    titles = {looks(pack.sections[leaf].title): leaf for leaf in pack.leaves} if pack else {}
    for place in range(len(category), 0, -1):
        name = category[place - 1]
        for known in (looks("/".join(category[:place])), looks(name)):
            if known in said:
                return said[known]
        number = _NUMBER.match(name)
        if number and (number[0] in pack.leaves if pack else place == len(category)):
            return number[0]
        if looks(name) in titles:
            return titles[looks(name)]
    return None


def _case(draft: Draft, item: Item, cases: Mapping[str, Case], pack: Pack | None) -> list[Fault]:
    if item.case is None:
        return []
    known = pack.cases.get(item.case) if pack is not None else None
    in_file = cases.get(item.case)
    if known is None and in_file is None:
        problem = f'"{item.case}" has no scenario in this file'
        return [draft.fault(("case",), problem, "Add the scenario, or drop the case")]
    if known is not None and in_file is not None and known.scenario != in_file.scenario:
        problem = f'"{item.case}" has a different scenario in the pack'
        return [draft.fault(("case",), problem, "Give the case another id")]
    return []


def _taken(draft: Draft, question: Question, other: Question) -> Fault:
    bare = question.kind in _PAIRED and not any(option.rationale for option in question.options)
    if _identity(question, bare=bare) == _identity(other, bare=bare):
        return _here(draft, question)
    return draft.fault(("id",), f'"{question.id}" is the id of another question', draft.document.dialect.id)


def _here(draft: Draft, question: Question) -> Fault:
    return draft.fault(("id",), f'"{question.id}" is already here', "Nothing was changed", Level.WARNING)


def _identity(question: Question, *, bare: bool) -> tuple[object, ...]:
    """Return the parts of a question that make it the same question; everything else is bookkeeping.

    `bare`: without the display order and rationales of steps and matches, which some formats cannot store.
    """
    options = [option.text if bare else option for option in question.options]
    shown = frozenset(options) if question.kind in _PAIRED else tuple(options)
    right = tuple(question.options[place].text for place in question.correct)
    return question.kind, question.stem, shown, right, question.prompts, question.explanation


def _lacks(question: Question) -> str:
    missing = [] if question.explanation else ["explanation"]
    missing += [] if question.sources else ["source"]
    bare = Counter(bool(option.rationale) for option in question.options)[False]
    missing += [f"rationale for {bare} of {len(question.options)} options"] if bare else []
    return ", ".join(missing)


def scramble(count: int, seed: str) -> list[int]:
    """Return an order in which to show steps: never the right one, and always the same for the same seed."""
    order = list(range(count))
    rng = random.Random(seed)
    while count > 1 and order == sorted(order):
        rng.shuffle(order)
    return order
