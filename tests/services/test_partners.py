"""Partner streaks in the database: ask, accept, end, hide, erase."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.services.partners import NoPartner, PartnerAsked, PartnerScene
from bot.services.posts import PostEnding
from bot.storage.posts import PostKind
from bot.study.errors import Refusal, StudyError
from bot.study.members import ALONE
from bot.study.partners import MOST_ASKS, PartnershipState
from tests.conftest import MONDAY
from tests.refusals import refuses
from tests.services.conftest import CHANNEL, NINE

ANA, BEN, CLEO, DAN = 7, 8, 9, 10
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


async def ask(school, user_id=ANA, other=BEN, *, at=MONDAY):
    return await school.services.partners.ask(school.member(user_id), PartnerAsked(other), channel_id=CHANNEL, at=at)


async def pair(school, *, at=MONDAY):
    """Start a partner streak of ana and ben."""
    id = (await ask(school, at=at)).partnership.id
    await school.services.partners.accept(id, school.member(BEN), at=at)
    return id


async def look(school, user_id=ANA, *, at=MONDAY):
    return await school.services.partners.look(school.member(user_id), at=at)


async def state(school, id, user_id=ANA):
    return (await school.services.partners.look_at(id, school.member(user_id), at=MONDAY)).partnership.state


async def through(school, days, *, also=(ANA, BEN)):
    for number in range(days):
        post = await school.post(NINE + number * DAY)
        for user_id in also:
            await school.answer(post, user_id, at=NINE + number * DAY + MINUTE)


async def test_both_count_the_days_that_both_have_answered(school):
    await school.schedule()
    await pair(school)
    await through(school, 3)
    post = await school.post(NINE + 3 * DAY)
    await school.answer(post, ANA, at=NINE + 3 * DAY)

    mine, theirs = [await look(school, user_id, at=NINE + 3 * DAY + MINUTE) for user_id in (ANA, BEN)]

    assert (mine.days, mine.mine, mine.theirs) == (3, True, False)
    assert (theirs.days, theirs.mine, theirs.theirs) == (3, False, True)
    await school.answer(post, BEN, at=NINE + 3 * DAY + 2 * MINUTE)
    assert (await look(school, at=NINE + 3 * DAY + 2 * MINUTE)).days == 4
    report = await school.services.progress.own(school.member(ANA), at=NINE + 3 * DAY + 2 * MINUTE)
    assert report.streaks.partner.days == 4


async def test_a_day_that_one_partner_missed_ends_the_count_and_a_planned_pause_does_not(school):
    await school.schedule()
    await pair(school)
    await through(school, 1)
    await school.services.pauses.plan(school.member(BEN), "tomorrow", None, at=NINE + MINUTE)
    for number in (1, 2):
        post = await school.post(NINE + number * DAY)
        await school.answer(post, ANA, at=NINE + number * DAY + MINUTE)
        if number == 2:
            await school.answer(post, BEN, at=NINE + number * DAY + MINUTE)
    assert (await look(school, at=NINE + 2 * DAY + 2 * MINUTE)).days == 2

    await school.post(NINE + 3 * DAY)
    await school.close(NINE + 4 * DAY)
    assert (await look(school, at=NINE + 4 * DAY)).days == 0


async def test_a_member_has_one_partner_in_each_server(school, other_school):
    await pair(school)

    with refuses(Refusal.HAS_PARTNER):
        await ask(school, ANA, CLEO)
    with refuses(Refusal.PARTNER_TAKEN):
        await ask(school, CLEO, ANA)
    assert (await ask(other_school)).fresh


async def test_asking_another_member_withdraws_the_first_request_and_asking_back_accepts(school):
    first = await ask(school, ANA, BEN)
    second = await ask(school, ANA, CLEO)
    assert await state(school, first.partnership.id) is PartnershipState.WITHDRAWN
    assert not (await ask(school, ANA, CLEO)).fresh

    back = await ask(school, CLEO, ANA)

    assert back.partnership.id == second.partnership.id
    assert back.partnership.state is PartnershipState.RUNNING


async def test_accepting_a_request_withdraws_the_member_s_own_request(school):
    first, second = await ask(school, ANA, BEN), await ask(school, BEN, CLEO)

    await school.services.partners.accept(first.partnership.id, school.member(BEN), at=MONDAY)

    assert await state(school, second.partnership.id, BEN) is PartnershipState.WITHDRAWN
    with refuses(Refusal.PARTNERSHIP_OVER):
        await school.services.partners.accept(second.partnership.id, school.member(CLEO), at=MONDAY)


@pytest.mark.parametrize(("who", "ended"), [(ANA, PartnershipState.WITHDRAWN), (BEN, PartnershipState.DECLINED)])
async def test_a_request_can_be_withdrawn_or_declined(school, who, ended):
    id = (await ask(school)).partnership.id

    scene = await school.services.partners.end(id, school.member(who), at=MONDAY)

    assert scene.partnership.state is ended
    with refuses(Refusal.PARTNERSHIP_OVER):
        await school.services.partners.end(id, school.member(BEN), at=MONDAY)
    assert await look(school) == NoPartner(())


@pytest.mark.parametrize("who", [ANA, BEN])
async def test_either_partner_can_end_the_streak_and_ask_again(school, who):
    id = await pair(school)

    await school.services.partners.end(id, school.member(who), at=MONDAY)

    assert await state(school, id) is PartnershipState.OVER
    assert (await ask(school, who, CLEO)).fresh


async def test_others_can_neither_accept_nor_end_a_partner_streak(school, other_school):
    id = (await ask(school)).partnership.id
    partners = school.services.partners

    for act in (partners.accept, partners.end, partners.look_at):
        with refuses(Refusal.NOT_YOUR_PARTNERSHIP):
            await act(id, school.member(CLEO), at=MONDAY)
        with refuses(Refusal.UNKNOWN_PARTNERSHIP):
            await act(id, other_school.member(ANA), at=MONDAY)
        with refuses(Refusal.UNKNOWN_PARTNERSHIP):
            await act(999_999, school.member(ANA), at=MONDAY)
    with refuses(Refusal.NOT_ASKED):
        await partners.accept(id, school.member(ANA), at=MONDAY)


async def test_the_number_of_requests_a_day_is_limited(school):
    for other in range(20, 20 + MOST_ASKS):
        await ask(school, ANA, other)

    with refuses(Refusal.ASKED_TOO_OFTEN):
        await ask(school, ANA, 99)
    assert (await ask(school, ANA, 99, at=MONDAY + DAY + MINUTE)).fresh


async def test_hidden_members_neither_ask_nor_accept_and_hiding_ends_the_streak(school):
    privacy = school.services.privacy
    id = await pair(school)
    await privacy.hide(school.member(BEN), hidden=True, at=MONDAY)

    assert await state(school, id) is PartnershipState.OVER
    with refuses(Refusal.PARTNER_HIDING):
        await ask(school, BEN, CLEO)
    asked = await ask(school, CLEO, BEN)
    with refuses(Refusal.PARTNER_HIDING):
        await school.services.partners.accept(asked.partnership.id, school.member(BEN), at=MONDAY)


async def test_erasing_ends_the_streak_and_leaves_the_other_partner_free(school):
    id = await pair(school)

    export = await school.services.privacy.export(ANA, at=MONDAY)
    await school.services.privacy.erase(ANA, at=MONDAY)

    assert export.tables["partners"] == [
        {"partnership_id": id, "user_id": ANA, "guild_id": school.id, "asker": True, "engaged": True}
    ]
    assert (await look(school, BEN)) == NoPartner(())
    left = await school.services.partners.look_at(id, school.member(BEN), at=MONDAY)
    assert left.partnership.state is PartnershipState.OVER
    assert left.partnership.other(BEN) is None


async def test_the_member_who_is_asked_sees_the_request_until_its_author_is_erased(school):
    await ask(school, ANA, CLEO)
    await ask(school, BEN, CLEO)
    assert len((await look(school, CLEO)).asked) == 2

    await school.services.privacy.erase(ANA, at=MONDAY)

    [left] = (await look(school, CLEO)).asked
    assert left.partner(BEN) is not None


async def test_a_request_that_could_not_be_posted_is_withdrawn(school):
    id = (await ask(school)).partnership.id
    [leased] = await school.services.posts.acquire(MONDAY, limit=10)
    assert leased.kind == PostKind.PARTNERS

    await school.services.posts.end(leased, PostEnding.OVER, at=MONDAY + DAY)

    assert await state(school, id) is PartnershipState.WITHDRAWN
    assert not (await school.services.partners.look_at(id, school.member(ANA), at=MONDAY)).posted


async def test_two_who_accept_the_same_member_at_once_leave_one_pair(school):
    """Two members ask ana, and she presses both buttons at the same moment."""
    first, second = await ask(school, BEN, ANA), await ask(school, CLEO, ANA)
    accept = school.services.partners.accept

    found = await asyncio.gather(
        *(accept(scene.partnership.id, school.member(ANA), at=MONDAY) for scene in (first, second)),
        return_exceptions=True,
    )

    assert sum(isinstance(one, PartnerScene) for one in found) == 1
    assert sum(isinstance(one, StudyError) for one in found) == 1
    assert (await look(school, ANA)).partnership.state is PartnershipState.RUNNING


async def test_in_direct_messages_there_is_nobody_to_ask(school):
    alone = replace(school.member(), guild_id=ALONE)

    with refuses(Refusal.NEEDS_SERVER):
        await school.services.partners.ask(alone, PartnerAsked(BEN), channel_id=CHANNEL, at=MONDAY)
    with refuses(Refusal.NEEDS_SERVER):
        await school.services.partners.look(alone, at=MONDAY)
