"""One function for each id of a button, menu or form."""

from __future__ import annotations

import pytest

from bot.cogs.quizzes.custom_ids import QuizNextId
from bot.cogs.ui.handlers import BUTTONS, FORMS, on_pick, on_press, on_submit


@pytest.mark.parametrize("register", [on_press, on_pick])
def test_a_second_function_for_an_id_fails_at_import(register):
    first = BUTTONS[QuizNextId]

    with pytest.raises(TypeError, match="QuizNextId is handled by quiz_next already"):

        @register(QuizNextId)
        async def another(interaction, id): ...

    assert BUTTONS[QuizNextId] is first


def test_a_second_function_for_a_form_fails_at_import():
    codec = next(iter(FORMS))

    with pytest.raises(TypeError, match="is handled by form_sent already"):

        @on_submit(codec)
        async def another(interaction, id): ...
