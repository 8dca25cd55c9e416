from __future__ import annotations

import pytest

from bot.bank.guessers import GUESSERS, odds, scores
from bot.bank.stats import stats_of
from bot.study.questions import Case, Kind
from tests.bank.builders import a_pack, a_question


def pull(guesser: str, *options: str, stem: str = "Which?", **changes: object) -> float:
    return odds(guesser, a_question(options=options, stem=stem, **changes), a_pack())


@pytest.mark.parametrize(
    ("guesser", "options", "probability"),
    [
        ("longest option", ("aaaa", "b", "c", "d"), 1.0),
        ("longest option", ("aaaa", "bbbb", "c", "d"), 0.5),
        ("longest option", ("a", "bbbb", "c", "d"), 0.0),
        ("shortest option", ("a", "bbbb", "cc", "dd"), 1.0),
        ("first option", ("a", "b", "c", "d"), 1.0),
        ("last option", ("a", "b", "c", "d"), 0.0),
        ("most hedged option", ("usually a", "b", "c", "d"), 1.0),
        ("most hedged option", ("a", "b", "c", "d"), 0.25),
        ("fewest absolute words", ("a", "always b", "never c", "d"), 0.5),
        ("most terms shared with the other options", ("red cars", "red wine", "old cars", "dogs"), 1.0),
    ],
)
def test_a_guesser_knows_only_the_tricks(guesser: str, options: tuple[str, ...], probability: float) -> None:
    assert pull(guesser, *options) == probability


def test_words_of_the_scenario_count_as_words_of_the_stem() -> None:
    question = a_question(options=("bread", "iron", "gold", "salt"), stem="Which?", case="c")

    assert odds("most words shared with the stem", question, a_pack(cases={"c": Case("c", "Breads.")})) == 1.0


def test_endings_do_not_hide_a_shared_word() -> None:
    assert (
        pull("most words shared with the stem", "training", "iron", "gold", "salt", stem="Which one trains it?") == 1.0
    )


def test_a_bank_without_choices_has_no_scores() -> None:
    assert scores([a_question(kind=Kind.ORDERING, correct=(1, 0, 2, 3))], a_pack()) == []


def test_figures_count_only_questions_that_are_asked() -> None:
    pack = a_pack(
        a_question(),
        a_question(id="1.1-002", difficulty=3, case="1.1-case-shop", correct=(2,)),
        a_question(id="1.2-001", section="1.2", kind=Kind.ORDERING, correct=(1, 0, 2, 3), covers=()),
        a_question(id="1.2-002", section="1.2", retired=True),
    )

    figures = stats_of(pack)

    assert [(row.section, row.questions) for row in figures.rows] == [("1.1", 2), ("1.2", 1)]
    assert figures.total.kinds[Kind.ORDERING] == 1
    assert figures.total.difficulties == {1: 0, 2: 2, 3: 1}
    assert (figures.total.cases, figures.cases, figures.retired) == (1, 1, 1)
    assert figures.total.covered == {0: 0, 1: 0, 2: 1, 3: 0}
    assert figures.positions == (1, 0, 1, 0)
    assert [score.guesser for score in figures.total.guessers] == list(GUESSERS)
