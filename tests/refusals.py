"""Expect a particular refusal in a test."""

from __future__ import annotations

import pytest

from bot.study.errors import Refusal, Refused


def refuses(reason: Refusal) -> pytest.RaisesExc[Refused]:
    """Expect `Refused` for this reason, and for no other."""
    return pytest.raises(Refused, check=lambda refused: refused.reason is reason)
