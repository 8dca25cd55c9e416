"""The command that lists the settings."""

from __future__ import annotations

import click

from bot.config import example


@click.command()
def settings() -> None:
    """List every setting with its default; `.env.example` is this list."""
    click.echo(example(), nl=False)


COMMANDS = (settings,)
