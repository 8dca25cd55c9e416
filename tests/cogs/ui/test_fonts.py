"""The text in pictures: which font draws which letters, in which order and in how much space."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cogs.ui import fonts
from bot.cogs.ui.pictures import LEAST

NAMES = {
    "Latin": "Łukasz Ñandú ★",
    "Greek and Cyrillic": "Ωμέγα Жанна",
    "Chinese": "李小龍",
    "Japanese": "山田たろうカタカナ",
    "Korean": "김철수",
    "Arabic": "محمد الأحمد",
    "Hebrew": "שלום עולם",
    "Devanagari": "किताब हिन्दी",
    "Bengali": "বাংলা",
    "Tamil": "தமிழ்",
    "Telugu": "తెలుగు",
    "Sinhala": "සිංහල",
    "Thai": "ไทยภาษาที่",
    "Khmer": "ភាសាខ្មែរ",
    "Burmese": "မြန်မာ",
    "Tibetan": "བོད་ཡིག",
    "Amharic": "አማርኛ",
    "Armenian and Georgian": "Հայերեն ქართული",
    "Cherokee": "ᏣᎳᎩ",
    "Mongolian": "ᠮᠣᠩᠭᠣᠯ",
    "Thaana": "ދިވެހި",
    "N'Ko and Adlam": "ߒߞߏ 𞤀𞤣𞤤𞤢𞤥",
}
LINES = st.text(
    st.one_of(st.sampled_from(sorted({*"".join(NAMES.values()), *"abc 12.-"})), st.characters()), max_size=40
)


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_a_name_in_any_script_has_all_its_letters(name):
    assert sorted("".join(run.words for run in fonts.runs(name))) == sorted(name)
    assert fonts.width_of(name, 28) > 28


def test_every_listed_font_exists_and_has_letters_and_there_are_no_others():
    named = {name for face in fonts.FACES for name in (face.file, face.bold_file) if name}

    assert {path.name for path in fonts.FOLDER.glob("*.ttf")} == named
    assert all(list(fonts.covered((fonts.FOLDER / name).read_bytes())) for name in named)


def test_every_font_has_its_license_next_to_it():
    kinds = {path.name.removeprefix("LICENSE-").removesuffix(".txt") for path in fonts.FOLDER.glob("LICENSE-*")}

    assert all(any(path.name.startswith(kind) for kind in kinds) for path in fonts.FOLDER.glob("*.ttf"))


@given(LINES)
def test_runs_lose_no_letter_that_a_font_has(line):
    drawn = "".join(run.words for run in fonts.runs(line))

    assert sorted(drawn) == sorted(char for char in line if fonts.face_of(char))


@given(LINES)
def test_each_run_is_drawn_by_a_font_that_has_all_its_letters(line):
    assert all(run.face.covers(char) for run in fonts.runs(line) for char in run.words)


@pytest.mark.parametrize(
    ("line", "order"),
    [
        ("Ana محمد Lopez", ["Ana ", "محمد ", "Lopez"]),
        ("محمد Ana", ["Ana", "محمد "]),
        ("محمد Ana 山田", ["Ana ", "山田", "محمد "]),
        ("محمد ދިވެހި", ["ދިވެހި", "محمد "]),
        ("Ana محمد ދިވެހި b", ["Ana ", "ދިވެހި ", "محمد ", "b"]),
    ],
)
def test_parts_are_in_the_order_in_which_they_are_read(line, order):
    assert [run.words for run in fonts.runs(line)] == order


@given(LINES, st.integers(28, 60), st.integers(40, 600), st.booleans())
def test_a_fitted_line_is_never_wider_than_its_room_or_smaller_than_the_minimum(line, size, width, bold):
    words, drawn = fonts.fitted(line, size, width, least=LEAST, bold=bold)

    assert fonts.width_of(words, drawn, bold=bold) <= width
    assert LEAST <= drawn <= size
    assert words == line or words.endswith("…")


@given(LINES, st.integers(28, 60))
def test_a_line_that_fits_is_left_unchanged(line, size):
    assert fonts.fitted(line, size, fonts.width_of(line, size), least=LEAST) == (line, size)


@given(st.text(max_size=30), st.integers(1, 31))
def test_a_cut_line_keeps_as_much_as_fits(line, room):
    shorter = fonts.cut(line, lambda words: len(words) <= room)

    assert len(shorter) <= max(1, room)
    assert line.startswith(shorter[:-1])


# -- without Raqm


@pytest.fixture
def unshaped(monkeypatch):
    monkeypatch.setattr(fonts, "shapes", lambda: False)
    monkeypatch.setattr("PIL.features.check", lambda feature: False)


def test_arabic_is_joined_and_reversed_if_nothing_shapes_it(unshaped):
    [run] = fonts.runs("محمد 42")

    # meem initial, hah medial, meem medial, dal final; from the left, the number and then the word from its end
    assert fonts.typed(run) == ("42 \ufeaa\ufee4\ufea4\ufee3", None)


def test_lam_and_alef_become_one_letter(unshaped):
    assert fonts.joined("لا") == "\ufefb"
    assert fonts.joined("بلا") == "\ufe91\ufefc"


def test_hebrew_is_reversed_if_nothing_shapes_it(unshaped):
    assert fonts.typed(fonts.Run("שלום", fonts.FACES[0], leftward=True)) == ("שלום"[::-1], None)


@given(st.text(st.sampled_from("ابجدهوزحطيكلمنسعفصقرشتثخذضظغءةىآأإ ـ")))
def test_joined_letters_are_the_letters_that_were_typed(line):
    assert unicodedata.normalize("NFKC", fonts.joined(line)) == unicodedata.normalize("NFKC", line)
