"""Cohort: a Discord bot that runs a study group."""

from bot.zones import use_newest

# Before any module can have read a zone, whichever command, test or tool it is that imports them.
use_newest()
