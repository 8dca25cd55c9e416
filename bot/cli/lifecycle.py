"""The life of the bot's process: it signs in, serves, and at a signal stops without losing what is in hand."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
import signal
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
from bot.cogs.ui.delivery import LOST
from bot.config import Settings, Unusable
from bot.jobs import Jobs
from bot.services.option_places import in_kept_places
from bot.storage.engine import Database
from bot.study import typed

log = logging.getLogger(__name__)

ENDING = tuple(getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name))
"""What asks a process to end: also a terminal that is closed. Windows knows no hang-up."""
SIGN_IN_WITHIN = 60.0
FINISH_WITHIN = 4.0
"""Seconds for answers and ticks in hand once a stop was asked for. Whoever stops us waits ten in all, and the database may
wait five for a lock."""
CLOSE_WITHIN = 1.0
"""Seconds for the politeness of closing a connection whose other side may be gone."""


async def run(settings: Settings, token: str) -> None:
    """Serve until a signal to stop or Ctrl-C. Raises Unusable."""
    discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False  # nobody calls a study bot
    stop = stop_signals()
    answer_tersely()
    packs = load_packs(settings, keep=True)
    log.info("time zone data: %s", zones.in_use())
    typed.warm()
    db = Database(settings.database_url, settings.shards)
    try:
        await db.migrate()
        # What is written down now stays: not by a clock of ours that may be wrong, while Discord can be asked.
        at = await clock.discord_time(settings.discord_api_url) or clock.now()
        bot = build(db, await in_kept_places(db, packs, at=at), settings)
        for name, servers in (await bot.services.packs.lost()).items():
            log.warning("the pack %s is not there, and servers study it: %s", name, servers)
        await serve(bot, token, stop)
    finally:
        await db.close()


def stop_signals() -> asyncio.Event:
    """Set at the first signal to stop. The second ends the process at once."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()

    def requested() -> None:
        log.info("stopping: what is in hand is finished first")
        stop.set()
        for number in numbers:
            loop.remove_signal_handler(number)

    numbers = (*ENDING, signal.SIGINT)
    for number in numbers:
        _handle(number, requested)
    return stop


async def until_signal(work: Coroutine[Any, Any, None]) -> None:
    """Run `work` and cancel it at the first signal to stop; later ones leave its clean-up alone. Ctrl-C is asyncio's own."""
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
    if signal.getsignal(number) is signal.SIG_IGN:
        return  # whoever started us wants it so, as `nohup` does of a hang-up
    with contextlib.suppress(NotImplementedError):  # Windows has no handlers of this sort; Ctrl-C raises there
        asyncio.get_running_loop().add_signal_handler(number, then)


async def serve(bot: Cohort, token: str, stop: asyncio.Event) -> None:
    """Sign in, connect and serve until `stop`. The bot is closed afterwards. Raises Unusable."""
    stopping = asyncio.create_task(stop.wait())
    settling = asyncio.create_task(_settle(bot))
    signing_in = asyncio.create_task(sign_in(bot, token))
    connected = asyncio.create_task(bot.connected.wait())
    connection: asyncio.Task[None] | None = None
    ticks = jobs.schedule(at_start={"recovery": bot.recover}, ticks=bot.ticks())
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


async def _settle(bot: Cohort) -> None:
    """The bank, the servers and the library itself stay for good once they are here: the collector of garbage need not look
    through them again and again, and what an answer leaves behind is little."""
    await bot.connected.wait()
    await bot.wait_until_ready()
    gc.freeze()
    gc.set_threshold(10_000, 20, 50)


async def _first(*tasks: asyncio.Task[Any]) -> None:
    await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)


async def sign_in(bot: Cohort, token: str) -> None:
    """Raises Unusable."""
    use_api(bot.settings)
    try:
        async with asyncio.timeout(SIGN_IN_WITHIN):
            await bot.login(token)
            await use_gateway(bot, bot.settings)
    except discord.LoginFailure as error:
        raise Unusable(
            "DISCORD_TOKEN: Discord does not accept it. Copy it anew from the Bot page at "
            "https://discord.com/developers/applications."
        ) from error
    except app_commands.CommandSyncFailure:
        raise  # our own commands are at fault, and the trace says where
    except discord.GatewayNotFound as error:
        raise Unusable("DISCORD_API_URL: what answers there names no gateway. Check the address.") from error
    except discord.HTTPException as error:
        raise Unusable(
            f"DISCORD_API_URL: {bot.settings.discord_api_url} answers with an error ({error.status}). Check the address, "
            "and https://discordstatus.com; then start again."
        ) from error
    except LOST as error:
        raise Unusable(
            f"DISCORD_API_URL: nothing answers at {bot.settings.discord_api_url}. Check the address, and this machine's "
            "network connection; then start again."
        ) from error


def _explain_end(connection: asyncio.Task[None]) -> None:
    """The library connects again by itself; where it gave up there is a reason. Raises Unusable."""
    error = connection.exception()
    if isinstance(error, discord.ConnectionClosed) and error.code == 4004:
        raise Unusable(
            "DISCORD_TOKEN: Discord no longer accepts it. Copy the new one from the Bot page at "
            "https://discord.com/developers/applications."
        ) from error
    if isinstance(error, (discord.ConnectionClosed, discord.GatewayNotFound, discord.HTTPException, *LOST)):
        raise Unusable(f"Discord ended the connection for good ({error}). Start again in a while.") from error
    connection.result()


async def _wind_down(bot: Cohort, ticks: Jobs) -> None:
    """No new work, then what is in hand, then the connections. Takes no longer than its waits together."""
    if bot.services.db.shared:
        bot.intake.close()
    leaving = [asyncio.ensure_future(shard.disconnect()) for shard in bot.shards.values()]
    if leaving:
        await asyncio.wait(leaving, timeout=CLOSE_WITHIN)
    await asyncio.sleep(0)  # what was received at the last moment has its task, and begins here
    answers, unfinished, *unsent = await asyncio.gather(
        bot.intake.finish(FINISH_WITHIN),
        ticks.stop(FINISH_WITHIN),
        bot.outgoing.hand.stop(FINISH_WITHIN, waiting={key for line in bot.lines for key in line.stop()}),
        bot.promises.hand.stop(FINISH_WITHIN),
    )
    if answers or unfinished or any(unsent):
        log.warning("stopped in the middle of %s answers, %s ticks and %s posts", answers, unfinished, sum(unsent))
    if bot.services.db.shared:
        leaving = [asyncio.ensure_future(line.hand_over()) for line in bot.lines]
        await asyncio.wait(leaving, timeout=CLOSE_WITHIN)
    await asyncio.wait({asyncio.create_task(bot.close())}, timeout=CLOSE_WITHIN)
