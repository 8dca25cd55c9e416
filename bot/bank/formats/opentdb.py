"""Read OpenTDB's JSON: a response from its API, or only the list `results` of such a response.

The texts are in the encoding that was requested (HTML entities, URL encoding or base64), which the file does not name.
It can be inferred: `type` is one of two words, and a text with %20 or + but without spaces is URL-encoded.
"""

from __future__ import annotations

import base64
import html
import random
import re
from binascii import Error as Base64Error
from collections.abc import Callable, Mapping
from typing import Any, Final
from urllib.parse import unquote_plus

from bot.bank.dialects import OPENTDB
from bot.bank.faults import Fault
from bot.bank.formats.json_arrays import load, objects
from bot.bank.formats.readings import BadKey, Found, Reading, gather

_TYPES: Final = ("multiple", "boolean")
_TRUTH: Final = ("True", "False")
_LEVELS: Final = {"easy": 1, "medium": 2, "hard": 3}
_ANSWER: Final = re.compile(r'\s*\{\s*"response_code"\s*:\s*(\d)')
_AGAIN: Final = "Fetch it again after five seconds"
_CODES: Final[Mapping[str, tuple[str, str]]] = {
    "1": ("it has fewer questions than were asked for", "Request fewer, or another category"),
    "2": ("the request was not valid", "Create the address again on its API page"),
    "3": ("it does not know the session token", "Request a new token, or do without one"),
    "4": ("this session token has already received all matching questions", "Reset the token, or do without one"),
    "5": ("there were too many requests", _AGAIN),
}
"""Response codes that come without questions: what each means, and what to do."""
_ENTITY: Final = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_URL: Final = re.compile(r"[^\s]*(?:%[0-9A-Fa-f]{2}|\+)[^\s]*")
EXPLANATION: Final = "Imported from OpenTDB, which gives no explanation."


def is_opentdb(data: bytes) -> bool:
    if b'"incorrect_answers"' in data and b'"correct_answer"' in data:
        return True
    return b'"results"' in data and _ANSWER.match(data[:200].decode("utf-8-sig", "replace")) is not None


def read(text: str, file: str, most: int) -> Reading:
    answer = _ANSWER.match(text)
    if answer and next(iter(objects(text, "results")), None) is None:
        meaning, remedy = _CODES.get(answer[1], ("it found none", _AGAIN))
        problem = (
            f"contains no questions: OpenTDB answered with the response code {answer[1]}, which means that {meaning}"
        )
        return Reading(faults=[Fault(file, 0, "", problem, remedy)])
    return gather(file, objects(text, "results"), _found, most, OPENTDB)


def _found(text: str) -> Found:
    texts = _texts(load(text, "Correct it, or save the file again"))
    decode = _decoder(texts)
    kind, level, category, stem, right, *wrong = (decode(text).strip() for text in texts)
    if kind not in _TYPES:
        raise BadKey("type", f'is "{kind[:40]}"', "It must be multiple or boolean")
    entry: dict[str, Any] = {
        "kind": "choice",
        "stem": stem,
        "explanation": EXPLANATION,
        "difficulty": _LEVELS.get(level, 2),
    }
    if kind == "boolean":
        if right not in _TRUTH:
            raise BadKey("correct_answer", f'is "{right[:40]}" in a question of type boolean', "Write True or False")
        options = list(_TRUTH)
    else:
        options = [right, *wrong]
        random.Random(stem).shuffle(options)  # the file lists the right answer first
    entry["options"] = [{"text": text, "correct": text == right} for text in options]
    identity = "\x1f".join((stem, right, *sorted(wrong)))  # the same for every order of the wrong answers
    return Found(entry, identity=identity, category=(category,))


def _texts(value: object) -> list[str]:
    if not isinstance(value, dict):
        raise BadKey(
            "", "is not an object", 'Write {"question": ..., "correct_answer": ..., "incorrect_answers": [...]}'
        )
    wrong = value.get("incorrect_answers")
    if not isinstance(wrong, list) or not wrong or not all(isinstance(text, str) for text in wrong):
        raise BadKey("incorrect_answers", "must be a list of texts", "Give at least one wrong answer")
    for key in ("question", "correct_answer"):
        if not isinstance(value.get(key), str):
            raise BadKey(key, "is missing, or is not text", "Write it in quotes")
    given = [value.get(key) if isinstance(value.get(key), str) else "" for key in ("type", "difficulty", "category")]
    given[0] = given[0] or "multiple"
    return [*map(str, given), value["question"], value["correct_answer"], *wrong]


def _decoder(texts: list[str]) -> Callable[[str], str]:
    if _base64(texts[0]) in _TYPES:
        return _base64
    shown = texts[3:]
    if not any(" " in text for text in texts) and any(map(_URL.fullmatch, shown)):
        return unquote_plus
    return lambda text: _ENTITY.sub(lambda match: html.unescape(match[0]), text)


def _base64(text: str) -> str:
    try:
        return base64.b64decode(text, validate=True).decode()
    except (Base64Error, UnicodeDecodeError, ValueError):
        return ""
