"""Strategies that generate any question that the schema allows, for property tests."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from hypothesis import strategies as st

from bot.bank.limits import EXPLANATION_MAX, OPTION_MAX, PROMPT_MAX, RATIONALE_MAX, SCENARIO_MAX, SOURCE_MAX, STEM_MAX
from bot.study.code_blocks import FENCE, tidied
from bot.study.looks import looks
from bot.study.questions import Case, Kind, Option, Question


def texts(most: int, least: int = 1) -> st.SearchStrategy[str]:
    """Generate tidy texts with characters that formats get wrong: quotes, separators, escapes, formulas, words that
    YAML reads as other types."""
    awkward = st.sampled_from(
        [*"'\"\\,;:#=~{}|&*!%@`<>[]-+?$", "->", "####", " #", ": ", "yes", "1.10", "null", "\t", "é", "🙂", "\u2028"]
    )
    piece = st.one_of(
        awkward,
        st.text(
            st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cf"), exclude_characters="\ufffe\uffff"),
            max_size=8,
        ),
    )
    return (
        st.lists(piece, max_size=6)
        .map(lambda pieces: " ".join("".join(pieces).replace("\ufeff", "").split())[:most].strip())
        .filter(lambda text: len(text) >= least and (not text or bool(looks(text.replace(FENCE, "")))))
    )


CODE = [
    "def f(x):",
    "    return x",
    "",
    "if a < b && c:",
    "x = {1: '2'}",
    "%50% ~ = # \\\\n",
    "-> [html] $x$",
    "  <b>",
    "}",
]


@st.composite
def coded(draw: st.DrawFn, most: int, least: int = 1) -> str:
    """Generate a text as `texts` does, sometimes with a block of code after, before or within it."""
    if draw(st.integers(0, 4)):
        return draw(texts(most, least))
    before, after = draw(texts(most // 4, 0)), draw(texts(most // 4, 0))
    code = "\n".join(draw(st.lists(st.sampled_from(CODE), min_size=1, max_size=4)))
    text = tidied(f"{before}\n```\n{code}\n```\n{after}")
    return text if least <= len(text) <= most and looks(text.replace("`", "")) else draw(texts(most, least))


ids = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._-]{0,20}", fullmatch=True)


@st.composite
def questions(draw: st.DrawFn, code: bool = False) -> Question:
    """Generate any valid question. `code`: its texts may contain blocks of code."""
    text = coded if code else texts
    kind = draw(st.sampled_from(Kind))
    low, high = {Kind.CHOICE: (2, 10), Kind.RESPONSE: (3, 10), Kind.ORDERING: (3, 5), Kind.MATCHING: (2, 10)}[kind]
    shown = draw(st.lists(text(OPTION_MAX), min_size=low, max_size=high, unique_by=looks))
    places = range(len(shown))
    prompts: list[str] = []
    match kind:
        case Kind.CHOICE:
            correct = [draw(st.sampled_from(places))]
        case Kind.RESPONSE:
            correct = sorted(draw(st.sets(st.sampled_from(places), min_size=2, max_size=len(shown) - 1)))
        case Kind.ORDERING:
            correct = draw(st.permutations(places))
        case Kind.MATCHING:
            prompts = draw(st.lists(text(PROMPT_MAX), min_size=3, max_size=5, unique_by=looks))
            correct = [draw(st.sampled_from(places)) for _ in prompts]
    return Question(
        id=draw(ids),
        section=draw(st.sampled_from(["1.1", "1.2", "10"])),
        kind=kind,
        difficulty=draw(st.integers(1, 3)),
        stem=draw(text(STEM_MAX)),
        options=tuple(Option(shown_text, draw(text(RATIONALE_MAX, 0))) for shown_text in shown),
        correct=tuple(correct),
        explanation=draw(text(EXPLANATION_MAX, 0)),
        sources=tuple(draw(st.lists(texts(SOURCE_MAX), max_size=4))),
        covers=tuple(draw(st.lists(ids, max_size=3, unique=True))),
        checked=draw(st.dates(date(2000, 1, 1), date(2099, 1, 1))),
        prompts=tuple(prompts),
        case=draw(st.none() | st.sampled_from(["case-a", "case-b"])),
        retired=draw(st.booleans()),
        exams=tuple(draw(st.lists(st.sampled_from(["c01", "c02"]), unique=True))),
        skills=tuple(draw(st.lists(st.sampled_from(["1.1.1", "3.2.11", "4.3"]), max_size=3, unique=True))),
    )


banks = st.lists(questions(), min_size=1, max_size=4, unique_by=lambda question: question.id)
coded_banks = st.lists(questions(code=True), min_size=1, max_size=3, unique_by=lambda question: question.id)


@st.composite
def scenarios(draw: st.DrawFn, code: bool = False) -> Mapping[str, Case]:
    return {
        name: Case(name, draw(coded(SCENARIO_MAX) if code else texts(SCENARIO_MAX))) for name in ("case-a", "case-b")
    }
