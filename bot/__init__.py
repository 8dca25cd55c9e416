"""Cohort: a Discord bot that runs a study group."""

from bot.zones import use_newest

__version__ = "0.2.0"
"""Semantic; `make release` raises it. CONTRIBUTING.md says what counts as breaking."""

# Before any command, test or tool imports a module that reads a zone.
use_newest()
