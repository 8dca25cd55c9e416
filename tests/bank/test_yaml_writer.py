"""Our YAML files, read by both of PyYAML's loaders."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.bank.formats.yaml_writer import written
from tests.examples import examples

WORDS = st.sampled_from(
    [*["abc", "AB", "1", "-", ":", "#", ",", ".", "'", '"', "\\", "[", "]", "{", "}", "&", "*", "!", "|", ">", "%", "@", "`", "~", "?", "=", "é", "🙂", "²", "\xa0", "\u2028", "\x85", "\t"], " ", "\n", "yes", "no", "1.10",
     "2026-11-30", "1:30", "0x1F", "null", "- ", ": ", " #", "word", "a longer word", "---", "...", "1.1-001", "1e3", "\U0001f600", "\ud7ff"]
)  # fmt: skip
TEXTS = st.lists(WORDS, max_size=60).map("".join) | st.text(
    st.characters(exclude_categories=["Cs", "Cc"]), max_size=200
)


@settings(max_examples=examples(200), deadline=None)
@given(texts=st.lists(TEXTS, min_size=1, max_size=6), deep=st.booleans())
def test_any_text_is_read_back(texts: list[str], deep: bool) -> None:
    page: dict[str, Any] = {"text": texts[0], "list": list(texts), "none": [], "day": date(2026, 11, 30), "number": 3}
    page |= {"truth": True, "parts": [{"text": text, "why": [text] if deep else text} for text in texts]}

    out = written([page])

    assert yaml.load(out, Loader=yaml.CSafeLoader) == page
    assert yaml.load(out, Loader=yaml.SafeLoader) == page


@pytest.mark.parametrize(
    "word", ["yes", "No", "ON", "off", "y", "N", "null", "~", "true", "False", "1.10", "010", "1_000", "1:30", "0x1F", "1e3", ".inf", "2026-01-05", "=", "<<", "-", "1.1", "12:30:45", ""]
)  # fmt: skip
def test_a_word_that_yaml_would_misread_is_quoted(word: str) -> None:
    assert yaml.safe_load(written([{"text": word}])) == {"text": word}


def test_prose_is_folded_and_code_keeps_its_lines() -> None:
    page = {
        "id": "1.1-001",
        "stem": "Some words of prose. " * 20 + "End.",
        "code": "```\ndef f():\nreturn 1\n```",
        "short": "It's so.",
    }

    out = written([page])

    assert yaml.safe_load(out) == page
    assert out.startswith("id: 1.1-001\nstem: >-\n  Some words")
    assert max(map(len, out.split("\n"))) < 125
    assert "code: |-\n  ```\n  def f():" in out
    assert out.endswith("short: It's so.\n")


def test_several_pages_are_several_documents() -> None:
    assert list(yaml.safe_load_all(written([{"a": 1}, {"b": 2}]))) == [{"a": 1}, {"b": 2}]
