"""Pictures in questions. They are never imported, so a question that needs one is left out or, if the user prefers,
kept with a description in its place."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from bot.bank.files import Path
from bot.bank.formats.readings import Change

_BEGIN, _END = "\ufdd0", "\ufdd1"
"""Noncharacters, which no text may contain."""
_TAG_BEGIN, _TAG_END = "\ufdd2", "\ufdd3"
_TAG_MARK: Final = re.compile(f"{_TAG_BEGIN}([^{_TAG_END}]*){_TAG_END}")
_MARK: Final = re.compile(f" ?{_BEGIN}([^{_END}]*){_END}")
_LINK_TO_PICTURE: Final = re.compile(
    r" ?<?(?:https?://|\$IMS|@@)\S+\.(?:png|jpe?g|gif|webp|svg|bmp|avif)\b[^\s>]*>?", re.IGNORECASE
)
_LINKS: Final = re.compile(r"<?https?://\S+>?(?:\s+<?https?://\S+>?)*")
_EXTRA: Final = frozenset(("explanation", "why"))
"""Keys of texts that are not needed to answer a question."""
REMEDY: Final = "Describe it in words, or import without pictures"


def mark(alt: str = "") -> str:
    """Return the mark that a reader writes in place of a picture or other media. `alt`: its description."""
    return f" {_BEGIN}{' '.join(alt.split())[:80]}{_END}"


def tag_mark(name: str, kept: str = "of which only the text was kept") -> str:
    """Return the mark that a reader writes for a tag that has no equivalent here."""
    return f"{_TAG_BEGIN}<{name[:40]}>, {kept}{_TAG_END}"


def settle(entry: Mapping[str, Any], *, without: bool) -> tuple[dict[str, Any], list[tuple[Path, str]], list[Change]]:
    """Remove the marks of pictures and tags from an entry.

    Returns the entry, the path and problem of each picture that it needs, and what was dropped or replaced.
    """
    needed: list[tuple[Path, str]] = []
    changes: list[Change] = []
    if all(_is_plain(value) for key, value in entry.items() if key != "sources"):
        return dict(entry), needed, changes

    def text(path: Path, value: str) -> str:
        tags = dict.fromkeys(_TAG_MARK.findall(value))
        changes.extend((str(path[-1]), f"has the tag {tag}", "Say in words what it means") for tag in tags)
        value = _TAG_MARK.sub("", value) if _TAG_BEGIN in value else value
        links = _LINK_TO_PICTURE.search(value) if "/" in value else None
        found = _MARK.search(value)
        if not found and not links:
            if "://" in value and path == ("stem",) and _LINKS.fullmatch(value.strip()):
                needed.append((path, "is a link to a page that members would not see"))
            return value
        key = str(path[-1])
        alt = found[1] if found else ""
        shown = f' ("{alt}")' if alt else ""
        if key in _EXTRA or without:
            instead = "its description" if alt else "nothing"
            changes.append((key, f"has a picture{shown}, which was replaced by {instead}", "Describe it in words"))
        elif found:
            needed.append((path, f"needs a picture or other media{shown}, which is not imported"))
        else:
            needed.append((path, "links to a picture that members would not see"))
        return _LINK_TO_PICTURE.sub("", _MARK.sub(_in_words, value)).strip()

    kept = {key: value if key == "sources" else _walk((key,), value, text) for key, value in entry.items()}
    return kept, needed, changes


def _is_plain(value: Any) -> bool:
    """Return whether a value certainly contains no mark and no link: a fast check, because nearly all texts have
    none."""
    if isinstance(value, str):
        return not ("://" in value or _BEGIN in value or _TAG_BEGIN in value or "$IMS" in value or "@@" in value)
    if isinstance(value, dict):
        return all(map(_is_plain, value.values()))
    return all(map(_is_plain, value)) if isinstance(value, list) else True


def _in_words(found: re.Match[str]) -> str:
    return f" [picture: {found[1]}]" if found[1] else ""


def _walk(path: Path, value: Any, change: Callable[[Path, str], str]) -> Any:
    if isinstance(value, str):
        return change(path, value)
    if isinstance(value, list):
        return [_walk((*path, place), part, change) for place, part in enumerate(value)]
    if isinstance(value, dict):
        return {key: _walk((*path, key), part, change) for key, part in value.items()}
    return value
