"""Which questions are asked of a member who studies for one exam version."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from bot.services import Services
from bot.study.errors import UnknownExamVersion
from bot.study.exams import Length, version_of
from bot.study.members import Member
from bot.study.questions import Kind

AT = datetime(2026, 12, 1, 9, tzinfo=UTC)
ANA = Member(700, 1, "Ana")


@pytest.mark.parametrize(("code", "other"), [("c02", "c01"), ("c01", "c02")])
async def test_a_person_meets_no_item_of_the_other_version_only(services, code, other):
    await services.packs.choose_own_exam(ANA, code, at=AT)

    for seed in range(3):
        turn = await services.exams.start(ANA, length=Length.FULL, rng=Random(seed), at=AT + timedelta(days=seed))
        asked = [entry.question for entry in turn.paper.entries]
        await services.exams.submit(turn.paper.exam.id, ANA, at=AT + timedelta(days=seed))
        assert not [question.id for question in asked if question.exams == (other,)]
        assert {question.kind for question in asked} <= set(version_of(turn.paper.pack).kinds)
        if code == "c02":
            assert {question.kind for question in asked} == {Kind.CHOICE, Kind.RESPONSE}

    pack = await services.packs.exam_of(ANA)
    assert not [question.id for question in pack.active if question.exams == (other,)]


async def test_the_score_of_an_old_exam_stays_that_of_its_version(services):
    turn = await services.exams.start(ANA, length=Length.SHORT, version="c01", rng=Random(1), at=AT)
    done = await services.exams.submit(turn.paper.exam.id, ANA, at=AT)
    await services.packs.choose_own_exam(ANA, "c02", at=AT)

    again = await services.exams.result(turn.paper.exam.id, ANA, at=AT)
    history = await services.exams.history(ANA)

    assert again.paper.exam.version == "c01"
    assert again.by_domain == done.by_domain
    assert [exam.version for exam in history.exams] == ["c01"]


@pytest.mark.parametrize("typed", ["c01", "C01", "MLA-C01", "mla c01", " mla\u2011c01 "])
async def test_a_version_is_chosen_by_its_code_or_its_name_as_people_type_it(services, typed):
    own = await services.packs.choose_own_exam(ANA, typed, at=AT)
    server = await services.packs.choose_exam(ANA.guild_id, typed, at=AT)
    turn = await services.exams.start(ANA, length=Length.SHORT, version=typed, rng=Random(1), at=AT)

    assert (own.version.code, server.version.code, turn.paper.exam.version) == ("c01", "c01", "c01")


@pytest.mark.parametrize("typed", ["c0", "c", "-", "MLA", "c012", "c03"])
async def test_half_the_name_of_a_version_is_refused(services, typed):
    with pytest.raises(UnknownExamVersion):
        await services.packs.choose_own_exam(ANA, typed, at=AT)


async def test_a_daily_from_another_pack_does_not_follow_the_exam_that_the_server_studies_for(db, pack):
    twin = replace(pack, name="twin")
    services = Services.over(db, {pack.name: pack, twin.name: twin}, pack.name)
    first, *others = pack.exams
    await services.packs.choose_exam(ANA.guild_id, others[-1], at=AT)

    asked = await db.read(lambda tx: services.content.scheduled(tx, ANA.guild_id, twin.name, None))

    assert asked.version.code == first


async def test_a_plan_does_not_follow_the_version_of_another_pack_that_its_server_studies_now(db, pack):
    latest = next(iter(pack.exams.values()))
    other = replace(pack, name="other", exams={"x01": replace(latest, code="x01", name="Other X01")})
    services = Services.over(db, {pack.name: pack, other.name: other}, pack.name)
    await services.plans.make(ANA, "2027-02-01", at=AT)
    await services.packs.choose(ANA.guild_id, other.name, at=AT)
    await services.packs.choose_exam(ANA.guild_id, "x01", at=AT)

    planned = await services.plans.look(replace(ANA, guild_id=ANA.guild_id + 1), at=AT)

    assert planned.pack.lost_version == ""
