"""Private pages opened by their links, and what public pages may show."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest

from bot.services import Services
from bot.services.web_pages import ExamPage, HeatMapPage, ProgressPage
from bot.storage import guilds, questions
from bot.study.exams import Length
from bot.study.links import LIFETIME, Invalid, LinkRefused, Page
from bot.study.periods import Period
from bot.study.questions import ALL
from bot.study.standings import By
from tests.builders import a_question
from tests.conftest import MONDAY
from tests.services.conftest import NINE, WRONG, School
from tests.services.ring import Ring
from tests.services.rounds import Stage
from tests.services.students import ANA, BEN, GUILD, study

URL = "https://study.example.org"
SECOND, MINUTE, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(days=1)


@pytest.fixture
def services(db, packs):
    return Services.over(db, packs, "aws-mla-c01", web_url=URL)


@pytest.fixture
def school(db, small_pack):
    """Return the small server with a public pack."""
    public = replace(small_pack, public=True)
    return School(Services.over(db, {public.name: public}, public.name, web_url=URL))


async def token(services, member=ANA, page=Page.PROGRESS, *, exam_id=0, at=MONDAY):
    address = await services.web_links.make(member, page, exam_id=exam_id, at=at)
    assert address.url.startswith(f"{URL}/private/")
    return address.url.removeprefix(f"{URL}/private/")


async def opened(services, link, *, period=Period.ALL_TIME, page=1, at=MONDAY):
    return await services.web_pages.private(link, period=period, page=page, at=at)


async def why(services, link, *, at=MONDAY):
    with pytest.raises(LinkRefused) as refused:
        await opened(services, link, at=at)
    return refused.value.why


# -- links


async def test_without_an_address_there_are_no_links(db, packs):
    services = Services.over(db, packs, "aws-mla-c01")

    assert not services.web_links.on
    assert await services.web_links.make(ANA, Page.PROGRESS, at=MONDAY) is None


async def test_a_link_opens_its_page_for_a_quarter_of_an_hour(services):
    link = await token(services)

    assert isinstance(await opened(services, link, at=MONDAY + LIFETIME - SECOND), ProgressPage)
    assert await why(services, link, at=MONDAY + LIFETIME) is Invalid.EXPIRED


async def test_every_process_signs_with_the_same_key(services, db, packs):
    link = await token(services)
    other = Services.over(db, packs, "aws-mla-c01", web_url=URL)

    assert isinstance(await opened(other, link), ProgressPage)
    assert isinstance(await opened(services, await token(other, BEN)), ProgressPage)


async def test_a_link_of_another_bot_opens_nothing_even_before_our_first_link(services):
    assert await why(services, f"{'A' * 40}.{'A' * 43}") is Invalid.FORGED


async def test_a_link_of_an_erased_member_opens_nothing(services):
    link = await token(services)
    await services.privacy.erase(ANA.user_id, at=MONDAY)

    assert await why(services, link) is Invalid.GONE


async def test_a_link_of_a_server_that_has_removed_the_bot_opens_nothing(services):
    link = await token(services, page=Page.HEAT_MAP)
    await services.guilds.joined(GUILD, at=MONDAY)
    await services.guilds.left(GUILD, at=MONDAY)

    assert await why(services, link) is Invalid.GONE


# -- members' own pages


async def test_the_page_of_progress_is_the_members_own(services):
    await study(services, ANA, questions=3, at=MONDAY)
    await study(services, BEN, questions=7, at=MONDAY)

    ana, ben = [await opened(services, await token(services, member)) for member in (ANA, BEN)]

    assert (ana.report.met, ben.report.met) == (3, 7)


async def test_a_member_who_hides_sees_their_own_page(services):
    await study(services, ANA, questions=3, at=MONDAY)
    await services.privacy.hide(ANA, hidden=True, at=MONDAY)

    assert (await opened(services, await token(services))).report.met == 3


async def an_exam(services, member=ANA, at=MONDAY):
    turn = await services.exams.start(member, length=Length.SHORT, rng=Random(1), at=at)
    return turn.paper.exam.id


async def test_the_page_of_an_exam_shows_its_result_once_it_is_submitted(services):
    exam_id = await an_exam(services)
    link = await token(services, page=Page.EXAM, exam_id=exam_id)
    assert await why(services, link) is Invalid.NOT_READY

    await services.exams.submit(exam_id, ANA, at=MONDAY)
    page = await opened(services, link)

    assert isinstance(page, ExamPage)
    assert page.result.paper.exam.id == exam_id


async def test_the_exam_of_another_is_not_shown(services):
    exam_id = await an_exam(services, BEN)
    await services.exams.submit(exam_id, BEN, at=MONDAY)

    assert await why(services, await token(services, ANA, Page.EXAM, exam_id=exam_id)) is Invalid.GONE


@pytest.mark.sqlite
async def test_looking_at_a_page_writes_nothing(services, db):
    link = await token(services)
    await study(services, ANA, questions=3, at=MONDAY)
    before = await db.read(lambda tx: tx.exec_driver_sql("SELECT total_changes()").scalar())

    await opened(services, link)

    assert await db.read(lambda tx: tx.exec_driver_sql("SELECT total_changes()").scalar()) == before


# -- heat maps


async def heat_map(school, *, period=Period.ALL_TIME, page=1, at=NINE):
    link = await token(school.services, school.member(100), Page.HEAT_MAP, at=at)
    found = await opened(school.services, link, period=period, page=page, at=at)
    assert isinstance(found, HeatMapPage)
    return found


async def test_a_heat_map_shows_what_the_boards_hold_by_member_and_section(school):
    await school.study("1.1-001", 7, at=NINE)
    await school.study("1.1-002", 7, right=False, at=NINE)
    await school.study("2.1-001", 8, at=NINE)

    found = await heat_map(school)

    assert [place.user_id for place in found.places] == [8, 7]
    cells = {key: (tally.correct, tally.answered) for key, tally in found.cells.items()}
    assert cells == {(7, "1.1"): (1, 2), (8, "2.1"): (1, 1)}
    assert found.totals == {"1.1": (1, 2), "2.1": (1, 1)}


async def test_a_heat_map_leaves_out_who_hides_and_who_was_erased(school):
    for user_id in (7, 8, 9):
        await school.study("1.1-001", user_id, at=NINE)
    await school.services.privacy.hide(school.member(8), hidden=True, at=NINE)
    await school.services.privacy.erase(9, at=NINE)

    found = await heat_map(school)

    assert [place.user_id for place in found.places] == [7]
    assert {user_id for user_id, _ in found.cells} == {7}
    assert found.totals == {"1.1": (1, 1)}


async def test_a_heat_map_shows_no_other_server(school, other_school):
    await school.study("1.1-001", 7, at=NINE)
    await other_school.study("1.1-001", 8, at=NINE)

    assert [place.user_id for place in (await heat_map(school)).places] == [7]


async def test_a_heat_map_of_this_season_starts_over_with_the_month(school):
    await school.study("1.1-001", 7, at=NINE)
    later = NINE + 30 * DAY

    assert (await heat_map(school, period=Period.SEASON, at=later)).places == ()
    assert len((await heat_map(school, at=later)).places) == 1


async def test_a_page_past_the_end_of_a_heat_map_is_the_last(school):
    await school.study("1.1-001", 7, at=NINE)

    assert (await heat_map(school, page=99)).page == 1


# -- public boards


async def public(school, **options):
    wanted = {"section": ALL, "period": Period.SEASON, "by": By.POINTS, "page": 1, "at": NINE, **options}
    return await school.services.standings.public(school.id, **wanted)


async def test_boards_are_public_only_where_managers_say_so(school, other_school):
    for each in (school, other_school):
        await each.study("1.1-001", 7, at=NINE)
    await school.services.guilds.set_public_boards(school.id, public=True, at=NINE)

    assert [place.user_id for place in (await public(school)).places] == [7]
    assert await public(other_school) is None

    await school.services.guilds.set_public_boards(school.id, public=False, at=NINE)
    assert await public(school) is None


async def test_boards_of_a_server_that_has_removed_the_bot_are_no_longer_public(school):
    await school.services.guilds.set_public_boards(school.id, public=True, at=NINE)
    await school.services.guilds.left(school.id, at=NINE)

    assert await public(school) is None


async def test_hidden_members_are_on_no_public_board(school):
    await school.study("1.1-001", 7, at=NINE)
    await school.services.guilds.set_public_boards(school.id, public=True, at=NINE)
    await school.services.privacy.hide(school.member(7), hidden=True, at=NINE)

    for period in Period:
        assert (await public(school, period=period)).places == ()


# -- the guide and the bank


async def shown(services, name="a-pack", *, at):
    shelf = await services.library.shelf(name, at=at)
    return {question.id for question in shelf.questions}


async def test_a_pack_is_public_only_where_its_file_says_so(services):
    assert not services.library.packs
    assert await services.library.shelf("aws-mla-c01", at=MONDAY) is None
    assert await services.library.shelf("no-such-pack", at=MONDAY) is None


async def test_the_question_of_an_open_daily_is_left_out_from_the_claim_to_the_close(school):
    await school.schedule()
    everything = await shown(school.services, at=NINE - SECOND)
    [post] = await school.claim(NINE)
    assert await shown(school.services, at=NINE) == everything - {post.question.id}
    await school.note(post, NINE)
    await school.answer(post, 7, WRONG, at=NINE)

    assert await shown(school.services, at=post.daily.closes_at - SECOND) == everything - {post.question.id}
    shelf = await school.services.library.shelf("a-pack", at=NINE)
    assert (shelf.find(post.question.id), shelf.is_open(post.question.id)) == (None, True)
    assert await shown(school.services, at=post.daily.closes_at) == everything


async def test_the_question_of_any_open_daily_is_left_out(school, other_school):
    await school.schedule()
    await other_school.schedule()
    posts = await school.services.dailies.claim_due(NINE)

    assert {post.question.id for post in posts}.isdisjoint(await shown(school.services, at=NINE))
    assert len(posts) == 2


async def test_the_questions_of_an_open_duel_are_left_out_until_it_is_over(db, packs):
    services = Services.over(db, {name: replace(pack, public=True) for name, pack in packs.items()}, "aws-mla-c01")
    ring = Ring(services)
    everything = await shown(services, "aws-mla-c01", at=ring.at)
    duel_id = await ring.begun()
    assert len(await shown(services, "aws-mla-c01", at=ring.at)) == len(everything) - 5

    await ring.play(duel_id, 1)
    await ring.play(duel_id, 2)

    assert await shown(services, "aws-mla-c01", at=ring.at) == everything


async def test_the_questions_of_a_live_round_are_left_out_until_it_is_over(db, packs):
    services = Services.over(db, {name: replace(pack, public=True) for name, pack in packs.items()}, "aws-mla-c01")
    stage = Stage(services)
    everything = await shown(services, "aws-mla-c01", at=stage.at)
    await stage.begin(1)
    assert len(await shown(services, "aws-mla-c01", at=stage.at)) == len(everything) - 1

    await stage.stop()

    assert await shown(services, "aws-mla-c01", at=stage.at) == everything


async def test_a_servers_own_questions_are_never_public(school):
    def add(tx):
        guilds.ensure(tx, school.id, MONDAY)
        questions.add(tx, school.id, [replace(a_question("own-1"), section="1.1")], (), by=100, at=MONDAY)
        guilds.set_questions_version(tx, school.id, 1)

    await school.db.write(add)

    assert "own-1" in (await school.services.pack_for(school.id)).questions
    assert "own-1" not in await shown(school.services, at=MONDAY)
