"""Public pages: packs and leaderboards that their owners have opened to everyone."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum
from typing import NoReturn, TypeVar
from urllib.parse import quote, urlencode

from aiohttp import web

from bot.services.library import Shelf
from bot.study.errors import UnknownSection
from bot.study.periods import Period, title_of_season
from bot.study.questions import ALL, boards_of
from bot.study.standings import MIN_ANSWERS_FOR_ACCURACY, By
from bot.web.asked import asked
from bot.web.site import SITE, TEMPLATES, Reach, page

ChoiceT = TypeVar("ChoiceT", bound=StrEnum)

PERIODS = {
    Period.TODAY: "Today",
    Period.WEEK: "This week",
    Period.SEASON: "This season",
    Period.ALL_TIME: "All time",
}
ORDERS = {By.POINTS: "By points", By.ACCURACY: "By accuracy"}
LARGEST = (1 << 63) - 1
"""The largest Discord id that the database can store."""


def number(request: web.Request) -> int:
    """Return the requested page number, from 1."""
    text = request.query.get("page", "1")
    if not (text.isascii() and text.isdigit() and len(text) <= 6):
        missing()
    return int(text)


def one_of(choices: Collection[ChoiceT], text: str) -> ChoiceT:
    found = next((choice for choice in choices if choice.value == text), None)
    return found if found is not None else missing()


def missing() -> NoReturn:
    raise web.HTTPNotFound


async def home(request: web.Request) -> web.Response:
    packs = request.app[SITE].services.library.packs
    reach = Reach.PUBLIC if packs else Reach.UNLISTED
    return await page(request, "home.html", reach=reach, packs=packs)


# -- leaderboards


async def board(request: web.Request) -> web.Response:
    """Show a leaderboard of a server whose managers made it public. Search engines must not list members' names."""
    site, guild_id = request.app[SITE], int(request.match_info["guild"])
    if guild_id > LARGEST:
        missing()
    wanted = {
        "section": request.query.get("section", ALL),
        "period": one_of(PERIODS, request.query.get("period", Period.SEASON)),
        "by": one_of(ORDERS, request.query.get("by", By.POINTS)),
    }
    try:
        found = await site.services.standings.public(guild_id, **wanted, page=number(request), at=site.now())  # type: ignore[arg-type]
    except UnknownSection:
        missing()
    if found is None:
        missing()

    def address(**changes: object) -> str:
        return "?" + urlencode({**wanted, **changes})

    return await page(
        request,
        "board.html",
        reach=Reach.UNLISTED,
        board=found,
        waiting=title_of_season(found.waiting.season) if found.waiting is not None else "",
        server=site.name_of(guild_id),
        periods=PERIODS,
        orders=ORDERS,
        address=address,
        least=MIN_ANSWERS_FOR_ACCURACY,
    )


# -- the guide and the bank


async def _shelf(request: web.Request) -> Shelf:
    site = request.app[SITE]
    found = await site.services.library.shelf(request.match_info["pack"], at=site.now())
    if found is None:
        missing()
    return found


async def pack(request: web.Request) -> web.Response:
    shelf = await _shelf(request)
    counts = {name: len(shelf.within(name)) for name in shelf.guide.leaves}
    return await page(request, "pack.html", reach=Reach.PUBLIC, shelf=shelf, pack=shelf.guide, counts=counts)


async def section(request: web.Request) -> web.Response:
    shelf, name = await _shelf(request), request.match_info["section"]
    guide = shelf.guide
    if name not in guide.leaves:
        missing()
    place = guide.leaves.index(name)
    return await page(
        request,
        "section.html",
        reach=Reach.PUBLIC,
        pack=guide,
        section=guide.sections[name],
        parent=guide.sections.get(guide.sections[name].parent or ""),
        facts=[fact for fact in guide.facts.values() if fact.section == name],
        added=guide.sections[name].added.get(guide.version.code, {}) if guide.version else {},
        questions=[asked(shelf.bank, question) for question in shelf.within(name)],
        before=guide.leaves[place - 1] if place else None,
        after=guide.leaves[place + 1] if place + 1 < len(guide.leaves) else None,
    )


async def question(request: web.Request) -> web.Response:
    """Show one question; a click reveals its answer. A question that somebody can still answer is hidden for now."""
    shelf, id = await _shelf(request), request.match_info["question"]
    found = shelf.find(id)
    if found is None:
        if not shelf.is_open(id):
            missing()
        return await page(
            request,
            "error.html",
            reach=Reach.PRIVATE,
            status=503,
            headers={"Retry-After": "86400"},
            title="This question is being asked right now",
            text="It is open as a question of the day, in a duel, in a live round or in an exam evening. It will be shown here again once its answer is revealed.",
        )
    within = shelf.within(found.section)
    place = within.index(found)
    return await page(
        request,
        "question.html",
        reach=Reach.PUBLIC,
        pack=shelf.guide,
        shown=asked(shelf.bank, found),
        versions=[shelf.bank.exams[code].name for code in found.exams if code in shelf.bank.exams],
        facts=[shelf.bank.facts[fact] for fact in found.covers if fact in shelf.bank.facts],
        number=place + 1,
        count=len(within),
        before=within[place - 1] if place else None,
        after=within[place + 1] if place + 1 < len(within) else None,
        parents=[shelf.guide.title_of(board) for board in boards_of(found.section)[1:-1]],
    )


# -- for search engines


async def robots(request: web.Request) -> web.Response:
    site = request.app[SITE]
    # Crawlers must not fetch a leaked link to a private page. Public leaderboards forbid indexing in their headers.
    lines = ["User-agent: *", "Disallow: /private/"]
    if site.services.library.packs:
        lines.append(f"Sitemap: {site.url}/sitemap.xml")
    return web.Response(text="\n".join(lines) + "\n", headers={"Cache-Control": "no-cache"})


async def sitemap(request: web.Request) -> web.Response:
    site = request.app[SITE]
    addresses = []
    for each in site.services.library.packs:
        shelf = await site.services.library.shelf(each.name, at=site.now())
        if shelf is None:
            continue
        base = f"{site.url}/packs/{quote(each.name)}"
        addresses += [base, *(f"{base}/{quote(name)}" for name in each.leaves)]
        addresses += [f"{base}/questions/{quote(question.id)}" for question in shelf.questions]
    if not addresses:
        missing()
    text = TEMPLATES.get_template("sitemap.xml").render(addresses=[f"{site.url}/", *addresses])
    return web.Response(text=text, content_type="application/xml", headers={"Cache-Control": "no-cache"})
