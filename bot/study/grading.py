"""Grading: an answer is right only as a whole, as in the exam, but feedback shows which parts were right.

An answer is a tuple of indexes into `question.options`, in the same form as `question.correct`. `shown` is the order in
which a member sees the options: its first entry is letter A. Answers are stored by index, so that they mean the same in
every order.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import TypeAlias

from bot.study.errors import UnknownOption
from bot.study.option_order import keeps_order
from bot.study.questions import LETTERS, Kind, Question
from bot.study.typed.words import plain

Answer: TypeAlias = tuple[int, ...]
Shown: TypeAlias = tuple[int, ...]

_LEAD = re.compile(r"(?:(?:my|the) )?(?:answers?|options?|choices?)(?: is| are)?(?:\s*[:=]\s*|\s+)(?=\S)")
_COMPLETED = re.compile(r"([a-z]) · ")
"""Matches the letter before an option in an autocomplete list."""
_RUN = re.compile(r"[a-z]+|[0-9]+")
_BETWEEN = re.compile(r"\s*(?:[,;/&+>→]|->|\b(?:and|then)\b)(?:\s*(?:and|then)\b)?\s*|\s+")
_TOKEN = re.compile(r"[a-z]|[0-9]{1,2}")
_ITEM = rf"\(?(?:{_TOKEN.pattern})[.)]?"
_LIST = re.compile(rf"{_ITEM}(?:(?:{_BETWEEN.pattern}){_ITEM})*")
_PAIR = re.compile(r"\(?([0-9])\)?\s*(?:[-.:=→]|->)?\s*\(?([a-z])\b\)?")
_PAIRS = re.compile(rf"{_PAIR.pattern}(?:(?:{_BETWEEN.pattern}){_PAIR.pattern})*")

_NUMBERS = tuple(str(number) for number in range(1, len(LETTERS) + 1))


@dataclass(frozen=True, slots=True)
class Grade:
    correct: bool
    parts: tuple[bool, ...]
    """Whether each part was right. Choice and response: each option, chosen or not. Ordering: each position. Matching:
    each prompt."""


def grade(question: Question, answer: Answer, seen: datetime | None = None) -> Grade:
    """Grade an answer. One that does not fit the question is wrong in every part."""
    if not fits(question, answer, seen=seen):
        return Grade(False, ())
    answer = normalize(question, answer)
    if question.kind in (Kind.CHOICE, Kind.RESPONSE):
        parts = tuple((index in answer) == (index in question.correct) for index in range(len(question.options)))
    else:
        parts = tuple(given == right for given, right in zip(answer, question.correct, strict=True))
    return Grade(all(parts), parts)


def fits(
    question: Question, answer: Answer | None = None, shown: Shown | None = None, *, seen: datetime | None = None
) -> bool:
    """Return whether a stored answer and its order still fit the question and mean the same options.

    The question may have changed: its type, the number of its options, or their texts since they were `seen`. An answer
    that no longer fits keeps its grade or, if it has none, counts as wrong.
    """
    if seen is not None and question.since is not None and seen < question.since:
        return False
    if shown is not None and sorted(shown) != list(as_written(question)):
        return False
    try:
        return answer is None or len(normalize(question, answer)) > 0
    except UnknownOption:
        return False


def normalize(question: Question, answer: Answer) -> Answer:
    """Return the answer in the form in which it is stored and compared. Raises UnknownOption if it does not fit."""
    fits = len(answer) == len(question.correct) and all(0 <= index < len(question.options) for index in answer)
    if fits and question.kind is not Kind.MATCHING:
        fits = len(set(answer)) == len(answer)
    if not fits:
        raise UnknownOption(expected_form(question))
    return tuple(sorted(answer)) if question.kind is Kind.RESPONSE else answer


def parse_answer(question: Question, text: str, shown: Shown) -> Answer:
    """Read a typed answer: `B`, `A and C`, `2 1 3`, `1B 2D 3A`. Letters and numbers name the options as shown, from A
    and from 1.

    An ordering lists the options in the right order; a matching gives one option for each prompt. Raises UnknownOption
    unless every character is understood: an answer is final, so nothing is guessed.
    """
    cleaned = _LEAD.sub("", _unwrapped(plain(text)))
    places = [_place(token) for token in _tokens(cleaned, question)]
    if not places or any(place is None or place >= len(shown) for place in places):
        raise UnknownOption(expected_form(question))
    return normalize(question, tuple(shown[place] for place in places if place is not None))


def _unwrapped(text: str) -> str:
    """Return the text without surrounding quotes, backticks or asterisks."""
    for mark in ("**", "`", '"', "'"):
        if len(text) > 2 * len(mark) and text.startswith(mark) and text.endswith(mark):
            text = text.removeprefix(mark).removesuffix(mark).strip()
    return text


def _tokens(text: str, question: Question) -> list[str]:
    """Return the letters or numbers that a text lists, in the order of the answer; empty for any other text."""
    wanted = len(question.correct)
    if completed := _COMPLETED.match(text):
        return [completed[1]]
    if len(text) == wanted > 1 and _RUN.fullmatch(text):
        return list(text)
    if question.kind in (Kind.ORDERING, Kind.MATCHING) and _PAIRS.fullmatch(text):
        pairs = sorted((int(number), letter) for number, letter in _PAIR.findall(text))
        return [letter for _, letter in pairs] if [number for number, _ in pairs] == [*range(1, wanted + 1)] else []
    if not _LIST.fullmatch(text):
        return []
    return _TOKEN.findall(_BETWEEN.sub(" ", text))


def _place(token: str) -> int | None:
    if token in _NUMBERS:
        return _NUMBERS.index(token)
    return LETTERS.index(token.upper()) if len(token) == 1 and token.upper() in LETTERS else None


def expected_form(question: Question) -> str:
    """Return an example of what to type."""
    letters = LETTERS[: len(question.options)]
    count = len(question.correct)
    match question.kind:
        case Kind.CHOICE:
            return f"one letter from A to {letters[-1]}, such as `B`"
        case Kind.RESPONSE:
            return f"{count} different letters from A to {letters[-1]}, such as `{', '.join(letters[:count])}`"
        case Kind.ORDERING:
            example = " ".join(reversed(letters))
            return f"all {count} letters in the right order, such as `{example}`"
        case Kind.MATCHING:
            example = " ".join(letters[place % len(letters)] for place in range(count))
            return f"{count} letters, one for each prompt in turn, such as `{example}`"


def letters_of(question: Question, answer: Answer, shown: Shown) -> str:
    """Return the letters of an answer as this member saw them: `BAC`."""
    letters = [LETTERS[shown.index(index)] for index in answer]
    return "".join(sorted(letters) if question.kind is Kind.RESPONSE else letters)


def describe(question: Question, answer: Answer, shown: Shown) -> str:
    """Return the letters of an answer as this member saw them, as a phrase."""
    letters = letters_of(question, answer, shown)
    return (
        ", " if question.kind in (Kind.CHOICE, Kind.RESPONSE) else " → " if question.kind is Kind.ORDERING else " "
    ).join(letters)


def as_written(question: Question) -> Shown:
    """Return the options in the order of the file, in which a daily shows them."""
    return tuple(range(len(question.options)))


def shuffled(question: Question, rng: Random) -> Shown:
    """Return a random order for one member: never an ordering's solution, and the original order if texts depend on
    it."""
    if keeps_order(question):
        return as_written(question)
    places = list(range(len(question.options)))
    rng.shuffle(places)
    if question.kind is Kind.ORDERING and tuple(places) == question.correct:
        places.append(places.pop(0))
    return tuple(places)
