"""Commands that serve: run, on Discord; playground, in a browser; start, whichever fits."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import replace

import click

from bot.cli.lifecycle import run as run_bot
from bot.cli.lifecycle import until_signal
from bot.cli.packs import load_packs
from bot.config import Settings, Unusable, load_settings
from bot.logs import set_up_logging
from bot.places import PROGRAM, with_extra


class CannotStart(Unusable):
    """A setting has a value that cannot be used. The text names the setting and says what to do."""


@click.command()
def start() -> None:
    """Run on Discord if there is a token, else open the playground. This is also the default without a command."""
    settings = load_settings()
    if settings.discord_token is None:
        click.echo("No DISCORD_TOKEN is set, so this is the playground: the whole bot, on a simulated Discord.")
        open_playground(settings, browser=True)
    else:
        serve(settings)


@click.command()
def run() -> None:
    """Run the bot on Discord."""
    serve(load_settings())


@click.command()
@click.option("--browser/--no-browser", default=True, help="Open the page in your browser.")
@click.option("--port", type=click.IntRange(0, 65535), help="The loopback port; by default PLAYGROUND_PORT.")
def playground(browser: bool, port: int | None) -> None:
    """Try the bot in a browser, on a simulated Discord. Nothing leaves this machine, and nothing is saved."""
    settings = load_settings()
    if port is not None:
        settings = replace(settings, playground_port=port)
    open_playground(settings, browser=browser)


def open_playground(settings: Settings, *, browser: bool) -> None:
    try:
        from bot.playground import PortTaken, play  # the simulated Discord is needed only here
    except ModuleNotFoundError as error:
        if error.name != "simcord":
            raise
        raise CannotStart(
            f"The playground needs the extra `playground`: {with_extra('playground')}. "
            f"`{PROGRAM} --help` lists what works without it."
        ) from error

    set_up_logging("WARNING")
    packs = load_packs(settings)
    with contextlib.suppress(KeyboardInterrupt, asyncio.CancelledError):
        try:
            asyncio.run(until_signal(play(settings, packs, browser=browser)))
        except PortTaken as error:
            raise CannotStart(
                f"PLAYGROUND_PORT: port {error.port} is in use by another program. Close it, or choose another port."
            ) from error
    click.echo("Stopped. Nothing was saved.")


def serve(settings: Settings) -> None:
    if settings.discord_token is None:
        raise CannotStart(
            "DISCORD_TOKEN is not set. Create a bot at https://discord.com/developers/applications, and put its token in "
            f"`.env`; without one, `{PROGRAM} playground` shows everything in a browser."
        )
    set_up_logging(settings.log_level, settings.log_format)
    asyncio.run(run_bot(settings, settings.discord_token.reveal()))


COMMANDS = (start, run, playground)
