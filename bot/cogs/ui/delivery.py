"""What Discord's answer to a request, or the want of one, means."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import aiohttp
import discord

T = TypeVar("T")

UNKNOWN_CHANNEL = 10003
UNKNOWN_MEMBER = 10007
UNKNOWN_MESSAGE = 10008
UNKNOWN_ROLE = 10011
EXPIRED = 10062
"""Discord waits 3 seconds for the first answer to an interaction."""
ALREADY_ANSWERED = 40060
MISSING_ACCESS = 50001
MISSING_PERMISSIONS = 50013

LOST = (aiohttp.ClientError, ConnectionError, TimeoutError)
"""Raised where the connection broke or nothing came in time: Discord may have done what it was asked, or not."""

PATIENCE = 10.0
"""Seconds for one request, the library's own retries included; by itself it would wait for minutes."""

_PAUSES = (0.1, 0.5)


def undelivered(error: BaseException) -> bool:
    """Whether a reply failed for Discord's sake or the network's, or came too late: nothing that we did wrong."""
    if isinstance(error, discord.HTTPException):
        return error.status >= 500 or error.status == 429 or error.code in (EXPIRED, ALREADY_ANSWERED)
    return isinstance(error, LOST)


def describe(error: BaseException) -> str:
    """For the log: connections that break often say nothing but their kind."""
    return str(error) or type(error).__name__


def where(interaction: discord.Interaction[Any]) -> dict[str, object]:
    """For the log: whose interaction it is."""
    return {"guild": interaction.guild_id, "user": interaction.user.id}


def patience() -> asyncio.Timeout:
    """Raises TimeoutError, which is one of LOST, where Discord takes longer for one thing."""
    return asyncio.timeout(PATIENCE)


async def at_least_once(send: Callable[[], Awaitable[T]]) -> T | None:
    """Send what may be sent twice, and so again if the connection broke: an edit, a message with a nonce, or the first
    answer to an interaction, of which Discord takes but one. None if it had taken one before."""
    for pause in (*_PAUSES, None):
        try:
            async with patience():
                return await send()
        except discord.HTTPException as error:
            if error.code != ALREADY_ANSWERED:
                raise
            return None
        except TimeoutError:
            raise
        except LOST:
            if pause is None:
                raise
            await asyncio.sleep(pause)
    raise AssertionError("the last try returns or raises")
