"""Names that are typed instead of picked: phones add capitals, and people add spaces."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.study.awards import Prize
from tests.builders import a_pack, questions_of

STATISTICS = replace(a_pack(questions_of({"1.1": 3})), name="statistics-101", title="Statistics", exam="No exam")


@pytest.fixture
def packs(packs):
    return {**packs, STATISTICS.name: STATISTICS}


@pytest.mark.parametrize(
    ("command", "picked", "typed"),
    [
        ("quiz", {"section": "all"}, {"section": "All"}),
        ("quiz", {"section": "1.1"}, {"section": "1.1 "}),
        ("review", {"section": "all"}, {"section": "ALL "}),
        ("guide", {"section": "1"}, {"section": " 1"}),
        ("leaderboard", {"section": "1.1", "period": "week"}, {"section": " 1.1", "period": "Week"}),
        ("leaderboard", {"period": "all-time"}, {"period": "All time"}),
        ("leaderboard", {"period": "season"}, {"section": "All Sections", "period": "This season"}),
        ("settings", {"pack": "statistics-101"}, {"pack": "Statistics 101"}),
        ("settings", {"exam": "c01"}, {"exam": "C 01"}),
        ("settings", {"pack": "aws-mla-c01", "exam": "c01"}, {"pack": "AWS-MLA-C01 ", "exam": "MLA C01"}),
    ],
)
async def test_a_name_in_another_case_or_with_other_spaces_is_the_same(world, command, picked, typed):
    expected = world.read(await world.mia.slash(world.channel, command, **picked)).splitlines()
    found = world.read(await world.mia.slash(world.channel, command, **typed)).splitlines()

    # Compare only the first line of a quiz, because its question is random.
    assert found[0] == expected[0]
    assert command == "quiz" or found == expected


async def test_the_season_that_is_over_is_named_by_its_month(world):
    await world.answer(world.ana, await world.post_daily())
    await world.pass_time(days=9)
    await world.tick()

    for typed in ("November 2026", "2026-11", "nov 2026"):
        assert "Season November 2026, final" in world.read(
            await world.ana.slash(world.channel, "leaderboard", period=typed)
        )
    assert "I do not know the period `Octember`" in world.read(
        await world.ana.slash(world.channel, "leaderboard", period="Octember")
    )


async def test_a_name_that_managers_type_is_kept_under_its_proper_spelling(world):
    channel = world.guild.create_text_channel("study")

    await world.mia.slash(
        world.channel, "daily schedule", channel=channel, time="9", timezone="utc", sections="1.1 ,  1.2"
    )
    assert (await world.bot.services.schedules.status(world.guild.id)).schedule.sections == ("1.1", "1.2")
    await world.mia.slash(
        world.channel, "competition create", name="Spring Cup", start="now", end="2 weeks", sections="1.1 , ALL"
    )
    joined = await world.ana.slash(world.channel, "competition join", competition="spring-cup")
    assert "Spring Cup" in world.read(joined)
    awards = world.bot.services.awards
    bound = await awards.bind(world.guild.id, 7, Prize.SEASON, section=" 1.1", by=world.mia.id, at=world.now)
    assert [award.award.section for award in bound.awards] == ["1.1"]
