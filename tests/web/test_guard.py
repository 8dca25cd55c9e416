"""What holds for every page: headers, limits, methods, and error pages."""

from __future__ import annotations

import asyncio
import logging
import re
from dataclasses import replace

import pytest
from sqlalchemy import text

from bot.study.links import LIFETIME, Page
from bot.web.limits import BURST, Buckets
from tests.conftest import MONDAY
from tests.web.conftest import PACK, Elements, Web, serve

COMMON = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "browsing-topics=(), camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "no-referrer",
    "Server": "Cohort",
    "Strict-Transport-Security": "max-age=31536000",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
PRIVATE = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex, nofollow, noarchive"}
UNLISTED = {"Cache-Control": "no-cache", "X-Robots-Tag": "noindex, nofollow, noarchive"}
PUBLIC = {"Cache-Control": "no-cache", "X-Robots-Tag": "noarchive"}
PLAIN = {"Cache-Control": "no-cache"}
KEPT = {"Cache-Control": "public, max-age=31536000, immutable"}
OF_TRANSPORT = {"Content-Length", "Content-Type", "Date", "Allow", "Retry-After", "Connection"}

ROUTES = {
    "/": (200, PUBLIC),
    f"/packs/{PACK}": (200, PUBLIC),
    f"/packs/{PACK}/1.1": (200, PUBLIC),
    f"/packs/{PACK}/questions/1.1-001": (200, PUBLIC),
    "/boards/1": (200, UNLISTED),
    "/robots.txt": (200, PLAIN),
    "/sitemap.xml": (200, PLAIN),
    "STYLE": (200, KEPT),
    "ICON": (200, KEPT),
    "PROGRESS": (200, PRIVATE),
    "EXAM": (200, PRIVATE),
    "HEAT_MAP": (200, PRIVATE),
    "EXPIRED": (410, PRIVATE),
    "/private/forged": (403, PRIVATE),
    "/private/": (404, PRIVATE),
    "/nowhere": (404, PRIVATE),
    "/packs/nothing": (404, PRIVATE),
    f"/packs/{PACK}/9.9": (404, PRIVATE),
    f"/packs/{PACK}/questions/none": (404, PRIVATE),
    "/boards/2": (404, PRIVATE),
    "/boards/99999999999999999999": (404, PRIVATE),
    "/boards/9999999999999999999": (404, PRIVATE),
    "/boards/1?period=always": (404, PRIVATE),
    "/boards/1?section=9.9": (404, PRIVATE),
    "/boards/1?page=-1": (404, PRIVATE),
}


async def path_of(web: Web, route: str) -> str:
    """Return the path of a page that is named in capitals; any other route is already a path."""
    match route:
        case "STYLE" | "ICON":
            page = Elements((await web.ask("/")).text)
            rel = {"STYLE": "stylesheet", "ICON": "icon"}[route]
            return next(link["href"] or "" for link in page.of("link") if link["rel"] == rel)
        case "EXAM":
            return await web.link(Page.EXAM, exam_id=await web.exam())
        case "EXPIRED":
            path, web.at = await web.link(), MONDAY + LIFETIME
            return path
        case "PROGRESS" | "HEAT_MAP":
            return await web.link(Page[route])
    return route


@pytest.fixture
async def all_open(web):
    await web.services.guilds.set_public_boards(1, public=True, at=MONDAY)
    return web


@pytest.mark.parametrize("route", ROUTES)
async def test_every_route_has_exactly_these_headers(all_open, route):
    status, own = ROUTES[route]

    found = await all_open.ask(await path_of(all_open, route))

    assert found.status == status
    assert {name: value for name, value in found.headers.items() if name not in OF_TRANSPORT} == COMMON | own


def test_no_route_is_left_out():
    from bot.web.serving import application
    from bot.web.site import Site

    app = application(Site(None, "https://study.example.org", lambda: MONDAY))
    named = {
        "/private/{token}": "PROGRESS",
        "/packs/{pack}": f"/packs/{PACK}",
        "/packs/{pack}/{section}": f"/packs/{PACK}/1.1",
        "/packs/{pack}/questions/{question}": f"/packs/{PACK}/questions/1.1-001",
        "/boards/{guild}": "/boards/1",
    }
    for resource in app.router.resources():
        route = re.sub(r"^/static/(style|icon)-.*$", lambda match: match[1].upper(), resource.canonical)
        assert named.get(route, route) in ROUTES, resource.canonical


@pytest.mark.parametrize("route", ROUTES)
async def test_head_returns_what_get_returns_without_its_body(all_open, route):
    path = await path_of(all_open, route)
    full = await all_open.ask(path)

    head = await all_open.ask(path, "HEAD")

    assert (head.status, head.text) == (full.status, "")
    assert {**head.headers, "Date": ""} == {**full.headers, "Date": ""}


@pytest.mark.parametrize("route", ROUTES)
async def test_no_page_has_a_script_a_form_a_style_of_its_own_or_anything_from_elsewhere(all_open, route):
    found = await all_open.ask(await path_of(all_open, route))
    if not found.headers["Content-Type"].startswith("text/html"):
        return
    page = Elements(found.text)

    assert {tag for tag, _ in page.tags}.isdisjoint({"script", "form", "style", "iframe", "object", "base", "input"})
    for _, attributes in page.tags:
        assert not [name for name in attributes if name == "style" or name.startswith("on") or name == "http-equiv"]
    assert all(link["href"].startswith("/") for link in page.of("link") if link["rel"] != "canonical")
    assert (len(page.of("h1")), len(page.of("main")), len(page.of("title"))) == (1, 1, 1)
    assert page.of("html") == [{"lang": "en"}]
    assert next(attributes for tag, attributes in page.tags if tag == "a") == {"class": "skip", "href": "#content"}


