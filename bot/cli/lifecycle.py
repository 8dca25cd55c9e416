"""The life of the process: sign in, serve, and shut down on a signal without losing work in progress."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
import signal
import sys
from collections.abc import Callable, Coroutine
from typing import Any

import click
import discord
from discord import app_commands

from bot import clock, jobs, zones
from bot.app import Cohort, build, web_pages
from bot.cli import health
from bot.cli.address import use_api, use_gateway
from bot.cli.callbacks import answer_tersely
from bot.cli.packs import load_packs
from bot.cli.signals import ENDING, is_ignored
from bot.cogs.ui.delivery import LOST
from bot.config import Settings, Unusable
from bot.jobs import Jobs
from bot.services import due
from bot.services.option_places import in_kept_places
from bot.storage.engine import Database

log = logging.getLogger(__name__)

SWITCH_INTERVAL = 0.0005
"""Seconds after which a thread lets another use the interpreter. The database's thread needs it after every statement,
and with Python's 5 ms an answer of 13 statements would wait 13 times for image drawing and the event loop."""
SIGN_IN_WITHIN = 60.0
TAKEOVER_WITHIN, LOOK_AGAIN = 15.0, 0.2
"""Seconds that startup waits for another bot on the same SQLite file to stop (which takes up to ten), and seconds
between two checks."""
FINISH_WITHIN = 4.0
"""Seconds that a shutdown gives to answers and ticks in progress. Process managers wait ten in all, and the database
may wait five for a lock."""
CLOSE_WITHIN = 1.0
"""Seconds that closing a connection may take, because the other side may be gone."""


async def run(settings: Settings, token: str) -> None:
    """Serve until a signal to stop or Ctrl-C. Raises Unusable."""
    discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False  # the bot needs no voice support
    stop = stop_signals()
    answer_tersely()
    packs = load_packs(settings, keep=True)
    log.info("time zone data: %s", zones.in_use())
    db = Database(settings.database_url, settings.shards)
    try:
        if not await until_alone(db, stop):
            return
        await db.migrate()
        # Ask Discord for the time first, so that nothing is recorded with the time of a local clock that may be wrong.
        at = await clock.discord_time(settings.discord_api_url) or clock.now()
        bot = build(db, await in_kept_places(db, packs, at=at), settings)
        for name, servers in (await bot.services.packs.lost()).items():
            log.warning("the pack %s is missing, but servers study it: %s", name, servers)
        await serve(bot, token, stop)
    finally:
        await db.close()


async def until_alone(db: Database, stop: asyncio.Event) -> bool:
    """Wait until no other bot uses the database, because one may still be stopping.

    Returns False if this bot is asked to stop first. Raises Unusable if the other one does not stop.
    """
    loop = asyncio.get_running_loop()
    deadline = None
    while not await db.hold():
        if deadline is None:
            log.info("another bot is using this database: waiting for it to stop")
            deadline = loop.time() + TAKEOVER_WITHIN
        if loop.time() >= deadline:
            raise Unusable(
                "DATABASE_URL: another bot is running on this database, and a SQLite file serves one at a time. Stop the other "
                "one, or name another file."
            )
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), LOOK_AGAIN)
        if stop.is_set():
            return False
    return True


def stop_signals() -> asyncio.Event:
    """Return an event set at the first signal to stop. The second signal ends the process at once."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()

    def requested() -> None:
        log.info("stopping: finishing work in progress first")
        stop.set()
        for number in numbers:
            loop.remove_signal_handler(number)

    numbers = (*ENDING, signal.SIGINT)
    for number in numbers:
        _handle(number, requested)
    return stop


async def until_signal(work: Coroutine[Any, Any, None]) -> None:
    """Run `work` and cancel it at the first signal to stop; later signals do not interrupt its cleanup. asyncio handles
    Ctrl-C."""
    task, stopping = asyncio.ensure_future(work), False

    def requested() -> None:
        nonlocal stopping
        if not stopping:
            stopping = True
            task.cancel()

    for number in ENDING:
        _handle(number, requested)
    await task


def _handle(number: int, then: Callable[[], None]) -> None:
    if is_ignored(number):
        return
    with contextlib.suppress(NotImplementedError):  # Windows lacks these handlers; Ctrl-C raises instead
        asyncio.get_running_loop().add_signal_handler(number, then)


async def serve(bot: Cohort, token: str, stop: asyncio.Event) -> None:
    """Sign in, connect and serve until `stop`, then close the bot. Raises Unusable."""
    stopping = asyncio.create_task(stop.wait())
    settling = asyncio.create_task(_settle(bot))
    signing_in = asyncio.create_task(sign_in(bot, token))
    connected = asyncio.create_task(bot.connected.wait())
    connection: asyncio.Task[None] | None = None
    ticks = ticks_of(bot)
    try:
        async with health.serving(bot, ticks, bot.settings.health_host, bot.settings.health_port), web_pages(bot):
            await _first(stopping, signing_in)
            if signing_in.done():
                signing_in.result()
                click.echo(f"Add the bot to a server: {bot.invite_link()}")
                async with clock.following(bot.settings.discord_api_url):
                    connection = asyncio.create_task(bot.connect())
                    await _first(stopping, connection, connected)
                    if connected.done():
                        ticks.start()
                        await _first(stopping, connection)
                    if connection.done():
                        _explain_end(connection)
    finally:
        for task in (stopping, settling, signing_in, connected, connection):
            if task is not None:
                task.cancel()
        await _wind_down(bot, ticks)


def ticks_of(bot: Cohort) -> Jobs:
    """Return the bot's ticks, without starting them."""
    return jobs.schedule(at_start={"recovery": bot.recover}, ticks=bot.ticks(), look=bot.look, looked_for=due.TICKS)


