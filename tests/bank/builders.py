"""Questions for tests: pass only what matters; everything else is valid."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from bot.study.questions import Case, Fact, Kind, Option, Pack, Question, Section

CHECKED = date(2026, 11, 23)
WHY = "It keeps what the situation needs, and would be the wrong tool where order does not matter."
EXPLANATION = (
    "The situation asks for one reader at a time, which the chosen service gives. "
    "The others would work with several readers, which nobody has here."
)

PACK = Pack(
    name="sample",
    title="Sample",
    exam="Exam",
    notice="",
    license="",
    sections={"1": Section("1", "One"), "1.1": Section("1.1", "First"), "1.2": Section("1.2", "Second")},
    domains=(),
    facts={"1.1-queue": Fact("1.1-queue", "1.1", "Queues", "queues", "A queue hands out each message once.")},
    cases={"1.1-case-shop": Case("1.1-case-shop", "A shop sells hats " * 12)},
    questions={},
)


def a_question(**changes: Any) -> Question:
    """Return a choice question that passes every check. `options` may be given as texts; by default, the first one is
    correct."""
    options: Sequence[Any] = changes.pop(
        "options", ("Simple Queue Service", "Simple Notices", "Step Functions", "Event Bridge")
    )
    good = Question(
        id="1.1-001",
        section="1.1",
        kind=Kind.CHOICE,
        difficulty=2,
        stem="A bakery takes orders at night and bakes them one after another in the morning. Which service holds the orders?",
        options=tuple(Option(option, WHY) if isinstance(option, str) else option for option in options),
        correct=(0,),
        explanation=EXPLANATION,
        sources=("https://docs.aws.amazon.com/AWSSimpleQueueService/latest/welcome.html",),
        covers=("1.1-queue",),
        checked=CHECKED,
    )
    return replace(good, **changes)


def a_pack(*questions: Question, **changes: Any) -> Pack:
    return replace(PACK, questions={question.id: question for question in questions}, **changes)


PACK_YAML = """\
pack: sample
title: Sample
sections:
  - {id: "1", title: One}
  - {id: "1.1", title: First}
"""

QUESTION_YAML = """\
section: "1.1"
questions:
  - id: 1.1-001
    kind: choice
    difficulty: 1
    stem: Which one?
    options:
      - {text: This}
      - {text: That, correct: true}
    checked: 2026-11-23
"""


def a_folder(root: Path, files: Mapping[str, str] | None = None, name: str = "sample") -> Path:
    """Write the smallest valid pack to disk, replaced or extended by `files`; return its folder."""
    for path, text in {"pack.yaml": PACK_YAML, "questions/1.1.yaml": QUESTION_YAML, **(files or {})}.items():
        target = root / name / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    return root / name
