"""Moodle's GIFT, written. Rationales go where Moodle has a place for them: not in matching and ordering.

An ordering has the whole header, because a reader takes a word or number that is missing from the first step."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from bot.bank.formats.gift import ESCAPED
from bot.bank.formats.keys import with_scenario
from bot.study.questions import Case, Kind, Pack, Question


def write(questions: Iterable[Question], cases: Mapping[str, Case], pack: Pack) -> bytes:
    """A category for each section. Retired questions stay behind."""
    sections: dict[str, list[Question]] = {}
    for question in questions:
        if not question.retired:
            sections.setdefault(question.section, []).append(question)
    lines: list[str] = []
    for section, group in sections.items():
        title = pack.title_of(section) if section in pack.sections else section
        lines += [f"$CATEGORY: $course$/top/{_category(pack.title)}/{_category(title)}", ""]
        for question in group:
            lines += [*_question(question, cases), ""]
    return "\n".join(lines).encode()


def _question(question: Question, cases: Mapping[str, Case]) -> Iterator[str]:
    notes = [f"[id:{question.id}]", *(f"[tag:{fact}]" for fact in question.covers)]
    if question.case:
        notes.append(f"[case:{question.case}]")
    yield f"// {' '.join(notes)}"
    stem = f"::{_text(question.id)}::[plain]{_text(with_scenario(question, cases))} "
    if question.kind is Kind.ORDERING:
        yield stem + f"{{>{len(question.options)} ALL VERTICAL ALL_OR_NOTHING SHOW none"
        yield from (_step(question.options[place].text) for place in question.correct)
        if question.explanation:
            yield f"####{_text(question.explanation)}"
        yield "}"
        return
    yield stem + "{"
    yield from (f"\t{answer}" for answer in _answers(question))
    if question.explanation:
        yield f"\t####{_text(question.explanation)}"
    yield "}"


def _answers(question: Question) -> Iterator[str]:
    if question.kind is Kind.MATCHING:
        for prompt, place in zip(question.prompts, question.correct, strict=True):
            yield f"={_text(prompt.replace('->', '→'))} -> {_text(question.options[place].text)}"
        spare = set(range(len(question.options))) - set(question.correct)
        yield from (f"= -> {_text(question.options[place].text)}" for place in sorted(spare))
        return
    right = len(question.correct)
    for place, option in enumerate(question.options):
        mark = "=" if right == 1 else f"~%{100 / right:.5g}%"
        if place not in question.correct:
            mark = "~" if right == 1 else f"~%-{100 / right:.5g}%"
        why = f"#{_text(option.rationale)}" if option.rationale else ""
        yield f"{mark}{_text(option.text)}{why}"


def _text(text: str) -> str:
    return "".join("\\n" if char == "\n" else f"\\{char}" if char in ESCAPED and char != "n" else char for char in text)


def _step(text: str) -> str:
    """The ordering plugin takes its lines as they are, so only what would end them is escaped."""
    return text.replace("\\", "\\\\").replace("{", "\\{").replace("}", "\\}")


def _category(text: str) -> str:
    return text.replace("/", "//")
