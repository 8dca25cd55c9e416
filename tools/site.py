"""Lay out the pages of the documentation site in build/docs, from which `make docs` builds it.

In the repository, pages are where readers and code hosts expect them: in docs/ and in the root folder. This tool copies
them into one folder, rewrites the links between them, and includes other files that a page links to as text. The pages
of the commands are generated from the command tree (tools/commands.py), and mentions of a command become links to its
page.
"""

from __future__ import annotations

import posixpath
import re
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LEFT_OUT = {"README.md"}
"""The home page of the repository. The site has docs/index.md instead."""

NOT_SHOWN = {".yaml"}
"""Suffixes of files in docs/ that are only sources of pages."""

_COMMAND = re.compile(r"(?<!\[)`/([a-z]+(?: [a-z]+)?)(?: [a-z_-]+:[^`]*)?`(?!\])")
_LINK = re.compile(r"(?<=\]\()(?![a-z]+:|#)([^)#\s]+)(?=[)#])")


class LeadsNowhere(Exception):
    pass


def pages(root: Path, made: Mapping[str, str] = {}) -> dict[str, str]:
    """Return the path on the site of each page and picture, by its path in the repository, including those in
    `made`."""
    found = {path.name: path.name.lower() for path in root.glob("*.md") if path.name not in LEFT_OUT}
    inside = [path.relative_to(root).as_posix() for path in (root / "docs").rglob("*") if path.is_file()]
    for place in [*inside, *made]:
        if posixpath.splitext(place)[1] not in NOT_SHOWN:
            found[place] = place.removeprefix("docs/").replace("README.md", "index.md")
    return found


def with_commands_linked(text: str, source: str, commands: Mapping[str, str]) -> str:
    """Return a page with each command in prose and tables turned into a link. `commands`: where each command is
    described."""

    def link(named: re.Match[str]) -> str:
        place = commands.get(named[1], source)
        page = place.partition("#")[0]
        return (
            named[0]
            if page == source
            else f"[{named[0]}]({posixpath.relpath(place, posixpath.dirname(source) or '.')})"
        )

    fenced, lines = False, []
    for line in text.splitlines(keepends=True):
        fenced ^= line.lstrip().startswith("```")
        lines.append(line if fenced or line.startswith("#") else _COMMAND.sub(link, line))
    return "".join(lines)


def turned(text: str, source: str, places: Mapping[str, str], root: Path, files: dict[str, str]) -> str:
    """Return a page with its links rewritten for the site. Files that it links to and that are not pages are added to
    `files`. Raises LeadsNowhere."""

    def turn(link: re.Match[str]) -> str:
        target = posixpath.normpath(posixpath.join(posixpath.dirname(source), link[1]))
        if target not in places and not (root / target).is_file():
            raise LeadsNowhere(f"{source}: {link[1]} is not a file of the repository. Correct the link.")
        if target not in places:
            files[target] = f"files/{target.lstrip('.')}.txt"
        place = places.get(target) or files[target]
        return posixpath.relpath(place, posixpath.dirname(places[source]) or ".")

    return _LINK.sub(turn, text)


def lay_out(root: Path, folder: Path, made: Mapping[str, str] = {}, commands: Mapping[str, str] = {}) -> int:
    """Write the pages, including those in `made`, into an empty folder; return how many there are. Raises
    LeadsNowhere."""
    places, files = pages(root, made), dict[str, str]()
    shutil.rmtree(folder, ignore_errors=True)
    for source, place in places.items():
        (folder / place).parent.mkdir(parents=True, exist_ok=True)
        if place.endswith(".md"):
            text = made[source] if source in made else (root / source).read_text(encoding="utf-8")
            text = turned(with_commands_linked(text, source, commands), source, places, root, files)
            (folder / place).write_text(text, encoding="utf-8")
        else:
            shutil.copyfile(root / source, folder / place)
    for source, place in files.items():
        (folder / place).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(root / source, folder / place)
    return sum(place.endswith(".md") for place in places.values())


def main() -> int:
    from tools import commands

    try:
        count = lay_out(ROOT, ROOT / "build" / "docs", *commands.made())
    except LeadsNowhere as error:
        print(error, file=sys.stderr)
        return 1
    print(f"Laid out {count} pages in build/docs.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
