"""Match a re-imported list of questions with free answers to the bank, and find what it corrects.

In such a list the stem identifies a question, and the import chose the wrong options. So a question with a new answer
is still the same question: it is corrected in place and keeps all options that are still wrong. A question with a
respelled stem is recognized by its answers, if they fit only one question.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher
from typing import Final

from bot.bank.formats.readings import Draft, LeftOut
from bot.study.looks import looks
from bot.study.questions import Kind, Option, Question

EXPLANATION: Final = "Imported from a trivia list, which gives no explanation."
"""The explanation of a question from a list with free answers begins like this, unless somebody has edited it."""
_SMALL: Final = frozenset(("a", "an", "and", "at", "for", "in", "is", "of", "on", "that", "the", "this", "to", "was"))
_ALIKE: Final = 0.75
_COMPARED_MAX: Final = 40
"""The maximum number of stems compared per answer: a list whose answers are all equal would otherwise take an hour."""
_FIRST_UNSPELT: Final = "\u2e80"
"""From this code point on, most characters stand for words (CJK), so a different character is not a misspelling."""


@dataclass(frozen=True)
class Listed:
    """The questions of the bank that were imported from lists with free answers."""

    by_stem: Mapping[str, list[Question]] = field(default_factory=dict)
    """Maps each normalized stem (see `looks`) to its questions, active ones first. A stem that the file respells is
    included in both spellings."""

    def find(self, fresh: Question) -> Question | None:
        """Return the bank's version of a listed question. If several have the same stem, prefer the one with the same
        answer."""
        found = self.by_stem.get(looks(fresh.stem), [])
        return next((older for older in found if key_of(older) == key_of(fresh)), found[0] if found else None)


def listed(units: Iterable[Draft | LeftOut], taken: Mapping[str, Question], *, whole: bool) -> Listed:
    """Find the questions in `taken` that came from lists. `whole`: whether `units` are the whole file."""
    drafts = [unit for unit in units if isinstance(unit, Draft) and unit.accepted]
    if not drafts:
        return Listed()
    by_stem: defaultdict[str, list[Question]] = defaultdict(list)
    for question in sorted(taken.values(), key=lambda question: question.retired):
        if is_listed(question):
            by_stem[looks(question.stem)].append(question)
    if whole and all(isinstance(unit, Draft) for unit in units):
        _add_respelt(by_stem, drafts)
    return Listed(by_stem)


def _add_respelt(by_stem: defaultdict[str, list[Question]], drafts: Iterable[Draft]) -> None:
    stems = {looks(_value(draft, "stem")): draft for draft in drafts}
    missing: defaultdict[tuple[str, str], list[Question]] = defaultdict(list)
    for stem, questions in by_stem.items():
        if stem not in stems:
            for question in questions:
                missing[looks(key_of(question)), looks(question.explanation)].append(question)
    added: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for stem, draft in stems.items():
        if stem not in by_stem:
            added[looks(draft.accepted[0]), looks(_value(draft, "explanation"))].append(stem)
    meant: dict[str, Question] = {}
    for answer in added.keys() & missing.keys():
        if max(len(added[answer]), len(missing[answer])) <= _COMPARED_MAX:
            for stem in added[answer]:
                found = [older for older in missing[answer] if respelt(older.stem, stem)]
                if len(found) == 1:
                    meant[stem] = found[0]
    claims = Counter(older.id for older in meant.values())
    by_stem.update({stem: [older] for stem, older in meant.items() if claims[older.id] == 1})


def is_listed(question: Question) -> bool:
    return question.kind is Kind.CHOICE and question.explanation.startswith(EXPLANATION)


def _value(draft: Draft, key: str) -> str:
    return str(draft.entry.get(key, "")) if isinstance(draft.entry, dict) else ""


def respelt(one: str, other: str) -> bool:
    """Return whether two stems differ only in spelling, case, punctuation and small words."""
    before, after = (re.findall(r"\w+", looks(text)) for text in (one, other))
    longer, shorter = max(len(before), len(after)), min(len(before), len(after))
    if longer > 2 * shorter or (longer > 3 and 2 * len({*before} & {*after}) < shorter):
        return False
    for tag, first, end, start, stop in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        old = [word for word in before[first:end] if word not in _SMALL]
        new = [word for word in after[start:stop] if word not in _SMALL]
        if tag != "equal" and (len(old) != len(new) or not all(map(_alike, old, new))):
            return False
    return True


def _alike(one: str, other: str) -> bool:
    both = one + other
    if any(char.isdigit() for char in both) or max(both) >= _FIRST_UNSPELT:
        return one == other
    return SequenceMatcher(None, one, other, autojunk=False).ratio() >= _ALIKE


def key_of(question: Question) -> str:
    return question.options[question.correct[0]].text


def stands(older: Question, fresh: Question, accepted: Iterable[str]) -> bool:
    """Return whether a question in the bank still agrees with the list, and has no accepted answer among its wrong
    options."""
    right = set(map(folded, accepted))
    wrong = [option.text for place, option in enumerate(older.options) if place not in older.correct]
    same = older.explanation == fresh.explanation or not is_listed(older)
    same = same and (older.stem, key_of(older)) == (fresh.stem, key_of(fresh))
    return same and not any(folded(text) in right for text in wrong)


def corrected(older: Question, fresh: Question, accepted: Iterable[str]) -> Question:
    """Return the older question with the list's stem, answer and explanation. Options that are still wrong stay."""
    key, (place,) = key_of(fresh), older.correct
    gone = {*map(folded, accepted), folded(key_of(older))}
    kept = {at: option for at, option in enumerate(older.options) if folded(option.text) not in gone}
    there = {folded(option.text) for option in kept.values()}
    spare = [option for at, option in enumerate(fresh.options) if at not in fresh.correct]
    spare = [option for option in spare if folded(option.text) not in there]
    place = next((at for at, option in enumerate(older.options) if folded(option.text) == folded(key)), place)
    kept[place] = Option(key, "")
    free = [at for at in range(max(len(older.options), len(fresh.options))) if at not in kept]
    kept |= dict(zip(free, spare, strict=False))
    return replace(
        older,
        stem=fresh.stem,
        options=tuple(kept[at] for at in sorted(kept)),
        correct=(sorted(kept).index(place),),
        explanation=fresh.explanation,
        checked=fresh.checked,
    )


def changes(older: Question, fresh: Question) -> str:
    """Describe a correction in words."""
    parts = [
        (f'the answer was "{key_of(older)[:60]}"', key_of(older) != key_of(fresh)),
        (f'the question was "{older.stem[:60]}"', older.stem != fresh.stem),
    ]
    return " and ".join(words for words, changed in parts if changed) or "other answers were accepted"


def folded(answer: str) -> str:
    return looks(answer).removeprefix("the ")
