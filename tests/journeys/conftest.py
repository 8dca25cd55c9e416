"""What the journeys share besides the world: the connection on which things can go wrong."""

from __future__ import annotations

import json
from typing import Any

import pytest
from discord.http import Route
from simcord.http.client import FakeHTTPClient

from tests.journeys.wire import Wire


@pytest.fixture
def wire(world: Any, monkeypatch: pytest.MonkeyPatch) -> Wire:
    """Every request of every bot of this world goes along it, before and after a restart."""
    line = Wire(world.env.now)
    request = FakeHTTPClient.request

    async def carried(client: FakeHTTPClient, route: Route, **kwargs: Any) -> Any:
        body = kwargs.get("json")
        for part in kwargs.get("form") or ():
            if part["name"] == "payload_json":  # a message with a file comes in parts
                body = json.loads(part["value"])
        nonce = body.get("nonce") if isinstance(body, dict) else None
        return await line.carry(route, lambda: request(client, route, **kwargs), nonce)

    monkeypatch.setattr(FakeHTTPClient, "request", carried)
    return line
