"""What the pages show, and what they never show."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from random import Random

import pytest
from aiohttp import ClientSession

from bot.app import web_pages
from bot.playground import simulated
from bot.study.exams import Length
from bot.study.links import LIFETIME, Page
from bot.study.members import Member
from bot.web.asked import asked
from tests.builders import a_question
from tests.conftest import MONDAY
from tests.services.conftest import NINE
from tests.services.students import study
from tests.services.test_open_questions import become_daily
from tests.web.conftest import GUILD, PACK, Elements, serve

HOSTILE = {
    "markup": "<script>alert(1)</script>",
    "attribute": '"><img src=x onerror=alert(1)>',
    "right to left": "\u202eevil\u202c שלום",
    "tower": "Z" + "\u0351" * 40 + "algo",
    "long": "W" * 64,
    "nothing": "\u200b\u2063\u3164",
}


def words(text: str) -> str:
    """Return the text of a page, without its tags."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).split())


# -- private pages


async def test_a_page_of_progress_says_what_the_member_has_done(web):
    await study(web.services, web.school.member(), questions=3, at=MONDAY)

    said = words((await web.ask(await web.link())).text)

    assert "3 of 60 questions seen" in said
    assert "3 answers on 1 day." in said
    assert "The link works until 23 November 2026, 08:15 (UTC)." in said


async def test_times_are_shown_in_the_zone_of_the_server(web):
    await web.school.schedule(zone="America/New_York")

    assert "until 23 November 2026, 03:15 (America/New_York)" in words((await web.ask(await web.link())).text)


async def test_a_link_that_has_expired_says_so_and_nothing_of_the_member(web):
    path = await web.link()
    web.at += LIFETIME

    found = await web.ask(path)

    assert found.status == 410
    assert "This link has expired" in words(found.text)
    assert "Mastery" not in found.text


async def test_a_forged_link_opens_nothing(web):
    path = await web.link()
    forged = path[:-1] + ("A" if path[-1] != "A" else "B")

    found = await web.ask(forged)

    assert found.status == 403
    assert "This link is not valid" in words(found.text)


async def test_a_link_for_another_server_shows_that_server_and_no_other(web):
    await web.school.study("1.1-001", 7, at=NINE)
    other = await web.link(Page.HEAT_MAP, 100, guild=2)

    assert "member 7" not in (await web.ask(other)).text
    assert "member 7" in (await web.ask(await web.link(Page.HEAT_MAP, 100))).text


async def test_an_erased_member_has_no_page(web):
    path = await web.link()
    await web.services.privacy.erase(7, at=MONDAY)

    found = await web.ask(path)

    assert found.status == 410
    assert "This page is gone" in words(found.text)


# -- mock exams


async def test_the_review_of_an_exam_shows_every_question_with_its_answer(web):
    path = await web.link(Page.EXAM, exam_id=await web.exam())

    found = await web.ask(path)

    page = Elements(found.text)
    assert len(page.of("details")) == 20
    assert words(found.text).count("The answer is") == 20
    assert "below the passing score" in words(found.text)


async def test_the_review_of_an_exam_keeps_the_key_of_an_open_question_secret(web):
    await web.school.schedule()
    member = web.school.member()
    turn = await web.services.exams.start(member, length=Length.SHORT, rng=Random(1), at=MONDAY)
    entry, exam_id = turn.paper.entries[3], turn.paper.exam.id
    await web.services.exams.submit(exam_id, member, at=MONDAY)
    await become_daily(web.services, await web.school.post(NINE), entry.question)
    web.at = NINE

    said = (await web.ask(await web.link(Page.EXAM, exam_id=exam_id))).text

    told = dict(re.findall(r'<details id="q(\d+)">(.*?)</details>', said, re.S))
    assert len(told) == 20
    for number, part in told.items():
        assert ("revealed later" in part) == (int(number) == entry.number)
        assert ("The answer is" in part) == (int(number) != entry.number)


