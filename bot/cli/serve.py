"""Commands that serve: run, on Discord; playground, in a browser; start, whichever fits."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal

import aiohttp
import click
import discord

from bot import jobs
from bot.app import Cohort, build
from bot.cli.packs import load_packs
from bot.config import Settings, Unusable, load_settings
from bot.logs import set_up_logging
from bot.storage.engine import Database

log = logging.getLogger(__name__)


class CannotStart(Unusable):
    """Something that the settings name does not work. The text says which setting and what to do."""


@click.command()
def start() -> None:
    """Run on Discord if there is a token, else open the playground. This is what `make run` does."""
    settings = load_settings()
    if settings.discord_token is None:
        click.echo("No DISCORD_TOKEN is set, so this is the playground: the whole bot, on a Discord of its own.")
        open_playground(settings, browser=True)
    else:
        serve(settings)


@click.command()
def run() -> None:
    """Run the bot on Discord."""
    serve(load_settings())


@click.command()
@click.option("--browser/--no-browser", default=True, help="Open the page in your browser.")
@click.option("--port", type=click.IntRange(0, 65535), help="The loopback port; PLAYGROUND_PORT otherwise.")
def playground(browser: bool, port: int | None) -> None:
    """Try the bot in a browser, on a simulated Discord. Nothing leaves this machine, and nothing is kept."""
    settings = load_settings()
    if port is not None:
        settings = settings.model_copy(update={"playground_port": port})
    open_playground(settings, browser=browser)


def open_playground(settings: Settings, *, browser: bool) -> None:
    from bot.playground import PortTaken, play  # the simulated Discord is needed here alone

    set_up_logging("WARNING")
    with contextlib.suppress(KeyboardInterrupt):
        try:
            asyncio.run(play(settings, load_packs(settings), browser=browser))
        except PortTaken as error:
            raise CannotStart(
                f"PLAYGROUND_PORT: the port {error.port} is taken by another program. Close that one, or choose another port."
            ) from error


def serve(settings: Settings) -> None:
    if settings.discord_token is None:
        raise CannotStart(
            "DISCORD_TOKEN: there is none. Make a bot at https://discord.com/developers/applications, and put its token in "
            "`.env`; without one, `python -m bot playground` shows everything in a browser."
        )
    set_up_logging(settings.log_level)
    asyncio.run(_serve(settings, settings.discord_token.get_secret_value()))


async def _serve(settings: Settings, token: str) -> None:
    packs = load_packs(settings)
    db = Database(settings.database_url, settings.shards)
    try:
        await db.migrate()
        async with build(db, packs, settings) as bot:
            await _until_stopped(bot, token)
    finally:
        await db.close()


async def _until_stopped(bot: Cohort, token: str) -> None:
    try:
        await bot.login(token)
    except discord.LoginFailure as error:
        raise CannotStart(
            "DISCORD_TOKEN: Discord does not accept it. Copy it anew from the Bot page at "
            "https://discord.com/developers/applications."
        ) from error
    except (aiohttp.ClientError, OSError) as error:
        raise CannotStart(
            "Discord cannot be reached. Check this machine's network connection, then start again."
        ) from error
    click.echo(f"Add the bot to a server: {bot.invite_link()}")
    scheduler = jobs.schedule(post_due=bot.poster.post_due, refresh_counts=bot.poster.refresh_counts)
    connection = asyncio.create_task(bot.connect())
    stopping = asyncio.create_task(_stop_signal())
    ready = asyncio.create_task(bot.wait_until_ready())
    try:
        await asyncio.wait({connection, stopping, ready}, return_when=asyncio.FIRST_COMPLETED)
        if ready.done():
            await bot.poster.recover(jobs.now())
            scheduler.start()
            await asyncio.wait({connection, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if connection.done():
            connection.result()
    finally:
        if scheduler.running:
            scheduler.shutdown(wait=False)
        for task in (stopping, ready):
            task.cancel()
        await bot.close()
        with contextlib.suppress(asyncio.CancelledError, Exception):
            await connection


async def _stop_signal() -> None:
    """Returns at SIGTERM, or Ctrl-C."""
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        with contextlib.suppress(NotImplementedError):  # Windows has no handlers of this sort; Ctrl-C raises there
            loop.add_signal_handler(number, stopped.set)
    await stopped.wait()
    log.info("stopping")


COMMANDS = (start, run, playground)
