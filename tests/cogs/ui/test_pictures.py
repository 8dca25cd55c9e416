"""The shared kit of pictures, and the podium."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.cogs.ui import podium
from bot.cogs.ui.pictures import MAX_DESCRIPTION, Picture, initials, legible
from bot.cogs.ui.podium import Place

HOSTILE = ("$x^{2", "a\u202eb", "😀" * 20, "山田太郎", "Z\u0351\u0369algo", "किताब", "w" * 64, "\u200b", "<b>&")


def size_of(png: bytes) -> tuple[int, int]:
    assert png.startswith(b"\x89PNG\r\n")
    return struct.unpack(">II", png[16:24])


def test_names_in_any_letters_are_drawn_without_a_warning():
    places = [Place(rank, name, "10 points") for rank, name in enumerate(HOSTILE, start=1)]

    png = podium.draw("A contest named $\\frac", "😀", places[: podium.MOST])

    assert size_of(png) == (1200, 675)


@settings(max_examples=8, deadline=None)
@given(name=st.text(min_size=1, max_size=64))
def test_no_name_breaks_the_picture(name):
    assert podium.draw(name, name, [Place(1, name, "1 point")])


@pytest.mark.parametrize("count", range(1, podium.MOST + 1))
def test_a_podium_stands_with_any_number_of_places(count):
    places = [Place(rank, f"member {rank}", "5 points") for rank in range(1, count + 1)]

    assert podium.draw("Season", "", places)


async def test_the_description_names_every_place_in_words():
    picture = await podium.podium(
        "Season November 2026", "", [Place(1, "ana", "30 points"), Place(2, "ben", "1 point")]
    )

    assert picture.description == "Podium: Season November 2026. 1. ana, 30 points; 2. ben, 1 point."
    assert picture.file().description == picture.description


def test_a_long_description_is_cut_to_what_discord_takes():
    assert len(Picture("a.png", b"", "x" * 2000).file().description) == MAX_DESCRIPTION


def test_what_no_font_can_draw_is_left_out_or_replaced():
    assert legible("ana \U000f0000 b", "somebody") == "ana b"
    assert legible("\U0001f9ff\U0001f9ff", "somebody") == "somebody"
    assert legible("\u1780\u1781\u1782 a", "somebody") == "somebody"


@pytest.mark.parametrize(
    ("name", "letters"), [("ana", "A"), ("Ana Maria Lopez", "AL"), ("- ben", "B"), ("...", "."), ("ß", "SS")]
)
def test_initials_are_two_letters_at_most(name, letters):
    assert initials(name) == letters
