"""Cohort: a Discord bot that runs a study group."""

from bot.zones import use_newest

__version__ = "0.2.0"
"""A semantic version, increased by `make release`. CONTRIBUTING.md says which changes count as breaking."""

# This must come before any import of a module that reads a time zone.
use_newest()