async def test_the_review_of_an_exam_whose_version_is_gone_shows_no_other_pass_mark(db, public_packs):
    pack = public_packs["aws-mla-c01"]
    member = Member(GUILD, 7, "member 7")
    async for web in serve(db, public_packs, pack.name):
        begun = await web.services.exams.start(member, length=Length.SHORT, version="c01", rng=Random(1), at=web.at)
        await web.services.exams.submit(begun.paper.exam.id, member, at=web.at)
    kept = {code: version for code, version in pack.exams.items() if code != "c01"}
    async for web in serve(db, {**public_packs, pack.name: replace(pack, exams=kept)}, pack.name):
        found = await web.ask(await web.link(Page.EXAM, exam_id=begun.paper.exam.id))

    told = words(found.text)
    assert "Mock exam: 100" in told
    assert "which is no longer in the pack, so its passing score is not shown" in told
    assert "the passing score" not in told


async def test_the_page_of_an_exam_whose_pack_is_missing_says_that_it_is_kept(db, school_pack):
    member = Member(GUILD, 7, "member 7")
    async for web in serve(db, {PACK: school_pack}, PACK):
        begun = await web.services.exams.start(member, length=Length.SHORT, rng=Random(1), at=web.at)
        running = await web.ask(await web.link(Page.EXAM, exam_id=begun.paper.exam.id))
        await web.services.exams.submit(begun.paper.exam.id, member, at=web.at)
    other = replace(school_pack, name="other")
    async for web in serve(db, {other.name: other}, other.name):
        missing = await web.ask(await web.link(Page.EXAM, exam_id=begun.paper.exam.id))

    for found in (running, missing):
        assert found.status == 409
        assert "The exam and its answers are kept" in words(found.text)


async def test_the_review_of_an_exam_without_a_question_left_has_no_score(db, school_pack):
    member = Member(GUILD, 7, "member 7")
    async for web in serve(db, {PACK: school_pack}, PACK):
        begun = await web.services.exams.start(member, length=Length.SHORT, rng=Random(1), at=web.at)
    others = {f"new-{id}": replace(question, id=f"new-{id}") for id, question in school_pack.questions.items()}
    async for web in serve(db, {PACK: replace(school_pack, questions=others)}, PACK):
        await web.services.exams.submit(begun.paper.exam.id, member, at=web.at)
        found = await web.ask(await web.link(Page.EXAM, exam_id=begun.paper.exam.id))

    told = words(found.text)
    assert "Mock exam: no score" in told
    assert "there is nothing to score" in told


async def test_the_review_of_an_exam_leaves_out_questions_that_were_open_when_it_was_submitted(web):
    await web.school.schedule()
    member = web.school.member()
    turn = await web.services.exams.start(member, length=Length.SHORT, rng=Random(1), at=MONDAY)
    entry = turn.paper.entries[3]
    await become_daily(web.services, await web.school.post(NINE), entry.question)
    exam_id = turn.paper.exam.id
    await web.services.exams.submit(exam_id, member, at=NINE)
    web.at = NINE

    said = (await web.ask(await web.link(Page.EXAM, exam_id=exam_id))).text

    told = dict(re.findall(r'<details id="q(\d+)">(.*?)</details>', said, re.S))
    assert len(told) == 19
    assert entry.question.stem not in said
    for part in told.values():
        assert "The answer is" in part
        assert "Because it is so." in part


# -- names


@pytest.mark.parametrize("kind", HOSTILE)
@pytest.mark.parametrize("where", ["board", "heat map", "server"])
async def test_a_hostile_name_is_shown_as_text_in_its_place(web, kind, where):
    name = HOSTILE[kind]
    await web.school.study("1.1-001", 7, at=NINE)
    await web.services.privacy.hide(Member(GUILD, 7, name), hidden=False, at=NINE)
    await web.services.guilds.set_public_boards(GUILD, public=True, at=NINE)
    if where == "server":
        web.names[GUILD] = name
    path = await web.link(Page.HEAT_MAP, 100) if where == "heat map" else "/boards/1"

    found = await web.ask(path)

    page = Elements(found.text)
    assert {tag for tag, _ in page.tags}.isdisjoint({"script", "img"})
    assert page.of("bdi")
    assert not re.search("[\u202a-\u202e\u2066-\u2069\u200b\u3164]", found.text)
    assert not re.search("\u0351{3}", found.text)
    assert "W" * 41 not in found.text
    if kind == "nothing":
        assert "a member" in found.text


