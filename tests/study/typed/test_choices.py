"""Names that people type instead of picking them from the list."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.bank.formats.import_options import fields
from bot.study.errors import UnknownExamVersion, UnknownPack, UnknownSection
from bot.study.exam_versions import UNSTATED, read_version
from bot.study.packs import read_pack, read_section
from bot.study.periods import Period, title_of_season
from bot.study.questions import ALL
from bot.study.typed import bare, choose, holds, listed, parse_period
from tests.builders import a_pack, questions_of

PACK = a_pack(questions_of({"1.1": 2, "1.2": 1, "2.1": 1, "11.1": 1}))
NAMES = ["all", "1.1", "11", "1", "aws-mla-c01", "Spring Cup", "all-time", "own-12", "Équipe d'été"]


def disguised(name):
    """Generate a name as it might be typed on a phone or in a hurry."""
    turned = st.sampled_from([str.upper, str.lower, str.title, str.capitalize])
    divided = st.sampled_from([" ", "-", "_", "", "\u2011", "  "])
    return st.builds(
        lambda turn, divider, before, after: before + turn(name).replace("-", divider).replace(" ", divider) + after,
        turned,
        divided,
        st.sampled_from(["", " "]),
        st.sampled_from(["", " ", "\u3000"]),
    )


@given(st.sampled_from(NAMES).flatmap(lambda name: st.tuples(st.just(name), disguised(name))))
def test_a_name_is_found_whatever_its_case_spaces_and_hyphens(named):
    name, typed = named

    assert choose(typed, [(each,) for each in NAMES]) == name
    assert holds(name, typed)


@given(st.text(max_size=8), st.lists(st.text(min_size=1, max_size=4), unique=True, max_size=6))
def test_no_text_names_a_choice_that_it_does_not_spell(typed, names):
    found = choose(typed, [(name,) for name in names])

    assert found is None or found == typed or bare(found) == bare(typed) != ""
    assert (found == typed) >= (typed in names)


def test_a_name_that_several_choices_share_names_none_of_them():
    assert choose("cup 1", [("Cup-1",), ("Cup_1",)]) is None
    assert choose("Cup_1", [("Cup-1",), ("Cup_1",)]) == "Cup_1"


@pytest.mark.parametrize("typed", ["1.1", "1.1 ", " 1.1", "1.1 title of 1.1", "Title of 1.1", "TITLE-OF 1.1"])
def test_a_section_is_read_by_its_number_or_title(typed):
    assert read_section(PACK, typed) == "1.1"


@pytest.mark.parametrize("typed", ["all", "All", " ALL", "all sections", "All Sections"])
def test_all_sections_are_read_in_any_case(typed):
    assert read_section(PACK, typed) == ALL


@pytest.mark.parametrize("typed", ["9.9", "", "-", "1..1", "1,1", "title of", "-1.1", "\u22121.1", "- 1.1"])
def test_an_unknown_section_is_refused_as_it_was_typed(typed):
    with pytest.raises(UnknownSection) as refused:
        read_section(PACK, typed)

    assert refused.value.section == typed


@given(st.sampled_from(PACK.boards).flatmap(lambda board: st.tuples(st.just(board), disguised(PACK.title_of(board)))))
def test_every_section_is_read_by_what_its_completion_shows(named):
    board, typed = named

    assert read_section(PACK, typed) == board


@pytest.mark.parametrize(
    "typed", [PACK.name, PACK.name.upper(), f" {PACK.name.replace('-', ' ')} ", PACK.title.lower()]
)
def test_a_pack_is_read_by_its_name_or_title(typed):
    assert read_pack({PACK.name: PACK, "other": replace(PACK, name="other", title="Other")}, typed) == PACK.name
    with pytest.raises(UnknownPack):
        read_pack({PACK.name: PACK}, f"{typed}x")


def test_an_exam_version_is_read_by_its_code_or_name():
    exams = {code: replace(UNSTATED, code=code, name=f"MLA-{code.upper()}") for code in ("c01", "c02")}
    pack = replace(PACK, exams=exams)
    version = pack.exams["c02"]

    for typed in ("c02", "C02 ", "c 02", version.name, version.name.lower().replace("-", " ")):
        assert read_version(pack, typed) == "c02"
    with pytest.raises(UnknownExamVersion):
        read_version(pack, "c03")


@given(st.sampled_from(Period).flatmap(lambda period: st.tuples(st.just(period), disguised(period.value))))
def test_a_period_is_read_in_any_case(named):
    period, typed = named

    assert parse_period(typed) is period


@pytest.mark.parametrize(
    "typed",
    ["2026-11", "2026 11", "2026/11", "November 2026", "nov. 2026", "season November 2026", "11/2026", "11.2026"],
)
def test_a_season_that_is_over_is_read_as_people_write_a_month(typed):
    assert parse_period(typed) == "2026-11"


@given(st.integers(2020, 2099), st.integers(1, 12))
def test_every_season_is_read_by_its_title(year, month):
    season = f"{year}-{month:02}"

    assert parse_period(title_of_season(season).upper()) == season


@pytest.mark.parametrize("typed", ["", "soon", "2026-13", "13/2026", "ma 2026", "week 2026"])
def test_an_unknown_period_stays_as_it_was_typed(typed):
    assert parse_period(typed) == typed


def test_a_list_is_split_at_commas_of_any_keyboard_and_has_each_name_once():
    assert listed(" 1.1\u200b , 2.1,, 1.1\u3001All") == ("1.1", "2.1", "all")


def test_the_roles_of_the_fields_of_a_file_are_read_in_any_case():
    assert fields(["Question=Front", " options = A, B"]) == {"question": ["Front"], "options": ["A", "B"]}
