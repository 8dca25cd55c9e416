"""The compose files: only settings that exist, data that persists, and each shard in exactly one process."""

from __future__ import annotations

import re

import pytest
import yaml

from bot.config import SETTINGS, Settings, env_name
from bot.shards import Shards
from tests.conftest import ROOT


def services(name: str) -> dict[str, dict]:
    return yaml.safe_load((ROOT / name).read_text(encoding="utf-8"))["services"]


ONE = services("compose.yaml")
BESIDE = services("compose.litestream.yaml")
MANY = services("compose.scale.yaml")
BOTS = {name: service["environment"] for name, service in MANY.items() if name.startswith("bot-")}
CLOSED = {"bot": ONE["bot"], "litestream": BESIDE["litestream"], **{name: MANY[name] for name in BOTS}}
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")


def test_by_default_there_is_one_process_with_its_file_on_a_volume():
    [volume] = re.findall(r"^VOLUME (\S+)$", DOCKERFILE, re.MULTILINE)

    assert list(ONE) == ["bot"]
    assert ONE["bot"]["volumes"] == [f"data:{volume}"]


def test_litestream_replicates_the_file_of_the_bot_as_a_user_who_can_read_it():
    [user] = re.findall(r"^USER (\d+)$", DOCKERFILE, re.MULTILINE)
    litestream = BESIDE["litestream"]

    assert litestream["user"] == user
    assert ONE["bot"]["volumes"][0] in litestream["volumes"]
    assert Settings.database_url.endswith(litestream["environment"]["LITESTREAM_DATABASE"].removeprefix("/app/"))


def test_the_processes_divide_all_shards_among_them():
    shards = [Shards.parse(int(settings["SHARD_COUNT"]), settings["SHARD_IDS"]) for settings in BOTS.values()]

    assert len(shards) == 2
    assert len({each.count for each in shards}) == 1
    assert sorted(id for each in shards for id in each.ids) == list(range(shards[0].count))


def test_every_setting_is_one_that_the_bot_knows():
    known = {env_name(field) for field in SETTINGS}

    for settings in BOTS.values():
        assert settings.keys() <= known


def test_the_password_comes_from_outside_the_file():
    for settings in BOTS.values():
        assert "${POSTGRES_PASSWORD:?" in settings["DATABASE_URL"]


@pytest.mark.parametrize("name", CLOSED)
def test_a_process_may_write_nothing_but_memory_and_its_volume(name):
    assert CLOSED[name]["read_only"]
    assert CLOSED[name]["cap_drop"] == ["ALL"]
    assert CLOSED[name]["security_opt"] == ["no-new-privileges:true"]
