"""The command line: `cohort run`, `playground`, `check` and the rest; in a checkout, `python -m bot`."""

from __future__ import annotations

import gc
import importlib
import os
import sys

import click

from bot import __version__
from bot.config import Unusable
from bot.places import PROGRAM

PRIVATE = 0o077
"""The umask: it makes the files that the bot creates private to their owner."""
UNUSABLE = 2
"""The exit code for an unusable setting. A printed sentence names the setting and says what to do."""

COMMANDS = {
    "start": "serve",
    "run": "serve",
    "playground": "serve",
    "backup": "operate",
    "restore": "operate",
    "health": "operate",
    "doctor": "operate",
    "settings": "settings",
    "copy": "copy",
    "migrate": "database",
    "standings": "database",
    "reviews": "database",
    "check": "content",
    "stats": "content",
    "export": "content",
    "import": "content",
    "schema": "content",
}
"""The module in `bot.cli` that holds each command. Only that module is imported, so `check` loads neither Discord nor
SQL."""


class Commands(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  click passes it
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        # Disable GC during startup: nothing that is loaded becomes garbage, and scanning it takes a fifth of the time.
        gc.disable()
        module = importlib.import_module(f"bot.cli.{COMMANDS[cmd_name]}")
        gc.freeze()
        gc.enable()
        commands: dict[str | None, click.Command] = {command.name: command for command in module.COMMANDS}
        return commands[cmd_name]


@click.group(cls=Commands, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message="cohort %(version)s")
@click.pass_context
def cli(ctx: click.Context) -> None:
    """Cohort, a Discord bot that runs a study group. Without a command, it starts."""
    if ctx.invoked_subcommand is None:
        start = cli.get_command(ctx, "start")
        assert start is not None, "it is in the table"
        ctx.invoke(start)


def main() -> None:
    # The database, its log, backups and exports contain what members did: only their owner may read them.
    os.umask(PRIVATE)
    try:
        cli(prog_name=PROGRAM)
    except Unusable as error:
        click.echo(str(error), err=True)
        sys.exit(UNUSABLE)


if __name__ == "__main__":
    main()
