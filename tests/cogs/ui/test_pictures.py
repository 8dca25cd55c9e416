"""The shared kit of pictures, and the podium."""

from __future__ import annotations

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from bot.cogs.ui import podium
from bot.cogs.ui.pictures import GOLD, GOOD, INK, LEAST, MAX_DESCRIPTION, Picture, Sheet, initials, legible
from bot.cogs.ui.podium import PodiumPlace
from tests.examples import examples

HOSTILE = ("$x^{2", "a\u202eb", "😀" * 20, "山田太郎", "Z\u0351\u0369algo", "किताब", "w" * 64, "\u200b", "<b>&")


SCRIPTS = ("山田太郎", "김철수", "محمد الأحمد", "किताब हिन्दी", "ไทยภาษา", "שלום", "Ωμέγα", "አማርኛ")


def places_of(names, score="10 points"):
    return [PodiumPlace(rank, name, score) for rank, name in enumerate(names[: podium.MOST], start=1)]


def test_a_sheet_becomes_a_png_of_its_size():
    image = Image.open(io.BytesIO(Sheet(300, 200).png()))

    image.load()
    assert (image.format, image.size, image.mode) == ("PNG", (300, 200), "RGB")


def test_the_edges_of_shapes_are_smooth():
    sheet = Sheet(100, 100)
    sheet.disc(50, 50, 30, INK)
    sheet.path([(0, 0), (99, 60)], GOLD)
    sheet.box(10, 70, 60, 20, GOOD, radius=8)

    assert len(sheet.image.getcolors(10_000)) > 100 + 100  # the backdrop has at most one color per row


def at(sheet, x, y):
    """Return the color of a point, in the units of a sheet."""
    return "#{:02x}{:02x}{:02x}".format(*sheet.image.getpixel((x, sheet.height - 1 - y)))


def test_a_disc_is_round_and_has_its_rim_around_it():
    sheet = Sheet(200, 100)
    sheet.disc(100, 50, 30, INK, edge=GOLD)

    assert [at(sheet, 100 + step, 50) for step in (0, 26, 30)] == [INK, INK, GOLD]
    assert [at(sheet, 100, 50 + step) for step in (-31, -26, 26, 30)] == [GOLD, INK, INK, GOLD]
    assert at(sheet, 125, 75) not in {INK, GOLD}


def test_a_box_is_drawn_where_it_is_measured_and_its_corners_are_round():
    sheet = Sheet(200, 100)
    sheet.box(50, 20, 100, 40, GOOD, radius=12)

    assert [at(sheet, *spot) for spot in ((100, 20), (100, 59), (50, 40), (149, 40))] == [GOOD] * 4
    assert GOOD not in {at(sheet, *spot) for spot in ((50, 20), (149, 59), (100, 19), (100, 60), (49, 40), (150, 40))}


def test_a_clear_colour_lets_what_is_behind_it_through():
    sheet = Sheet(200, 100)
    sheet.box(0, 0, 200, 100, "#000000")
    sheet.box(0, 0, 100, 100, "#ffffff80")

    assert at(sheet, 50, 50) == "#808080"
    assert at(sheet, 150, 50) == "#000000"


@pytest.mark.parametrize("names", [SCRIPTS, HOSTILE, ["W" * 32] * 8, ["ﷺ" * 32] * 8])
def test_a_podium_has_all_its_texts_within_its_edges(names):
    sheet = podium.draw("Season November 2026", "134 members took part", places_of(names, "9,999,999 points"))

    drawn = [line.words for line in sheet.lines]
    assert {"Season November 2026", "134 members took part", "9,999,999", "points", *"12345678"} <= set(drawn)
    for line in sheet.lines:
        assert line.x >= 0
        assert line.end <= sheet.width
        assert line.size >= LEAST


def test_names_in_every_script_are_drawn_completely():
    drawn = [line.words for line in podium.draw("Season", "", places_of(SCRIPTS)).lines]

    assert set(SCRIPTS) <= set(drawn)


def test_a_name_without_letters_that_can_be_drawn_becomes_its_place():
    drawn = [line.words for line in podium.draw("Season", "", places_of(["\U00012000" * 5])).lines]

    assert "(place 1)" in drawn
    assert "★" in drawn


def test_a_line_does_not_overlap_the_score_next_to_it():
    sheet = podium.draw("Season", "", places_of(["w" * 64] * 8, "9,999,999 points"))

    names = [line for line in sheet.lines if line.words.startswith("ww") and line.x > 600]
    scores = [line for line in sheet.lines if line.words == "9,999,999" and line.x > 600]
    assert len(names) == len(scores) == podium.MOST - podium.STEPS
    assert all(name.end < score.x for name, score in zip(names, scores, strict=True))


@settings(max_examples=examples(8), deadline=None)
@given(name=st.text(min_size=1, max_size=64))
def test_no_name_breaks_the_picture(name):
    assert podium.draw(name, name, [PodiumPlace(1, name, "1 point")]).png()


@pytest.mark.parametrize("count", range(1, podium.MOST + 1))
def test_a_podium_can_be_drawn_with_any_number_of_places(count):
    places = places_of([f"member {rank}" for rank in range(1, count + 1)])

    assert {place.name for place in places} <= {line.words for line in podium.draw("Season", "", places).lines}


async def test_the_description_names_every_place_in_words():
    picture = await podium.podium(
        "Season November 2026", "", [PodiumPlace(1, "ana", "30 points"), PodiumPlace(2, "ben", "1 point")]
    )

    assert picture.description == "Podium: Season November 2026. 1. ana, 30 points; 2. ben, 1 point."
    assert picture.file().description == picture.description


def test_a_long_description_is_cut_to_the_limit_of_discord():
    assert len(Picture("a.png", b"", "x" * 2000).file().description) == MAX_DESCRIPTION


def test_characters_that_no_font_can_draw_are_left_out_or_replaced():
    assert legible("ana \U000f0000 b", "somebody") == "ana b"
    assert legible("\U0001f9ff\U0001f9ff", "somebody") == "somebody"
    assert legible("\U00012000\U00012001\U00012002 a", "somebody") == "somebody"
    assert legible("\U00031350\U00031351\U00031352 a", "somebody") == "somebody", "new in Unicode 15"


def test_ornamental_letters_are_drawn_as_the_letters_they_stand_for():
    assert legible("\U0001d4d0\U0001d4f7\U0001d4ea", "somebody") == "Ana"


@pytest.mark.parametrize(
    ("name", "letters"), [("ana", "A"), ("Ana Maria Lopez", "AL"), ("- ben", "B"), ("...", "."), ("ß", "SS")]
)
def test_initials_are_two_letters_at_most(name, letters):
    assert initials(name) == letters