async def test_hidden_members_are_on_no_page(web):
    for user_id in (7, 8):
        await web.school.study("1.1-001", user_id, at=NINE)
    await web.services.guilds.set_public_boards(GUILD, public=True, at=NINE)
    await web.services.privacy.hide(web.school.member(8), hidden=True, at=NINE)
    paths = [await web.link(Page.HEAT_MAP, 100)]
    paths += [
        f"/boards/1?period={period}&by={by}"
        for period in ("week", "season", "all-time")
        for by in ("points", "accuracy")
    ]

    for path in paths:
        assert "member 8" not in (await web.ask(path)).text, path
    assert "member 7" in (await web.ask(paths[0])).text


# -- leaderboards


async def test_a_public_board_shows_names_and_points_and_links_to_more(web):
    await web.school.study("1.1-001", 7, at=NINE)
    await web.services.guilds.set_public_boards(GUILD, public=True, at=NINE)
    web.names[GUILD] = "Study group"

    found = await web.ask("/boards/1")

    said = words(found.text)
    assert "Leaderboard of Study group : All sections" in said
    assert "1 member 7 5 1 1" in said
    links = [attributes["href"] for attributes in Elements(found.text).of("a")]
    for href in links:
        if href.startswith("?"):
            assert (await web.ask(f"/boards/1{href}")).status == 200, href


async def test_nobody_can_distinguish_a_board_that_is_not_public_from_an_unknown_one(web):
    await web.school.study("1.1-001", 7, at=NINE)

    assert (await web.ask("/boards/1")).text == (await web.ask("/boards/12345")).text


# -- heat maps


async def test_a_heat_map_says_in_words_what_its_colors_say(web):
    for number in range(1, 5):
        await web.school.study(f"1.1-{number:03}", 7, right=number > 2, at=NINE)
    await web.school.study("1.2-001", 7, at=NINE)

    said = words((await web.ask(await web.link(Page.HEAT_MAP, 100))).text)

    assert "member 7 50% fair 2 of 4 100% too few 1 of 1 \u2013 no answers" in said
    assert "All 1 member 50% fair 2 of 4" in said


async def test_the_periods_of_a_heat_map_are_links_to_the_same_page(web):
    path = await web.link(Page.HEAT_MAP, 100)

    assert (await web.ask(f"{path}?period=season")).status == 200
    assert (await web.ask(f"{path}?period=today")).status == 404


# -- the guide and the bank


async def test_without_a_public_pack_there_is_nothing_to_find(closed):
    home, robots = await closed.ask("/"), await closed.ask("/robots.txt")

    assert home.headers["X-Robots-Tag"] == "noindex, nofollow, noarchive"
    assert "Sitemap" not in robots.text
    for path in ("/sitemap.xml", f"/packs/{PACK}", f"/packs/{PACK}/1.1", f"/packs/{PACK}/questions/1.1-001"):
        assert (await closed.ask(path)).status == 404


async def test_the_sitemap_names_every_public_page_and_each_is_there(web):
    listed = re.findall("<loc>(.*?)</loc>", (await web.ask("/sitemap.xml")).text)

    assert len(listed) == 1 + 1 + 3 + 60
    for address in listed[:6] + listed[-3:]:
        found = await web.ask(address.removeprefix(web.site.url))
        assert found.status == 200
        assert {"rel": "canonical", "href": address} in Elements(found.text).of("link")


async def test_pages_have_titles_and_descriptions_of_their_own(real):
    pack = real.services.library.packs[0]
    some = ["/", f"/packs/{pack.name}", *(f"/packs/{pack.name}/{section}" for section in pack.leaves[:3])]
    some += [f"/packs/{pack.name}/questions/{question.id}" for question in pack.active[:5]]
    pages = [Elements((await real.ask(path)).text) for path in some]

    texts = [(await real.ask(path)).text for path in some]
    titles = [re.search("<title>(.*?)</title>", text, re.S)[1] for text in texts]
    descriptions = [
        next(meta["content"] for meta in page.of("meta") if meta.get("name") == "description") for page in pages
    ]
    assert len(set(titles)) == len(some)
    assert len(set(descriptions)) == len(some)
    assert all(20 <= len(description) <= 155 for description in descriptions)


