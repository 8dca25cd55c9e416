"""The colors of the pages: text contrasts with its background, in the light and the dark scheme."""

from __future__ import annotations

import re

import pytest

from bot.web.site import STYLE

CSS = STYLE.body.decode()
LIGHT, DARK = (
    dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{6});", block)) for block in re.findall(r":root \{(.*?)\}", CSS, re.S)
)
CELLS = ("none", "few", "weak", "fair", "good", "strong")
PAIRS = [
    *(("ink", behind) for behind in ("back", "panel", *CELLS)),
    *((text, behind) for text in ("soft", "link", "right", "wrong") for behind in ("back", "panel")),
    ("back", "ink"),
]


def luminance(color: str) -> float:
    parts = (int(color[place : place + 2], 16) / 255 for place in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colors as WCAG 2.2 defines it."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
def test_text_has_a_contrast_of_at_least_four_and_a_half(scheme):
    assert {pair: round(found, 2) for pair in PAIRS if (found := contrast(*map(scheme.get, pair))) < 4.5} == {}


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
def test_the_focus_and_filled_areas_have_a_contrast_of_at_least_three(scheme):
    for pair in (("focus", "back"), ("fill", "back"), ("fill", "day-0")):
        assert contrast(*map(scheme.get, pair)) >= 3, pair


def test_both_schemes_define_the_same_colors():
    assert LIGHT.keys() == DARK.keys()
    assert set(re.findall(r"var\(--([a-z0-9-]+)\)", CSS)) <= LIGHT.keys()
