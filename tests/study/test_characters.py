"""Which characters are visible."""

from __future__ import annotations

import unicodedata

import pytest

from bot.cogs.ui.text import safe_name
from bot.study.characters import is_hidden
from bot.study.competitions import clean_name

LATER = ("\U0001fae8", "\U0001fac9", "\U0001fadf", "\U0001faea", "\U000323b0")
"""Emoji of Unicode 15, 16 and 17, and a Han character of Unicode 15, which this Python may not know."""


@pytest.mark.parametrize("char", LATER)
def test_a_name_in_characters_of_a_later_unicode_is_shown(char):
    assert safe_name(f"{char}") == char
    assert clean_name(f"Team {char}", 60) == f"Team {char}"


@pytest.mark.parametrize(
    "char", ["\u200b", "\u202e", "\x07", "\ue000", "\ufdd0", "\uffff", "\U0001fffe", "\u2065", "\U000e0fff"]
)
def test_invisible_characters_are_hidden_whether_known_or_not(char):
    assert is_hidden(char)
    assert safe_name(char) == "a member"


def test_every_character_that_this_python_knows_keeps_its_category():
    for code in range(0x110000):
        category = unicodedata.category(chr(code))
        assert category == "Cn" or is_hidden(chr(code)) == (category in {"Cc", "Cf", "Cs", "Co"})


@pytest.mark.parametrize(
    "name",
    ["\u0639\u0644\u06cc\u200c\u0631\u0636\u0627", "\U0001f469\u200d\U0001f4bb Sprint", "\u0930\u094d\u200d\u092f"],
)
def test_a_joiner_inside_a_word_or_an_emoji_stays(name):
    assert clean_name(name, 60) == name


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("soft\u00adhyphen", "softhyphen"),
        ("\u202eabc\u202c", "abc"),
        ("\u200dalone \u200c\u200d end\u200c", "alone end"),
        ("Braille\u2800blank", "Braille blank"),
        ("two\u200b words\x00", "two words"),
    ],
)
def test_hidden_characters_are_dropped_and_blank_ones_become_spaces(typed, name):
    assert clean_name(typed, 60) == name
