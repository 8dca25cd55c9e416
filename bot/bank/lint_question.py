"""What editors reject in a single question, besides its shape: giveaways, wording, missing reasons."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from statistics import median
from typing import Final, TypeAlias

from bot.bank import limits
from bot.bank.faults import Level
from bot.bank.words import ABSOLUTES, HEDGES, sentences, words
from bot.study.questions import ClosedService, Kind, Pack, Question

Finding: TypeAlias = tuple[Level, tuple[str | int, ...], str, str]
"""Severity in a strict pack; path within the question; problem; remedy."""

E, W = Level.ERROR, Level.WARNING

NUMBERS: Final = {2: "TWO", 3: "THREE", 4: "FOUR", 5: "FIVE"}
NEGATIVE: Final = re.compile(r"\b(?:NOT|EXCEPT)\b")
_SELECT = re.compile(r"\(Select (\w+)\.\)$")
_CATCH_ALL = re.compile(
    r"\b(?:all|none|both|any|neither) of (?:the above|these|them)\b|^(?:both|neither|all|none)(?: options| answers)?$",
    re.IGNORECASE,
)
_TRUE_OF = re.compile(
    r"\bwhich (?:one )?of (?:the following|these)(?: statements?)? (?:is|are) (?:true|correct|false)", re.IGNORECASE
)
_LETTER = re.compile(r"\b(?:[Oo]ption|[Cc]hoice|[Aa]nswer) \(?[A-F]\b\)?|\((?:[A-F])\)")
_PLACE = re.compile(
    r"\b(?:first|second|third|fourth|fifth|last) (?:option|answer)\b|\b(?:option|choice|answer)s? (?:above|below)\b",
    re.IGNORECASE,
)
_QUIET_NOT = re.compile(
    r"\b(?i:which|what|who|where|when)\b[^?.]*\b(?:is|are|does|do|would|should|will|can) not\b|\bexcept\b"
)
_REUSE = re.compile(r"\b(?:more than once|twice|(?:two|three|several) times)\b")
_LETTER_NAME = re.compile(
    r"\b(?:[Mm]odel|[Tt]eam|[Cc]luster|[Bb]ucket|[Vv]ariant|[Pp]oint|[Vv]ersion|[Gg]roup|[Ee]ndpoint|[Dd]esign|[Jj]ob)s? [A-F]\b"
)
_MARKUP = re.compile(r"\*\*|`|\]\(|<[a-z/]|[\U0001F000-\U0001FAFF\u2600-\u27BF]")
_ADOPTING = re.compile(
    r"\bnew (?:customer|account|team|company|to AWS)\b|\bstart-?up\b|\bfirst (?:project|model|use|time)\b"
    r"|\badopts?\b|\bintroduc(?:e|es|ing)\b|\bfrom scratch\b|\bhas (?:never|not yet) used\b",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"^[^\d-]{0,2}(-?\d[\d,]*(?:\.\d+)?)")
_BALANCE: Final = "Remove the word, or use a similar one in other options"


def lint_question(question: Question, pack: Pack, closed: Sequence[ClosedService] = ()) -> Iterator[Finding]:
    texts = [option.text for option in question.options]
    yield from _shape(question)
    yield from _reasons(question, bool(pack.facts))
    yield from _closed(question, closed)
    yield from _stem(question)
    yield from _wording(question)
    yield from _trade_off(question, pack)
    if question.kind in (Kind.CHOICE, Kind.RESPONSE):
        yield from _giveaways(question, texts)
        yield from _within(texts)
    if question.kind is Kind.ORDERING and question.correct == tuple(range(len(texts))):
        yield E, ("options",), "lists the steps in the right order", "Scramble them; `place` says the order"
    if question.kind is Kind.MATCHING and list(question.correct) == sorted(question.correct):
        yield E, ("options",), "is in the order of its prompts", "Scramble them; `match` says what belongs together"
    reused = question.kind is Kind.MATCHING and len(set(question.correct)) < len(question.correct)
    if reused and not _REUSE.search(question.stem):
        yield E, ("prompts",), "uses an option twice", 'Say in the stem: "An option may be used more than once"'


def _shape(question: Question) -> Iterator[Finding]:
    if not re.fullmatch(re.escape(question.section) + r"-\d{3}", question.id):
        yield (
            E,
            ("id",),
            f'"{question.id}" is not the section and three digits',
            f"Write {question.section}-001 or higher",
        )
    count = len(question.options)
    if question.kind is Kind.CHOICE and count != limits.CHOICE_OPTIONS:
        yield E, ("options",), f"has {count} options", f"A choice has {limits.CHOICE_OPTIONS}"
    if question.kind is Kind.RESPONSE:
        if not _inside(count, limits.RESPONSE_OPTIONS):
            yield E, ("options",), f"has {count} options", f"A response has {_range(limits.RESPONSE_OPTIONS)}"
        if not _inside(len(question.correct), limits.RESPONSE_CORRECT):
            asked = f"A response has {_range(limits.RESPONSE_CORRECT)}"
            yield E, ("options",), f"has {len(question.correct)} correct options", asked
    if question.kind is Kind.MATCHING and not _inside(count, limits.MATCHING_OPTIONS):
        yield E, ("options",), f"has {count} options", f"A matching has {_range(limits.MATCHING_OPTIONS)}"


def _reasons(question: Question, has_facts: bool) -> Iterator[Finding]:
    for place, option in enumerate(question.options):
        if len(option.rationale) < limits.RATIONALE_MIN:
            problem = f"has {len(option.rationale)} characters" if option.rationale else "is missing"
            yield E, ("options", place, "why"), problem, "Say in a sentence why it is right, or why it is wrong here"
    size = len(question.explanation)
    if size < limits.EXPLANATION_MIN:
        problem = f"has {size} characters" if size else "is missing"
        yield E, ("explanation",), problem, "Teach in two to four sentences why the key meets the need"
    elif not _inside(count := sentences(question.explanation), limits.EXPLANATION_SENTENCES):
        yield W, ("explanation",), f"has {count} sentences", f"Aim at {_range(limits.EXPLANATION_SENTENCES)}"
    if has_facts and not question.covers and not question.skills:
        yield E, ("covers",), "is missing", "Name the 1 to 3 facts that it tests, or the skills of the exam"
    if not _inside(len(question.sources), limits.SOURCES_ASKED):
        problem = f"has {len(question.sources)} entries" if question.sources else "is missing"
        yield E, ("sources",), problem, "Give one or two: a page of documentation or a book and chapter"
    for place, source in enumerate(question.sources):
        if "://" in source or " " not in source:
            if not re.fullmatch(r"https://[a-z0-9.-]+\.[a-z]{2,}/[^\s<>\"]+", source):
                yield E, ("sources", place), "is neither an https address nor a book", "Write the whole address"
        elif ":" not in source:
            yield W, ("sources", place), "has no title", "Write it as Author: Title, edition, chapter"


def _closed(question: Question, closed: Sequence[ClosedService]) -> Iterator[Finding]:
    """Check that no key makes a new customer use a closed service; existing use is fine."""
    if question.kind not in (Kind.CHOICE, Kind.RESPONSE):
        return
    key = " ".join(question.options[place].text for place in question.correct)
    for service in closed:
        if service.is_named_in(key) and _ADOPTING.search(question.stem):
            problem = f"makes a new customer adopt {service.name}, which is closed to new customers"
            yield E, ("options",), problem, "Choose another key, or ask about the concept"


def _stem(question: Question) -> Iterator[Finding]:
    stem = question.stem
    asked = _SELECT.search(stem)
    if question.kind is Kind.RESPONSE:
        wanted = NUMBERS.get(len(question.correct), str(len(question.correct)))
        if not asked or asked[1] != wanted:
            yield E, ("stem",), "does not end with the number of answers", f'End it with "(Select {wanted}.)"'
    elif "(Select" in stem:
        yield E, ("stem",), "asks for several answers", "Make it a response, or drop the request"
    if question.kind in (Kind.CHOICE, Kind.RESPONSE) and "?" not in stem:
        yield W, ("stem",), "asks no question", "End it with one question"
    if stem.count("?") > 1:
        yield W, ("stem",), "asks several questions", "Ask one"
    if not _inside(count := len(words(stem)), limits.STEM_WORDS) and question.case is None:
        yield W, ("stem",), f"has {count} words", f"Aim at {_range(limits.STEM_WORDS)}"
    if _TRUE_OF.search(stem):
        yield E, ("stem",), "asks which statement is true", "Ask one question that the options answer"
    if _QUIET_NOT.search(stem[max(stem.rfind(". "), 0) :]):
        yield W, ("stem",), "asks for a negative that is easily overlooked", "Ask positively, or write NOT or EXCEPT"


def _trade_off(question: Question, pack: Pack) -> Iterator[Finding]:
    """Check that a question of difficulty 3 of the current exam has whole designs as options, because short ones leave
    nothing to weigh."""
    current = next(iter(pack.exams), None)
    if question.difficulty < 3 or question.kind not in (Kind.CHOICE, Kind.RESPONSE) or current not in question.exams:
        return
    if question.case is None and not _inside(count := len(words(question.stem)), limits.TRADE_OFF_STEM_WORDS):
        yield W, ("stem",), f"has {count} words", f"A trade-off has {_range(limits.TRADE_OFF_STEM_WORDS)}"
    usual = median(len(words(option.text)) for option in question.options)
    if not _inside(usual, limits.TRADE_OFF_OPTION_WORDS):
        problem = f"have a median of {usual:g} words"
        yield W, ("options",), problem, f"Write whole designs of {_range(limits.TRADE_OFF_OPTION_WORDS)} words"


def _wording(question: Question) -> Iterator[Finding]:
    texts: list[tuple[tuple[str | int, ...], str]] = [
        (("stem",), question.stem),
        (("explanation",), question.explanation),
        *((("prompts", place, "text"), text) for place, text in enumerate(question.prompts)),
    ]
    for place, option in enumerate(question.options):
        texts += [(("options", place, "text"), option.text), (("options", place, "why"), option.rationale)]
        if _CATCH_ALL.search(option.text):
            yield E, ("options", place, "text"), "stands for several options", "Write an option with content of its own"
    for path, text in texts:
        if found := _LETTER.search(text) or _PLACE.search(text):
            yield E, path, f'refers to an option by its position ("{found[0]}")', "Name it: options are shuffled"
        if found := _LETTER_NAME.search(text):
            yield (
                E,
                path,
                f'uses a letter as a name, as the buttons do ("{found[0]}")',
                "Give it a name: red and blue, old and new",
            )
        if found := _MARKUP.search(text):
            yield E, path, f'contains markup or an emoji ("{found[0]}")', "Write plain text"


def _giveaways(question: Question, texts: Sequence[str]) -> Iterator[Finding]:
    right = [texts[place] for place in question.correct]
    wrong = [text for place, text in enumerate(texts) if place not in question.correct]
    hedged, absolute = (
        [_with(HEDGES, group) for group in (right, wrong)],
        [_with(ABSOLUTES, group) for group in (right, wrong)],
    )
    if hedged[0] and not hedged[1]:
        yield E, ("options",), f'hedges only in the key ("{hedged[0]}")', _BALANCE
    elif found := hedged[0] or hedged[1]:
        yield W, ("options",), f'hedges in an option ("{found}")', "Remove the word"
    if absolute[1] and not absolute[0]:
        yield E, ("options",), f'uses an absolute only in wrong options ("{absolute[1]}")', _BALANCE
    elif found := absolute[0] or absolute[1]:
        yield W, ("options",), f'uses an absolute in an option ("{found}")', "Remove the word"
    if question.kind is Kind.CHOICE and wrong:
        key, longest, shortest = len(right[0]), max(map(len, wrong)), min(map(len, wrong))
        if key > longest * limits.KEY_LENGTH_RATIO and key - longest > limits.KEY_LENGTH_SLACK:
            problem = f"has a key of {key} characters, but no other option has more than {longest}"
            yield E, ("options",), problem, "Make a distractor as precise, or the key shorter"
        if shortest > key * limits.KEY_LENGTH_RATIO and shortest - key > limits.KEY_LENGTH_SLACK:
            problem = f"has a key of {key} characters, but no other option has fewer than {shortest}"
            yield E, ("options",), problem, "Make a distractor as short, or the key more precise"
    numbers = [_NUMBER.match(text) for text in texts]
    if all(numbers):
        values = [float(match[1].replace(",", "")) for match in numbers if match]
        if not all(a <= b for a, b in pairwise(values)) and not all(a >= b for a, b in pairwise(values)):
            yield W, ("options",), "lists numbers out of order", "Sort them"


def _within(texts: Sequence[str]) -> Iterator[Finding]:
    bags = [f" {' '.join(words(text))} " for text in texts]
    for place, bag in enumerate(bags):
        if any(bag in other for index, other in enumerate(bags) if index != place):
            yield E, ("options", place, "text"), "is wholly inside another option", "Word one of them differently"


def _with(vocabulary: frozenset[str], texts: Sequence[str]) -> str:
    return next((word for text in texts for word in words(text) if word in vocabulary), "")


def _inside(value: float, bounds: tuple[int, int]) -> bool:
    return bounds[0] <= value <= bounds[1]


def _range(bounds: tuple[int, int]) -> str:
    return f"{bounds[0]} to {bounds[1]}"
