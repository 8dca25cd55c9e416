"""Paths of the packs, migrations and data: in a checkout, in the image, or installed from a wheel."""

from __future__ import annotations

from pathlib import Path

DISTRIBUTION = "cohort-study-bot"

_PACKAGE = Path(__file__).resolve().parent
_SHIPPED = _PACKAGE / "shipped"
"""The folder that a wheel ships inside the package; a checkout and the image have its contents next to the package."""

INSTALLED = _SHIPPED.is_dir()


def _user_data() -> Path:
    from platformdirs import user_data_path  # not needed in a checkout

    return user_data_path("cohort", appauthor=False)


CONTENT = _SHIPPED / "content" if INSTALLED else Path("content")
MIGRATIONS = (_SHIPPED if INSTALLED else _PACKAGE.parent) / "migrations"
DATA = _user_data() if INSTALLED else Path("data")
PROGRAM = "cohort" if INSTALLED else "python -m bot"
"""What users type before a command."""


def with_extra(name: str) -> str:
    """Return how to install a missing extra, as part of a sentence."""
    if INSTALLED:
        return f"install it with `pip install '{DISTRIBUTION}[{name}]'`, or run `uvx --from '{DISTRIBUTION}[{name}]' cohort`"
    return "install it with `make install`"
