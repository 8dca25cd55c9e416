"""Red-DiscordBot's trivia lists (YAML: `question: [answers]`), turned into choices.

Such a list takes free text. Here the first answer becomes the key, and three first answers of other questions of the
list become distractors: of the same sort (number, year, one word, several), and by the question's own hash, so that the
same list gives the same questions for ever. What another accepted answer makes right is never a distractor: answers that
stand together in any question of the list are taken for names of one thing. The id comes from the question and its
accepted answers alone, so that a list that grew brings only what is new. A list cannot say whether
a distractor happens to be right too, so read the questions before members do; the explanation says where they come from.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from random import Random
from typing import Any

from bot.bank.faults import Fault
from bot.bank.files import Document, Lines, read_yaml
from bot.bank.formats.drafts import Draft, Reading, draft_list, picture_in, too_many
from bot.bank.limits import CHOICE_OPTIONS, OPTION_MAX
from bot.bank.looks import looks

_SETTINGS = frozenset({"AUTHOR", "CONFIG", "DESCRIPTION", "$schema"})
_SAMPLE = 40
EXPLANATION = "Imported from a trivia list, which gives no explanation."


def read(data: str | bytes, file: str, most: int) -> Reading:
    documents, syntax = read_yaml(data, file, plain=True)
    faults: list[Fault] = list(syntax)
    drafts: list[Draft] = []
    for document in documents:
        drafts += _drafts(document, faults, most)
    return Reading(drafts, {}, faults)


def _drafts(document: Document, faults: list[Fault], most: int) -> list[Draft]:
    if not isinstance(document.value, dict):
        faults.append(document.fault((), "is no trivia list", "Write `question: [answers]` lines"))
        return []
    answers: dict[str, list[str]] = {}
    for question, value in document.value.items():
        if question in _SETTINGS:
            continue
        if len(answers) == most:
            faults.append(too_many(document.file, most))
            break
        accepted = value if isinstance(value, list) else []
        if not accepted or not all(isinstance(answer, str) and answer.strip() for answer in accepted):
            faults.append(_fault(document, question, "has no list of answers", "Write each answer after a dash"))
        elif picture := picture_in(question):
            faults.append(_fault(document, question, *picture))
        elif not (short := [answer for answer in accepted if len(answer) <= OPTION_MAX]):
            problem = f"has an answer of more than {OPTION_MAX} characters"
            faults.append(_fault(document, question, problem, "Shorten it"))
        else:
            answers[question] = short
    things = _things(answers.values())
    pool = [(things[name], answer) for name, answer in _firsts(answers.values()).items()]
    identities: list[str] = []
    rows: list[tuple[int, str | None, dict[str, Any]]] = []
    for question, accepted in answers.items():
        options = _options(question, accepted, pool, things)
        if len(options) < CHOICE_OPTIONS:
            problem = f"finds fewer than {CHOICE_OPTIONS - 1} other answers in the list to choose from"
            faults.append(_fault(document, question, problem, "Add questions with other answers"))
            continue
        rows.append((_line(document, question), None, _entry(question, accepted, options)))
        identities.append("\x1f".join((question, *accepted)))
    return draft_list(document.file, rows, identities)


def _firsts(lists: Iterable[Sequence[str]]) -> dict[str, str]:
    """Each first answer, the earliest writing of it, by its folded form."""
    found: dict[str, str] = {}
    for accepted in lists:
        found.setdefault(_folded(accepted[0]), accepted[0])
    return found


def _things(lists: Iterable[Sequence[str]]) -> dict[str, str]:
    """For each folded answer one that stands for all with which it shares a question, directly or by others."""
    parents: dict[str, str] = {}

    def root(name: str) -> str:
        while (above := parents.setdefault(name, name)) != name:
            parents[name] = parents[above]
            name = above
        return name

    for accepted in lists:
        for answer in accepted:
            parents[root(_folded(answer))] = root(_folded(accepted[0]))
    return {name: root(name) for name in list(parents)}


def _entry(question: str, accepted: Sequence[str], options: Sequence[str]) -> dict[str, Any]:
    also = f" It also accepts: {', '.join(accepted[1:6])}." if len(accepted) > 1 else ""
    explanation = EXPLANATION + (also if len(also) <= 500 else "")
    entries = [{"text": text, "correct": text == accepted[0]} for text in options]
    return {"kind": "choice", "stem": question, "options": entries, "difficulty": 1, "explanation": explanation}


def _options(
    question: str, accepted: Sequence[str], pool: Sequence[tuple[str, str]], things: Mapping[str, str]
) -> list[str]:
    """`pool` holds answers that differ by more than case or article, each after the thing that it names."""
    rng = Random(question)
    key = things[_folded(accepted[0])]
    few = rng.sample(pool, min(len(pool), _SAMPLE))  # a list of thousands stays quick
    near = sorted(
        {thing: answer for thing, answer in few if thing != key}.values(),
        key=lambda answer: _distance(answer, accepted[0]),
    )
    options = [accepted[0], *near[: CHOICE_OPTIONS - 1]]
    rng.shuffle(options)
    return options


def _distance(answer: str, key: str) -> tuple[bool, int]:
    """Numbers among numbers, words among words; then by how many words there are."""
    unlike = answer.replace(",", "").isdigit() != key.replace(",", "").isdigit()
    return unlike, min(2, abs(len(answer.split()) - len(key.split())))


def _folded(answer: str) -> str:
    return looks(answer).removeprefix("the ")


def _line(document: Document, question: str) -> int:
    return document.lines.parts.get(question, Lines(document.lines.line)).line


def _fault(document: Document, question: str, problem: str, remedy: str) -> Fault:
    return Fault(document.file, _line(document, question), question[:60], problem, remedy)
