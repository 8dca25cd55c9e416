"""The ten most common journeys take as many presses as docs/journeys.md says, and none takes more than before."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import pytest

from bot.cogs.ui.menus import key_of
from bot.study.periods import Period
from bot.study.questions import Kind
from tests import reading
from tests.conftest import ROOT
from tests.journeys.student import answer, card, labels, parts

PAGE = (ROOT / "docs" / "journeys.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| ([^|*]+) \| [^|]+ \| (\d+) \| [^|]+ \| (\d+) \|$", re.MULTILINE)
TABLE = {name: (int(before), int(now)) for name, before, now in ROW.findall(PAGE)}
TOTAL = re.compile(r"^\| \*\*Total\*\* \| \| \*\*(\d+)\*\* \| \| \*\*(\d+)\*\* \|$", re.MULTILINE)
MOST = 0.7
"""The maximum number of presses of all journeys together, as a share of what they once took."""


@dataclass
class Thumb:
    """A member on a phone, whose taps are counted."""

    world: Any
    actor: Any
    presses: int = 0

    async def slash(self, name: str, **options: Any) -> Any:
        self.presses += 3 + 2 * len(options)
        return await self.actor.slash(self.world.channel, name, **options)

    async def click(self, shown: Any, *, label: str) -> Any:
        self.presses += 1
        return await self.actor.click(getattr(shown, "response", shown), label=label)

    async def pick(self, shown: Any, custom_id: str, value: str) -> Any:
        self.presses += 2
        return await self.actor.select(shown.response, [value], custom_id=custom_id)

    async def submit_modal(self, form: Any, values: dict[str, list[str]]) -> Any:
        self.presses += sum(map(len, values.values())) + 1
        return await self.actor.submit_modal(form, values)


@pytest.fixture
def thumb(world):
    return Thumb(world, world.ana)


async def answered(world, thumb):
    """Return the feedback on the question of the day, without counting its presses, which belong to another journey."""
    told = await world.answer(world.ana, await world.post_daily())
    thumb.presses = 0
    return told


async def answer_the_question_of_the_day(world, thumb):
    message = await world.daily_of(Kind.CHOICE)
    told = await thumb.click(message, label=world.letters(message)[0])
    assert "Right!" in card(told).title


async def answer_one_with_two_right_answers(world, thumb):
    message = await world.daily_of(Kind.RESPONSE)
    while len(world.letters(message)) != 2:
        await world.pass_time(days=1)
        message = world.channel.last_message
        if world.question_of(message).kind is not Kind.RESPONSE:
            message = await world.daily_of(Kind.RESPONSE)
    form = await thumb.click(message, label="Answer")
    told = await thumb.submit_modal(form, parts(world.question_of(message), "".join(world.letters(message))))
    assert "Right!" in card(told).title


async def after_the_daily_study_what_comes_next(world, thumb):
    shown = await thumb.click(await answered(world, thumb), label="Keep studying")
    assert "question 1 of" in card(shown).above


async def after_the_daily_practise_its_section(world, thumb):
    told = await answered(world, thumb)
    shown = await thumb.click(told, label=next(label for label in labels(told) if label.startswith("Quiz me on")))
    assert "question 1 of" in card(shown).above


async def after_the_daily_see_who_leads(world, thumb):
    shown = await thumb.click(await answered(world, thumb), label="Leaderboard")
    assert "ana" in world.read(shown)


async def from_the_season_s_leaderboard_to_this_week_s(world, thumb):
    board = await thumb.click(await answered(world, thumb), label="Leaderboard")
    thumb.presses = 0
    menu = next(part for part in reading.parts(board.response) if ":board-period:" in part.get("custom_id", ""))
    shown = await thumb.pick(board, menu["custom_id"], str(key_of(Period.WEEK)))
    assert card(shown).above.startswith("This week")


async def in_a_quiz_answer_and_go_on(world, thumb):
    shown = await world.ana.slash(world.channel, "quiz")
    while "A" not in labels(shown):  # skip questions that need more than a letter
        shown = await world.ana.slash(world.channel, "quiz")
    told = await thumb.click(shown, label="A")
    await thumb.click(told, label="Next question")


async def after_a_quiz_practise_what_was_missed(world, thumb):
    told = await answer(world, world.ana, await world.ana.slash(world.channel, "quiz", questions=1), right=False)
    end = await world.ana.click(told.response, label="See how it went")
    shown = await thumb.click(end, label="Retry the one missed")
    assert "question 1 of 1" in card(shown).above


async def after_a_live_round_play_another(world, thumb):
    await world.ana.slash(world.channel, "live start", questions=3)
    await world.tick()
    await world.ana.click(world.channel.last_message, label="Call it off")
    await world.tick()
    await thumb.click(world.channel.last_message, label="Again")
    await world.tick()
    assert "join in" in world.read(world.channel.last_message)


async def see_one_s_own_progress(world, thumb):
    assert card(await thumb.slash("progress")).title == "Your progress"


JOURNEYS = {
    "Answer the question of the day": answer_the_question_of_the_day,
    "Answer one with two right answers": answer_one_with_two_right_answers,
    "After the daily, study what comes next": after_the_daily_study_what_comes_next,
    "After the daily, practice its section": after_the_daily_practise_its_section,
    "After the daily, see who leads": after_the_daily_see_who_leads,
    "From the season's leaderboard to this week's": from_the_season_s_leaderboard_to_this_week_s,
    "In a quiz, answer and go on": in_a_quiz_answer_and_go_on,
    "After a quiz, practice what was missed": after_a_quiz_practise_what_was_missed,
    "After a live round, play another": after_a_live_round_play_another,
    "See your own progress": see_one_s_own_progress,
}


@pytest.mark.parametrize("name", JOURNEYS)
async def test_a_journey_takes_as_many_presses_as_the_page_says(world, thumb, name):
    await JOURNEYS[name](world, thumb)

    assert thumb.presses == TABLE[name][1]


def test_no_journey_has_become_longer_and_all_together_stay_within_the_limit():
    before, now = (sum(column) for column in zip(*TABLE.values(), strict=True))

    assert TABLE.keys() == JOURNEYS.keys()
    assert all(now <= before for before, now in TABLE.values())
    assert now <= MOST * before
    assert [tuple(map(int, found)) for found in TOTAL.findall(PAGE)] == [(before, now)]
