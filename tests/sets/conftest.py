from __future__ import annotations

import pytest

from tests.sets.everything import Everything


@pytest.fixture
def everything(world, caplog):
    return Everything(world, caplog)
