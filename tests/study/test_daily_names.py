"""How dailies are named: by number, or by a name that cannot be mistaken for another daily's number."""

from __future__ import annotations

import pytest

from bot.study.daily_names import NAME, free_numbers, new_schedule, number_of, read_name
from bot.study.errors import BadName, Refusal, WhichDaily
from tests.refusals import refuses

TITLES = {1: "Daily 1", 2: "Deep dive"}


@pytest.mark.parametrize("text", ["2", "#2", "Daily 2", "daily #2", "deep-dive", "2 Deep dive"])
def test_a_daily_is_found_by_its_name_and_by_its_number_as_people_write_it(text):
    assert number_of(TITLES, text) == 2


@pytest.mark.parametrize("text", ["3", "Daily 3", "Dive", "-2", "- 2"])
def test_a_name_without_a_daily_is_asked_about(text):
    with pytest.raises(WhichDaily):
        number_of(TITLES, text)


@pytest.mark.parametrize("text", ["4", "#4", " Daily  4", "DAILY4", "4\u200b", "\uff14"])
def test_a_new_daily_named_by_a_number_gets_that_number_and_no_name(text):
    assert new_schedule(TITLES, text) == (4, "")


@pytest.mark.parametrize("name", ["Daily 3", "3", "#3", "!?", "\U0001f9ff", "\U0001faff"])
def test_no_name_can_be_taken_for_a_number(name):
    with refuses(Refusal.BAD_DAILY_NAME):
        read_name(TITLES, name)


@pytest.mark.parametrize("name", ["\u3164", "\u200b\u3164", "x" * (NAME + 1)])
def test_an_invisible_or_too_long_name_is_refused(name):
    with pytest.raises(BadName):
        read_name(TITLES, name)


def test_a_name_is_kept_without_invisible_characters():
    assert read_name(TITLES, " Night\u3164\u3164  chat ") == "Night chat"
    assert read_name(TITLES, "x" * NAME) == "x" * NAME


@pytest.mark.parametrize("name", ["\U00011f04\U00011f02", "\U00031350\U00031351"])
def test_a_name_may_be_written_in_letters_that_this_python_does_not_know(name):
    assert read_name(TITLES, name) == name


def test_a_new_daily_is_not_the_first_and_takes_no_number_with_an_open_question_while_there_is_another():
    assert free_numbers([]) == [1, 2, 3, 4, 5]
    assert free_numbers([2, 3]) == [4, 5, 1]
    assert free_numbers([1, 3], busy=[2, 3]) == [4, 5, 2]
