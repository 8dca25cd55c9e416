"""Cohort: a Discord bot that runs a study group."""

from bot.zones import use_newest

__version__ = "0.1.0"
"""Semantic; `make release` raises it. CONTRIBUTING.md says what counts as breaking."""

# Before any module can have read a zone, whichever command, test or tool it is that imports them.
use_newest()