@pytest.mark.parametrize("route", ROUTES)
async def test_no_page_sets_a_cookie(all_open, route):
    assert "Set-Cookie" not in (await all_open.ask(await path_of(all_open, route))).headers


@pytest.mark.parametrize(("url", "told"), [("https://a.example", "max-age=31536000"), ("http://127.0.0.1", None)])
async def test_browsers_are_required_to_use_https_only_where_it_is_served(db, school_pack, url, told):
    async for web in serve(db, {PACK: school_pack}, PACK, url=url):
        assert (await web.ask("/")).headers.get("Strict-Transport-Security") == told


# -- methods and sizes


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
async def test_any_other_method_gets_a_page_that_names_what_is_allowed(web, method):
    found = await web.ask("/", method)

    assert (found.status, found.headers["Allow"]) == (
        405,
        "GET,HEAD" if "," not in found.headers["Allow"] else "GET, HEAD",
    )
    assert "These pages are read-only" in found.text


@pytest.mark.parametrize(("method", "status"), [("GET", 413), ("POST", 405)])
async def test_a_body_is_never_read(web, method, status):
    found = await web.ask("/", method, data=b"x" * 100_000)

    assert (found.status, found.headers["Connection"]) == (status, "close")


async def raw(web, request: bytes) -> bytes:
    server = web.client.server
    reader, writer = await asyncio.open_connection(server.host, server.port)
    writer.write(request)
    await writer.drain()
    answer = await reader.read(4096)
    writer.close()
    return answer


async def test_an_invalid_request_is_refused_and_its_text_stays_out_of_the_log(
    db, school_pack, unused_tcp_port, caplog, settings
):
    from bot.services import Services
    from bot.web.serving import serving

    secret = "cHJvZ3Jlc3MuNy40Mg.hunter2"
    served = replace(settings, web_url="http://127.0.0.1", web_port=unused_tcp_port)
    services = Services.over(db, {PACK: school_pack}, PACK, web_url="http://127.0.0.1")
    caplog.set_level(logging.DEBUG)
    async with serving(services, served, name_of=lambda _: None):
        for request in (
            f"GET /private/{secret} HTTP/1.1\r\nBad Header\r\n\r\n",
            f"GET /private/{secret}{'x' * 5000} HTTP/1.1\r\nHost: a\r\n\r\n",
            f"GET /{secret} HTTP/9.9.9\r\n\r\n",
            f"GET / HTTP/1.1\r\nHost: a\r\nCookie: {secret}{'x' * 9000}\r\n\r\n",
        ):
            reader, writer = await asyncio.open_connection("127.0.0.1", unused_tcp_port)
            writer.write(request.encode())
            assert (await reader.read(4096)).startswith((b"HTTP/1.0 400 ", b"HTTP/1.1 400 "))
            writer.close()
            await writer.wait_closed()

    assert "an invalid request was refused: " in caplog.text
    assert "hunter2" not in caplog.text


# -- limits


async def test_too_many_requests_are_refused_with_the_time_to_come_back(web):
    for _ in range(BURST):
        assert (await web.ask("/robots.txt")).status == 200

    found = await web.ask("/")

    assert (found.status, found.headers["Retry-After"]) == (429, "1")
    assert "Too many requests" in found.text


async def test_the_client_address_header_is_used_only_if_a_proxy_is_trusted_to_set_it(db, school_pack):
    async for web in serve(db, {PACK: school_pack}, PACK, buckets=Buckets(burst=2)):
        answers = [await web.ask("/robots.txt", headers={"X-Real-IP": f"192.0.2.{n}"}) for n in range(3)]
        assert [found.status for found in answers] == [200, 200, 429]


async def test_behind_a_proxy_each_reader_has_a_limit_of_their_own(db, school_pack):
    async for web in serve(db, {PACK: school_pack}, PACK, client_header="X-Forwarded-For", buckets=Buckets(burst=2)):
        # Addresses that a client adds to the header must be ignored.
        asked = [f"198.51.100.{n}, 192.0.2.{n // 2}" for n in range(4)] + ["203.0.113.9, 192.0.2.0"]
        answers = [await web.ask("/robots.txt", headers={"X-Forwarded-For": each}) for each in asked]
        assert [found.status for found in answers] == [200, 200, 200, 200, 429]


async def test_if_too_many_requests_wait_the_next_is_refused_at_once(web):
    while not web.site.waiting.locked():
        await web.site.waiting.acquire()

    found = await web.ask("/")

    assert (found.status, found.headers["Retry-After"]) == (503, "5")


# -- failures


async def test_an_unexpected_error_is_a_page_and_a_line_of_the_log_without_the_token(web, caplog):
    path = await web.link()
    await web.services.db.write(lambda tx: tx.execute(text("ALTER TABLE cards RENAME TO lost")))

    found = await web.ask(path)

    assert found.status == 500
    assert "Something went wrong" in found.text
    assert "a web page failed: /private/{token}" in caplog.text
    assert path.rpartition("/")[2] not in caplog.text


async def test_a_closed_database_is_reported_as_a_page(web, caplog):
    path = await web.link()
    await web.services.db.close()

    found = await web.ask(path)

    assert found.status in (500, 503)
    assert path.rpartition("/")[2] not in caplog.text + found.text
