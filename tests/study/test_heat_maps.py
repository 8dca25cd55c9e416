"""How a share of right answers is called."""

from __future__ import annotations

import pytest

from bot.study.heat_maps import FEW, Level, level


@pytest.mark.parametrize(
    ("correct", "answered", "called"),
    [
        (0, 0, Level.NONE),
        (2, 2, Level.FEW),
        (0, 3, Level.WEAK),
        (49, 100, Level.WEAK),
        (50, 100, Level.FAIR),
        (69, 100, Level.FAIR),
        (70, 100, Level.GOOD),
        (84, 100, Level.GOOD),
        (85, 100, Level.STRONG),
        (3, 3, Level.STRONG),
    ],
)
def test_a_share_is_called_by_its_bounds(correct, answered, called):
    assert level(correct, answered) is called


def test_too_few_answers_are_called_so_however_they_went():
    assert {level(correct, FEW - 1) for correct in range(FEW)} == {Level.FEW}
