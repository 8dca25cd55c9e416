"""Custom ids: only the codec that writes an id reads it, and nothing else is accepted."""

from __future__ import annotations

from dataclasses import fields
from enum import StrEnum
from typing import get_type_hints

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.bank.limits import ID_PATTERN
from bot.cogs.standings.custom_ids import BoardId
from bot.cogs.ui.custom_ids import CODECS, BankId, CustomId, known
from bot.cogs.ui.handlers import BUTTONS, FORMS, MENUS
from tests.examples import examples

LIMIT = 100
"""The maximum number of characters in a custom id."""

VALUES = {
    int: st.integers(0, 10**18 - 1),
    str: st.from_regex(r"[a-z0-9.-]{1,32}", fullmatch=True),
    BankId: st.from_regex(ID_PATTERN.removesuffix("$"), fullmatch=True).map(BankId),
}


def ids_of(codec):
    kinds = get_type_hints(codec)
    values = {
        field.name: st.sampled_from(kinds[field.name])
        if issubclass(kinds[field.name], StrEnum)
        else VALUES[kinds[field.name]]
        for field in fields(codec)
    }
    return st.builds(codec, **values)


ALL = tuple(CODECS.values())

ids = st.sampled_from(ALL).flatmap(ids_of)


@given(ids)
@settings(max_examples=examples(150))
def test_an_id_is_read_back_as_it_was_written(id):
    assert type(id).parse(str(id)) == id


@given(ids)
@settings(max_examples=examples(150))
def test_exactly_one_template_matches_an_id_and_it_fits_discord_s_limit(id):
    assert [codec for codec in ALL if codec.template().fullmatch(str(id))] == [type(id)]
    assert len(str(id)) <= LIMIT


@given(st.text(max_size=120))
def test_a_text_that_nobody_wrote_is_not_an_id(text):
    assert not known(text)


@given(ids, st.data())
@settings(max_examples=examples(200))
def test_a_changed_id_is_rejected_or_read_as_what_it_says(id, data):
    text = str(id)
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 4)))
    forged = text[:start] + data.draw(st.text(alphabet="01:vaz-. \n\u0663\u00b2", max_size=4)) + text[end:]

    for codec in ALL:
        parsed = codec.parse(forged)
        assert parsed is None or str(parsed) == forged


@pytest.mark.parametrize(
    "text",
    [
        "v1:answer:1",
        "v1:answer:1:",
        "v1:answer:1:0 ",
        "v1:answer:1:0\n",
        "v1:answer:01:0",
        "v1:answer:-1:0",
        "v1:answer:1:+0",
        "v1:answer:\u0661:0",
        "v1:answer:1:0:0",
        "v2:answer:1:0",
        "V1:ANSWER:1:0",
        "v1:answer:9999999999999999999:0",
        "v1:board:all:yesterday:points:1",
        "v1:board:all:week:luck:1",
        "v1:board:../..:week:points:1",
        "",
    ],
)
def test_forged_and_truncated_ids_are_rejected(text):
    assert not known(text)


def test_a_board_is_read_with_its_period_and_its_order():
    id = BoardId.parse("v1:board:1.2:all-time:accuracy:3")

    assert (id.section, id.period.value, id.by.value, id.page) == ("1.2", "all-time", "accuracy", 3)


def test_every_id_does_something():
    assert set(ALL) == set(BUTTONS) | set(MENUS) | set(FORMS)


def test_two_ids_never_share_a_verb():
    with pytest.raises(TypeError, match="the verb 'board' is BoardId's"):

        class AnotherBoardId(CustomId):
            VERB = "board"

    assert CODECS["board"] is BoardId
