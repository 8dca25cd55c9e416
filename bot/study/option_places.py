"""The places of options and prompts, which answers are kept by: they outlive a change of the file that they come from.

An answer is kept as the places of its options. Where the author of a bank sorts a question's options differently, or fixes one, every
answer kept, every post and every half-finished series would otherwise speak of another option.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import blake2b

from bot.study.questions import Kind, Question


@dataclass(frozen=True, slots=True)
class Places:
    """A short digest of each option's text, and of each prompt's, by place."""

    options: tuple[str, ...]
    prompts: tuple[str, ...] = ()
    since: datetime | None = field(default=None, compare=False)
    """When one of them changed last; None: none has since they were first loaded."""


def places_of(question: Question) -> Places:
    return Places(tuple(_digest(option.text) for option in question.options), tuple(map(_digest, question.prompts)))


def keep_places(question: Question, kept: Places) -> Question:
    """The question with each option and prompt where it was kept. What has changed its words takes a place that became free.

    With another number of options or prompts it is another question, and stays as it is: `grading.fits` refuses its old answers.
    """
    now = places_of(question)
    if now == kept or len(now.options) != len(kept.options) or len(now.prompts) != len(kept.prompts):
        return question
    options, prompts = _settled(now.options, kept.options), _settled(now.prompts, kept.prompts)
    place_of = {index: place for place, index in enumerate(options)}
    correct = tuple(place_of[index] for index in question.correct)
    match question.kind:
        case Kind.CHOICE | Kind.RESPONSE:
            correct = tuple(sorted(correct))
        case Kind.MATCHING:
            correct = tuple(correct[prompt] for prompt in prompts)
        case Kind.ORDERING:
            pass  # it lists the options in their right order, wherever they stand
    return replace(
        question,
        options=tuple(question.options[index] for index in options),
        prompts=tuple(question.prompts[index] for index in prompts),
        correct=correct,
    )


def _settled(now: Sequence[str], kept: Sequence[str]) -> tuple[int, ...]:
    """For each place, the index of what stands there."""
    index_of = {digest: index for index, digest in enumerate(now)}
    known = set(kept)
    fresh = iter([index for index, digest in enumerate(now) if digest not in known])
    return tuple(index_of[digest] if digest in index_of else next(fresh) for digest in kept)


def _digest(text: str) -> str:
    return blake2b(text.encode(), digest_size=6).hexdigest()
