"""Fixtures for journeys, in addition to the world: the connection to Discord, on which faults can happen."""

from __future__ import annotations

import json
from typing import Any

import pytest
from discord.http import Route
from simcord.http.client import FakeHTTPClient

from tests.journeys.wire import Wire


@pytest.fixture
def wire(world: Any, monkeypatch: pytest.MonkeyPatch) -> Wire:
    """Route every request of this world's bots through one wire, before and after a restart."""
    line = Wire(world.env.now)
    request = FakeHTTPClient.request

    async def carried(client: FakeHTTPClient, route: Route, **kwargs: Any) -> Any:
        body = kwargs.get("json")
        for part in kwargs.get("form") or ():
            if part["name"] == "payload_json":  # a message with a file is sent in parts
                body = json.loads(part["value"])
        nonce = body.get("nonce") if isinstance(body, dict) else None
        return await line.carry(route, lambda: request(client, route, **kwargs), nonce)

    monkeypatch.setattr(FakeHTTPClient, "request", carried)
    return line
