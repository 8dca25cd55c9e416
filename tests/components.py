"""Discord's rules for a message's components, taken from its documentation and not from the tested code."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

V2 = 1 << 15
"""IS_COMPONENTS_V2: a message with this flag has neither content nor embeds, and never loses the flag."""
ROW, BUTTON, SECTION, TEXT, THUMBNAIL, GALLERY, FILE, SEPARATOR, CONTAINER = 1, 2, 9, 10, 11, 12, 13, 14, 17
SELECTS = {3, 5, 6, 7, 8}
NEW = {SECTION, TEXT, THUMBNAIL, GALLERY, FILE, SEPARATOR, CONTAINER}
MOST_TEXT, MOST_PARTS, MOST_IN_ROW, MOST_TEXTS_IN_SECTION, MOST_ALT = 4000, 40, 5, 3, 1024


def walk(components: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield all components, including nested ones."""
    for part in components:
        yield part
        yield from walk(part.get("components") or ())
        if part.get("accessory"):
            yield part["accessory"]


def faults(message: dict[str, Any]) -> Iterator[str]:
    """Yield the reasons why Discord would reject a message with these components."""
    parts = list(walk(message["components"]))
    if not message["flags"] & V2:
        if any(part["type"] in NEW for part in parts):
            yield "components of the second version without their flag"
        if any(part["type"] != ROW for part in message["components"]):
            yield "only action rows stand in such a message"
        return
    if message["content"] or message["embeds"]:
        yield "content or embeds beside components of the second version"
    if not parts:
        yield "no component"
    if len(parts) > MOST_PARTS:
        yield f"{len(parts)} components"
    if (length := sum(len(part["content"]) for part in parts if part["type"] == TEXT)) > MOST_TEXT:
        yield f"{length} characters of text"
    ids = [part["custom_id"] for part in parts if "custom_id" in part]
    if len(set(ids)) < len(ids):
        yield f"an id twice: {ids}"
    uploaded = {f"attachment://{file['filename']}" for file in message["attachments"]}
    for part in parts:
        yield from _faults_of(part, uploaded)


def _faults_of(part: dict[str, Any], uploaded: set[str]) -> Iterator[str]:
    inside = [child["type"] for child in part.get("components") or ()]
    match part["type"]:
        case 1 if not inside or len(inside) > (1 if SELECTS & set(inside) else MOST_IN_ROW):
            yield f"a row of {inside}"
        case 9 if not 0 < len(inside) <= MOST_TEXTS_IN_SECTION or part["accessory"]["type"] not in (BUTTON, THUMBNAIL):
            yield f"a section of {inside}"
        case 10 if not part["content"].strip():
            yield "an empty text"
        case 12 if any(item["media"]["url"] not in uploaded for item in part["items"]):
            yield "a picture that was not uploaded"
        case 12 if any(len(item.get("description") or "") > MOST_ALT for item in part["items"]):
            yield "a description too long"
        case 13 if part["file"]["url"] not in uploaded:
            yield "a file that was not uploaded"
        case 17 if not inside or CONTAINER in inside:
            yield f"a container of {inside}"
