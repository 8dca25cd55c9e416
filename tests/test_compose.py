"""The compose file: settings that there are, and every shard in one process."""

from __future__ import annotations

import yaml

from bot.config import Settings, env_name
from bot.shards import Shards
from tests.conftest import ROOT

FILE = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
BOTS = {name: service["environment"] for name, service in FILE["services"].items() if name.startswith("bot-")}


def test_the_processes_divide_all_shards_among_them():
    shards = [Shards.parse(int(settings["SHARD_COUNT"]), settings["SHARD_IDS"]) for settings in BOTS.values()]

    assert len(shards) == 2
    assert len({each.count for each in shards}) == 1
    assert sorted(id for each in shards for id in each.ids) == list(range(shards[0].count))


def test_every_setting_is_one_that_the_bot_knows():
    known = {env_name(field) for field in Settings.model_fields}

    for settings in BOTS.values():
        assert settings.keys() <= known


def test_the_password_comes_from_outside_the_file():
    for settings in BOTS.values():
        assert "${POSTGRES_PASSWORD:?" in settings["DATABASE_URL"]


def test_a_process_may_write_nothing_but_memory():
    for name in BOTS:
        service = FILE["services"][name]
        assert service["read_only"]
        assert service["cap_drop"] == ["ALL"]
