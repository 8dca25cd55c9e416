"""Questions as pages show them: the options with their letters, and which were right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.study.grading import Answer, Shown, as_written, describe
from bot.study.questions import DIFFICULTIES, LETTERS, Kind, Pack, Question

HOW_TO = {
    Kind.CHOICE: "Choose one.",
    Kind.RESPONSE: "Choose {count}.",
    Kind.ORDERING: "Put these in order.",
    Kind.MATCHING: "Choose an option for each of the {count} numbered lines.",
}


@dataclass(frozen=True, slots=True)
class OptionLine:
    """A line with an option. `right`: None if an option by itself is neither right nor wrong. `mine`: whether the
    member chose it."""

    letter: str
    text: str
    why: str
    right: bool | None
    mine: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """A question on a page. `key` and `given`: letters as shown. `solution`: the steps of an ordering, or a matching's
    prompts, each with the right option and the given letter."""

    question: Question
    section: str
    difficulty: str
    scenario: str | None
    how_to: str
    lines: Sequence[OptionLine]
    key: str
    given: str | None
    solution: Sequence[tuple[str, OptionLine, str | None]]


def asked(pack: Pack, question: Question, shown: Shown | None = None, *, given: Answer | None = None) -> Asked:
    order = as_written(question) if shown is None else shown
    single = question.kind in (Kind.CHOICE, Kind.RESPONSE)
    by_index = {
        index: OptionLine(
            LETTERS[place],
            question.options[index].text,
            question.options[index].rationale,
            index in question.correct if single else None,
            single and given is not None and index in given,
        )
        for place, index in enumerate(order)
    }
    names = question.prompts or [f"Step {number}" for number in range(1, len(question.correct) + 1)]
    solution = (
        []
        if single
        else [
            (name, by_index[right], by_index[given[place]].letter if given is not None else None)
            for place, (name, right) in enumerate(zip(names, question.correct, strict=True))
        ]
    )
    return Asked(
        question=question,
        section=pack.title_of(question.section),
        difficulty=DIFFICULTIES[question.difficulty],
        scenario=pack.scenario_of(question),
        how_to=HOW_TO[question.kind].format(count=len(question.correct)),
        lines=[by_index[index] for index in order],
        key=describe(question, question.correct, order),
        given=describe(question, given, order) if given is not None else None,
        solution=solution,
    )
