"""Questions and packs for tests: pass only what the test is about; everything else has a default."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from bot.study.questions import Kind, Option, Pack, Question, Section


def a_question(
    id: str = "1.1-001",
    *,
    kind: Kind = Kind.CHOICE,
    options: int = 4,
    correct: Sequence[int] = (1,),
    difficulty: int = 1,
    retired: bool = False,
) -> Question:
    """Return a question of the section that its id begins with."""
    return Question(
        id=id,
        section=id.partition("-")[0],
        kind=kind,
        difficulty=difficulty,
        stem=f"What is asked in {id}?",
        options=tuple(Option(f"option {place} of {id}", f"why {place}") for place in range(options)),
        correct=tuple(correct),
        explanation="Because it is so.",
        sources=("https://docs.aws.amazon.com/",),
        covers=(),
        checked=date(2026, 11, 1),
        prompts=tuple(f"prompt {place}" for place in range(len(correct))) if kind is Kind.MATCHING else (),
        retired=retired,
    )


def questions_of(sizes: Mapping[str, int]) -> list[Question]:
    """Return as many questions for each section as `sizes` says, such as `{"1.1": 3}`."""
    return [a_question(f"{section}-{n:03}") for section, size in sizes.items() for n in range(1, size + 1)]


def a_pack(questions: Sequence[Question], weights: Mapping[str, int] | None = None) -> Pack:
    """Return a pack with these questions, their sections and the parents of these."""
    leaves = sorted({question.section for question in questions})
    parents = sorted({leaf.partition(".")[0] for leaf in leaves} - set(leaves))
    sections = {
        name: Section(name, f"Title of {name}", (weights or {}).get(name, 0)) for name in sorted([*parents, *leaves])
    }
    return Pack(
        name="a-pack",
        title="A pack",
        exam="An exam",
        notice="",
        license="CC BY 4.0",
        sections=sections,
        domains=(),
        facts={},
        cases={},
        questions={question.id: question for question in questions},
    )
