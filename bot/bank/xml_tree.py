"""Read XML with line numbers, element by element. A document type is refused, so that no entity can expand or fetch."""

from __future__ import annotations

from codecs import getincrementaldecoder
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final
from xml.parsers import expat

from bot.bank.archives import FileRefused
from bot.bank.limits import XML_DEPTH_MAX, XML_NODES_MAX

_CHUNK: Final = 64 * 1024
_BEGINNING: Final = 1024


@dataclass(slots=True)
class Element:
    """An XML element. Names are local: `m:math` is `math`. `line` counts from 1."""

    name: str
    line: int
    attributes: dict[str, str] = field(default_factory=dict)
    parts: list[Element | str] = field(default_factory=list)

    def get(self, name: str, default: str = "") -> str:
        return self.attributes.get(name, default)

    @property
    def texts(self) -> list[str]:
        """Return the element's parts if all of them are text, else an empty list."""
        found = [part for part in self.parts if isinstance(part, str)]
        return found if len(found) == len(self.parts) else []

    @property
    def children(self) -> Iterator[Element]:
        return (part for part in self.parts if isinstance(part, Element))

    def all(self, *names: str) -> Iterator[Element]:
        return (child for child in self.children if child.name in names)

    def first(self, *names: str) -> Element | None:
        return next(self.all(*names), None)

    def walk(self) -> Iterator[Element]:
        """Yield the element and everything below it, in file order."""
        waiting = [self]
        while waiting:
            element = waiting.pop()
            yield element
            waiting += [part for part in reversed(element.parts) if not isinstance(part, str)]

    @property
    def text(self) -> str:
        """Return all text within the element, in file order."""
        found: list[str] = []
        waiting: list[Element | str] = [self]
        while waiting:
            part = waiting.pop()
            if isinstance(part, str):
                found.append(part)
            else:
                waiting += reversed(part.parts)
        return "".join(found)

    def text_of(self, *path: str) -> str:
        """Return the text of the element at the end of a path of names; empty if there is none."""
        here: Element | None = self
        for name in path:
            here = here.first(name) if here else None
        return here.text if here else ""


def root_of(data: bytes) -> str | None:
    """Return the local name of the outermost element, or None if the data does not begin as XML."""
    found: list[str] = []

    def begin(name: str, _: object) -> None:
        found.append(_local(name))
        raise StopIteration

    def refuse(*_: object) -> None:
        raise StopIteration

    parser = expat.ParserCreate("utf-8" if _is_utf8(data) else None)
    parser.StartElementHandler, parser.StartDoctypeDeclHandler = begin, refuse
    with suppress(StopIteration, expat.ExpatError, LookupError, ValueError):
        for start in range(0, _CHUNK, _BEGINNING):
            parser.Parse(data[start : start + _BEGINNING], False)
    return found[0] if found else None


def elements(data: bytes, depth: int = 1, *, most: int = XML_NODES_MAX) -> Iterator[Element]:
    """Yield each element at a depth as it ends: depth 0 is the root, 1 its children.

    `most`: how many elements each of them may contain.

    Raises FileRefused where the file stops being valid or safe XML; elements yielded before remain valid.
    """
    builder = _Builder(depth, most, "utf-8" if _is_utf8(data) else None)
    try:
        for start in range(0, max(1, len(data)), _CHUNK):
            try:
                builder.parser.Parse(data[start : start + _CHUNK], start + _CHUNK >= len(data))
            except expat.ExpatError as error:
                yield from builder.taken()
                raise Broken(
                    f"is not XML here: {expat.ErrorString(error.code)}", "Export it again", error.lineno
                ) from None
            except (LookupError, ValueError):
                raise FileRefused("has an unknown encoding", "Save it as UTF-8") from None
            except FileRefused:
                yield from builder.taken()
                raise
            yield from builder.taken()
    finally:
        builder.close()


class Broken(FileRefused):
    """A file that stops being XML at some line, but is not malicious."""


class _Builder:
    def __init__(self, depth: int, most: int, encoding: str | None) -> None:
        self.depth, self.most = depth, most
        self.open: list[Element] = []
        self.finished: list[Element] = []
        self.count = 0
        self.parser = parser = expat.ParserCreate(encoding)
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = self.doctype
        parser.StartElementHandler = self.start
        parser.EndElementHandler = self.end
        parser.CharacterDataHandler = self.data

    def taken(self) -> list[Element]:
        found, self.finished = self.finished, []
        return found

    def close(self) -> None:
        """Release the parser. It refers to our methods, so otherwise only the garbage collector could free it and this
        object."""
        parser = self.parser
        parser.StartDoctypeDeclHandler = parser.StartElementHandler = None
        parser.EndElementHandler = parser.CharacterDataHandler = None

    def doctype(self, *_: object) -> None:
        problem = "declares a document type (<!DOCTYPE>), which can make a small file expand without limit"
        raise FileRefused(problem, "Remove that line", self.parser.CurrentLineNumber)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        line = self.parser.CurrentLineNumber
        self.count = 0 if len(self.open) <= self.depth else self.count + 1
        if len(self.open) > XML_DEPTH_MAX:
            raise FileRefused("is nested too deeply", "Export it again", line)
        if self.count > self.most:
            raise FileRefused("contains too many elements in one question", "Split it", line)
        if ":" in "".join((name, *attributes)):
            name, attributes = _local(name), {_local(key): value for key, value in attributes.items()}
        element = Element(name, line, attributes)
        if len(self.open) > self.depth:
            self.open[-1].parts.append(element)
        self.open.append(element)

    def end(self, _: str) -> None:
        element = self.open.pop()
        if len(self.open) == self.depth:
            self.finished.append(element)

    def data(self, text: str) -> None:
        if len(self.open) > self.depth:
            self.open[-1].parts.append(text)


def _is_utf8(data: bytes) -> bool:
    """Return whether the file is UTF-8, whatever its declaration says, because the declaration may still name the
    encoding that the file had before it was saved as UTF-8."""
    try:
        getincrementaldecoder("utf-8")().decode(data)
    except UnicodeDecodeError:
        return False
    return True


def _local(name: str) -> str:
    return name.rpartition(":")[2]
