"""Read QTI 2.1, 2.2 and 3.0: choice, order and match interactions of a package or of a single item.

The versions differ in how names are written (`simpleChoice`, `qti-simple-choice`), but in nothing else that matters
here. Members of a package are recognized by their root element. Schemas and pictures are never fetched.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from bot.bank.archives import SIGNATURE, Archive, FileRefused
from bot.bank.dialects import QTI
from bot.bank.faults import Fault
from bot.bank.formats.moodle import from_tags
from bot.bank.formats.qti_items import question_in
from bot.bank.formats.readings import BadKey, Draft, Found, LeftOut, Reading, gather
from bot.bank.limits import XML_INDEX_MAX, XML_NODES_MAX
from bot.bank.xml_tree import Element, elements, root_of
from bot.study.questions import Case

ITEM: Final = "assessmentItem"
_TEST: Final = "assessmentTest"
_MANIFEST: Final = "manifest"
_OLD: Final = "questestinterop"
_HUMP: Final = re.compile(r"-([a-z])")


@dataclass
class _Package:
    """What the manifest and the tests say about the items, by the items' names in the archive."""

    order: list[str] = field(default_factory=list)
    sections: dict[str, tuple[str, ...]] = field(default_factory=dict)
    tags: dict[str, list[str]] = field(default_factory=dict)


def read(data: bytes, file: str, most: int) -> Reading:
    cases: dict[str, Case] = {}
    if not data.startswith(SIGNATURE):
        return _one(data, file, most, cases, (), (), _kind(root_of(data)))
    try:
        archive = Archive(data, wanted=lambda name: name.lower().endswith((".xml", ".zip")))
    except FileRefused as refused:
        return Reading(faults=[Fault(file, 0, "", refused.problem, refused.remedy)])
    faults: list[Fault] = []
    package = _Package()
    kinds = {name: _kind(root_of(_bytes(archive, name))) for name in archive.names if name.lower().endswith(".xml")}
    for name, kind in sorted(kinds.items(), key=lambda pair: pair[1] == _TEST):
        if kind in (_MANIFEST, _TEST):
            try:
                _index(_root(archive.read(name), XML_INDEX_MAX), posixpath.dirname(name), package)
            except FileRefused as refused:
                faults.append(Fault(f"{file}/{name}", refused.line, "", refused.problem, refused.remedy))
    kinds |= {name: None for name in archive.names if name.lower().endswith(".zip")}
    ranks = {name: rank for rank, name in enumerate(dict.fromkeys(package.order))}
    units: list[Draft | LeftOut] = []
    unread = 0
    for name in sorted(kinds, key=lambda name: ranks.get(name, len(ranks))):
        if kinds[name] in (ITEM, _OLD, None):
            data, member = _bytes(archive, name), f"{file}/{name}"
            category, tags = package.sections.get(name, ()), package.tags.get(name, ())
            reading = _one(data, member, most - len(units), cases, category, tags, kinds[name])
            units += reading.units
            unread += reading.unread
    return Reading(units, cases, unread, faults)


def _one(
    data: bytes,
    file: str,
    most: int,
    cases: dict[str, Case],
    category: tuple[str, ...],
    tags: Iterable[str],
    kind: str | None,
) -> Reading:
    """Read one member of a package: it is one unit, except in QTI 1.2, which has many items in a file."""
    count = len(re.findall(rb"<item\b", data)) if kind == _OLD else 1
    judge = partial(_found, cases=cases, category=category, tags=tags, kind=kind)
    return gather(file, [(1, data)] * max(1, count), judge, most, QTI, cases=cases)


def _found(
    data: bytes, cases: dict[str, Case], category: tuple[str, ...], tags: Iterable[str], kind: str | None
) -> Found:
    if kind == _OLD:  # checked first, so that the file is not parsed again for each item
        raise BadKey("", "is QTI 1.2, which is not supported", "Export it as QTI 2.1, or as Moodle XML")
    if data.startswith(SIGNATURE):
        raise BadKey("", "is an archive within the archive", "Unpack it, and import what is in it")
    if not data:
        raise BadKey("", "is empty or damaged", "Export it again")
    try:
        root = _root(data)
    except FileRefused as refused:
        raise BadKey(f"line {refused.line}" if refused.line else "", refused.problem, refused.remedy) from None
    if root.name != ITEM:
        raise BadKey("", f"contains <{root.name[:40]}> and no item", "Export items of QTI 2.1")
    entry, changes = question_in(root, from_tags(tags), cases)
    return Found(entry, category=category, changes=changes)


def _index(root: Element, folder: str, package: _Package) -> None:
    """Add what a manifest or a test says to the package. Tests are read last, and their order takes precedence."""
    if root.name == _MANIFEST:
        for resource in root.walk():
            if resource.name == "resource" and "item" in resource.get("type"):
                name = _path(folder, resource.get("href"))
                package.order.append(name)
                package.tags[name] = [e.text.strip() for e in resource.walk() if e.name == "keyword"]
        return
    found = [
        (_path(folder, item.get("href")), (part.get("title"),))
        for part in root.walk()
        if part.name == "assessmentSection"
        for item in part.all("assessmentItemRef")
    ]
    package.order = [*(name for name, _ in found), *package.order]
    package.sections |= dict(found)


def _path(folder: str, href: str) -> str:
    return posixpath.normpath(posixpath.join(folder, href))


def _bytes(archive: Archive, name: str) -> bytes:
    """Return a member's bytes; empty for a damaged one, which is then reported as such."""
    try:
        return archive.read(name)
    except FileRefused:
        return b""


def _root(data: bytes, most: int = XML_NODES_MAX) -> Element:
    return _named_as_in_2(next(elements(data, 0, most=most)))


def _named_as_in_2(element: Element) -> Element:
    """Rename `qti-simple-choice max-choices` to `simpleChoice maxChoices`. HTML elements keep their names."""
    for part in element.walk() if element.name.startswith("qti-") else ():
        if part.name.startswith("qti-"):
            part.name = _camel(part.name[4:])
            part.attributes = {_camel(name): value for name, value in part.attributes.items()}
    return element


def _kind(name: str | None) -> str | None:
    return _camel(name.removeprefix("qti-")) if name else None


def _camel(name: str) -> str:
    return _HUMP.sub(lambda match: match[1].upper(), name)
