"""Stable places of options and prompts: answers are stored by place, so places survive changes to the file.

Otherwise, if the author of a pack reordered or edited a question's options, every stored answer, post and unfinished
quiz would mean another option.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import blake2b

from bot.study.questions import Kind, Question


@dataclass(frozen=True, slots=True)
class Places:
    """A short digest of each option's and each prompt's text, by place."""

    options: tuple[str, ...]
    prompts: tuple[str, ...] = ()
    since: datetime | None = field(default=None, compare=False)
    """When one of the texts last changed; None if none has changed since the question was first loaded."""


def places_of(question: Question) -> Places:
    return Places(tuple(_digest(option.text) for option in question.options), tuple(map(_digest, question.prompts)))


def keep_places(question: Question, kept: Places) -> Question:
    """Return the question with each option and prompt in its stored place. Changed texts take the places that became
    free.

    If the number of options or prompts has changed, it is a different question and stays as it is: `grading.fits`
    rejects its old answers.
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
            pass  # `correct` lists the options in the right order, wherever they are
    return replace(
        question,
        options=tuple(question.options[index] for index in options),
        prompts=tuple(question.prompts[index] for index in prompts),
        correct=correct,
    )


def _settled(now: Sequence[str], kept: Sequence[str]) -> tuple[int, ...]:
    """Return the current index of the text for each stored place."""
    index_of = {digest: index for index, digest in enumerate(now)}
    known = set(kept)
    fresh = iter([index for index, digest in enumerate(now) if digest not in known])
    return tuple(index_of[digest] if digest in index_of else next(fresh) for digest in kept)


def _digest(text: str) -> str:
    return blake2b(text.encode(), digest_size=6).hexdigest()
