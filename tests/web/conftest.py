"""Fixtures for the web pages: a real server, client and database. Only the clock is simulated."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from html.parser import HTMLParser
from random import Random
from typing import Any

import pytest
from aiohttp import ClientResponse
from aiohttp.test_utils import TestClient, TestServer

from bot.services import Services
from bot.storage.engine import Database
from bot.study.exams import Length
from bot.study.links import Page
from bot.study.members import Member
from bot.study.questions import Pack
from bot.web.serving import application
from bot.web.site import Site
from tests.builders import a_pack, questions_of
from tests.conftest import MONDAY
from tests.services.conftest import School

URL = "https://study.example.org"
GUILD = 1
PACK = "a-pack"


@dataclass
class Read:
    """A response whose body has been read."""

    status: int
    headers: Mapping[str, str]
    text: str


@dataclass
class Web:
    """A web server with the pages of one Discord server, and a client for it."""

    services: Services
    school: School
    client: TestClient[Any, Any]
    site: Site
    names: dict[int, str] = field(default_factory=dict)
    at: datetime = MONDAY

    async def ask(self, path: str, method: str = "GET", **options: Any) -> Read:
        response: ClientResponse
        async with self.client.request(method, path, allow_redirects=False, **options) as response:
            return Read(response.status, response.headers, await response.text())

    async def link(
        self, page: Page = Page.PROGRESS, user_id: int = 7, *, name: str = "", exam_id: int = 0, guild: int = GUILD
    ) -> str:
        """Return the path of a private page."""
        member = Member(guild, user_id, name or f"member {user_id}")
        address = await self.services.web_links.make(member, page, exam_id=exam_id, at=self.at)
        assert address is not None
        return address.url.removeprefix(self.site.url)

    async def exam(self, user_id: int = 7) -> int:
        """Take a mock exam, and submit it without answers; return its id."""
        member = Member(GUILD, user_id, f"member {user_id}")
        turn = await self.services.exams.start(member, length=Length.SHORT, rng=Random(1), at=self.at)
        await self.services.exams.submit(turn.paper.exam.id, member, at=self.at)
        return turn.paper.exam.id


@pytest.fixture(scope="session")
def public_packs(packs: Mapping[str, Pack]) -> Mapping[str, Pack]:
    """Return the real packs, made public."""
    return {name: replace(pack, public=True) for name, pack in packs.items()}


async def serve(
    db: Database, packs: Mapping[str, Pack], name: str, *, url: str = URL, **about: Any
) -> AsyncIterator[Web]:
    services = Services.over(db, packs, name, web_url=url)
    names: dict[int, str] = {}
    found: list[Web] = []
    site = Site(services, url, lambda: found[0].at, names.get, **about)
    async with TestClient(TestServer(application(site))) as client:
        found.append(Web(services, School(services, GUILD), client, site, names))
        yield found[0]


@pytest.fixture(scope="session")
def school_pack() -> Pack:
    """Return a pack with three sections and enough questions for a mock exam, all answered by `B`."""
    return a_pack(questions_of({"1.1": 20, "1.2": 20, "2.1": 20}), {"1.1": 40, "1.2": 30, "2.1": 30})


@pytest.fixture
async def web(db: Database, school_pack: Pack) -> AsyncIterator[Web]:
    """Serve the pages of a server whose pack is public."""
    async for each in serve(db, {PACK: replace(school_pack, public=True)}, PACK):
        yield each


@pytest.fixture
async def closed(db: Database, school_pack: Pack) -> AsyncIterator[Web]:
    """Serve the pages of a server whose pack is not public."""
    async for each in serve(db, {PACK: school_pack}, PACK):
        yield each


@pytest.fixture
async def real(db: Database, public_packs: Mapping[str, Pack]) -> AsyncIterator[Web]:
    """Serve the pages of the real packs, made public."""
    async for each in serve(db, public_packs, "aws-mla-c01"):
        yield each


class Elements(HTMLParser):
    """The tags of a page with their attributes. It fails if a tag is not closed."""

    VOID = frozenset({"meta", "link", "br", "rect", "path", "img", "hr"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(text)
        self.close()
        assert not self.open, f"never closed: {self.open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self.VOID:
            return
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag, f"</{tag}> closes another"

    def of(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]
