"""Pydantic's errors, explained to people who write questions, not Python."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ValidationError

from bot.bank import schema
from bot.bank.dialects import YAML, Dialect
from bot.bank.faults import Fault

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

    from bot.bank.files import Document, Path

_TAGS = frozenset({"choice", "response", "ordering", "matching"})
_MODELS = [model for model in vars(schema).values() if isinstance(model, type) and issubclass(model, BaseModel)]
_KEYS = sorted({name for model in _MODELS for name in model.model_fields})
_HINTS = {
    name: field.description for model in _MODELS for name, field in model.model_fields.items() if field.description
}


def faults_of(error: ValidationError, document: Document, root: Path = ()) -> Iterator[Fault]:
    """Yield one fault for each error. `root`: the path of the validated value in the document."""
    for detail in error.errors(include_url=False):
        path = root + tuple(
            step for place, step in enumerate(detail["loc"]) if not (step in _TAGS and _is_tag(detail["loc"], place))
        )
        problem, remedy = explain(detail, document.at(*path).raw, document.dialect)
        yield document.fault(path, problem, remedy)


def _is_tag(loc: tuple[int | str, ...], place: int) -> bool:
    """Return whether a step of an error's location is a question type, which Pydantic puts first or after the
    question's index."""
    return place == 0 or isinstance(loc[place - 1], int)


def explain(detail: ErrorDetails, raw: str = "", dialect: Dialect = YAML) -> tuple[str, str]:
    """Return the problem and the remedy. `raw` is the value as it was typed, where that is known."""
    key = str(detail["loc"][-1]) if detail["loc"] else ""
    hint = _hint(key) if dialect.hints else ""
    value, context = detail["input"], detail.get("ctx", {})
    match detail["type"]:
        case "missing":
            return "is missing", hint or dialect.missing.format(key=key)
        case "extra_forbidden":
            near = get_close_matches(key, _KEYS, n=1)
            return "is not a known key", f"Did you mean `{near[0]}`?" if near else "Remove it"
        case "string_type":
            return _not_text(value, raw, dialect)
        case "string_too_long" | "too_long" if isinstance(value, str):
            return f"has {len(value)} characters; at most {context['max_length']} are shown", "Shorten it"
        case "string_too_short" | "too_short" if isinstance(value, str):
            return "is empty", hint or "Write it"
        case "string_pattern_mismatch":
            return f'cannot be "{str(value)[:60]}"', hint or f"It must match {context['pattern']}"
        case "bool_type":
            return "must be true or false, without quotes", hint
        case "int_type" | "int_from_float" | "int_parsing":
            return "must be a whole number, without quotes", hint
        case "greater_than_equal":
            return f"must be at least {context['ge']}", hint
        case "less_than_equal":
            return f"must be at most {context['le']}", hint
        case "date_type" | "date_from_datetime_parsing" | "date_parsing":
            return "must be a date without quotes", "Write it like this: 2026-11-23"
        case "literal_error" | "union_tag_invalid" | "union_tag_not_found":
            return "has no known kind", dialect.kind
        case "too_short":
            return f"has {context['actual_length']} entries; at least {context['min_length']} are needed", "Add to it"
        case "too_long":
            return f"has more than {context['max_length']} entries", "Remove some"
        case "list_type":
            return _wrong_shape(value, "a list"), dialect.a_list
        case "dict_type" | "model_type" | "model_attributes_type":
            return _wrong_shape(value, "a set of keys"), dialect.a_set
        case "value_error":
            problem, _, remedy = str(context["error"]).partition("; ")
            return problem, remedy[:1].upper() + remedy[1:]
        case _:
            return detail["msg"], ""


def _not_text(value: Any, raw: str, dialect: Dialect) -> tuple[str, str]:
    shown = raw[:40] or str(value)[:40]
    remedy = dialect.text.format(shown=shown)
    match value:
        case None:
            return "is empty", "Write its text"
        case bool():
            return f"is read as {str(value).lower()}, not as text", remedy
        case int() | float():
            return f"is read as the number {value}, not as text", remedy
        case date():
            return "is read as a date, not as text", remedy
        case Mapping():
            return "must be text, not a set of keys", "Quote the whole text if it contains `: `"
        case _:
            return "must be text, not a list", "Write one text, in quotes if it starts with [ or -"


def _wrong_shape(value: object, wanted: str) -> str:
    if value is None:
        return "is empty"
    return f"must be {wanted}"


def _hint(key: str) -> str:
    return _HINTS.get(key, "").rstrip(".")
