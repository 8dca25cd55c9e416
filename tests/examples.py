"""How many examples a property test tries: few in `make test`, many in `make test-all`."""

from __future__ import annotations

from hypothesis import settings

MANY = 50
"""The number of examples in the profile "many", for a property test that does not name another."""


def examples(many: int) -> int:
    """Return the number of examples for the current profile: `many` in the profile "many", scaled in proportion in the
    others, and at least 1."""
    return max(1, many * settings().max_examples // MANY)
