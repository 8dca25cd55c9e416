"""The command line: `python -m bot run`, `playground`, `check` and the rest."""

from __future__ import annotations

import sys

import click

from bot.bank.faults import BankFaults
from bot.cli import content, database, serve
from bot.config import BadSettings
from bot.storage.engine import DatabaseUnusable, NewerDatabase

UNUSABLE = 2
"""The exit code when a setting is wrong: the sentence printed names it and says what to do."""


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def cli() -> None:
    """Cohort, a Discord bot that runs a study group."""


for command in (*serve.COMMANDS, *database.COMMANDS, *content.COMMANDS):
    cli.add_command(command)


def main() -> None:
    try:
        cli(prog_name="python -m bot")
    except (BadSettings, DatabaseUnusable, NewerDatabase, serve.CannotStart) as error:
        click.echo(str(error), err=True)
        sys.exit(UNUSABLE)
    except BankFaults as error:
        click.echo(f"CONTENT_DIR: {error}\n`python -m bot check` lists every fault with its remedy.", err=True)
        sys.exit(UNUSABLE)


if __name__ == "__main__":
    main()