async def _settle(bot: Cohort) -> None:
    """Freeze long-lived objects and raise the GC thresholds, because packs, servers and the library are kept forever
    and an answer leaves little garbage."""
    sys.setswitchinterval(SWITCH_INTERVAL)
    await bot.connected.wait()
    await bot.wait_until_ready()
    gc.freeze()
    gc.set_threshold(10_000, 20, 50)


async def _first(*tasks: asyncio.Task[Any]) -> None:
    await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)


async def sign_in(bot: Cohort, token: str) -> None:
    """Sign in. Raises Unusable."""
    use_api(bot.settings)
    try:
        async with asyncio.timeout(SIGN_IN_WITHIN):
            await bot.login(token)
            await use_gateway(bot, bot.settings)
    except discord.LoginFailure as error:
        raise Unusable(
            "DISCORD_TOKEN: Discord does not accept it. Copy it again from the Bot page at "
            "https://discord.com/developers/applications."
        ) from error
    except app_commands.CommandSyncFailure:
        raise  # one of our commands is invalid, and the traceback shows which
    except discord.GatewayNotFound as error:
        raise Unusable(
            "DISCORD_API_URL: the server at that address did not name a gateway. Check the address."
        ) from error
    except discord.HTTPException as error:
        raise Unusable(
            f"DISCORD_API_URL: {bot.settings.discord_api_url} responds with an error ({error.status}). Check the address "
            "and https://discordstatus.com, then start again."
        ) from error
    except LOST as error:
        raise Unusable(
            f"DISCORD_API_URL: nothing responds at {bot.settings.discord_api_url}. Check the address and this machine's "
            "network connection, then start again."
        ) from error


def _explain_end(connection: asyncio.Task[None]) -> None:
    """Explain why the connection ended for good. Normally the library reconnects. Raises Unusable."""
    error = connection.exception()
    if isinstance(error, discord.ConnectionClosed) and error.code == 4004:
        raise Unusable(
            "DISCORD_TOKEN: Discord no longer accepts it. Copy the new one from the Bot page at "
            "https://discord.com/developers/applications."
        ) from error
    if isinstance(error, (discord.ConnectionClosed, discord.GatewayNotFound, discord.HTTPException, *LOST)):
        raise Unusable(f"Discord closed the connection for good ({error}). Start again later.") from error
    connection.result()


async def _wind_down(bot: Cohort, ticks: Jobs) -> None:
    """Accept no new work, finish what is in progress, then close the connections. The timeouts bound how long this
    takes."""
    if bot.services.db.shared:
        bot.intake.close()
    leaving = [asyncio.ensure_future(shard.disconnect()) for shard in bot.shards.values()]
    if leaving:
        await asyncio.wait(leaving, timeout=CLOSE_WITHIN)
    await asyncio.sleep(0)  # let tasks of last-moment interactions start
    answers, unfinished, *unsent = await asyncio.gather(
        bot.intake.finish(FINISH_WITHIN),
        ticks.stop(FINISH_WITHIN),
        bot.outgoing.tasks.stop(FINISH_WITHIN, waiting={key for line in bot.lines for key in line.stop()}),
        bot.promises.tasks.stop(FINISH_WITHIN),
    )
    if answers or unfinished or any(unsent):
        log.warning("stopped with %s answers, %s ticks and %s posts unfinished", answers, unfinished, sum(unsent))
    if bot.services.db.shared:
        leaving = [asyncio.ensure_future(line.hand_over()) for line in bot.lines]
        await asyncio.wait(leaving, timeout=CLOSE_WITHIN)
    await asyncio.wait({asyncio.create_task(bot.close())}, timeout=CLOSE_WITHIN)