async def test_the_answer_is_behind_a_summary_and_nowhere_else(web):
    text = (await web.ask(f"/packs/{PACK}/questions/1.1-001")).text

    before, _, behind = text.partition("<details>")
    assert "Because it is so." not in before
    assert "why 1" not in before
    assert "<summary>Show the answer</summary>" in behind
    assert "The answer is <strong>B</strong>." in behind
    assert "Right option 1 of 1.1-001 why 1" in words(behind)


async def test_the_question_of_an_open_daily_is_on_no_page(web):
    await web.school.schedule()
    post = await web.school.post(NINE)
    web.at = NINE
    id, section = post.question.id, post.question.section

    found = await web.ask(f"/packs/{PACK}/questions/{id}")

    assert (found.status, found.headers["Retry-After"]) == (503, "86400")
    assert post.question.stem not in found.text
    assert post.question.explanation not in found.text
    for path in (f"/packs/{PACK}/{section}", "/sitemap.xml"):
        assert id not in (await web.ask(path)).text
    web.at = post.daily.closes_at
    assert (await web.ask(f"/packs/{PACK}/questions/{id}")).status == 200


async def test_neighbours_lead_through_all_questions_of_a_section(web):
    path, seen = f"/packs/{PACK}/questions/1.1-001", []
    while path is not None:
        text = (await web.ask(path)).text
        seen.append(path.rpartition("/")[2])
        path = next((a["href"] for a in Elements(text).of("a") if a.get("rel") == "next"), None)

    assert seen == [f"1.1-{number:03}" for number in range(1, 21)]


async def test_every_question_of_the_bank_can_be_shown(public_packs):
    """This checks the values, because rendering all pages takes a second."""
    from bot.web.site import TEMPLATES

    macros = TEMPLATES.get_template("parts.html").module
    for pack in public_packs.values():
        for question in pack.active:
            shown = asked(pack, question, given=tuple(reversed(question.correct)))
            Elements(f"{macros.stem(shown)}{macros.options(shown)}{macros.answer(shown)}")


@pytest.mark.parametrize(
    ("source", "followed"),
    [
        ("https://docs.aws.amazon.com/x", True),
        ("http://docs.aws.amazon.com/x", False),
        ("javascript:alert(1)", False),
        ("https://", False),
        ("https://a.example/ onclick=alert(1)", False),
        ("https://[", False),
        ("A book, chapter 3", False),
    ],
)
async def test_only_a_safe_address_becomes_a_link(db, school_pack, source, followed):
    question = replace(a_question("1.1-001"), sources=(source,), stem="<b>What</b> & why?")
    pack = replace(school_pack, public=True, questions={question.id: question})
    async for web in serve(db, {PACK: pack}, PACK):
        text = (await web.ask(f"/packs/{PACK}/questions/1.1-001")).text
        links = [a for a in Elements(text).of("a") if a.get("rel") == "noopener noreferrer"]
        assert [a["href"] for a in links] == ([source] if followed else [])
        assert "<b>What</b>" not in text


async def test_code_in_a_question_keeps_its_lines(db, school_pack):
    question = replace(a_question("1.1-001"), stem="What does this do?\n```python\nif a < b:\n    a = b\n```")
    pack = replace(school_pack, public=True, questions={question.id: question})
    async for web in serve(db, {PACK: pack}, PACK):
        text = (await web.ask(f"/packs/{PACK}/questions/1.1-001")).text
        assert "<code>if a &lt; b:\n    a = b</code>" in text


async def test_the_playground_also_serves_the_pages_by_its_own_clock(default_settings, packs, unused_tcp_port):
    url = f"http://127.0.0.1:{unused_tcp_port}"
    settings = replace(default_settings, web_url=url, web_port=unused_tcp_port)
    async with simulated(settings, packs) as (env, bot), web_pages(bot, at=env.now), ClientSession() as session:
        address = await bot.services.web_links.make(Member(GUILD, 7, "ana"), Page.PROGRESS, at=env.now())
        async with session.get(address.url) as answer:
            assert answer.status == 200
        env.backend.advance_clock(LIFETIME.total_seconds())
        async with session.get(address.url) as answer:
            assert answer.status == 410
