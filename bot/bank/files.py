"""YAML with line numbers, read safely from authors who mistype and from hostile uploads.

Built on the events of the safe C parser instead of a loader: aliases, anchors and tags are refused, so nothing can
expand, and the source text of each value is kept, so that a fault can quote it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TypeAlias

import yaml

from bot.bank.dialects import YAML, Dialect
from bot.bank.faults import Fault, Level
from bot.bank.limits import YAML_DEPTH_MAX, YAML_NODES_MAX

Path: TypeAlias = tuple[str | int, ...]

_RESOLVERS = yaml.SafeLoader.yaml_implicit_resolvers
_WORD_MAX = 5
"""The length of `false`, the longest plain word that YAML does not read as text."""
_SINGULAR = {
    "questions": "question",
    "options": "option",
    "prompts": "prompt",
    "sources": "source",
    "sections": "section",
    "domains": "domain",
    "facts": "fact",
    "cases": "case",
    "covers": "fact",
    "exams": "exam",
    "skills": "skill",
    "points": "point",
    "tips": "tip",
}


@dataclass(slots=True)
class Lines:
    """The line numbers of a value and its parts, nested like the value. `raw` is the text of a scalar, as it was
    typed."""

    line: int
    raw: str = ""
    parts: dict[str | int, Lines] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Document:
    file: str
    value: object
    lines: Lines
    dialect: Dialect = YAML
    strays: tuple[Fault, ...] = ()
    """Faults for keys of the outermost mapping that are missing from `value`: duplicates, and keys that are not
    text."""

    def at(self, *path: str | int) -> Lines:
        """Return the line numbers of the value at `path`; if a key is missing, those of its closest known parent."""
        here = self.lines
        for step in path:
            here = here.parts.get(step, here)
        return here

    def fault(
        self, path: Path, problem: str, remedy: str = "", level: Level = Level.ERROR, line: int | None = None
    ) -> Fault:
        where = self.at(*path).line if line is None else line
        return Fault(self.file, where, self.name(path), problem, remedy, level)

    def name(self, path: Path) -> str:
        """Format a path for people: `("questions", 3, "options", 1, "why")` becomes `1.1-004, option 2, why`."""
        words: list[str] = []
        value = self.value
        for place, step in enumerate(path):
            value = _child(value, step)
            if isinstance(step, str):
                words.append(step[:60])
                continue
            own = value.get("id") if isinstance(value, dict) else None
            noun = _SINGULAR.get(words.pop(), "item") if words else "item"
            words.append(own[:60] if isinstance(own, str) and own and place <= 2 else f"{noun} {step + 1}")
        return ", ".join(words)


def nodes_for(questions: int) -> int:
    """Return how many values a file of this many questions may contain."""
    return max(YAML_NODES_MAX, 60 * questions)


_TOO_DEEP = ("is nested too deeply", "Remove the inner lists")


class _Refused(Exception):
    def __init__(self, line: int, problem: str, remedy: str) -> None:
        super().__init__(problem)
        self.line, self.problem, self.remedy = line, problem, remedy


def read_yaml(
    data: str | bytes,
    file: str,
    *,
    plain: bool = False,
    first_line: int = 1,
    most_nodes: int = YAML_NODES_MAX,
    dialect: Dialect = YAML,
) -> tuple[list[Document], list[Fault]]:
    """Return the documents of a stream and its faults; no documents if it is not valid YAML.

    With `plain`, every value is text as it was typed: `1939` and `yes` are answers, not a number and a boolean.
    `first_line`: the line where `data` begins in its file, if it is only part of the file.
    """
    above = first_line - 1
    try:
        text = data.decode("utf-8-sig") if isinstance(data, bytes) else data
    except UnicodeDecodeError:
        return [], [Fault(file, 0, "", "is not UTF-8 text", "Save it as UTF-8")]
    try:
        return _Composer(text, file, plain, above, most_nodes, dialect).documents()
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        if error.problem == "exceeded maximum nesting depth":  # since PyYAML 6.0.4
            return [], [Fault(file, above + line, "", *_TOO_DEEP)]
        problem = f"is not YAML here: {error.problem or error.context}"
        return [], [Fault(file, line and above + line, "", problem, _syntax_remedy(text, line))]
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        return [], [Fault(file, above + line, "", "contains a character that YAML does not allow", "Remove it")]
    except _Refused as error:
        return [], [Fault(file, error.line, "", error.problem, error.remedy)]
    except (yaml.YAMLError, UnicodeEncodeError):
        return [], [Fault(file, 0, "", "cannot be read as YAML", "Check its characters and its indentation")]


def _syntax_remedy(text: str, line_number: int) -> str:
    line = ["", *text.split("\n"), ""][line_number]
    if "\t" in line[: len(line) - len(line.lstrip())]:
        return "Indent with spaces, not with a tab"
    return "Check the indentation, and quote text that contains `: ` or ` #` or starts with a special character"


class _Composer:
    def __init__(self, text: str, file: str, plain: bool, above: int, most_nodes: int, dialect: Dialect) -> None:
        self.file = file
        self.plain = plain
        self.above = above
        self.most_nodes = most_nodes
        self.dialect = dialect
        self.faults: list[Fault] = []
        self.count = 0
        self.events: Iterator[yaml.Event] = yaml.parse(text, Loader=yaml.CSafeLoader)

    def documents(self) -> tuple[list[Document], list[Fault]]:
        found: list[Document] = []
        for event in self.events:
            if isinstance(event, yaml.DocumentStartEvent):
                self.strays: list[Fault] = []
                value, lines = self.node(next(self.events), 0)
                found.append(Document(self.file, value, lines, self.dialect, tuple(self.strays)))
        return found, self.faults

    def node(self, event: yaml.Event, depth: int) -> tuple[object, Lines]:
        line = self.above + event.start_mark.line + 1 if event.start_mark else 0
        self.count += 1
        if self.count > self.most_nodes:
            raise _Refused(line, "contains too many values", "Split the file")
        if depth > YAML_DEPTH_MAX:
            raise _Refused(line, *_TOO_DEEP)
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise _Refused(
                line, "uses an anchor or alias (& or *)", "Write the text out, or quote it if it starts like this"
            )
        if isinstance(event, yaml.ScalarEvent):
            if event.tag:
                raise _Refused(
                    line, f"uses a tag ({event.tag[:40]})", "Remove it, or quote the text if it starts with !"
                )
            bare = event.implicit[0] and not self.plain
            return (_resolve(event.value) if bare else event.value), Lines(line, event.value)
        if getattr(event, "tag", None):
            raise _Refused(line, "uses a tag (!)", "Remove it")
        if isinstance(event, yaml.SequenceStartEvent):
            return self.sequence(line, depth)
        return self.mapping(line, depth)

    def sequence(self, line: int, depth: int) -> tuple[object, Lines]:
        values: list[object] = []
        lines = Lines(line)
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            value, where = self.node(event, depth + 1)
            lines.parts[len(values)] = where
            values.append(value)
        return values, lines

    def mapping(self, line: int, depth: int) -> tuple[object, Lines]:
        values: dict[str, object] = {}
        lines = Lines(line)
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            key, at = self.node(event, depth + 1)
            value, where = self.node(next(self.events), depth + 1)
            where.line = at.line  # a folded text starts a line below its key, but authors look for the key
            if not isinstance(key, str):
                shown = at.raw[:60] or "a list"
                self.stray(depth, Fault(self.file, at.line, shown, "is a key that is not text", f'Quote it: "{shown}"'))
            elif key in values:
                self.stray(depth, Fault(self.file, at.line, key[:60], "is written twice", "Remove one of the two"))
            else:
                values[key], lines.parts[key] = value, where
        return values, lines

    def stray(self, depth: int, fault: Fault) -> None:
        self.faults.append(fault)
        if depth == 0:
            self.strays.append(fault)


def _resolve(text: str) -> object:
    """Resolve a plain scalar as YAML 1.1 does: surprises (yes, 1.10) are kept, and the schema rejects them."""
    if len(text) > _WORD_MAX and text[0].isalpha():
        return text
    tag = next((tag for tag, pattern in _RESOLVERS.get(text[:1], ()) if pattern.match(text)), "")
    match tag.rpartition(":")[2]:
        case "bool":
            return text.lower() in ("yes", "true", "on")
        case "null":
            return None
        case "int" | "float" as kind:
            return _number(text, whole=kind == "int")
        case "timestamp":
            try:
                return date.fromisoformat(text)
            except ValueError:
                return text
        case _:
            return text


def _number(text: str, *, whole: bool) -> int | float:
    try:
        return int(text) if whole and (text == "0" or not text.startswith("0")) else float(text)
    except ValueError:
        return float("nan")  # octal, base 60 and the like: not numbers in our files, but not text either


def _child(value: object, step: str | int) -> object:
    if isinstance(value, dict):
        return value.get(step)
    if isinstance(value, Sequence) and not isinstance(value, str) and isinstance(step, int) and step < len(value):
        return value[step]
    return None
