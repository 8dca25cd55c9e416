"""What Discord's responses to requests mean, and what it means if there is none."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import aiohttp
import discord

T = TypeVar("T")

UNKNOWN_CHANNEL = 10003
UNKNOWN_MESSAGE = 10008
UNKNOWN_ROLE = 10011
EXPIRED = 10062
"""Discord waits 3 seconds for the first reply to an interaction."""
ALREADY_ANSWERED = 40060
MISSING_ACCESS = 50001
MISSING_PERMISSIONS = 50013
NOT_IN_SERVER = (10007, 10013)
"""The user has left the server, or deleted their account."""
CLOSED_TO_US = (50007, 50278)
"""The user has blocked the bot, accepts no direct messages from it, or shares no server with it."""

LOST = (aiohttp.ClientError, ConnectionError, TimeoutError)
"""Raised when the connection broke or timed out: Discord may or may not have done what it was asked."""

PATIENCE = 10.0
"""Timeout of one request in seconds, including the library's retries, which alone would last minutes."""

_PAUSES = (0.1, 0.5)


def undelivered(error: BaseException) -> bool:
    """Return whether a reply was lost through no fault of our code: Discord or the network failed, or it came too
    late."""
    if isinstance(error, discord.HTTPException):
        return error.status >= 500 or error.status == 429 or error.code in (EXPIRED, ALREADY_ANSWERED)
    return isinstance(error, LOST)


def accepts_no_messages(error: BaseException) -> bool:
    """Return whether a user accepts no direct messages from us. Other refusals concern the bot, and pass."""
    return isinstance(error, discord.HTTPException) and error.code in CLOSED_TO_US


def describe(error: BaseException) -> str:
    """Describe an error for the log: broken connections often have only a type."""
    return str(error) or type(error).__name__


def where(interaction: discord.Interaction[Any]) -> dict[str, object]:
    """Return whose interaction it is, for the log."""
    return {"guild": interaction.guild_id, "user": interaction.user.id}


def patience() -> asyncio.Timeout:
    """Limit the time of one request. Raises TimeoutError, which is one of LOST."""
    return asyncio.timeout(PATIENCE)


async def at_least_once(send: Callable[[], Awaitable[T]]) -> T | None:
    """Retry an idempotent request after a broken connection: an edit, a message with a nonce, or the first reply to an
    interaction, of which Discord accepts only one.

    Returns None if an earlier attempt had arrived.
    """
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
