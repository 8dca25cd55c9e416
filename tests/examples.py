"""How many examples a property tries: few in `make test`, many in `make test-all`."""

from __future__ import annotations

from hypothesis import settings

MANY = 50
"""Examples of a property that names no number, in the profile "many"."""


def examples(many: int) -> int:
    """This many in the profile "many", and as much smaller a number in another as its own is; never none."""
    return max(1, many * settings().max_examples // MANY)
