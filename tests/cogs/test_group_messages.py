"""Texts and pictures about the group fit, whatever the names of the pack and its questions."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.cogs.groups import messages, pictures
from bot.cogs.groups.wording import trend
from bot.cogs.ui.pictures import LEAST as SMALLEST
from bot.services.groups import GroupScene
from bot.study.groups import WEEKS, Mirror, MissedQuestion
from bot.study.questions import ALL
from tests.builders import a_pack, a_question, questions_of
from tests.cogs.test_limits import check

FIRST = date(2026, 9, 28)


def weeks(*shares):
    return tuple((FIRST + timedelta(weeks=number), share) for number, share in enumerate(shares))


def a_scene(sections=13, *, shares=(0.5,) * WEEKS, members=5_000, stem="*" * 600):
    pack = a_pack(questions_of({f"{n}.1": 1 for n in range(1, sections + 1)}))
    questions = {f"1.1-{n:03}": replace(a_question(f"1.1-{n:03}"), stem=stem) for n in range(10)}
    found = Mirror(
        members,
        {ALL: 0.5, **{section: number / sections for number, section in enumerate(pack.leaves)}},
        tuple(MissedQuestion(name, 1.0, members) for name in questions),
        weeks(*shares),
    )
    return GroupScene(pack, found, questions)


@pytest.mark.parametrize("sections", [1, 13, 60])
@pytest.mark.parametrize("shares", [(None,) * WEEKS, (1.0, *(None,) * 7), (0.0, 1.0) * 4])
def test_words_and_post_fit_one_message(sections, shares):
    scene = a_scene(sections, shares=shares)

    for message in (
        messages.words(scene),
        messages.words(replace(scene, monday=FIRST)),
        messages.post(scene, "2026-11-23"),
        messages.look(scene),
        messages.look(replace(scene, mirror=Mirror(4, {}, (), weeks(*shares)))),
    ):
        check(message)


@pytest.mark.parametrize("sections", [1, 13, 60])
@pytest.mark.parametrize("shares", [(None,) * WEEKS, (1.0, *(None,) * 7), (0.0, 1.0) * 4])
def test_every_line_of_the_picture_is_inside_it_and_legible(sections, shares):
    scene = a_scene(sections, shares=shares)

    sheet = pictures.draw(scene)

    assert all(line.size >= SMALLEST for line in sheet.lines)
    assert all(line.x >= 0 and line.end <= sheet.width and 0 < line.y < sheet.height for line in sheet.lines)
    assert len(pictures.describe(scene)) <= 1024


def test_a_question_whose_file_is_gone_is_not_listed():
    scene = a_scene()

    assert (
        messages.missed(replace(scene, questions={}))
        == "None yet. A question is listed once 5 members have answered it and someone has missed it."
    )


@pytest.mark.parametrize(
    ("shares", "told"),
    [
        ((), "No week has first answers from five members yet."),
        ((None, 0.5), "50% of first answers were right in the week of Oct 5."),
        ((0.5, 0.7), "70% of first answers were right in the week of Oct 5, up 20 points since the week of Sep 28."),
        (
            (0.7, None, 0.5),
            "50% of first answers were right in the week of Oct 12, down 20 points since the week of Sep 28.",
        ),
        ((0.5, 0.504), "50% of first answers were right in the week of Oct 5, unchanged since the week of Sep 28."),
    ],
)
def test_the_trend_is_described_from_the_first_week_to_the_last(shares, told):
    assert trend(Mirror(5, {}, (), weeks(*shares))) == told
