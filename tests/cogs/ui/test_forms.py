"""The answer form: which texts it contains, and which of them only once."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.cogs.answers.custom_ids import FormId
from bot.cogs.ui.forms import answer_form
from bot.cogs.ui.text import CHOICE
from bot.study.grading import as_written
from bot.study.questions import Kind


def texts(question):
    """Return the text above the fields, and the labels of the choices."""
    form = answer_form(FormId(1), question, as_written(question), scenario="A bank moves to the cloud.").to_dict()
    over, field = form["components"]
    return over["content"], [option["label"] for option in field["component"]["options"]]


@pytest.fixture
def question(pack):
    """Return a question with several right options."""
    found = next(question for question in pack.questions.values() if question.kind is Kind.RESPONSE)
    options = tuple(replace(option, text=f"Plan {number}") for number, option in enumerate(found.options))
    return replace(found, options=options)


def test_options_that_fit_in_their_labels_are_shown_once(question):
    over, labels = texts(question)

    assert question.stem.split()[0] in over
    assert "A bank moves to the cloud." in over
    assert "Plan 0" not in over
    assert labels[0] == "A · Plan 0"


@pytest.mark.parametrize("text", ["long " * CHOICE, "```\nprint(1)\n```"])
def test_options_that_a_label_would_cut_are_also_shown_above_it(question, text):
    changed = replace(question, options=(replace(question.options[0], text=text), *question.options[1:]))

    over, labels = texts(changed)

    assert text.strip() in over
    assert "Plan 1" in over
    assert len(labels[0]) <= CHOICE
