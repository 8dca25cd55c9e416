"""What a pack is made of: sections and their boards, and which questions may be asked."""

from __future__ import annotations

import pytest

from bot.study.questions import ALL, Case, boards_of, parent_of
from tests.builders import a_pack, a_question, questions_of


@pytest.mark.parametrize(
    ("section", "boards"), [("1", (ALL, "1")), ("1.2", (ALL, "1", "1.2")), ("4.3", (ALL, "4", "4.3"))]
)
def test_an_answer_counts_on_its_section_and_everything_above(section, boards):
    assert boards_of(section) == boards


def test_a_section_belongs_to_the_one_before_the_dot():
    assert parent_of("1.2") == "1"
    assert parent_of("1") is None


def test_a_pack_has_a_board_for_each_section_and_one_for_all():
    pack = a_pack(questions_of({"1.1": 1, "1.2": 1, "2.1": 1}))

    assert pack.boards == (ALL, "1", "1.1", "1.2", "2", "2.1")
    assert pack.leaves == ("1.1", "1.2", "2.1")
    assert pack.title_of("1.1") == "1.1 Title of 1.1"
    assert pack.title_of(ALL) == "All sections"


def test_a_parent_includes_its_sections_and_retired_questions_are_never_asked():
    pack = a_pack([a_question("1.2-001"), a_question("1.1-002"), a_question("1.1-001", retired=True)])

    assert [question.id for question in pack.within("1")] == ["1.1-002", "1.2-001"]
    assert pack.within("1.1") == (pack.questions["1.1-002"],)
    assert pack.within(ALL) == pack.active


def test_the_real_pack_has_the_boards_of_the_guide(pack):
    guide = {"1": 3, "2": 4, "3": 3, "4": 3}

    leaves = [f"{parent}.{n}" for parent, count in guide.items() for n in range(1, count + 1)]

    assert list(pack.leaves) == leaves
    assert set(pack.boards) == {ALL, *guide, *leaves}
    assert sum(pack.weights.values()) == 100


def test_the_scenario_of_a_case_comes_with_each_of_its_questions(pack):
    in_case = next(question for question in pack.active if question.case)
    alone = next(question for question in pack.active if not question.case)

    assert isinstance(pack.cases[in_case.case], Case)
    assert pack.scenario_of(in_case) == pack.cases[in_case.case].scenario
    assert pack.scenario_of(alone) is None


def test_an_unknown_section_is_not_read_as_all_sections(pack):
    assert pack.title_of("all") == "All sections"
    assert pack.title_of("9.9") == "9.9 (not in your pack)"
