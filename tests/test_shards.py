"""Exactly one process serves each server, by Discord's rule; and the settings for this."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.config import BadSettings, load_settings
from bot.shards import EVERYTHING, Shards

guild_ids = st.integers(0, 2**63 - 1)


@st.composite
def divided(draw):
    """Generate all shards of a bot, divided among processes."""
    count = draw(st.integers(1, 40))
    owners = draw(st.lists(st.integers(0, 4), min_size=count, max_size=count))
    return [
        Shards(count, frozenset(shard for shard, who in enumerate(owners) if who == owner)) for owner in set(owners)
    ]


@given(divided(), guild_ids)
def test_every_server_belongs_to_one_process(processes, guild_id):
    assert sum(guild_id in process for process in processes) == 1


@given(divided())
def test_the_processes_share_the_whole(processes):
    assert sum(process.share for process in processes) == pytest.approx(1)
    assert sum(process.direct_messages for process in processes) == 1


def test_a_shard_is_found_as_discord_finds_it():
    """Discord's documentation: shard_id = (guild_id >> 22) % num_shards."""
    assert Shards.all_of(4).of(6 << 22 | 123_456) == 2


def test_direct_messages_belong_to_shard_0():
    assert 0 in Shards(4, frozenset({0, 2}))
    assert 0 not in Shards(4, frozenset({1, 3}))


def test_one_process_has_everything():
    assert EVERYTHING.everything
    assert EVERYTHING.share == 1
    assert Shards.all_of(8).everything


@pytest.mark.parametrize(
    ("text", "ids"),
    [("0", {0}), ("0-3", {0, 1, 2, 3}), ("0,1,5", {0, 1, 5}), ("0-2, 7", {0, 1, 2, 7}), ("3-3,3", {3})],
)
def test_shards_are_written_as_numbers_and_ranges(text, ids):
    assert Shards.parse(8, text).ids == ids


@given(st.integers(1, 40), st.data())
def test_processes_that_are_numbered_have_every_shard_once_and_about_as_many(count, data):
    processes = data.draw(st.integers(1, count))

    parts = [Shards.parse(count, f"{number}/{processes}") for number in range(processes)]

    assert sorted(id for part in parts for id in part.ids) == list(range(count))
    sizes = [len(part.ids) for part in parts]
    assert max(sizes) - min(sizes) <= 1


@pytest.mark.parametrize("text", ["4/4", "0/0", "0/9", "1/", "/2", "0/2,1"])
def test_an_invalid_process_number_is_refused(text):
    with pytest.raises(ValueError, match=r"^[\w\d].* "):
        Shards.parse(8, text)


@pytest.mark.parametrize("text", ["", "a", "1-", "-1", "1..3", "0,,1", "3-1", "8", "0-8", "99999999999", "٣"])
def test_invalid_shards_are_refused(text):
    with pytest.raises(ValueError, match=r"^\w.* "):
        Shards.parse(8, text)


# -- settings


@pytest.fixture
def settings(monkeypatch, tmp_path):
    """Return a function that reads the settings from an environment."""
    monkeypatch.chdir(tmp_path)

    def load(**environment):
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        return load_settings()

    return load


POSTGRES = "postgresql+asyncpg://cohort@localhost/cohort"


def test_without_settings_one_process_has_everything(settings):
    assert settings().shards == EVERYTHING


def test_a_count_without_numbers_means_all_shards(settings):
    assert settings(SHARD_COUNT="4").shards == Shards(4, frozenset(range(4)))


def test_a_process_is_named_by_its_shards(settings):
    loaded = settings(SHARD_COUNT="4", SHARD_IDS="2-3", DATABASE_URL=POSTGRES)

    assert loaded.shards == Shards(4, frozenset({2, 3}))


@pytest.mark.parametrize(
    ("environment", "fault"),
    [
        ({"SHARD_IDS": "0-1"}, "SHARD_IDS: also needs SHARD_COUNT"),
        ({"SHARD_COUNT": "0"}, "SHARD_COUNT: "),
        ({"SHARD_COUNT": "some", "SHARD_IDS": "0"}, "SHARD_COUNT: "),
        ({"SHARD_COUNT": "2", "SHARD_IDS": "0-2"}, "SHARD_IDS: the shards of SHARD_COUNT=2 are 0 to 1"),
        ({"SHARD_COUNT": "2", "SHARD_IDS": "none"}, "SHARD_IDS: must be numbers or ranges"),
        (
            {"SHARD_COUNT": "2", "SHARD_IDS": "0"},
            "SHARD_IDS: names only some of the shards, so DATABASE_URL must be",
        ),
    ],
)
def test_invalid_settings_are_reported_in_one_sentence(settings, environment, fault):
    with pytest.raises(BadSettings) as told:
        settings(**environment)

    assert str(told.value).startswith(fault)
    assert "\n" not in str(told.value)


def test_one_process_can_run_all_shards_on_sqlite(settings):
    assert settings(SHARD_COUNT="2", SHARD_IDS="0-1").shards.everything
