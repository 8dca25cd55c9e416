"""Text from other sources is made harmless: it cannot format, link, mention, hide, or affect the text around it."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, date, datetime

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.cogs.ui.text import NAME, as_many, blocks, clip, day_name, human_join, plain, plural, safe_name, when
from bot.study.characters import is_hidden, visible
from bot.study.code_blocks import parts
from tests.examples import examples

HOSTILE = st.lists(
    st.one_of(
        st.sampled_from(
            [
                "**", "__", "~~", "||", "`", "```", "[x](https://evil.example)", "<@1>", "<@&2>", "<#3>", "<:a:4>", "<t:1:R>",
                "@everyone", "@here", "https://evil.example", "HTTP://x", "\n# ", "\n> ", "\n- ", "\n1. ", "\n-# ", "\\", "\u202e",
                "\u200b", "\u2066", "\u200f", "e\u0301\u0302\u0303\u0304", "\u0489" * 9, "👨‍👩‍👧" * 30, "\u3164", "\u2800", "עברית", "محمد", "a",
            ]
        ),
        st.text(max_size=5),
    ),
    max_size=8,
).map("".join)  # fmt: skip

ESCAPED = re.compile(r"\\([^0-9A-Za-z\s])")
MARKUP = re.compile(r"(?<!\\)(?:\\\\)*[*_~`|<\[]")
AT_LINE_START = re.compile(r"(?m)^\s*(#{1,3}|-#|>{1,3}|[-+*]|\d+\.)\s")


def as_discord_shows(text):
    """Return a text as Discord shows it: a backslash before anything but letters, digits and spaces is hidden, and the
    next character is plain."""
    return ESCAPED.sub(r"\1", text)


PROSE = HOSTILE.filter(lambda text: not any(part.code for part in parts(text)))
"""Text without code, which has its own rules and tests."""


@given(PROSE)
@settings(max_examples=examples(300))
def test_plain_text_is_shown_as_it_was_written(text):
    assert as_discord_shows(plain(text)).replace("@\u200b", "@") == text.replace("@\u200b", "@")


@given(PROSE)
@settings(max_examples=examples(300))
def test_plain_text_contains_no_markup_no_link_and_no_mention(text):
    shown = plain(text)

    assert not MARKUP.search(shown.replace("\\\\", ""))
    assert not AT_LINE_START.search(shown)
    assert not re.search(r"https?://|@(everyone|here)", shown, re.IGNORECASE)


@given(HOSTILE)
@settings(max_examples=examples(300))
@example("\u3164\u3164")
@example("\u0301")
def test_a_name_is_legible_on_one_line_and_stays_in_its_place(name):
    shown = safe_name(name)

    core = shown.removeprefix("\u2068").removesuffix("\u2069")
    assert core.strip()
    assert len(as_discord_shows(core).replace("@\u200b", "@")) <= NAME
    assert not re.search(r"[\r\n\t\u2028\u2029]", core)
    assert not [c for c in core.replace("@\u200b", "@") if is_hidden(c)]


@given(HOSTILE)
def test_a_name_has_no_towers_of_accents(name):
    categories = "".join(unicodedata.category(char)[0] for char in safe_name(name))

    assert "MMM" not in categories


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Ana María", "Ana María"),
        ("नमस्ते", "नमस्ते"),
        ("สวัสดี", "สวัสดี"),
        ("Nguyễn Văn Đức", "Nguyễn Văn Đức"),
        ("王 小明", "王 小明"),
        ("snake_case", r"snake\_case"),
        ("  spaced \t out\n", "spaced out"),
        ("\u202eevil", "evil"),
        ("\u200b\u3164", "a member"),
        ("", "a member"),
        ("1. First", r"1\. First"),
        ("x" * 40, "x" * 31 + "…"),
    ],
)
def test_names_as_boards_show_them(name, shown):
    assert safe_name(name) == shown


def test_a_name_from_right_to_left_does_not_affect_the_text_around_it():
    assert safe_name("محمد") == "\u2068محمد\u2069"


def test_a_numbered_line_is_escaped_at_its_dot_where_no_backslash_shows():
    assert plain("1. first\n2) second") == "1\\. first\n2\\) second"


@given(st.text(max_size=60), st.integers(1, 40))
def test_clipped_text_is_never_longer_than_asked(text, limit):
    clipped = clip(text, limit)

    assert len(clipped) <= limit
    assert clipped == text or clipped.endswith("…")


def test_text_is_clipped_at_a_word_if_one_ends_nearby():
    assert clip("one two three four", 15) == "one two three…"
    assert clip("x" * 20, 5) == "xxxx…"


@given(HOSTILE)
def test_visible_is_idempotent(text):
    assert visible(visible(text)) == visible(text)


def test_grammar():
    assert [plural(0, "day"), plural(1, "day"), plural(1200, "day")] == ["0 days", "1 day", "1,200 days"]
    assert plural(2, "member has", "members have") == "2 members have"
    assert [human_join([]), human_join(["a"]), human_join(["a", "b"]), human_join(["a", "b", "c"], "or")] == [
        "", "a", "a and b", "a, b or c",
    ]  # fmt: skip


def test_times_are_written_for_each_reader_and_dates_as_americans_write_them():
    assert when(datetime(2026, 11, 23, 9, tzinfo=UTC)) == "<t:1795424400:f> (<t:1795424400:R>)"
    assert day_name(date(2026, 11, 3)) == "Tuesday, November 3"


@given(st.lists(st.text(alphabet="ab ", min_size=1, max_size=10), max_size=20))
def test_blocks_keep_every_line_in_order_within_their_limit(lines):
    found = list(blocks(lines, 10))

    assert "\n".join(found) == "\n".join(lines)
    assert all(0 < len(block) <= 10 for block in found)


@given(st.lists(st.text(alphabet="ab", min_size=1, max_size=12), min_size=1, max_size=20), st.integers(20, 80))
def test_a_list_that_is_cut_says_how_many_more_there_are(lines, limit):
    told = as_many(lines, limit).split("\n")

    assert len("\n".join(told)) <= limit
    *shown, last = told
    if last.startswith("And "):
        assert all(line.startswith(cut.removesuffix("…")) for cut, line in zip(shown, lines, strict=False))
        assert last == f"And {len(lines) - len(shown)} more."
    else:
        assert told == lines
