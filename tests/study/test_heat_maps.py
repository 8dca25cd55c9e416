"""The name of each share of right answers."""

from __future__ import annotations

import pytest

from bot.study.heat_maps import FEW, HeatLevel, level


@pytest.mark.parametrize(
    ("correct", "answered", "called"),
    [
        (0, 0, HeatLevel.NONE),
        (2, 2, HeatLevel.FEW),
        (0, 3, HeatLevel.WEAK),
        (49, 100, HeatLevel.WEAK),
        (50, 100, HeatLevel.FAIR),
        (69, 100, HeatLevel.FAIR),
        (70, 100, HeatLevel.GOOD),
        (84, 100, HeatLevel.GOOD),
        (85, 100, HeatLevel.STRONG),
        (3, 3, HeatLevel.STRONG),
    ],
)
def test_a_share_is_named_by_its_bounds(correct, answered, called):
    assert level(correct, answered) is called


def test_too_few_answers_are_named_as_such_whatever_their_result():
    assert {level(correct, FEW - 1) for correct in range(FEW)} == {HeatLevel.FEW}
