"""Turn Red-DiscordBot's trivia lists (YAML: `question: [answers]`) into choices.

Such a list expects free text. Here the first answer becomes the key, and the first answers of three other questions
become distractors. These resemble the key (number or words, and how many words), and the choice depends only on the
question and the list, so that the same list always gives the same questions. Answers that are accepted for the same
question, anywhere in the list, are treated as synonyms, and a synonym of the key is never a distractor. The id depends
only on the stem, so that importing a longer version of a list adds only new questions, and a corrected answer corrects
the existing question: see `corrections`. A list cannot tell whether a distractor happens to be right too, so review the
questions before members see them; their explanation says where they come from.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from random import Random
from typing import Any, TypeAlias

from bot.bank.dialects import TRIVIA
from bot.bank.faults import Fault
from bot.bank.files import Document, Lines, nodes_for, read_yaml
from bot.bank.formats.corrections import EXPLANATION, folded
from bot.bank.formats.readings import BadKey, BadUnit, Found, Reading, gather
from bot.bank.formats.yaml_pieces import mapping_pieces
from bot.bank.limits import CHOICE_OPTIONS, OPTION_MAX
from bot.study.looks import looks

_SETTINGS = frozenset({"AUTHOR", "CONFIG", "DESCRIPTION", "$schema"})
_SAMPLE = 40
_WITHOUT_MEANING = re.compile(r"(?<=\d),(?=\d{3})|(?<!\d)\.|\.(?!\d)|(?<=[^\W\d_])[ '\u2019-](?=[^\W\d_])")
"""Matches commas between thousands, points outside numbers, and characters that join or separate words."""
_NUMBERS = {
    word: str(number)
    for number, word in enumerate((
        "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
        "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty",
    ))
}  # fmt: skip


def read(text: str, file: str, most: int) -> Reading:
    entries, faults = _entries(text, file, most)
    answers: dict[str, list[str]] = {}
    for _, (question, value) in entries[:most]:
        with suppress(BadKey):
            answers.setdefault(question, _accepted(question, value))
    groups = _synonyms(answers.values())
    pool = [(groups[name], answer) for name, answer in _firsts(answers.values()).items()]
    names: dict[str, list[str]] = {}
    for name, group in groups.items():
        names.setdefault(group, []).append(name)

    def judge(entry: tuple[str, object]) -> Found:
        found, accepted = _found(*entry, pool, groups)
        right = [accepted[0], *names[groups[folded(accepted[0])]]]
        return replace(found, identity=looks(entry[0]), accepted=right)

    return gather(file, entries, judge, most, TRIVIA, faults=faults)


_Entry: TypeAlias = tuple[int, tuple[str, object]]


def _entries(text: str, file: str, most: int) -> tuple[list[_Entry], list[Fault]]:
    """Return each question with its line and its answers, or a problem in place of the answers."""
    documents, syntax = read_yaml(text, file, plain=True, most_nodes=nodes_for(most), dialect=TRIVIA)
    found: list[_Entry] = []
    if not documents:
        for line, piece in mapping_pieces(text):
            found += _in_piece(piece, file, line) if len(found) < most else [(line, ("", []))]
        return (found, []) if found else ([], syntax)
    faults: list[Fault] = []
    for document in documents:
        if isinstance(document.value, dict):
            found += _in_document(document, document.value, syntax)
        else:
            faults.append(document.fault((), "is not a trivia list", "Write `question: [answers]` lines"))
    return found, faults


def _in_document(document: Document, value: Mapping[str, object], syntax: Sequence[Fault]) -> list[_Entry]:
    found: list[_Entry] = [(fault.line, (fault.key, BadUnit([fault]))) for fault in document.strays]
    found += [(_line(document, key), (key, answers)) for key, answers in value.items() if key not in _SETTINGS]
    found.sort(key=lambda entry: entry[0])
    starts = [line for line, _ in found]
    for fault in syntax:
        place = bisect_right(starts, fault.line) - 1
        if fault not in document.strays and place >= 0:
            line, (key, _) = found[place]
            found[place] = line, (key, BadUnit([fault]))
    return found


def _in_piece(piece: str, file: str, line: int) -> list[_Entry]:
    documents, wrong = read_yaml(piece, file, plain=True, first_line=line, dialect=TRIVIA)
    if documents and isinstance(documents[0].value, dict):
        return _in_document(documents[0], documents[0].value, wrong)
    shown = piece.strip()[:60]
    if shown.partition(":")[0] in _SETTINGS:
        return []
    wrong = wrong or [Fault(file, line, shown, "is not a question with answers", "Write `question: [answers]`")]
    return [(line, (shown, BadUnit(wrong)))]


def _accepted(question: str, value: object) -> list[str]:
    accepted = value if isinstance(value, list) else []
    if not accepted or not all(isinstance(answer, str) and answer.strip() for answer in accepted):
        raise BadKey("", "has no list of answers", "Write each answer after a dash", question[:60])
    short = [answer for answer in accepted if len(answer) <= OPTION_MAX]
    if not short:
        problem = f"has an answer of more than {OPTION_MAX} characters"
        raise BadKey("", problem, "Shorten it", question[:60])
    return short


def _found(
    question: str, value: object, pool: Sequence[tuple[str, str]], groups: Mapping[str, str]
) -> tuple[Found, list[str]]:
    if isinstance(value, BadUnit):
        raise value
    accepted = _accepted(question, value)
    options = _options(question, accepted, pool, groups)
    if len(options) < CHOICE_OPTIONS:
        problem = f"needs {CHOICE_OPTIONS - 1} other answers in the list as wrong options, and there are fewer"
        raise BadKey("", problem, "Add questions with other answers", question[:60])
    return Found(_entry(question, accepted, options)), accepted


def _firsts(lists: Iterable[Sequence[str]]) -> dict[str, str]:
    """Map the folded form of each first answer to the spelling in which it first occurs."""
    found: dict[str, str] = {}
    for accepted in lists:
        found.setdefault(folded(accepted[0]), accepted[0])
    return found


def _synonyms(lists: Iterable[Sequence[str]]) -> dict[str, str]:
    """Map each folded answer to a representative of all answers that share a question or a spelling with it, directly or
    indirectly."""
    parents: dict[str, str] = {}
    spellings: dict[str, str] = {}

    def root(name: str) -> str:
        while (above := parents.setdefault(name, name)) != name:
            parents[name] = parents[above]
            name = above
        return name

    for accepted in lists:
        for answer in accepted:
            name = folded(answer)
            parents[root(name)] = root(folded(accepted[0]))
            parents[root(name)] = root(spellings.setdefault(_spelling(name), name))
    return {name: root(name) for name in list(parents)}


def _spelling(name: str) -> str:
    """Normalize a folded answer that people write in several ways: `u.s.a.` becomes `usa`, and `ten` becomes `10`."""
    return _NUMBERS.get(name, _WITHOUT_MEANING.sub("", name))


def _entry(question: str, accepted: Sequence[str], options: Sequence[str]) -> dict[str, Any]:
    also = f" It also accepts: {', '.join(accepted[1:6])}." if len(accepted) > 1 else ""
    explanation = EXPLANATION + (also if len(also) <= 500 else "")
    entries = [{"text": text, "correct": text == accepted[0]} for text in options]
    return {"kind": "choice", "stem": question, "options": entries, "difficulty": 1, "explanation": explanation}


def _options(
    question: str, accepted: Sequence[str], pool: Sequence[tuple[str, str]], groups: Mapping[str, str]
) -> list[str]:
    """Choose the options. `pool` holds pairs: the representative of a group of synonyms, and an answer from the group.
    No answer occurs twice."""
    rng = Random(question)
    key = groups[folded(accepted[0])]
    few = rng.sample(pool, min(len(pool), _SAMPLE))  # fast even for lists of thousands
    near = sorted(
        {group: answer for group, answer in few if group != key}.values(),
        key=lambda answer: _distance(answer, accepted[0]),
    )
    options = [accepted[0], *near[: CHOICE_OPTIONS - 1]]
    rng.shuffle(options)
    return options


def _distance(answer: str, key: str) -> tuple[bool, int]:
    """Return a sort key: numbers near numbers, words near words; then by number of words."""
    unlike = answer.replace(",", "").isdigit() != key.replace(",", "").isdigit()
    return unlike, min(2, abs(len(answer.split()) - len(key.split())))


def _line(document: Document, question: str) -> int:
    return document.lines.parts.get(question, Lines(document.lines.line)).line
